// Decisions made again: one session's, to explain it or to try other rules on it, and those of past
// sessions of a skill, a page at a time. Nothing here changes anything, and nothing said here is
// about a person beyond what the session's own result says.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "journey/replay.hpp"
#include "onboard/desk.hpp"

namespace limen::onboard {

struct DecidedAgain {
  journey::Rules own, tried;  // it was decided by; it was decided by again
  journey::Decision again;
  std::vector<journey::FactorPair> factors{};
};
// By `tried`, or by its own rules. Refuses with conflict unless it was decided, and when nobody can
// say any more what its skill asked for.
Result<DecidedAgain> decide_again(const Desk& desk, const Session& session,
                                  const std::optional<journey::Rules>& tried);

// Sessions one page of a trial decides again, at most.
constexpr std::size_t trial_rows = 100;

struct TrialChange {
  SessionId id;
  Time at;
  journey::Level before, after;
  std::vector<std::string> factors{};  // that count as something else now
};
struct TrialPage {
  std::size_t seen = 0;          // sessions of that skill looked at
  std::size_t undecided = 0;     // of them: not completed
  std::size_t unrepeatable = 0;  // of them: the skill is gone, and they kept nothing of it
  // How many went from which level to which: high, medium, low.
  std::array<std::array<std::size_t, 3>, 3> moved{};
  std::vector<TrialChange> changes{};  // of those whose level is another
  std::optional<Id> next{};
};
struct Trial {
  std::string skill;
  std::optional<journey::Rules> tried{};  // nothing: each by its own
  std::optional<Time> from{}, to{};       // of beginning
};
// Newest first.
TrialPage try_rules(const Desk& desk, const TenantId& tenant, const Trial& trial,
                    const SearchPage& page);

}  // namespace limen::onboard
