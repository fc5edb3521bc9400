// libsodium draws salts by itself; ours come from the entropy that is handed over (Law 9), so the
// text is put together here, as any Argon2 library would check it.
#include "seal/password.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <optional>

#include "seal/digest.hpp"
#include "seal/openssl.hpp"

namespace limen::seal {
namespace {

constexpr std::size_t digest_bytes = 32;

std::string base64_unpadded(BytesView bytes) {
  std::string text = base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

using Salt = std::array<std::uint8_t, crypto_pwhash_SALTBYTES>;

// The text that is kept: PHC's, with its parameters.
std::string digest_of(std::string_view password, const PasswordCost& cost, const Salt& salt) {
  std::array<std::uint8_t, digest_bytes> digest;
  const int failed = crypto_pwhash_argon2id(
      digest.data(), digest.size(), password.data(), password.size(), salt.data(), cost.passes,
      std::size_t{cost.kibibytes} * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13);
  require(failed == 0, "there is no memory to hash a password");
  return "$argon2id$v=19$m=" + std::to_string(cost.kibibytes) +
         ",t=" + std::to_string(cost.passes) + ",p=1$" + base64_unpadded(salt) + "$" +
         base64_unpadded(digest);
}

struct Parameters {
  PasswordCost cost;
  Salt salt;
};

// Nothing for a text of another form than digest_of()'s.
std::optional<Parameters> parameters_of(const std::string& hash) {
  Parameters out;
  std::array<char, 23> salt{};
  const int found = std::sscanf(
      hash.c_str(), "$argon2id$v=19$m=%9" SCNu32 ",t=%9" SCNu32 ",p=1$%22[A-Za-z0-9+/]$",
      &out.cost.kibibytes, &out.cost.passes, salt.data());
  if (found != 3) return std::nullopt;
  const auto bytes = from_base64(std::string(salt.data()) + "==");
  if (!bytes || bytes->size() != out.salt.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), out.salt.begin());
  return out;
}

}  // namespace

std::string hash_password(std::string_view password, const PasswordCost& cost, Entropy& entropy) {
  Salt salt;
  entropy.fill(salt);
  return digest_of(password, cost, salt);
}

// Digested anew and not left to libsodium's check, which says the same of a wrong password and of
// no memory; the first counts against who has the right one.
bool is_password(std::string_view password, const std::string& hash, const PasswordCost& cost) {
  if (const auto known = parameters_of(hash)) {
    const std::string digest = digest_of(password, known->cost, known->salt);
    return equal_in_time(as_bytes(digest), as_bytes(hash));
  }
  // The same work for an answer that is known: Law 5.
  SeededEntropy nobody(0);
  hash_password(password, cost, nobody);
  return false;
}

}  // namespace limen::seal
