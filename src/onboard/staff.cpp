// See staff.hpp. A link is a sealed text about the member that carries the number of the one link
// in force; the seed of the second factor is derived from both, so looking at a link twice shows
// the same one and nothing is stored before the sign-up is finished.
#include "onboard/staff.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "seal/password.hpp"
#include "seal/totp.hpp"
#include "seal/vault.hpp"

namespace limen::onboard {
namespace {

constexpr std::string_view link_label = "signup";
constexpr std::size_t recovery_codes = 10;
constexpr std::size_t recovery_symbols = 12;  // 59 bits
constexpr std::size_t password_points_min = 12, password_points_max = 128;

std::unexpected<Problem> no_member() {
  return refuse(Fault::absent, codes::absent, "no such member of staff");
}

bool is_name(std::string_view text) {
  return !trim(text).empty() && is_utf8(text) && !has_control(text) && count_points(text) <= 128;
}

Result<Member> member_of(Desk& desk, const TenantId& tenant, const Id& id) {
  auto member = desk.ledger.office().member(id);
  if (!member || member->tenant != tenant) return no_member();
  return std::move(*member);
}

Linked draw_link(Desk& desk, Member& member) {
  seal::Sealed sealed{member.id, desk.at.now + limits::sign_up_life,
                      seal::draw_256(desk.at.entropy)};
  std::copy_n(sealed.bits.begin(), member.link.bytes.size(), member.link.bytes.begin());
  return {member, desk.sealer.seal(link_label, sealed), sealed.expires};
}

Bytes seed_of_link(const Desk& desk, const Member& member) {
  Bytes context(member.id.bytes.begin(), member.id.bytes.end());
  context.insert(context.end(), member.link.bytes.begin(), member.link.bytes.end());
  const seal::Bits256 bits = desk.sealer.derive("staff/seed", context);
  return {bits.begin(), bits.begin() + seal::totp_secret_bytes};
}

std::string uri_of(std::string_view email, std::string_view seed) {
  return "otpauth://totp/Limen:" + percent_encode(email) + "?secret=" + std::string(seed) +
         "&issuer=Limen&algorithm=SHA1&digits=6&period=30";
}

struct SignUpLink {
  Member member;
  Time expires;
};
Result<SignUpLink> read_link(Desk& desk, std::string_view token) {
  const auto gone = [] {
    return refuse(Fault::absent, codes::absent, "this link is used, replaced or over");
  };
  const auto sealed = desk.sealer.unseal(link_label, token);
  if (!sealed || desk.at.now >= sealed->expires) return gone();
  auto member = desk.ledger.office().member(sealed->id);
  if (!member || member->link.is_nil() || member->state != StaffState::invited) return gone();
  if (!std::equal(member->link.bytes.begin(), member->link.bytes.end(), sealed->bits.begin()))
    return gone();
  return SignUpLink{std::move(*member), sealed->expires};
}

std::string recovery_digest(const Desk& desk, const Member& member, std::string_view code) {
  Bytes context(member.id.bytes.begin(), member.id.bytes.end());
  context.insert(context.end(), code.begin(), code.end());
  return hex(desk.sealer.derive("staff/recovery", context));
}

// "ABCDEFGHJKMN" as people read it.
std::string in_groups(std::string_view code) {
  std::string out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i > 0 && i % 4 == 0) out += '-';
    out += code[i];
  }
  return out;
}

// Unbiased: a byte beyond the last whole run of the alphabet is drawn again.
std::string draw_recovery_code(seal::Entropy& entropy) {
  constexpr std::size_t letters = seal::code_alphabet.size();
  constexpr std::size_t fair = 256 / letters * letters;
  std::string code;
  while (code.size() < recovery_symbols) {
    std::array<std::uint8_t, 16> bytes;
    entropy.fill(bytes);
    for (const std::uint8_t byte : bytes)
      if (byte < fair && code.size() < recovery_symbols)
        code += seal::code_alphabet[byte % letters];
  }
  return code;
}

void lock_seed(Desk& desk, Member& member, BytesView seed) {
  member.second_factor =
      seal::lock_away(desk.sealer.key_for("staff/totp"), seed, member.id.view(), desk.at.entropy);
}

