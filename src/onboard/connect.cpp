// Code and e-mail together open an invitation; the decision on consent completes it.
#include "onboard/connect.hpp"

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "grant/engine.hpp"
#include "onboard/invite.hpp"
#include "onboard/limiter.hpp"
#include "onboard/onward.hpp"

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

// What a code and an address lead to, each by itself.
struct Shown {
  std::optional<Grant> invitation;  // the newest one to the address
  std::optional<Grant> coded;       // the one the code was made for
  bool is_pair() const { return invitation && coded && invitation->id == coded->id; }
};

Shown look_up(Desk& desk, const TenantId& tenant, std::string_view prefix, std::string_view code,
              std::string_view email) {
  Shown out;
  out.invitation = desk.ledger.latest_invitation(tenant, fold_email(trim(email)));
  const auto serial = desk.codes.serial(prefix, tenant, code);
  out.coded = desk.ledger.grant_by_serial(serial.value_or(0));
  if (out.coded && (out.coded->kind != Kind::invitation || out.coded->tenant != tenant))
    out.coded.reset();
  return out;
}

// Counts only while there is something to be guessed; nil is nobody's, and the same work.
GrantId counted(Desk& desk, const std::optional<Grant>& invitation) {
  if (!invitation) return {};
  const InvitationState state = state_of(*invitation, desk.at.now);  // used outranks locked
  const bool is_guessable = state == InvitationState::issued || state == InvitationState::locked ||
                            begun_by(desk, *invitation);
  return is_guessable ? invitation->id : GrantId{};
}

void count_at(Desk& desk, const std::optional<Grant>& invitation) {
  const GrantId id = counted(desk, invitation);
  desk.ledger.miss(id);
  if (id.is_nil() || invitation->missed + 1 != invitation->terms.misses) return;
  desk.ledger.add_alarm({seal::draw_id(desk.at.entropy, desk.at.now), invitation->tenant,
                         desk.at.now, "invitation_locked", to_string(id),
                         "too many wrong codes for this address"});
}

// Law 6: a wrong pair counts on the invitation whose address was right and on the one whose code
// was right: neither can be guessed at for long. A right pair that came too late is no guess. Every
// failure does the same writes, whatever was wrong, so that its time tells nothing either.
void count_failure(Desk& desk, const Shown& shown, const Guesser& guesser) {
  const Shown missed = shown.is_pair() ? Shown{} : shown;
  charge_guess(desk, guesser);
  charge_miss(desk, counted(desk, missed.invitation), guesser.from);
  count_at(desk, missed.invitation);
  charge_shown_code(desk, counted(desk, missed.coded));
  count_at(desk, missed.coded);
}

// Locked by others' misses, an invitation still opens to who has few of his own. One that was used
// leads back to what it began.
Verdict judge_for(Desk& desk, const Grant& invitation, const Address& from) {
  Grant unlocked = invitation;
  unlocked.missed = 0;
  const Scope wanted = begun_by(desk, invitation) ? Scope::open : Scope::open | Scope::complete;
  const Verdict verdict = grant::judge(unlocked, wanted, {}, desk.at.now);
  const bool is_locked = invitation.missed >= invitation.terms.misses;
  if (verdict != Verdict::live || !is_locked) return verdict;
  return is_open_to(desk, invitation, from) ? Verdict::live : Verdict::locked;
}

Opened opened(Desk& desk, const Grant& invitation, std::string organisation) {
  auto connection = desk.ledger.connection_of(invitation.id);
  if (!connection) {
    connection = new_connection(desk, invitation);
    desk.ledger.add_connection(*connection);
  }
  grant::Terms asked;
  asked.expires =
      std::min(desk.at.now + grant::policy_of(Kind::connection).life, invitation.terms.expires);
  Grant token = grant::draft({Kind::connection, connection->tenant, {}, asked}, &invitation,
                             seal::draw_id(desk.at.entropy, desk.at.now), desk.at.now);
  token.id = connection->id;  // sealed: the text names the connection and needs no row
  Opened out{std::move(*connection), std::move(organisation), {}, token.terms.expires, {}};
  out.onward = begun_by(desk, invitation);
  out.token = grant::text_of(desk.sealer, token, seal::draw_256(desk.at.entropy));
  return out;
}

