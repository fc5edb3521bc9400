// See totp.hpp.
#include "seal/totp.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "seal/digest.hpp"
#include "seal/openssl.hpp"

namespace limen::seal {

std::string totp_code(BytesView secret, std::uint64_t step, unsigned digits) {
  std::array<std::uint8_t, 8> counter;
  for (std::size_t i = 0; i < 8; ++i) counter[i] = static_cast<std::uint8_t>(step >> (56 - 8 * i));
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> mac;
  unsigned size = 0;
  const auto* done = HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
                          counter.data(), counter.size(), mac.data(), &size);
  require(done != nullptr, "OpenSSL refused HMAC-SHA-1");
  const std::size_t offset = mac[19] & 0x0FU;
  std::uint32_t number = mac[offset] & 0x7FU;
  for (std::size_t i = 1; i < 4; ++i) number = number << 8 | mac[offset + i];
  std::string code(digits, '0');
  for (std::size_t i = digits; i > 0; --i) {
    code[i - 1] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  return code;
}

std::optional<std::uint64_t> totp_match(BytesView secret, std::string_view code, Time now,
                                        std::uint64_t after) {
  std::optional<std::uint64_t> found;
  const std::uint64_t middle = totp_step_of(now);
  for (std::uint64_t step = middle - 1; step <= middle + 1; ++step) {
    const bool is_it = equal_in_time(as_bytes(totp_code(secret, step)), as_bytes(code));
    if (is_it && step > after) found = step;
  }
  return found;
}

std::string base32(BytesView bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = held << 8 | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += letters[held >> (bits - 5) & 31U];
  }
  if (bits > 0) text += letters[held << (5 - bits) & 31U];
  return text;
}

}  // namespace limen::seal
