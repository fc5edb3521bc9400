// Whose session it is, and how a session looks from outside.
#include "onboard/inspect.hpp"

#include "base/problem_codes.hpp"
#include "journey/advance.hpp"
#include "onboard/onward.hpp"
#include "onboard/passes.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;
using journey::Level;
using journey::State;

namespace {

std::unexpected<Problem> unknown_session() {
  return refuse(Fault::absent, codes::unknown_session, "no such session");
}

bool is_own(const Session& session, const Grant& grant) {
  if (grant.kind == Kind::device) return session.owner == grant.id;
  return session.id == grant.terms.bond.to;  // enrolment token, reference and phone
}

}  // namespace

Result<Session> find_session(Desk& desk, const Caller& caller, std::string_view session_id) {
  const auto id = parse_id(session_id);
  if (!id) return unknown_session();
  auto session = desk.ledger.session(*id);
  if (!session || session->tenant != caller.tenant())
    session = desk.ledger.session_by_caller_id(caller.tenant(), std::string(session_id));
  const bool is_personal = caller.grant.kind == Kind::device ||
                           caller.grant.kind == Kind::enrolment ||
                           caller.grant.kind == Kind::reference || caller.grant.kind == Kind::phone;
  if (is_personal) {
    // s3: "does not allow access to any data other than what has been submitted with the ephemeral
    // token itself". Whether somebody else's session exists is not told.
    if (!session || !is_own(*session, caller.grant))
      return refuse(Fault::forbidden, codes::not_yours, "this token does not own that session");
    return std::move(*session);
  }
  const bool may_read =
      intersects(caller.grant.terms.may, Scope::read_all | Scope::enrol | Scope::operate);
  if (!session || !may_read) return unknown_session();
  // A27: who has withdrawn is nobody's to read any more. Staff still see what they are to erase.
  const bool is_staff = intersects(caller.grant.terms.may, Scope::operate);
  if (!is_staff && !is_shared(desk, *session)) return unknown_session();
  return std::move(*session);
}

int device_status(const Session& session) {
  switch (session.state) {
    case State::open:
    case State::abandoned:
    case State::expired: return 0;
    case State::approved: return 3;
    case State::rejected: return 1000;
    case State::completed: break;
  }
  if (!session.decision) return 4;
  switch (session.decision->level) {
    case Level::high: return 2;
    case Level::low: return 1;
    default: return 4;
  }
}

std::string_view enrolment_status(const Session& session, Time now) {
  switch (session.state) {
    case State::open: return now >= session.expires ? "EXPIRED" : "PENDING";
    case State::abandoned:
    case State::expired: return "EXPIRED";
    case State::approved: return "MANUAL_APPROVED";
    case State::rejected: return "MANUAL_REJECTED";
    case State::completed: break;
  }
  if (!session.decision) return "PENDING";
  switch (session.decision->level) {
    case Level::high: return "AUTO_APPROVED";
    case Level::low: return "AUTO_REJECTED";
    default: return "WAITING_FOR_MANUAL_APPROVE";
  }
}

bool has_run_out(const Session& session, Time now) {
  return session.state == State::expired || session.state == State::abandoned ||
         (session.state == State::open && journey::is_over(session, now));
}

std::vector<Session> sessions(Desk& desk, const TenantId& tenant, const SessionFilter& filter,
                              const Page& page) {
  return desk.ledger.sessions(tenant, filter, page);
}

Result<Session> review_session(Desk& desk, const TenantId& tenant, const SessionId& id,
                               bool approve, std::string by, std::string reason) {
  const auto session = desk.ledger.session(id);
  if (!session || session->tenant != tenant) return unknown_session();
  const auto verdict = approve ? journey::ReviewVerdict::approve : journey::ReviewVerdict::reject;
  Session after =
      TRY(journey::reviewed(*session, verdict, {std::move(by), std::move(reason), desk.at.now}));
  return save(desk, *session, std::move(after));
}

}  // namespace limen::onboard
