// Facts to trust factors, factors to HIGH, MEDIUM or LOW. A factor that nothing computed is
// UNAVAILABLE, never an invented HIGH. Pure: what a picture says arrives as a reading; reading
// pictures is not done here.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace limen::journey {

struct Session;
struct Skill;

enum class Level : std::uint8_t { high, medium, low, unavailable, unknown };
std::string_view to_string(Level level);  // "HIGH", …

// Every factor there is, in the order of a decision's list. A skill's `required_factors` come from
// here.
constexpr std::array<std::string_view, 11> factor_names = {
    "Applicant integrity", "MRZ check digits",
    "Document expiry",     "Document type and country",
    "Cross-check",         "Age",
    "Image quality",       "Document reading",
    "Face verification",   "Face liveness",
    "Duplicates"};

struct Factor {
  std::string name;
  Level level = Level::unavailable;
  std::optional<int> score{};  // 0 (likely fraud) to 100; nothing when not computed
  std::string explanation;
  friend bool operator==(const Factor&, const Factor&) = default;
};

struct Decision {
  Level level = Level::medium;  // high, medium or low
  std::string rules_version;
  std::vector<Factor> factors{};
  Time at;
  friend bool operator==(const Decision&, const Decision&) = default;
};

// From what the session holds when its last step is in. `now` decides about document expiry.
Decision decide(const Session& session, const Skill& skill, Time now);

// any LOW: LOW; any MEDIUM or UNKNOWN, or a required factor UNAVAILABLE or absent: MEDIUM; else
// HIGH.
Level fold(const std::vector<Factor>& factors, const std::vector<std::string>& required);

}  // namespace limen::journey
