// See onward.hpp.
#include "onboard/onward.hpp"

#include "base/limits.hpp"
#include "journey/advance.hpp"
#include "onboard/caller.hpp"
#include "onboard/inspect.hpp"
#include "onboard/open.hpp"

namespace limen::onboard {
namespace {

Session with_birth_of(Desk& desk, Session session, const Connection& connection) {
  const bool is_untouched = session.state == journey::State::open && session.steps.empty();
  if (!is_untouched || session.applicant->date_of_birth == connection.date_of_birth) return session;
  Session after = session;
  after.applicant->date_of_birth = connection.date_of_birth;
  after.updated = desk.at.now;
  ++after.version;
  return desk.ledger.save_session(session, after) ? after : session;
}

std::optional<Session> open_for(Desk& desk, const Connection& connection, const Grant& invitation) {
  const auto organisation = organisation_of(desk, connection.tenant);
  if (organisation->invited_skill.empty()) return std::nullopt;
  Opening opening{journey::Door::enrolment, organisation->invited_skill};
  opening.caller_id = to_string(connection.id);
  opening.applicant = {.first_name = connection.first_name,
                       .last_name = connection.last_name,
                       .additional_names = {},
                       .date_of_birth = connection.date_of_birth};
  // Law 4: whether the invitation was revoked is known as long as its row is there.
  opening.latest = invitation.terms.expires + limits::invitation_kept;
  Caller person;
  person.grant.id = connection.id;
  person.grant.kind = grant::Kind::connection;
  person.grant.tenant = connection.tenant;
  auto session = open_session(desk, person, opening);
  if (session) return std::move(*session);
  desk.ledger.add_alarm({seal::draw_id(desk.at.entropy, desk.at.now), connection.tenant,
                         desk.at.now, "onward_refused", to_string(connection.id),
                         std::string(session.error().code)});
  return std::nullopt;
}

}  // namespace

bool is_onward(const Session& session) { return session.caller_id == to_string(session.owner); }

std::optional<Session> onward_session(Desk& desk, const Connection& connection) {
  auto session = desk.ledger.session_by_caller_id(connection.tenant, to_string(connection.id));
  if (!session || !is_onward(*session)) return std::nullopt;
  return session;
}

const journey::Skill* onward_skill(Desk& desk, const Connection& connection) {
  const auto session = onward_session(desk, connection);
  if (!session) return desk.catalogue.find(organisation_of(desk, connection.tenant)->invited_skill);
  const bool is_under_way = !journey::is_over(*session, desk.at.now);
  return is_under_way ? desk.catalogue.find(session->skill) : nullptr;
}

std::optional<Session> go_on(Desk& desk, const Connection& connection) {
  auto session = onward_session(desk, connection);
  if (session) session = with_birth_of(desk, std::move(*session), connection);
  else if (const auto invitation = desk.ledger.grant(connection.invitation))
    session = open_for(desk, connection, *invitation);
  if (!session || has_run_out(*session, desk.at.now) || !skill_of(desk, *session))
    return std::nullopt;
  return session;
}

std::optional<Session> begun_by(Desk& desk, const Grant& invitation) {
  if (!intersects(invitation.spent, grant::Scope::complete)) return std::nullopt;
  const auto connection = desk.ledger.connection_of(invitation.id);
  if (!connection || connection->consent != Consent::agreed) return std::nullopt;
  auto session = onward_session(desk, *connection);
  if (!session || journey::is_over(*session, desk.at.now)) return std::nullopt;
  return session;
}

bool is_open_to_person(Desk& desk, const Session& session) {
  const auto connection = desk.ledger.connection(session.owner);
  if (!connection || connection->consent != Consent::agreed) return false;
  const auto invitation = desk.ledger.grant(connection->invitation);
  return invitation && !invitation->revoked;
}

bool is_shared(Desk& desk, const Session& session) {
  if (!is_onward(session)) return true;
  const auto connection = desk.ledger.connection(session.owner);
  return connection && connection->consent == Consent::agreed;
}

}  // namespace limen::onboard
