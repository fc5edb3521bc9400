// What OpenSSL refuses although we asked rightly is an outage of the machine, and throws. One
// function for the whole room, so that no call is left unlooked at. It judges nothing that came
// from outside: a wrong signature is an answer, not an outage.
#pragma once

#include <memory>
#include <stdexcept>

namespace limen::seal {

// OpenSSL asks the terminal for the passphrase of an encrypted file unless it is given this.
inline int no_passphrase(char*, int, int, void*) { return -1; }

// What OpenSSL made and `Free` takes back, also when memory runs out half way.
template <auto Free>
struct Freeing {
  template <class T>
  void operator()(T* made) const noexcept {
    Free(made);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freeing<Free>>;

inline void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

}  // namespace limen::seal
