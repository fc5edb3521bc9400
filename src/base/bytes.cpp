// Encoders and strict decoders. "Strict" means decode(encode(x)) == x and encode(decode(t)) == t:
// one secret has one spelling, so a changed character never passes as the same secret.
#include "base/bytes.hpp"

#include <array>

namespace limen {
namespace {

constexpr std::string_view url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view plain_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> reverse(std::string_view letters) {
  std::array<std::int8_t, 256> table{};
  for (auto& v : table) v = -1;
  for (std::size_t i = 0; i < letters.size(); ++i)
    table[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
  return table;
}

constexpr auto url_values = reverse(url_letters);
constexpr auto plain_values = reverse(plain_letters);

std::string encode(BytesView in, std::string_view letters) {
  std::string out((in.size() * 4 + 2) / 3, '\0');
  // Through pointers of its own: what is written through a std::string may be that string, as far
  // as a compiler knows, and is looked up again for every letter.
  char* to = out.data();
  const auto put = [&to, all = letters.data()](std::uint32_t bits) { *to++ = all[bits & 63]; };
  std::size_t from = 0;
  for (; from + 3 <= in.size(); from += 3) {
    const std::uint32_t three =
        (std::uint32_t{in[from]} << 16) | (std::uint32_t{in[from + 1]} << 8) | in[from + 2];
    put(three >> 18);
    put(three >> 12);
    put(three >> 6);
    put(three);
  }
  const std::size_t rest = in.size() - from;
  if (rest == 0) return out;
  const std::uint32_t last =
      (std::uint32_t{in[from]} << 16) | (rest == 2 ? std::uint32_t{in[from + 1]} << 8 : 0);
  put(last >> 18);
  put(last >> 12);
  if (rest == 2) put(last >> 6);
  return out;
}

std::optional<Bytes> decode(std::string_view in, const std::array<std::int8_t, 256>& values) {
  if (in.size() % 4 == 1) return std::nullopt;
  Bytes out;
  out.reserve(in.size() * 3 / 4);
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : in) {
    const int value = values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    buffer = (buffer << 6) | static_cast<std::uint32_t>(value);
    if ((bits += 6) >= 8) out.push_back(static_cast<std::uint8_t>(buffer >> (bits -= 8)));
  }
  if ((buffer & ((1U << bits) - 1)) != 0) return std::nullopt;  // spare bits must be zero
  return out;
}

}  // namespace

std::string base64url(BytesView bytes) { return encode(bytes, url_letters); }
std::optional<Bytes> from_base64url(std::string_view text) { return decode(text, url_values); }

std::string base64(BytesView bytes) {
  std::string out = encode(bytes, plain_letters);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  return decode(text.substr(0, text.size() - padding), plain_values);
}

std::string hex(BytesView bytes) {
  constexpr std::string_view letters = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t b : bytes) {
    out += letters[b >> 4];
    out += letters[b & 15];
  }
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  const auto value = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  Bytes out;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = value(text[i]), low = value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

}  // namespace limen
