// exchange = redeem, then issue in its place (Law 3): the hand-over is spent in the session's row
// and the credential hangs below the client.
#include "onboard/settle.hpp"

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"
#include "journey/advance.hpp"
#include "onboard/checks.hpp"
#include "onboard/invite.hpp"
#include "onboard/onward.hpp"
#include "onboard/passes.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;
using grant::Use;

namespace {

std::unexpected<Problem> invalid_temp_token() {
  return refuse(Fault::unauthenticated, codes::invalid_temp_token, "this temp_token is not valid");
}

// Derived from what is stored, so the same exchange repeated gives the same text and no secret is
// kept (Law 8).
seal::Bits256 credential_bits(const Desk& desk, const Enrolment& enrolment) {
  return desk.sealer.derive("credential", enrolment.id.view());
}

Grant credential_of(const Desk& desk, const Enrolment& enrolment, Time now) {
  Grant grant;
  grant.id = enrolment.id;
  grant.kind = Kind::credential;
  grant.tenant = enrolment.tenant;
  grant.parent = enrolment.client;
  grant.subject = enrolment.skill;
  grant.created = now;
  grant.terms.expires = enrolment.consent_expires;
  grant.terms.may = grant::policy_of(Kind::credential).may;
  grant.terms.bond = {enrolment.id, 0};
  grant.digest = grant::digest_of(credential_bits(desk, enrolment));
  return grant;
}

Settled settled_answer(const Desk& desk, Enrolment enrolment) {
  const Grant credential = credential_of(desk, enrolment, enrolment.created);
  Settled out{std::move(enrolment), {}};
  out.access_token = grant::text_of(desk.sealer, credential, credential_bits(desk, out.enrolment));
  return out;
}

}  // namespace

Result<Settled> settle(Desk& desk, const Caller& client, std::string_view temp_token,
                       const Digest& request) {
  const auto sealed = grant::unseal(desk.sealer, Kind::hand_over, temp_token, desk.at.now);
  if (!sealed) return invalid_temp_token();
  const auto session = desk.ledger.session(sealed->id);
  const bool is_ours = session && session->completed && session->tenant == client.tenant() &&
                       session->owner == client.grant.parent;
  if (!is_ours) return invalid_temp_token();
  const auto enrolment = desk.ledger.enrolment_of(session->id);
  if (!enrolment) return invalid_temp_token();  // erased meanwhile
  const auto redemption = grant::redeem_value(journey::hand_over_of(*session), Scope::settle,
                                              {session->id, 0}, request, desk.at.now);
  switch (redemption.use) {
    case Use::first: break;
    case Use::again: return settled_answer(desk, *enrolment);
    case Use::alarm:
      raise_alarm(desk, *session, "temp_token_replayed",
                  "a temp_token was exchanged a second time");
      [[fallthrough]];
    case Use::refused: return invalid_temp_token();
  }
  Session after = *session;
  after.settled = desk.at.now;
  after.settle_request = request;
  after.updated = desk.at.now;
  ++after.version;
  CHECK_OK(save(desk, *session, std::move(after)));
  desk.ledger.add(credential_of(desk, *enrolment, desk.at.now));
  return settled_answer(desk, *enrolment);
}

std::string_view to_string(EnrolmentState state) {
  constexpr std::string_view names[] = {"ACTIVE", "DELETED", "EXPIRED"};
  return names[static_cast<std::size_t>(state)];
}

EnrolmentState state_of(const Enrolment& enrolment, Time now) {
  if (enrolment.deleted) return EnrolmentState::deleted;
  return now >= enrolment.consent_expires ? EnrolmentState::expired : EnrolmentState::active;
}

