// Reading rules out of a table somebody has opened: a skill's, or a file's own. Private to the
// room; rules.hpp has what others call.
#pragma once

#include "journey/rules.hpp"
#include "journey/tables.hpp"

namespace limen::journey {

// All of them, from a table that holds nothing else.
Rules rules_in(Tables& tables, const toml::table& table);
// The three keys a skill may hold itself where it says no more: the same, written shorter.
Rules short_rules_in(Tables& tables, const toml::table& skill);

}  // namespace limen::journey
