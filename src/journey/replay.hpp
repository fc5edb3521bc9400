// Replay: a decision made once more, of the same session at the same moment, by the same or by
// other rules, and what is different then. It exists so that a result can be explained, and rules
// tried out on what has been. Pure: nothing of a session is changed by looking at it again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "journey/session.hpp"

namespace limen::journey {

// As far as a decision asks of it.
Skill skill_of(const std::vector<Asked>& asked, const Rules& rules);

// By `rules`, from what the session holds and what its skill asked for then. `skill` is how it
// stands now, or null: only decisions that kept nothing of it need it. Nothing when the session was
// not decided, or is one of those and its skill is gone.
std::optional<Decision> decide_again(const Session& session, const Rules& rules,
                                     const Skill* skill);

// A factor in two decisions, each with what it counted as.
struct FactorPair {
  std::string factor;
  std::optional<Level> before, after;  // nothing: it is not in that one
  Level counted_before, counted_after;
  bool differs() const { return before != after || counted_before != counted_after; }
};
struct Judged {
  const Decision& decision;
  const Rules& rules;
};
// Every factor of either, in the order of the first, what only the second has at the end.
std::vector<FactorPair> compare(const Judged& before, const Judged& after);

}  // namespace limen::journey