// Without it nobody could let anybody in again but whoever has the server.
bool is_last_owner(Desk& desk, const Member& member) {
  if (member.role != Role::owner || member.state != StaffState::active) return false;
  const auto all = desk.ledger.office().members(member.tenant);
  return std::ranges::none_of(all, [&](const Member& other) {
    return other.id != member.id && other.role == Role::owner && other.state == StaffState::active;
  });
}

std::unexpected<Problem> last_owner() {
  return refuse(Fault::conflict, codes::conflict, "this is the last active owner");
}

}  // namespace

bool may(Role role, Duty duty) {
  if (duty == Duty::look) return true;
  return role == Role::owner || (role == Role::reviewer && duty == Duty::handle);
}

std::string_view to_string(Role role) {
  constexpr std::string_view names[] = {"owner", "reviewer", "read_only"};
  return names[static_cast<std::size_t>(role)];
}

std::string_view to_string(StaffState state) {
  constexpr std::string_view names[] = {"invited", "active", "disabled"};
  return names[static_cast<std::size_t>(state)];
}

std::optional<Role> role_of(std::string_view name) {
  for (const Role role : {Role::owner, Role::reviewer, Role::read_only})
    if (to_string(role) == name) return role;
  return std::nullopt;
}

std::optional<StaffState> staff_state_of(std::string_view name) {
  for (const StaffState state : {StaffState::invited, StaffState::active, StaffState::disabled})
    if (to_string(state) == name) return state;
  return std::nullopt;
}

Result<Linked> add_member(Desk& desk, const TenantId& tenant, const Who& by,
                          const NewMember& input) {
  if (!is_email(input.email)) return bad_field("email", "email must be an e-mail address");
  if (!is_name(input.name)) return bad_field("name", "name must have 1 to 128 characters");
  Member member;
  member.id = seal::draw_id(desk.at.entropy, desk.at.now);
  member.tenant = tenant;
  member.email = lower_ascii(input.email);
  member.name = input.name;
  member.role = input.role;
  member.created = desk.at.now;
  Linked linked = draw_link(desk, member);
  if (!desk.ledger.office().add_member(member))
    return refuse(Fault::conflict, codes::conflict, "this address is there", "email");
  note(desk, tenant, by, "staff_added", to_string(member.id),
       member.email + " " + std::string(to_string(member.role)));
  return linked;
}

Result<Linked> link_member(Desk& desk, const TenantId& tenant, const Who& by, const Id& id) {
  Member member = TRY(member_of(desk, tenant, id));
  if (by.actor == Actor::staff && is_last_owner(desk, member)) return last_owner();
  member.state = StaffState::invited;
  member.password.clear();
  member.second_factor.clear();
  member.recovery.clear();
  Linked linked = draw_link(desk, member);
  desk.ledger.office().save_member(member);
  desk.ledger.office().end_all_of(member.id);
  note(desk, tenant, by, "staff_linked", to_string(member.id), member.email);
  return linked;
}

Result<Member> change_member(Desk& desk, const TenantId& tenant, const Who& by, const Id& id,
                             const MemberChange& change) {
  Member member = TRY(member_of(desk, tenant, id));
  if (change.name && !is_name(*change.name))
    return bad_field("name", "name must have 1 to 128 characters");
  const bool is_disabled = change.state == StaffState::disabled;
  const bool is_demoted = change.role && *change.role != Role::owner;
  if ((is_disabled || is_demoted) && by.actor == Actor::staff && is_last_owner(desk, member))
    return last_owner();
  if (change.state == StaffState::invited)
    return bad_field("state", "state must be active or disabled");
  if (change.state == StaffState::active && member.password.empty())
    return refuse(Fault::conflict, codes::conflict, "the sign-up is not finished", "state");
  const bool ends = (change.role && *change.role != member.role) ||
                    (change.state && *change.state != member.state);
  member.name = change.name.value_or(member.name);
  member.role = change.role.value_or(member.role);
  member.state = change.state.value_or(member.state);
  desk.ledger.office().save_member(member);
  if (ends) desk.ledger.office().end_all_of(member.id);
  note(desk, tenant, by, "staff_changed", to_string(member.id),
       member.email + " " + std::string(to_string(member.role)) + " " +
           std::string(to_string(member.state)));
  return member;
}

