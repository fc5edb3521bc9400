// Looking without changing: what a journey wants next, and sessions as their owner, the back end or
// an operator may see them. Nothing here writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onboard/caller.hpp"

namespace limen::onboard {

// The session `session_id` names for this caller: device token → sessions it owns; enrolment token
// and reference → the one they are bound to (also by the customer's GUID); key or access token with
// read_all, enrol or operate → any of the organisation. unknown_session otherwise, not_yours for a
// device or enrolment token of the same installation that does not own it.
Result<Session> find_session(Desk& desk, const Caller& caller, std::string_view session_id);
// Device and enrolment door rule of whose session it is; shared with answer and attach.

// Numeric status of the device door (VC5): 0 not completed, 1 not verified, 2 verified, 3 approved
// by a person, 4 pending, 1000 rejected by a person.
int device_status(const Session& session);
// Status word of the enrolment door (VD2): PENDING, EXPIRED, WAITING_FOR_MANUAL_APPROVE,
// AUTO_APPROVED, MANUAL_APPROVED, AUTO_REJECTED, MANUAL_REJECTED.
std::string_view enrolment_status(const Session& session, Time now);

// Whether its time ran out before it was finished; finished ones stay what they are.
bool has_run_out(const Session& session, Time now);

// A page of sessions, oldest first.
std::vector<Session> sessions(Desk& desk, const TenantId& tenant, const SessionFilter& filter,
                              const Page& page);

// An operator's word on a completed session; refuses with absent, conflict.
Result<Session> review_session(Desk& desk, const TenantId& tenant, const SessionId& id,
                               bool approve, std::string by, std::string reason);

}  // namespace limen::onboard
