// See sign_in.hpp.
#include "onboard/sign_in.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "onboard/limiter.hpp"
#include "seal/password.hpp"

namespace limen::onboard {
namespace {

constexpr std::string_view session_label = "console";
constexpr std::string_view device_label = "seat";
constexpr std::string_view ticket_label = "signin";
constexpr std::size_t agent_bytes = 200;

std::unexpected<Problem> not_believed(std::string note, std::string field = {}) {
  Problem problem{Fault::unauthenticated, codes::unauthenticated, std::move(field)};
  problem.detail = problem.field.empty() ? "address and password do not fit together"
                                         : "this code is wrong or was used";
  problem.note = std::move(note);
  return refuse(std::move(problem));
}

bool is_in(const Member& member) {
  return member.state == StaffState::active && !member.password.empty();
}

// The one member of that address: in the organisation named, or who signed in from that device
// before, or the only one who may sign in. Another organisation that takes in the same address,
// whoever chose it, must not ask anybody for a name that was not needed before.
std::optional<Member> find_member(Desk& desk, const PasswordForm& form, const Seat& seat) {
  std::optional<TenantId> tenant;
  if (!form.organisation.empty()) {
    const auto organisation = desk.ledger.organisation_by_handle(form.organisation);
    if (!organisation) return std::nullopt;
    tenant = organisation->id;
  }
  const std::string email = lower_ascii(form.email);
  if (!tenant && seat.mark) {
    auto marked = desk.ledger.office().member(seat.mark->member);
    if (marked && marked->email == email && is_in(*marked)) return marked;
  }
  auto all = desk.ledger.office().who_may_sign_in(email, tenant);
  if (all.size() != 1) return std::nullopt;
  return std::move(all.front());
}

std::optional<Id> device_of(const Seat& seat, const Id& member) {
  if (!seat.mark || seat.mark->member != member) return std::nullopt;
  return seat.mark->device;
}

Knock knock_of(const PasswordForm& form, const Seat& seat, const std::optional<Member>& member) {
  return {seat.from, lower_ascii(form.email),
          member ? device_of(seat, member->id) : std::optional<Id>{}};
}

// A ticket is void once the password it was given for is another.
seal::Bits256 ticket_bits(const Desk& desk, const Member& member) {
  Bytes context(member.id.bytes.begin(), member.id.bytes.end());
  context.insert(context.end(), member.password.begin(), member.password.end());
  return desk.sealer.derive("staff/ticket", context);
}

void note_failure(Desk& desk, const Member& member, std::string_view why) {
  note(desk, member.tenant, {Actor::stranger, {}, {}}, "sign_in_failed", to_string(member.id),
       std::string(why));
}

Result<void> take_factor(Desk& desk, Member& member, const SecondFactor& shown, const Seat& seat) {
  const auto device = device_of(seat, member.id);
  if (auto refused = refuse_code(desk, member.id, device)) return refuse(std::move(*refused));
  const bool is_taken = shown.recovery_code.empty()
                            ? take_code(desk, member, shown.code)
                            : take_recovery_code(desk, member, shown.recovery_code);
  if (is_taken) return {};
  charge_code(desk, member.id, device);
  note_failure(desk, member, "wrong code");
  return not_believed("wrong code",
                      shown.recovery_code.empty() ? std::string("code") : "recovery_code");
}

}  // namespace

seal::Secret device_mark(Desk& desk, const Mark& mark) {
  seal::Sealed sealed{mark.device, desk.at.now + limits::console_device_life, {}};
  std::ranges::copy(mark.member.bytes, sealed.bits.begin());
  return desk.sealer.seal(device_label, sealed);
}

std::optional<Mark> read_device_mark(const seal::Sealer& sealer, Time now, std::string_view text) {
  const auto sealed = sealer.unseal(device_label, text);
  if (!sealed || now >= sealed->expires) return std::nullopt;
  Mark mark{sealed->id, {}};
  std::copy_n(sealed->bits.begin(), mark.member.bytes.size(), mark.member.bytes.begin());
  return mark;
}

Result<Checked> prepare_sign_in(Desk& desk, const PasswordForm& form, const Seat& seat) {
  Checked checked{find_member(desk, form, seat)};
  if (auto refused = refuse_sign_in(desk, knock_of(form, seat, checked.member)))
    return refuse(std::move(*refused));
  const std::string hash = checked.member ? checked.member->password : std::string();
  desk.ledger.let_go();  // begin_sign_in() asks again
  checked.is_right = seal::is_password(form.password, hash, desk.settings.password_cost);
  return checked;
}

Result<seal::Secret> begin_sign_in(Desk& desk, const Checked& checked, const PasswordForm& form,
                                   const Seat& seat) {
  const Knock knock = knock_of(form, seat, checked.member);
  if (auto refused = refuse_sign_in(desk, knock)) return refuse(std::move(*refused));
  std::optional<Member> member;
  if (checked.member) member = desk.ledger.office().member(checked.member->id);
  const bool is_right =
      checked.is_right && member && is_in(*member) && member->password == checked.member->password;
  if (!is_right) {
    const bool is_told = charge_sign_in(desk, knock);
    if (member && is_told) note_failure(desk, *member, "wrong password");
    return not_believed(member ? "wrong password" : "nobody of that address");
  }
  return desk.sealer.seal(ticket_label, {member->id, desk.at.now + limits::sign_in_ticket_life,
                                         ticket_bits(desk, *member)});
}

Result<Entered> finish_sign_in(Desk& desk, std::string_view ticket, const SecondFactor& shown,
                               const Seat& seat) {
  const auto sealed = desk.sealer.unseal(ticket_label, ticket);
  if (!sealed) return not_believed("no ticket of ours");
  if (desk.at.now >= sealed->expires)
    return refuse(Fault::unauthenticated, codes::token_expired, "sign in again");
  auto member = desk.ledger.office().member(sealed->id);
  const bool is_good =
      member && is_in(*member) && seal::equal_in_time(sealed->bits, ticket_bits(desk, *member));
  if (!is_good) return not_believed("the ticket is void");
  CHECK_OK(take_factor(desk, *member, shown, seat));
  Entered entered = enter(desk, *member, seat);
  note(desk, member->tenant, {Actor::staff, member->id, member->email}, "signed_in",
       to_string(entered.session.id), entered.session.agent);
  return entered;
}

Entered enter(Desk& desk, const Member& member, const Seat& seat) {
  Entered entered;
  entered.member = member;
  entered.member.signed_in = desk.at.now;
  desk.ledger.office().save_member(entered.member);
  SignedIn& session = entered.session;
  session.id = seal::draw_id(desk.at.entropy, desk.at.now);
  session.member = member.id;
  session.tenant = member.tenant;
  session.created = session.seen = desk.at.now;
  session.expires = desk.at.now + limits::console_life;
  session.confirmed = desk.at.now + limits::console_confirmed;
  session.agent = single_line(std::string_view(seat.agent).substr(0, agent_bytes));
  desk.ledger.office().add_signed_in(session);
  entered.cookie = desk.sealer.seal(session_label,
                                    {session.id, session.expires, seal::draw_256(desk.at.entropy)});
  const auto device = device_of(seat, member.id);
  entered.device = device_mark(
      desk, {device ? *device : seal::draw_id(desk.at.entropy, desk.at.now), member.id});
  return entered;
}

Result<Present> by_console(Desk& desk, std::string_view text) {
  const auto gone = [](std::string_view why) {
    Problem problem{Fault::unauthenticated, codes::unauthenticated};
    problem.detail = "sign in again";
    problem.note = why;
    return refuse(std::move(problem));
  };
  const auto sealed = desk.sealer.unseal(session_label, text);
  if (!sealed || desk.at.now >= sealed->expires) return gone("no console session of ours");
  auto session = desk.ledger.office().signed_in(sealed->id);
  if (!session || desk.at.now >= session->expires) return gone("the session has ended");
  if (desk.presence != nullptr)
    session->seen =
        std::max(session->seen, desk.presence->sessions.of(session->id).value_or(Time{}));
  if (desk.at.now >= session->seen + limits::console_idle) return gone("the session was idle");
  auto member = desk.ledger.office().member(session->member);
  if (!member || !is_in(*member)) return gone("its member is not active");
  if (desk.presence != nullptr) desk.presence->sessions.note(session->id, desk.at.now);
  return Present{std::move(*session), std::move(*member)};
}

Result<Present> confirm(Desk& desk, const Present& present, const SecondFactor& shown,
                        const Seat& seat) {
  Present after = present;
  CHECK_OK(take_factor(desk, after.member, shown, seat));
  after.session.confirmed = desk.at.now + limits::console_confirmed;
  desk.ledger.office().confirm_signed_in(after.session.id, *after.session.confirmed);
  return after;
}

bool is_confirmed(const SignedIn& session, Time now) {
  return session.confirmed && now < *session.confirmed;
}

void sign_out(Desk& desk, const Present& present) {
  desk.ledger.office().end_signed_in(present.session.id);
  note(desk, present.session.tenant, {Actor::staff, present.member.id, present.member.email},
       "signed_out", to_string(present.session.id));
}

}  // namespace limen::onboard
