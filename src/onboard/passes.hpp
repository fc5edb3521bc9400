// What answer, attach and settle share: reading a nonce, saving a session with what its end brings,
// raising an alarm. Private to onboard/; no door includes it.
#pragma once

#include <string_view>

#include "onboard/open.hpp"

namespace limen::onboard {

struct Pass {
  SessionId session;
  std::uint32_t position = 0;
};
// A genuine, unexpired nonce of that session (nil: of any); invalid_nonce otherwise, with the
// reason only when it is genuine but expired.
Result<Pass> read_pass(Desk& desk, std::string_view nonce, const SessionId& session);

// Saves with compare-and-swap, and returns what was saved. A session that is completed with it is
// decided, or waits for an engine that is asked in the same commit; it leaves its enrolment in the
// same commit, and what its receipt will need is drawn. Conflict when somebody else saved first.
Result<Session> save(Desk& desk, const Session& before, Session after);

void raise_alarm(Desk& desk, const Session& session, std::string what, std::string detail);

}  // namespace limen::onboard
