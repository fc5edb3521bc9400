// Sealed secrets: a text nobody sealed never opens, a sealed one opens under its own label only and
// gives back what went in, and each secret has one spelling.
#include <algorithm>
#include <string>

#include "fuzz/fuzz.hpp"
#include "seal/sealer.hpp"

namespace limen::seal {
namespace {

constexpr std::string_view labels[] = {"pass", "hand", "device", "key", "reference", "passx"};

const Sealer& sealer() {
  static const Sealer one(sha256("fuzz"));
  return one;
}

Sealed content_of(std::string_view& input) {
  Sealed out;
  for (auto& byte : out.id.bytes) byte = fuzz::take_byte(input);
  std::uint64_t expires = 0;
  for (int i = 0; i < 8; ++i) expires = expires << 8U | fuzz::take_byte(input);
  out.expires = from_ms(static_cast<std::int64_t>(expires));
  for (auto& byte : out.bits) byte = fuzz::take_byte(input);
  return out;
}

void check_stranger(std::string_view text) {
  for (const std::string_view label : labels) ASSERT(!sealer().unseal(label, text));
}

FUZZ(sealed) {
  const std::uint8_t variant = fuzz::take_byte(input);
  if (variant % 4 == 0) return check_stranger(input);
  const Sealed content = content_of(input);
  const std::string_view own = labels[variant / 4 % std::size(labels)];
  const Secret secret = sealer().seal(own, content);
  std::string text(secret.reveal());
  ASSERT(is_ascii(text) && !has_control(text));
  for (const std::string_view label : labels) {
    const auto opened = sealer().unseal(label, text);
    ASSERT(opened.has_value() == (label == own));
    ASSERT(!opened || *opened == content);
  }
  // Each pair of bytes left changes one letter.
  const std::string genuine = text;
  while (input.size() >= 2) {
    const std::size_t at = fuzz::take_byte(input) % text.size();
    text[at] = static_cast<char>(fuzz::take_byte(input));
  }
  if (text != genuine) check_stranger(text);
  check_stranger(genuine + "A");
  check_stranger(genuine.substr(1));
}

}  // namespace
}  // namespace limen::seal
