// What OpenSSL refuses although we asked rightly is an outage of the machine, and throws. One
// function for the whole room, so that no call is left unlooked at. It judges nothing that came
// from outside: a wrong signature is an answer, not an outage.
#pragma once

#include <stdexcept>

namespace limen::seal {

inline void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(what);
}

}  // namespace limen::seal
