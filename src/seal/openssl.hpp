// What OpenSSL refuses although we asked rightly is an outage of the machine, and throws. One
// function for the whole room, so that no call is left unlooked at. It judges nothing that came
// from outside: a wrong signature is an answer, not an outage.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "seal/secret.hpp"

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

using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedBio = Owned<BIO, BIO_free>;

// A private key of any kind as PEM (RFC 7468), unencrypted PKCS #8. Throws when it is none.
inline OwnedKey private_key_of(std::string_view pem) {
  const OwnedBio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  OwnedKey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  require(key != nullptr, "not a PEM private key");
  return key;
}

inline Secret pem_of(EVP_PKEY* key) {
  const OwnedBio bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr, "could not write a private key");  // OpenSSL would write to it
  require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "could not write a private key");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return Secret(std::string(data, static_cast<std::size_t>(size)));
}

}  // namespace limen::seal
