// FF1 for radices and lengths where a half fits 64 bits, which holds for every code (31^6 < 2^30).
#include "seal/code.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "base/result.hpp"
#include "seal/openssl.hpp"

namespace limen::seal {
namespace {

using Block = std::array<std::uint8_t, 16>;

// One block under a context that was keyed for AES without a mode: CBC is ours to do (below), since
// giving OpenSSL an IV costs three times the encryption of a block.
Block encrypt_block(EVP_CIPHER_CTX* keyed, const Block& block) {
  Block out;
  int size = 0;
  require(EVP_EncryptUpdate(keyed, out.data(), &size, block.data(), sizeof(Block)) == 1,
          "OpenSSL refused AES");
  return out;
}

// AES-CBC-MAC: the PRF of SP 800-38G section 5.3 (algorithm 6), taking up after the blocks whose
// MAC is `chained` (all zero: from the start). `data` is whole blocks.
Block prf(EVP_CIPHER_CTX* keyed, Block chained, BytesView data) {
  for (std::size_t at = 0; at < data.size(); at += chained.size()) {
    for (std::size_t i = 0; i < chained.size(); ++i) chained[i] ^= data[at + i];
    chained = encrypt_block(keyed, chained);
  }
  return chained;
}

// FF1 needs up to 16 bytes as one number; every compiler of record has this type.
__extension__ using Wide = unsigned __int128;

Wide number_of(BytesView bytes) {
  Wide n = 0;
  for (const auto b : bytes) n = (n << 8) | b;
  return n;
}

}  // namespace

Ff1::Ff1(BytesView key, std::uint32_t radix) : radix_(radix) {
  const EVP_CIPHER* cipher = key.size() == 16 ? EVP_aes_128_ecb() : EVP_aes_256_ecb();
  ASSERT(key.size() == 16 || key.size() == 32);
  Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> keyed(EVP_CIPHER_CTX_new());
  require(keyed != nullptr, "OpenSSL refused AES");
  require(EVP_EncryptInit_ex2(keyed.get(), cipher, key.data(), nullptr, nullptr) == 1,
          "OpenSSL refused AES");
  EVP_CIPHER_CTX_set_padding(keyed.get(), 0);
  keyed_ = keyed.release();
}
Ff1::~Ff1() { EVP_CIPHER_CTX_free(keyed_); }

// What FF1's two directions share (SP 800-38G algorithms 7 and 8; the step numbers are theirs):
// both halves as numbers, and the round function F(i, half) reduced to a half's modulus.
struct Ff1::Rounds {
  EVP_CIPHER_CTX* keyed;
  std::uint32_t radix;
  std::size_t u, v, half_bytes, d, pad, tweak_bytes;
  Bytes input;    // P || Q of step 6
  Block begun{};  // the MAC of all blocks but the last, the only one that differs between rounds
  std::uint64_t a = 0, b = 0;

