// FF1 for radices and lengths where a half fits 64 bits, which holds for every code (31^6 < 2^30).
#include "seal/code.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

#include "base/result.hpp"

namespace limen::seal {
namespace {

using Block = std::array<std::uint8_t, 16>;

struct CipherContext {
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  CipherContext() = default;
  ~CipherContext() { EVP_CIPHER_CTX_free(context); }
  CipherContext(const CipherContext&) = delete;
  CipherContext& operator=(const CipherContext&) = delete;
};

// AES-CBC-MAC with a zero IV: the PRF of SP 800-38G section 5.3 (algorithm 6). `data` is whole
// blocks.
Block prf(const EVP_CIPHER_CTX* keyed, BytesView data) {
  thread_local CipherContext scratch;
  thread_local Bytes out;
  out.resize(data.size());
  int size = 0;
  if (EVP_CIPHER_CTX_copy(scratch.context, keyed) != 1 ||
      EVP_EncryptUpdate(scratch.context, out.data(), &size, data.data(),
                        static_cast<int>(data.size())) != 1)
    throw std::runtime_error("OpenSSL refused AES");
  Block last;
  std::copy_n(out.end() - 16, 16, last.begin());
  return last;
}

// FF1 needs up to 16 bytes as one number; every compiler of record has this type.
__extension__ using Wide = unsigned __int128;

Wide number_of(BytesView bytes) {
  Wide n = 0;
  for (const auto b : bytes) n = (n << 8) | b;
  return n;
}

}  // namespace

Ff1::Ff1(BytesView key, std::uint32_t radix) : keyed_(EVP_CIPHER_CTX_new()), radix_(radix) {
  const Block zero_iv{};
  const EVP_CIPHER* cipher = key.size() == 16 ? EVP_aes_128_cbc() : EVP_aes_256_cbc();
  ASSERT(key.size() == 16 || key.size() == 32);
  if (EVP_EncryptInit_ex2(keyed_, cipher, key.data(), zero_iv.data(), nullptr) != 1)
    throw std::runtime_error("OpenSSL refused AES");
  EVP_CIPHER_CTX_set_padding(keyed_, 0);
}
Ff1::~Ff1() { EVP_CIPHER_CTX_free(keyed_); }

// SP 800-38G algorithm 7, FF1.Encrypt; the step numbers are the standard's. A and B stay numbers.
std::vector<std::uint32_t> Ff1::encrypt(BytesView tweak, std::vector<std::uint32_t> digits) const {
  const std::size_t n = digits.size(), u = n / 2, v = n - u;  // step 1
  // Step 3: b, the bytes that half a string takes.
  const auto half_bytes = static_cast<std::size_t>(
      std::ceil(std::ceil(static_cast<double>(v) * std::log2(static_cast<double>(radix_))) / 8));
  const std::size_t d = 4 * ((half_bytes + 3) / 4) + 4;  // step 4
  ASSERT(d <= 16);
  const auto value = [&](std::size_t from, std::size_t count) {
    std::uint64_t sum = 0;
    for (std::size_t i = from; i < from + count; ++i) sum = sum * radix_ + digits[i];
    return sum;
  };
  const auto power = [&](std::size_t exponent) {
    std::uint64_t p = 1;
    while (exponent-- > 0) p *= radix_;
    return p;
  };
  std::uint64_t a = value(0, u), b = value(u, v);  // step 2
  const std::size_t pad = (32 - (tweak.size() + half_bytes + 1) % 16) % 16;
  Bytes input(16 + tweak.size() + pad + 1 + half_bytes, 0);
  // Step 5: P.
  const Block head = {1,
                      2,
                      1,
                      static_cast<std::uint8_t>(radix_ >> 16),
                      static_cast<std::uint8_t>(radix_ >> 8),
                      static_cast<std::uint8_t>(radix_),
                      10,
                      static_cast<std::uint8_t>(u),
                      static_cast<std::uint8_t>(n >> 24),
                      static_cast<std::uint8_t>(n >> 16),
                      static_cast<std::uint8_t>(n >> 8),
                      static_cast<std::uint8_t>(n),
                      static_cast<std::uint8_t>(tweak.size() >> 24),
                      static_cast<std::uint8_t>(tweak.size() >> 16),
                      static_cast<std::uint8_t>(tweak.size() >> 8),
                      static_cast<std::uint8_t>(tweak.size())};
  std::copy(head.begin(), head.end(), input.begin());
  std::copy(tweak.begin(), tweak.end(), input.begin() + 16);
  for (std::uint8_t round = 0; round < 10; ++round) {
    input[16 + tweak.size() + pad] = round;  // step 6i: Q
    for (std::size_t i = 0; i < half_bytes; ++i)
      input[input.size() - 1 - i] = static_cast<std::uint8_t>(i < 8 ? b >> (8 * i) : 0);
    const Block s = prf(keyed_, input);                  // steps 6ii, 6iii
    const auto modulus = power(round % 2 == 0 ? u : v);  // step 6v
    const auto y = static_cast<std::uint64_t>(number_of(BytesView(s).first(d)) % modulus);
    const auto c = static_cast<std::uint64_t>((static_cast<Wide>(a) + y) % modulus);
    a = b;
    b = c;
  }
  for (std::size_t i = u; i-- > 0; a /= radix_) digits[i] = static_cast<std::uint32_t>(a % radix_);
  for (std::size_t i = n; i-- > u; b /= radix_) digits[i] = static_cast<std::uint32_t>(b % radix_);
  return digits;
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
