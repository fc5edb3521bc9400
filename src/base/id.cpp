// The text form of an Id.
#include "base/id.hpp"

#include <string_view>

namespace limen {
namespace {

// Where the byte number i stands in the text: after its hyphens.
constexpr std::size_t place_of(std::size_t i) {
  return 2 * i + (i >= 4) + (i >= 6) + (i >= 8) + (i >= 10);
}

int value_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string to_string(const Id& id) {
  constexpr std::string_view letters = "0123456789abcdef";
  std::string out(36, '-');
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    out[place_of(i)] = letters[id.bytes[i] >> 4];
    out[place_of(i) + 1] = letters[id.bytes[i] & 15];
  }
  return out;
}

std::optional<Id> parse_id(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  for (const std::size_t at : {8U, 13U, 18U, 23U})
    if (text[at] != '-') return std::nullopt;
  Id id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) {
    const int high = value_of(text[place_of(i)]);
    const int low = value_of(text[place_of(i) + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return id;
}

}  // namespace limen
