// The engine's result as text: strictly read, as a stranger's would be, although only the engine
// can sign one. It is kept with the session, shown to reviewers and signed into receipts.
#pragma once

#include <string_view>

#include "base/id.hpp"
#include "base/result.hpp"
#include "journey/faces.hpp"

namespace limen::onboard {

constexpr std::size_t findings_bytes = 16 * 1024;
constexpr std::size_t finding_points = 200;  // code points of one explanation

// {"check":"<id>","faces":{"presence"?:{"level","score"?,"explanation"?},"match"?,"liveness"?}}, at
// least one of the three and nothing else. Refuses with malformed_json, too_large, missing_fields,
// unknown_fields and invalid_field, naming the member.
Result<journey::Faces> read_findings(std::string_view text, const Id& check);

}  // namespace limen::onboard
