// The short human code of an invitation. A code is the invitation's serial number encrypted with
// FF1 (NIST SP 800-38G) over the code alphabet: unique by construction, unpredictable without the
// key, and computable again when the letter is written, so no code is stored anywhere (ADR 0010).
// Comparing it with what a person typed is grant/engine.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "seal/digest.hpp"

struct evp_cipher_ctx_st;

namespace limen::seal {

// FF1 of SP 800-38G with AES (key of 16 or 32 bytes): a permutation of numeral strings of one
// length. `digits` are numerals below `radix`, most significant first; radix^length must be at
// least 10^6. Thread-safe.
class Ff1 {
 public:
  Ff1(BytesView key, std::uint32_t radix);
  ~Ff1();
  Ff1(const Ff1&) = delete;
  Ff1& operator=(const Ff1&) = delete;
  std::vector<std::uint32_t> encrypt(BytesView tweak, std::vector<std::uint32_t> digits) const;
  std::vector<std::uint32_t> decrypt(BytesView tweak, std::vector<std::uint32_t> digits) const;

 private:
  struct Rounds;
  evp_cipher_ctx_st* keyed_;  // one cipher at a time: setting one up costs more than ten rounds
  mutable std::mutex mutex_;
  std::uint32_t radix_;
};

// The 31 letters and digits people do not take for each other: no 0 or O, no 1, I or L. Nine of
// them are 44.6 bits.
constexpr std::string_view code_alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";

class Codes {
 public:
  // `symbols`: random symbols behind the prefix, 7 to 12.
  Codes(const Digest& key, std::size_t symbols);

  // The code of an organisation's invitation number `serial`, e.g. "SNF" + "F3I2…". Throws
  // std::overflow_error when the serial no longer fits the symbols.
  std::string code(std::string_view prefix, const Id& organisation, std::uint64_t serial) const;

  // The serial whose code this is; every well-formed code has one, issued or not. Nothing when it
  // is not `prefix` and the right number of symbols. `code` is as normalise_code gives it.
  std::optional<std::uint64_t> serial(std::string_view prefix, const Id& organisation,
                                      std::string_view code) const;
  std::size_t symbols() const { return symbols_; }

 private:
  Ff1 cipher_;
  std::size_t symbols_;
};

// What a person typed, in the one spelling codes have: ASCII upper case, without spaces and
// hyphens. Nothing when a character is left that no code has (no Unicode folding: ı, ſ and
// full-width letters are refused) or the length is absurd.
std::optional<std::string> normalise_code(std::string_view typed);

}  // namespace limen::seal
