// See transfer.hpp.
#include "onboard/transfer.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"
#include "journey/advance.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;
using grant::Verdict;

namespace {

// What transfers and phones hang under: the session's own right, which has no row, as that of a
// reference token has none. Law 2: it may no more and lives no longer than who asks.
Grant trunk(const Session& session, const Grant& from) {
  Grant out = from;
  out.id = session.id;
  out.terms.expires = std::min(from.terms.expires, session.expires);
  return out;
}

Result<void> check_first_device(const Caller& caller) {
  if (caller.grant.kind != Kind::phone) return {};
  return refuse(Fault::forbidden, codes::not_yours, "this device came by a link itself");
}

grant::Blank blank_of(Kind kind, const Session& session) {
  grant::Terms asked;
  asked.bond = {session.id, 0};
  return {kind, session.tenant, {}, asked};
}

// A genuine link and its session; whether it may still be used is judged by `redeem_value`.
struct Lent {
  Grant grant;
  Session session;
};

std::unexpected<Problem> no_link(std::string_view note) {
  return std::unexpected(Problem{
      Fault::unauthenticated, codes::unauthenticated, {}, {}, std::string(note), std::nullopt});
}

Result<Lent> find_lent(Desk& desk, std::string_view text) {
  const seal::Sealed sealed = TRY(grant::unseal(desk.sealer, Kind::transfer, text, desk.at.now));
  auto grant = desk.ledger.grant(sealed.id);
  const bool is_right = grant && grant->kind == Kind::transfer &&
                        seal::equal_in_time(grant::digest_of(sealed.bits), grant->digest);
  if (!is_right) return no_link("unknown");
  auto session = desk.ledger.session(grant->terms.bond.to);
  if (!session) return no_link("its session is gone");
  return Lent{std::move(*grant), std::move(*session)};
}

Result<Lent> find_link(Desk& desk, std::string_view text, const Digest& request) {
  auto link = TRY(find_lent(desk, text));
  const Session& session = link.session;
  const auto redemption =
      grant::redeem_value(link.grant, Scope::open, {session.id, 0}, request, desk.at.now);
  // Only who holds the genuine text is told that somebody has used it.
  if (redemption.verdict == Verdict::spent)
    return refuse(Fault::gone, codes::transfer_used, "this link has been used");
  if (redemption.use != grant::Use::first) return refuse(grant::refusal(redemption.verdict));
  if (!is_owner_live(desk, session)) return no_link("its key is gone");
  if (journey::is_over(session, desk.at.now)) return refuse(journey::over(session));
  return link;
}

bool is_live(const std::optional<Grant>& grant, Scope wanted, const Session& session, Time now) {
  return grant && grant::judge(*grant, wanted, {session.id, 0}, now) == Verdict::live;
}

}  // namespace

Result<Transfer> offer_transfer(Desk& desk, const Caller& caller, const Session& session) {
  CHECK_OK(check_first_device(caller));
  if (journey::is_over(session, desk.at.now)) return refuse(journey::over(session));
  desk.ledger.revoke(session.id, desk.at.now);
  desk.ledger.announce(session.id);
  const Grant parent = trunk(session, caller.grant);
  auto issued = grant::issue(desk.ledger, desk.sealer, blank_of(Kind::transfer, session), &parent,
                             desk.at.entropy, desk.at.now);
  return Transfer{std::move(issued.secret), issued.grant.terms.expires};
}

Result<Session> look_at_transfer(Desk& desk, std::string_view text) {
  auto link = TRY(find_link(desk, text, {}));
  return std::move(link.session);
}

std::optional<Session> session_of_transfer(Desk& desk, std::string_view text) {
  auto link = find_lent(desk, text);
  // Law 7: one that was taken back is nobody's to whoever shows it.
  if (!link || link->grant.revoked) return std::nullopt;
  return std::move(link->session);
}

Result<Crossing> cross_over(Desk& desk, std::string_view text) {
  const Digest request = seal::sha256(text);
  auto link = TRY(find_link(desk, text, request));
  // Law 1: the ledger says who was first.
  if (!desk.ledger.spend(link.grant.id, Scope::open, request, desk.at.now))
    return refuse(Fault::gone, codes::transfer_used, "this link has been used");
  desk.ledger.announce(link.session.id);
  // Law 3: the phone's right takes the link's place under the session, and outlives the link.
  Grant parent = link.grant;
  parent.id = link.session.id;
  parent.terms.may = grant::policy_of(Kind::phone).may;
  parent.terms.expires = link.session.expires;
  auto issued = grant::issue(desk.ledger, desk.sealer, blank_of(Kind::phone, link.session), &parent,
                             desk.at.entropy, desk.at.now);
  return Crossing{std::move(link.session), std::move(issued.secret), issued.grant.terms.expires};
}

Result<void> take_over(Desk& desk, const Caller& caller, const Session& session) {
  CHECK_OK(check_first_device(caller));
  desk.ledger.revoke(session.id, desk.at.now);
  desk.ledger.announce(session.id);
  return {};
}

PhoneState phone_state(Desk& desk, const Session& session) {
  const auto phone = desk.ledger.newest_below(session.id, Kind::phone);
  if (is_live(phone, Scope::submit, session, desk.at.now)) return PhoneState::connected;
  const auto link = desk.ledger.newest_below(session.id, Kind::transfer);
  return is_live(link, Scope::open, session, desk.at.now) ? PhoneState::waiting : PhoneState::none;
}

}  // namespace limen::onboard
