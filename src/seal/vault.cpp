// See vault.hpp. Nonce, then ciphertext with its tag.
#include "seal/vault.hpp"

#include <sodium.h>

#include <span>

namespace limen::seal {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;

}  // namespace

Bytes lock_away(const Digest& key, BytesView what, BytesView about, Entropy& entropy) {
  Bytes out(nonce_bytes + what.size() + tag_bytes);
  entropy.fill(std::span(out).first(nonce_bytes));
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + nonce_bytes, nullptr, what.data(),
                                             what.size(), about.data(), about.size(), nullptr,
                                             out.data(), key.data());
  return out;
}

std::optional<Bytes> unlock(const Digest& key, BytesView locked, BytesView about) {
  if (locked.size() < nonce_bytes + tag_bytes) return std::nullopt;
  const BytesView sealed = locked.subspan(nonce_bytes);
  Bytes out(sealed.size() - tag_bytes);
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
      out.data(), nullptr, nullptr, sealed.data(), sealed.size(), about.data(), about.size(),
      locked.data(), key.data());
  if (failed != 0) return std::nullopt;
  return out;
}

}  // namespace limen::seal
