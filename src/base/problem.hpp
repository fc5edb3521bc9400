// A refusal as a value: what went wrong, coarse enough for a door to choose a status, exact enough
// for a developer to fix the call. It exists so that nothing below the doors knows an HTTP status.
// It is not for outages (those throw) nor for our own bugs (those assert).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace limen {

enum class Fault : std::uint8_t {
  malformed,        // the request's own content is wrong
  unauthenticated,  // we do not know, or do not believe, who asks
  forbidden,        // we know who asks; they may not
  absent,           // no such thing for this caller
  conflict,         // it exists already, or the state does not allow it
  gone,             // it was genuine and its time is over
  limited,          // too much, too often
  unavailable,      // ours: nothing was changed, try again
};

// The budget that was used up, for the RateLimit fields of a 429: `quota` in `window`.
struct Limit {
  std::string_view policy;
  std::uint32_t quota;
  std::chrono::seconds window;

  friend bool operator==(const Limit&, const Limit&) = default;
};

// `code` is one of base/problem_codes.hpp. `field` names the input at fault, in the spelling of the
// use case (snake_case); a door may translate it. `detail` may be shown. `note` is for the log
// only.
struct Problem {
  Fault fault;
  std::string_view code;
  std::string field{};
  std::string detail{};
  std::string note{};
  std::optional<std::chrono::seconds> retry_after{};
  std::optional<Limit> limit{};

  friend bool operator==(const Problem&, const Problem&) = default;
};

}  // namespace limen
