// OpenSSL EVP behind four small verbs. A failing EVP call is an outage of the machine and throws.
#include "seal/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>

#include "seal/openssl.hpp"

namespace limen::seal {
namespace {

void require_done(int done) { seal::require(done == 1, "OpenSSL refused a digest operation"); }

using OwnedDigestContext = Owned<EVP_MD_CTX, EVP_MD_CTX_free>;

OwnedDigestContext new_context() {
  OwnedDigestContext context(EVP_MD_CTX_new());
  seal::require(context != nullptr, "OpenSSL has no memory");
  return context;
}

// Fetched once for the process.
const EVP_MD* sha256_method() {
  static const EVP_MD* method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return method;
}

EVP_MD_CTX* scratch() {
  thread_local const OwnedDigestContext instance = new_context();
  return instance.get();
}

Digest finish(EVP_MD_CTX* context) {
  Digest out;
  unsigned size = 0;
  require_done(EVP_DigestFinal_ex(context, out.data(), &size));
  return out;
}

}  // namespace

Digest sha256(BytesView bytes) { return sha256(std::initializer_list<BytesView>{bytes}); }

Digest sha256(std::initializer_list<BytesView> parts) {
  EVP_MD_CTX* context = scratch();
  require_done(EVP_DigestInit_ex2(context, sha256_method(), nullptr));
  for (const BytesView part : parts)
    require_done(EVP_DigestUpdate(context, part.data(), part.size()));
  return finish(context);
}

Sha256::Sha256() {
  OwnedDigestContext context = new_context();
  require_done(EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr));
  context_ = context.release();
}
Sha256::~Sha256() { EVP_MD_CTX_free(context_); }
void Sha256::add(BytesView bytes) {
  require_done(EVP_DigestUpdate(context_, bytes.data(), bytes.size()));
}
Digest Sha256::finish() { return seal::finish(context_); }

Hmac::Hmac(BytesView key) {
  OwnedDigestContext inner = new_context();
  OwnedDigestContext outer = new_context();
  constexpr std::size_t block = 64;
  std::array<std::uint8_t, block> padded{};
  if (key.size() > block) {
    const Digest short_key = sha256(key);
    std::copy(short_key.begin(), short_key.end(), padded.begin());
  } else {
    std::copy(key.begin(), key.end(), padded.begin());
  }
  for (auto& byte : padded) byte ^= 0x36;
  require_done(EVP_DigestInit_ex2(inner.get(), sha256_method(), nullptr));
  require_done(EVP_DigestUpdate(inner.get(), padded.data(), block));
  for (auto& byte : padded) byte ^= 0x36 ^ 0x5C;
  require_done(EVP_DigestInit_ex2(outer.get(), sha256_method(), nullptr));
  require_done(EVP_DigestUpdate(outer.get(), padded.data(), block));
  OPENSSL_cleanse(padded.data(), block);
  inner_ = inner.release();
  outer_ = outer.release();
}

Hmac::~Hmac() {
  EVP_MD_CTX_free(inner_);
  EVP_MD_CTX_free(outer_);
}

Digest Hmac::operator()(std::initializer_list<BytesView> parts) const {
  EVP_MD_CTX* context = scratch();
  require_done(EVP_MD_CTX_copy_ex(context, inner_));
  for (const BytesView part : parts)
    require_done(EVP_DigestUpdate(context, part.data(), part.size()));
  const Digest inner = finish(context);
  require_done(EVP_MD_CTX_copy_ex(context, outer_));
  require_done(EVP_DigestUpdate(context, inner.data(), inner.size()));
  return finish(context);
}

bool equal_in_time(BytesView a, BytesView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace limen::seal
