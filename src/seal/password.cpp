// libsodium draws salts by itself; ours come from the entropy that is handed over (Law 9), so the
// text is put together here and only checked by libsodium, as any Argon2 library would.
#include "seal/password.hpp"

#include <sodium.h>

#include <array>

#include "seal/openssl.hpp"

namespace limen::seal {
namespace {

constexpr std::size_t digest_bytes = 32;

std::string base64_unpadded(BytesView bytes) {
  std::string text = base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

}  // namespace

std::string hash_password(std::string_view password, const PasswordCost& cost, Entropy& entropy) {
  std::array<std::uint8_t, crypto_pwhash_SALTBYTES> salt;
  entropy.fill(salt);
  std::array<std::uint8_t, digest_bytes> digest;
  const int failed = crypto_pwhash_argon2id(
      digest.data(), digest.size(), password.data(), password.size(), salt.data(), cost.passes,
      std::size_t{cost.kibibytes} * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13);
  require(failed == 0, "there is no memory to hash a password");
  return "$argon2id$v=19$m=" + std::to_string(cost.kibibytes) +
         ",t=" + std::to_string(cost.passes) + ",p=1$" + base64_unpadded(salt) + "$" +
         base64_unpadded(digest);
}

bool is_password(std::string_view password, const std::string& hash, const PasswordCost& cost) {
  if (!hash.empty())
    return crypto_pwhash_argon2id_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  // The same work for an answer that is known: Law 5.
  SeededEntropy nobody(0);
  hash_password(password, cost, nobody);
  return false;
}

}  // namespace limen::seal
