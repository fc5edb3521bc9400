// Bytes and their text forms: base64url (RFC 4648 section 5, no padding), base64, hex. Decoders
// accept exactly one spelling of each value: padding where none belongs, spare bits and foreign
// letters are refused. It does not compare secrets; that is seal/digest.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace limen {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string base64url(BytesView bytes);
std::optional<Bytes> from_base64url(std::string_view text);
// Standard alphabet with padding, as HTTP Basic wants it (RFC 7617 section 2). Unpadded input is
// refused.
std::string base64(BytesView bytes);
std::optional<Bytes> from_base64(std::string_view text);
std::string hex(BytesView bytes);
std::optional<Bytes> from_hex(std::string_view text);

// 0 to 15, -1 for what is no hexadecimal digit.
inline int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace limen
