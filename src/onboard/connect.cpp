// Code and e-mail together open an invitation; the decision on consent completes it.
#include "onboard/connect.hpp"

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "grant/engine.hpp"
#include "onboard/invite.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;
using grant::Verdict;

namespace {

std::unexpected<Problem> no_invitation(std::string_view note) {
  // Law 7: a stranger learns nothing about which part was wrong.
  return std::unexpected(
      Problem{Fault::absent, codes::no_invitation, {}, {}, std::string(note), std::nullopt});
}

// The organisation whose code this could be: what stands before the symbols is its prefix.
std::optional<Organisation> organisation_of(Desk& desk, std::string_view code) {
  if (code.size() <= desk.codes.symbols()) return std::nullopt;
  return desk.ledger.organisation_by_prefix(
      std::string(code.substr(0, code.size() - desk.codes.symbols())));
}

Connection new_connection(Desk& desk, const Grant& invitation) {
  const Invitee invitee = invitee_of(invitation);
  Connection connection;
  connection.id = seal::draw_id(desk.at.entropy, desk.at.now);
  connection.tenant = invitation.tenant;
  connection.invitation = invitation.id;
  connection.email = invitee.email;
  connection.first_name = invitee.first_name;
  connection.last_name = invitee.last_name;
  connection.created = connection.updated = desk.at.now;
  return connection;
}

// Law 6: a wrong pair counts on the invitation whose address was right and on the one whose code
// was right: neither can be guessed at for long. Only the living are counted.
void count_miss(Desk& desk, const Grant& invitation) {
  const Verdict verdict = grant::judge(invitation, Scope::complete, {}, desk.at.now);
  if (verdict != Verdict::live) return;
  desk.ledger.miss(invitation.id);
  if (invitation.missed + 1 < invitation.terms.misses) return;
  desk.ledger.add_alarm({seal::draw_id(desk.at.entropy, desk.at.now), invitation.tenant,
                         desk.at.now, "invitation_locked", to_string(invitation.id),
                         "too many wrong codes for this address"});
}

}  // namespace

Result<Opened> open_invitation(Desk& desk, std::string_view typed_code, std::string_view email) {
  const auto code = seal::normalise_code(typed_code);
  if (!code || !is_email(trim(email))) return no_invitation("not a code or not an address");
  const auto organisation = organisation_of(desk, *code);
  if (!organisation) return no_invitation("no organisation has such codes");
  const auto invitation = desk.ledger.latest_invitation(organisation->id, fold_email(trim(email)));
  const auto serial = desk.codes.serial(organisation->prefix, organisation->id, *code);
  const bool is_pair = invitation && serial && *serial == invitation->serial;
  if (!is_pair) {
    if (invitation) count_miss(desk, *invitation);
    const auto other = serial ? desk.ledger.grant_by_serial(*serial) : std::nullopt;
    if (other && other->kind == Kind::invitation && other->tenant == organisation->id)
      count_miss(desk, *other);
    return no_invitation("wrong pair of code and address");
  }
  const Verdict verdict = grant::judge(*invitation, Scope::open | Scope::complete, {}, desk.at.now);
  if (verdict != Verdict::live) return no_invitation(grant::refusal(verdict).note);
  auto connection = desk.ledger.connection_of(invitation->id);
  if (!connection) {
    connection = new_connection(desk, *invitation);
    desk.ledger.add_connection(*connection);
  }
  grant::Terms asked;
  asked.expires =
      std::min(desk.at.now + grant::policy_of(Kind::connection).life, invitation->terms.expires);
  Grant token = grant::draft({Kind::connection, connection->tenant, {}, asked}, &*invitation,
                             desk.at.entropy, desk.at.now);
  token.id = connection->id;  // sealed: the text names the connection and needs no row
  Opened out{std::move(*connection), organisation->name, {}, token.terms.expires};
  out.token = grant::text_of(desk.sealer, token, seal::draw_256(desk.at.entropy));
  return out;
}

Result<Connection> decide_consent(Desk& desk, const ConsentInput& input) {
  const seal::Sealed token =
      TRY(grant::unseal(desk.sealer, Kind::connection, input.token, desk.at.now));
  const auto named = parse_id(input.connection_id);
  if (!named || *named != token.id) return refuse(Fault::absent, codes::no_connection);
  auto connection = desk.ledger.connection(token.id);
  const auto invitation =
      connection ? desk.ledger.grant(connection->invitation) : std::optional<Grant>{};
  if (!invitation || invitation->revoked)
    return refuse(Fault::unauthenticated, codes::unauthenticated);
  if (!input.date_of_birth.empty()) {
    const auto date = parse_date(input.date_of_birth);
    if (!date || std::chrono::sys_days{*date} >= desk.at.now)
      return refuse(Fault::malformed, codes::invalid_field, "dob must be a past date (YYYY-MM-DD)",
                    "dob");
    connection->date_of_birth = input.date_of_birth;
  }
  // "Used" is when the person decides, and only the first decision uses the invitation up. It never
  // returns to Issued.
  desk.ledger.spend(invitation->id, Scope::complete, seal::sha256(input.connection_id),
                    desk.at.now);
  connection->consent = input.decision;
  connection->decided = connection->updated = desk.at.now;
  desk.ledger.save_connection(*connection);
  return std::move(*connection);
}

}  // namespace limen::onboard
