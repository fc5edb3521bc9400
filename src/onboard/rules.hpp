// Which rules decide a session: those in force when it began, whatever its skill's file says now.
// Each set of rules is stored once, under its digest, and the session names it. What rules say is
// journey/rules.hpp.
#pragma once

#include <optional>

#include "onboard/desk.hpp"

namespace limen::onboard {

// `session` begins under its skill's rules.
void pin_rules(Desk& desk, Session& session, const journey::Skill& skill);

// Those `session` is decided by; `skill` stands in for a session that began before rules were
// pinned. Nothing when it has none and `skill` is null.
std::optional<journey::Rules> rules_of(const Desk& desk, const Session& session,
                                       const journey::Skill* skill);

// The skill with the rules of that session; nothing when it holds them already.
std::optional<journey::Skill> with_rules_of(const Desk& desk, const Session& session,
                                            const journey::Skill& skill);

}  // namespace limen::onboard
