// Invitation codes as people type them, and the permutation behind them: one spelling after
// normalising, one serial for each well-formed code, and the way back.
#include "seal/code.hpp"

#include <algorithm>
#include <string>

#include "fuzz/fuzz.hpp"

namespace limen::seal {
namespace {

constexpr std::string_view prefix = "SNF";

const Codes& codes(std::size_t symbols) {
  static const Digest key = sha256("fuzz");
  static const Codes seven(key, 7), nine(key, 9), twelve(key, 12);
  return symbols == 7 ? seven : symbols == 9 ? nine : twelve;
}

void check_typed(std::string_view typed) {
  const auto code = normalise_code(typed);
  if (!code) return;
  ASSERT(code->size() >= 7 && code->size() <= 20);
  ASSERT(std::ranges::all_of(
      *code, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }));
  ASSERT(normalise_code(*code) == code);
  ASSERT(normalise_code(lower_ascii(*code)) == code);
  const Id organisation{};
  for (const std::size_t symbols : {7U, 9U, 12U}) {
    const auto serial = codes(symbols).serial(prefix, organisation, *code);
    if (!serial) continue;
    ASSERT(code->size() == prefix.size() + symbols);
    ASSERT(codes(symbols).code(prefix, organisation, *serial) == *code);
  }
}

FUZZ(code) {
  check_typed(input);
  Id organisation{};
  const std::uint8_t variant = fuzz::take_byte(input);
  std::uint64_t serial = 0;
  for (int i = 0; i < 5; ++i) serial = serial << 8U | fuzz::take_byte(input);
  for (auto& byte : organisation.bytes) byte = fuzz::take_byte(input);
  const Codes& cipher = codes(variant % 2 == 0 ? 9 : 12);
  const std::uint64_t most = variant % 2 == 0 ? 26'439'622'160'670 : ~std::uint64_t{0};
  const std::string code = cipher.code(prefix, organisation, serial % most);
  ASSERT(normalise_code(code) == code);
  ASSERT(cipher.serial(prefix, organisation, code) == serial % most);
  // Of another organisation it is another invitation's, or nobody's.
  organisation.bytes[0] ^= 1U;
  ASSERT(cipher.code(prefix, organisation, serial % most) != code);
}

}  // namespace
}  // namespace limen::seal