  Rounds(EVP_CIPHER_CTX* cipher, std::uint32_t base, BytesView tweak,
         const std::vector<std::uint32_t>& digits)
      : keyed(cipher), radix(base), tweak_bytes(tweak.size()) {
    const std::size_t n = digits.size();
    u = n / 2;  // step 1
    v = n - u;
    const double bits = std::ceil(static_cast<double>(v) * std::log2(static_cast<double>(radix)));
    half_bytes = static_cast<std::size_t>(std::ceil(bits / 8));     // step 3: b
    d = 4 * ((half_bytes + 3) / 4) + 4;                             // step 4
    ASSERT(bits < 64);                                              // no half overflows; so d <= 12
    for (std::size_t i = 0; i < u; ++i) a = a * radix + digits[i];  // step 2
    for (std::size_t i = u; i < n; ++i) b = b * radix + digits[i];
    pad = (32 - (tweak_bytes + half_bytes + 1) % 16) % 16;
    input.assign(16 + tweak_bytes + pad + 1 + half_bytes, 0);
    const Block head = {1,
                        2,
                        1,
                        byte(radix, 16),
                        byte(radix, 8),
                        byte(radix, 0),
                        10,  // step 5: P
                        byte(u, 0),
                        byte(n, 24),
                        byte(n, 16),
                        byte(n, 8),
                        byte(n, 0),
                        byte(tweak_bytes, 24),
                        byte(tweak_bytes, 16),
                        byte(tweak_bytes, 8),
                        byte(tweak_bytes, 0)};
    std::copy(head.begin(), head.end(), input.begin());
    std::copy(tweak.begin(), tweak.end(), input.begin() + 16);
    // Round and half, nine bytes at most, are in the last block.
    begun = prf(keyed, begun, BytesView(input).first(input.size() - sizeof(Block)));
  }
  static std::uint8_t byte(std::uint64_t number, int shift) {
    return static_cast<std::uint8_t>(number >> shift);
  }
  std::uint64_t modulus(std::uint8_t round) const {  // step 6v
    std::uint64_t power = 1;
    for (std::size_t i = round % 2 == 0 ? u : v; i-- > 0;) power *= radix;
    return power;
  }
  std::uint64_t f(std::uint8_t round, std::uint64_t half) {
    input[16 + tweak_bytes + pad] = round;  // step 6i: Q
    for (std::size_t i = 0; i < half_bytes; ++i)
      input[input.size() - 1 - i] = static_cast<std::uint8_t>(half >> (8 * i));
    const Block s = prf(keyed, begun, BytesView(input).last(sizeof(Block)));  // 6ii, 6iii
    return static_cast<std::uint64_t>(number_of(BytesView(s).first(d)) % modulus(round));
  }
  std::vector<std::uint32_t> digits() const {
    std::vector<std::uint32_t> out(u + v);
    std::uint64_t left = a, right = b;
    for (std::size_t i = u; i-- > 0; left /= radix)
      out[i] = static_cast<std::uint32_t>(left % radix);
    for (std::size_t i = u + v; i-- > u; right /= radix)
      out[i] = static_cast<std::uint32_t>(right % radix);
    return out;
  }
};

std::vector<std::uint32_t> Ff1::encrypt(BytesView tweak, std::vector<std::uint32_t> digits) const {
  const std::lock_guard lock(mutex_);
  Rounds rounds(keyed_, radix_, tweak, digits);
  for (std::uint8_t round = 0; round < 10; ++round) {
    const std::uint64_t y = rounds.f(round, rounds.b);
    const auto c =
        static_cast<std::uint64_t>((static_cast<Wide>(rounds.a) + y) % rounds.modulus(round));
    rounds.a = rounds.b;
    rounds.b = c;
  }
  return rounds.digits();
}

std::vector<std::uint32_t> Ff1::decrypt(BytesView tweak, std::vector<std::uint32_t> digits) const {
  const std::lock_guard lock(mutex_);
  Rounds rounds(keyed_, radix_, tweak, digits);
  for (std::uint8_t round = 10; round-- > 0;) {
    const std::uint64_t y = rounds.f(round, rounds.a);
    const std::uint64_t m = rounds.modulus(round);
    const auto c = static_cast<std::uint64_t>((static_cast<Wide>(rounds.b) + m - y % m) % m);
    rounds.b = rounds.a;
    rounds.a = c;
  }
  return rounds.digits();
}

Codes::Codes(const Digest& key, std::size_t symbols)
    : cipher_(key, static_cast<std::uint32_t>(code_alphabet.size())), symbols_(symbols) {
  ASSERT(symbols >= 7 && symbols <= 12);
}

std::string Codes::code(std::string_view prefix, const Id& organisation,
                        std::uint64_t serial) const {
  std::vector<std::uint32_t> digits(symbols_);
  for (std::size_t i = symbols_; i-- > 0; serial /= code_alphabet.size())
    digits[i] = static_cast<std::uint32_t>(serial % code_alphabet.size());
  if (serial != 0) throw std::overflow_error("invitation serial exceeds the code length");
  std::string out(prefix);
  for (const auto digit : cipher_.encrypt(organisation.bytes, std::move(digits)))
    out += code_alphabet[digit];
  return out;
}

std::optional<std::uint64_t> Codes::serial(std::string_view prefix, const Id& organisation,
                                           std::string_view code) const {
  if (!code.starts_with(prefix) || code.size() != prefix.size() + symbols_) return std::nullopt;
  std::vector<std::uint32_t> digits;
  for (const char c : code.substr(prefix.size())) {
    const std::size_t digit = code_alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    digits.push_back(static_cast<std::uint32_t>(digit));
  }
  std::uint64_t serial = 0;
  for (const auto digit : cipher_.decrypt(organisation.bytes, std::move(digits)))
    serial = serial * code_alphabet.size() + digit;
  return serial;
}

std::optional<std::string> normalise_code(std::string_view typed) {
  if (typed.size() > 64) return std::nullopt;
  std::string out;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (!((upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9'))) return std::nullopt;
    out += upper;
  }
  if (out.size() < 7 || out.size() > 20) return std::nullopt;
  return out;
}

}  // namespace limen::seal