Result<Enrolment> enrolment_by_credential(Desk& desk, const Caller& client,
                                          std::string_view credentials_id,
                                          std::string_view access_token) {
  const auto id = parse_id(credentials_id);
  auto enrolment = id ? desk.ledger.enrolment(*id) : std::nullopt;
  if (!enrolment || enrolment->client != client.grant.parent)
    return refuse(Fault::unauthenticated, codes::invalid_credentials_id, "unknown credentials_id",
                  "credentials_id");
  // The status of a deleted or expired consent stays readable, so the text is compared but its
  // expiry is not judged here.
  const auto sealed = desk.sealer.unseal(grant::policy_of(Kind::credential).label, access_token);
  const auto grant = sealed ? desk.ledger.grant(sealed->id) : std::nullopt;
  const bool is_right = grant && grant->kind == Kind::credential && grant->id == enrolment->id &&
                        seal::equal_in_time(grant::digest_of(sealed->bits), grant->digest);
  if (!is_right)
    return refuse(Fault::unauthenticated, codes::invalid_access_token, "wrong access_token",
                  "access_token");
  return std::move(*enrolment);
}

Result<Enrolment> delete_enrolment(Desk& desk, const Caller& client,
                                   std::string_view credentials_id, std::string_view access_token,
                                   std::int64_t keep_min) {
  constexpr std::int64_t ten_years_min = 10LL * 365 * 24 * 60;
  if (keep_min < 0 || keep_min > ten_years_min)
    return refuse(Fault::malformed, codes::invalid_retention,
                  "pcd_data_retention must be a whole number of minutes from 0",
                  "pcd_data_retention");
  Enrolment enrolment = TRY(enrolment_by_credential(desk, client, credentials_id, access_token));
  if (enrolment.deleted) return enrolment;  // idempotent
  enrolment.deleted = enrolment.updated = desk.at.now;
  enrolment.retention_ends =
      std::min(enrolment.retention_ends, desk.at.now + std::chrono::minutes{keep_min});
  desk.ledger.save_enrolment(enrolment);
  CHECK_OK(withdraw_check(desk, enrolment.session));
  return enrolment;
}

Result<void> erase_session(Desk& desk, const Session& session) {
  const bool is_open = session.state == journey::State::open && desk.at.now < session.expires;
  // One that its person can no longer go on with is over, whatever time it has left.
  const bool is_shut = is_onward(session) && !is_open_to_person(desk, session);
  if (is_open && !is_shut)
    return refuse(Fault::conflict, codes::conflict, "the session is still open");
  if (auto enrolment = desk.ledger.enrolment_of(session.id); enrolment && !enrolment->deleted) {
    enrolment->deleted = enrolment->updated = desk.at.now;
    enrolment->retention_ends = std::min(enrolment->retention_ends, desk.at.now);
    desk.ledger.save_enrolment(*enrolment);
  }
  CHECK_OK(withdraw_check(desk, session.id));
  // One that nobody finished ends now and not with the sweep: nobody hears that it has begun.
  if (session.state == journey::State::open) {
    Session ended = session;
    ended.expires = std::min(ended.expires, desk.at.now);
    CHECK_OK(save(desk, session, journey::expired(std::move(ended), desk.at.now)));
  }
  desk.ledger.erase_session(session.id, desk.at.now);
  return {};
}

namespace {

// By the id of a connection or of an invitation; empty when nobody is known by it.
std::string address_of(Desk& desk, const TenantId& tenant, const Id& id) {
  const auto connection = desk.ledger.connection(id);
  if (connection) return connection->tenant == tenant ? fold_email(connection->email) : "";
  const auto invitation = desk.ledger.grant(id);
  const bool is_ours =
      invitation && invitation->kind == Kind::invitation && invitation->tenant == tenant;
  return is_ours ? fold_email(invitee_of(*invitation).email) : "";
}

}  // namespace

Result<void> erase_person(Desk& desk, const TenantId& tenant, const Id& id) {
  const std::string email = address_of(desk, tenant, id);
  if (email.empty()) return refuse(Fault::absent, codes::absent, "no such person");
  while (const auto invitation = desk.ledger.latest_invitation(tenant, email)) {
    desk.ledger.revoke(invitation->id, desk.at.now);
    desk.ledger.forget_addressee(invitation->id);
  }
  while (const auto person = desk.ledger.latest_connection(tenant, email)) {
    const auto session = onward_session(desk, *person);
    desk.ledger.drop_connection(person->id);  // before the journey: nobody may go on with it now
    if (!session) continue;
    CHECK_OK(erase_session(desk, *session));
    desk.ledger.announce(session->id);  // pages that follow it learn that they are shut
  }
  return {};
}

}  // namespace limen::onboard
