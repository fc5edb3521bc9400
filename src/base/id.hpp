// Id: 128 bits that name a thing, written as a UUID (RFC 9562). An id is public and opens nothing;
// rights are grants. Who draws the bits is seal/entropy.hpp.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace limen {

struct Id {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Id&, const Id&) = default;
  bool is_nil() const { return *this == Id{}; }
  std::span<const std::uint8_t> view() const { return bytes; }
};

// "7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b", lower case.
std::string to_string(const Id& id);
// Accepts the 36-character form in any case and nothing else (no braces, no "urn:uuid:").
std::optional<Id> parse_id(std::string_view text);

}  // namespace limen

template <>
struct std::hash<limen::Id> {
  std::size_t operator()(const limen::Id& id) const noexcept {
    std::size_t h = 14695981039346656037ULL;
    for (const auto b : id.bytes) h = (h ^ b) * 1099511628211ULL;
    return h;
  }
};
