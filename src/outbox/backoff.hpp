// How long to wait before the next attempt. Full jitter: any time up to a bound that doubles, so
// that letters refused together do not come back together. Randomness is given.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "seal/entropy.hpp"

namespace limen::outbox {

// first, doubled for each attempt after the first, at most longest. `attempt` counts from 1.
Millis backoff_bound(Millis first, Millis longest, std::uint32_t attempt);
// Uniform in [least, most], both included.
Millis draw_between(seal::Entropy& entropy, Millis least, Millis most);

}  // namespace limen::outbox
