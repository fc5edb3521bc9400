// What a reviewer sees beside the pictures of a session: what was read in each, and who states what
// about the person. It exists for the operator's surface alone: no other door shows it, and the
// person's own token never does. Who may see it is asked before.
#pragma once

#include <vector>

#include "base/json.hpp"
#include "journey/reading.hpp"
#include "journey/statements.hpp"

namespace limen::doors::operators {

// {"readable","width","height","quality","zone"}; null when nobody looked.
json::value reading_json(const std::optional<journey::Reading>& reading);
// [{"source","uploadId","certain","counts","fields","checks"}]
json::array statements_json(const std::vector<journey::Statement>& statements);

// Adds `shows` and `reading` to each of the session's `files`, and `statements`. `skill` is an
// empty one when the catalogue no longer has it: then nothing says which pictures were of a
// document.
void add_evidence(json::object& out, const journey::Session& session, const journey::Skill& skill,
                  Time now);

}  // namespace limen::doors::operators
