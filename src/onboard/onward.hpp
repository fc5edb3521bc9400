// Going on after the agreement: where an organisation chose a skill for it, whoever agrees to an
// invitation goes through that skill next. The journey is an enrolment like a back end's own, with
// one difference: the connection owns it and names it. So it is the person's while the agreement
// stands, and its data is the organisation's as long (A27). The agreement itself is connect.hpp's.
#pragma once

#include <optional>

#include "onboard/desk.hpp"

namespace limen::onboard {

// Whether it is such a journey: sessionId and owner are one. A back end that chose the GUID of a
// connection for an enrolment of its own owns it with a key, and so has another session.
bool is_onward(const Session& session);

// The one of that connection, in whatever state.
std::optional<Session> onward_session(Desk& desk, const Connection& connection);

// What follows for that person: the skill of the session under way, else the one the organisation
// chose. Null: nothing.
const journey::Skill* onward_skill(Desk& desk, const Connection& connection);

// For who has just agreed: the session under way or finished, else a new one whose applicant is who
// was invited, with the date of birth given. Until a step is sent a later date of birth counts.
// Nothing when no skill is chosen, when time has run out, or when the session could not be opened,
// of which the organisation gets an alarm ("onward_refused"). Writes the session.
std::optional<Session> go_on(Desk& desk, const Connection& connection);

// The session that this invitation began and its code leads back to: agreed to and not finished.
std::optional<Session> begun_by(Desk& desk, const Grant& invitation);

// Whether the person may still use it: the agreement stands and the invitation is not revoked.
bool is_open_to_person(Desk& desk, const Session& session);
// Whether the organisation may see it: the agreement stands. True of every other session.
bool is_shared(Desk& desk, const Session& session);

}  // namespace limen::onboard
