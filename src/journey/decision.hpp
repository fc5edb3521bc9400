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

struct Rules;
struct Session;
struct Skill;

enum class Level : std::uint8_t { high, medium, low, unavailable, unknown };
std::string_view to_string(Level level);  // "HIGH", …

// Every factor there is, in the order of a decision's list. Rules name them, stored ones, too: a
// name is never taken back.
constexpr std::array<std::string_view, 12> factor_names = {
    "Applicant integrity", "MRZ check digits",
    "Document expiry",     "Document type and country",
    "Cross-check",         "Age",
    "Image quality",       "Document reading",
    "Face verification",   "Face liveness",
    "Duplicates",          "Face presence"};

struct Factor {
  std::string name;
  Level level = Level::unavailable;
  std::optional<int> score{};  // 0 (likely fraud) to 100; nothing when not computed
  std::string explanation;
  friend bool operator==(const Factor&, const Factor&) = default;
};

// What a step of the skill asked for, as far as factors depend on it. A decision keeps it, so that
// it can be made again when the skill's file says something else, or is gone.
struct Asked {
  std::string step;
  bool has_zone = false;                                      // a field of a machine-readable zone
  std::vector<std::string> documents{}, faces{}, pictures{};  // types of uploads, by what they show
  friend bool operator==(const Asked&, const Asked&) = default;
};

std::vector<Asked> asked_by(const Skill& skill);

struct Decision {
  Level level = Level::medium;  // high, medium or low
  std::string rules_version;
  std::vector<Factor> factors{};
  Time at;
  std::vector<Asked> asked{};  // empty: made before this was kept
  friend bool operator==(const Decision&, const Decision&) = default;
};

// From what the session holds when its last step is in, by the rules that stand in the skill. `now`
// decides about document expiry. Of the skill it asks its rules and what `Asked` keeps, no more
// (replay.hpp).
Decision decide(const Session& session, const Skill& skill, Time now);

// The worst of what the factors count as (rules.hpp). One that the rules speak of and that is not
// there is UNAVAILABLE.
Level fold(const std::vector<Factor>& factors, const Rules& rules);

}  // namespace limen::journey
