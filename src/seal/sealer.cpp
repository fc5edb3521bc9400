// The sealed text and its MAC. The MAC covers the label, so a text of one kind never passes as
// another.
#include "seal/sealer.hpp"

#include <algorithm>

namespace limen::seal {
namespace {

constexpr std::string_view tag = "lmn_";
constexpr std::size_t body_bytes = 16 + 8 + 32;
constexpr std::size_t mac_bytes = 16;
constexpr std::size_t text_letters = (body_bytes + mac_bytes) / 3 * 4;

}  // namespace

Sealer::Sealer(const Digest& root)
    : root_(std::make_unique<Hmac>(root)),
      mac_(std::make_unique<Hmac>(key_for("seal/mac"))),
      derive_(std::make_unique<Hmac>(key_for("seal/derive"))) {}
Sealer::~Sealer() = default;

Digest Sealer::key_for(std::string_view label) const {
  return (*root_)({as_bytes("limen/1/"), as_bytes(label)});
}

Bits256 Sealer::derive(std::string_view label, BytesView context) const {
  const std::uint8_t separator = 0;
  return (*derive_)({as_bytes(label), {&separator, 1}, context});
}

Secret Sealer::seal(std::string_view label, const Sealed& what) const {
  Bytes raw;
  raw.reserve(body_bytes + mac_bytes);
  raw.insert(raw.end(), what.id.bytes.begin(), what.id.bytes.end());
  const auto expires = static_cast<std::uint64_t>(to_ms(what.expires));
  for (int shift = 56; shift >= 0; shift -= 8)
    raw.push_back(static_cast<std::uint8_t>(expires >> shift));
  raw.insert(raw.end(), what.bits.begin(), what.bits.end());
  const Digest mac = (*mac_)({as_bytes(label), raw});
  raw.insert(raw.end(), mac.begin(), mac.begin() + mac_bytes);
  std::string text(tag);
  text += label;
  text += '_';
  text += base64url(raw);
  return Secret(std::move(text));
}

std::optional<Sealed> Sealer::unseal(std::string_view label, std::string_view text) const {
  const std::size_t head = tag.size() + label.size() + 1;
  if (text.size() != head + text_letters || !text.starts_with(tag)) return std::nullopt;
  if (text.substr(tag.size(), label.size()) != label || text[head - 1] != '_') return std::nullopt;
  const auto raw = from_base64url(text.substr(head));
  if (!raw) return std::nullopt;
  const BytesView body = BytesView(*raw).first(body_bytes);
  const Digest mac = (*mac_)({as_bytes(label), body});
  if (!equal_in_time(BytesView(mac).first(mac_bytes), BytesView(*raw).subspan(body_bytes)))
    return std::nullopt;
  Sealed out;
  std::copy_n(body.begin(), 16, out.id.bytes.begin());
  std::uint64_t expires = 0;
  for (std::size_t i = 16; i < 24; ++i) expires = (expires << 8) | body[i];
  out.expires = from_ms(static_cast<std::int64_t>(expires));
  std::copy_n(body.begin() + 24, 32, out.bits.begin());
  return out;
}

}  // namespace limen::seal
