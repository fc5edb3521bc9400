// Doubling without overflow, and an unbiased enough draw: 64 random bits over at most some hours of
// milliseconds leave a bias below 2^-30. It knows neither letters nor clocks.
#include "outbox/backoff.hpp"

#include <algorithm>
#include <array>

#include "base/result.hpp"

namespace limen::outbox {

Millis backoff_bound(Millis first, Millis longest, std::uint32_t attempt) {
  Millis bound = std::min(first, longest);
  for (std::uint32_t i = 1; i < attempt && bound < longest; ++i) bound *= 2;
  return std::min(bound, longest);
}

Millis draw_between(seal::Entropy& entropy, Millis least, Millis most) {
  ASSERT(least <= most);
  std::array<std::uint8_t, 8> bytes{};
  entropy.fill(bytes);
  std::uint64_t bits = 0;
  for (const auto byte : bytes) bits = (bits << 8) | byte;
  const auto span = static_cast<std::uint64_t>((most - least).count()) + 1;
  return least + Millis{static_cast<std::int64_t>(bits % span)};
}

}  // namespace limen::outbox