// The date that was checked against documents stays, given or not: an organisation reads it beside
// the result of that check.
Result<void> share_birth(Desk& desk, Connection& connection, const ConsentInput& input) {
  if (input.date_of_birth.empty()) return {};
  const auto date = parse_date(input.date_of_birth);
  if (!date || std::chrono::sys_days{*date} >= desk.at.now)
    return refuse(Fault::malformed, codes::invalid_field, "dob must be a past date (YYYY-MM-DD)",
                  "dob");
  const bool is_new = input.date_of_birth != connection.date_of_birth;
  if (!is_new || input.decision != Consent::agreed) return {};
  const auto session = onward_session(desk, connection);
  if (session && !session->steps.empty())
    return refuse(Fault::conflict, codes::conflict, "dob stays as it was at the first step", "dob");
  connection.date_of_birth = input.date_of_birth;
  return {};
}

}  // namespace

Result<Opened> open_invitation(Desk& desk, std::string_view typed_code, std::string_view email,
                               const Address& from) {
  const auto code = seal::normalise_code(typed_code);
  if (!code || !is_email(trim(email))) return no_invitation("not a code or not an address");
  const auto organisation = organisation_of(desk, *code);
  const Guesser guesser{from, organisation ? organisation->id : TenantId{}};
  if (auto wait = refuse_guess(desk, guesser)) return refuse(std::move(*wait));
  const Shown shown =
      look_up(desk, guesser.organisation,
              organisation ? std::string_view(organisation->prefix) : "", *code, email);
  const Verdict verdict =
      shown.is_pair() ? judge_for(desk, *shown.invitation, from) : Verdict::misbound;
  if (verdict == Verdict::live) return opened(desk, *shown.invitation, organisation->name);
  count_failure(desk, shown, guesser);
  return no_invitation(shown.is_pair() ? grant::refusal(verdict).note
                       : organisation  ? "wrong pair of code and address"
                                       : "no organisation has such codes");
}

Result<Decided> decide_consent(Desk& desk, const ConsentInput& input) {
  const seal::Sealed token =
      TRY(grant::unseal(desk.sealer, Kind::connection, input.token, desk.at.now));
  const auto named = parse_id(input.connection_id);
  if (!named || *named != token.id) return refuse(Fault::absent, codes::no_connection);
  auto connection = desk.ledger.connection(token.id);
  const auto invitation =
      connection ? desk.ledger.grant(connection->invitation) : std::optional<Grant>{};
  const bool stands = invitation && !invitation->revoked;
  // Who has agreed may withdraw, whatever became of the invitation: the organisation reads on.
  const bool takes_back =
      connection && connection->consent != Consent::asked && input.decision == Consent::withdrawn;
  if (!stands && !takes_back) return refuse(Fault::unauthenticated, codes::unauthenticated);
  CHECK_OK(share_birth(desk, *connection, input));
  // "Used" is when the person decides, and only the first decision uses the invitation up. It never
  // returns to Issued.
  if (stands)
    desk.ledger.spend(invitation->id, Scope::complete, seal::sha256(input.connection_id),
                      desk.at.now);
  connection->consent = input.decision;
  connection->decided = connection->updated = desk.at.now;
  desk.ledger.save_connection(*connection);
  Decided out{std::move(*connection)};
  if (input.decision == Consent::agreed) out.onward = go_on(desk, out.connection);
  else if (const auto session = onward_session(desk, out.connection))
    desk.ledger.announce(session->id);  // pages that follow it learn that they are shut
  return out;
}

}  // namespace limen::onboard