Result<SignUp> look_at_link(Desk& desk, std::string_view token) {
  SignUpLink link = TRY(read_link(desk, token));
  const auto organisation = desk.ledger.organisation(link.member.tenant);
  const std::string seed = seal::base32(seed_of_link(desk, link.member));
  std::string uri = uri_of(link.member.email, seed);
  return SignUp{std::move(link.member), organisation ? organisation->name : std::string(),
                link.expires, seed, std::move(uri)};
}

Result<std::string> prepare_sign_up(Desk& desk, const SignUpForm& form) {
  const SignUpLink link = TRY(read_link(desk, form.token));
  const bool is_fit = is_utf8(form.password) &&
                      count_points(form.password) >= password_points_min &&
                      count_points(form.password) <= password_points_max &&
                      lower_ascii(form.password) != link.member.email;
  if (!is_fit)
    return bad_field("password", "password must have 12 to 128 characters and not be the address");
  if (!seal::totp_match(seed_of_link(desk, link.member), form.code, desk.at.now, 0))
    return bad_field("code", "this is not the code of now");
  desk.ledger.let_go();  // finish_sign_up() asks again
  return seal::hash_password(form.password, desk.settings.password_cost, desk.at.entropy);
}

Result<SignedUp> finish_sign_up(Desk& desk, const SignUpForm& form, std::string password_hash) {
  Member member = TRY(read_link(desk, form.token)).member;
  const Bytes seed = seed_of_link(desk, member);
  const auto step = seal::totp_match(seed, form.code, desk.at.now, 0);
  if (!step) return bad_field("code", "this is not the code of now");
  lock_seed(desk, member, seed);
  member.step_used = *step;
  member.password = std::move(password_hash);
  member.state = StaffState::active;
  member.link = Id{};
  member.recovery.clear();
  SignedUp out;
  for (std::size_t i = 0; i < recovery_codes; ++i) {
    const std::string code = draw_recovery_code(desk.at.entropy);
    member.recovery.push_back(recovery_digest(desk, member, code));
    out.recovery_codes.push_back(in_groups(code));
  }
  desk.ledger.office().save_member(member);
  note(desk, member.tenant, {Actor::staff, member.id, member.email}, "staff_signed_up",
       to_string(member.id));
  out.member = std::move(member);
  return out;
}

Member add_ready_member(Desk& desk, const TenantId& tenant, const ReadyMember& ready) {
  Member member;
  member.id = seal::draw_id(desk.at.entropy, desk.at.now);
  member.tenant = tenant;
  member.email = lower_ascii(ready.who.email);
  member.name = ready.who.name;
  member.role = ready.who.role;
  member.state = StaffState::active;
  member.created = desk.at.now;
  member.password =
      seal::hash_password(ready.password, desk.settings.password_cost, desk.at.entropy);
  lock_seed(desk, member, ready.seed);
  desk.ledger.office().add_member(member);
  return member;
}

Bytes seed_of(const Desk& desk, const Member& member) {
  const auto seed =
      seal::unlock(desk.sealer.key_for("staff/totp"), member.second_factor, member.id.view());
  return seed.value_or(Bytes{});
}

bool take_code(Desk& desk, Member& member, std::string_view code) {
  const Bytes seed = seed_of(desk, member);
  if (seed.empty()) return false;
  const auto step = seal::totp_match(seed, code, desk.at.now, member.step_used);
  if (!step) return false;
  member.step_used = *step;
  desk.ledger.office().save_member(member);
  return true;
}

bool take_recovery_code(Desk& desk, Member& member, std::string_view code) {
  const auto plain = seal::normalise_code(code);
  if (!plain) return false;
  const std::string digest = recovery_digest(desk, member, *plain);
  const auto found = std::ranges::find_if(member.recovery, [&](const std::string& one) {
    return seal::equal_in_time(as_bytes(one), as_bytes(digest));
  });
  if (found == member.recovery.end()) return false;
  member.recovery.erase(found);
  desk.ledger.office().save_member(member);
  note(desk, member.tenant, {Actor::staff, member.id, member.email}, "recovery_code_used",
       to_string(member.id), std::to_string(member.recovery.size()) + " left");
  return true;
}

}  // namespace limen::onboard
