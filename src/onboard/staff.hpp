// Staff: the people who work at the console. Adding one gives a one-time link; whoever opens it
// chooses a password and a second factor. What each role may do is one function here. Signing in is
// sign_in.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onboard/audit.hpp"
#include "onboard/desk.hpp"

namespace limen::onboard {

// What a call of the operator's surface asks of whoever makes it.
enum class Duty : std::uint8_t {
  look,    // reads what may be shown to everybody who works here
  handle,  // works on invitations, sessions and letters
  own,     // decides who may do what, and what the house looks like
};
bool may(Role role, Duty duty);

std::string_view to_string(Role role);         // "owner", "reviewer", "read_only"
std::string_view to_string(StaffState state);  // "invited", "active", "disabled"
std::optional<Role> role_of(std::string_view name);
std::optional<StaffState> staff_state_of(std::string_view name);

struct NewMember {
  std::string email, name;
  Role role = Role::read_only;
};
struct Linked {
  Member member;
  seal::Secret token;  // of the link, shown once
  Time expires;
};
// Refuses with invalid_field (email, name), conflict (the address is there).
Result<Linked> add_member(Desk& desk, const TenantId& tenant, const Who& by,
                          const NewMember& input);
// A new link in place of the old one; password and second factor end, and so do the sessions.
Result<Linked> link_member(Desk& desk, const TenantId& tenant, const Who& by, const Id& id);

struct MemberChange {
  std::optional<std::string> name{};
  std::optional<Role> role{};
  std::optional<StaffState> state{};  // active or disabled
};
// Ends the member's sessions when role or state changes. Refuses with absent, invalid_field,
// conflict (the last active owner; active without a password).
Result<Member> change_member(Desk& desk, const TenantId& tenant, const Who& by, const Id& id,
                             const MemberChange& change);

// --- the link ---
struct SignUp {
  Member member;
  std::string organisation;
  Time expires;
  std::string seed;  // base32, for an authenticator
  std::string uri;   // otpauth://…
};
// What the link is for; uses nothing up. absent when it is forged, used, replaced or over.
Result<SignUp> look_at_link(Desk& desk, std::string_view token);

struct SignUpForm {
  std::string token, password, code;
};
// Whether the form will do, and the hash of its password: slow, so it runs before finish_sign_up
// and not on the writer. Refuses as look_at_link, and with invalid_field (password, code).
Result<std::string> prepare_sign_up(Desk& desk, const SignUpForm& form);
struct SignedUp {
  Member member;
  std::vector<std::string> recovery_codes;  // shown once
};
// Uses the link up.
Result<SignedUp> finish_sign_up(Desk& desk, const SignUpForm& form, std::string password_hash);

// A member that is ready to sign in, for dev mode and tests: no link.
struct ReadyMember {
  NewMember who;
  std::string password;
  Bytes seed;
};
Member add_ready_member(Desk& desk, const TenantId& tenant, const ReadyMember& ready);

// --- shared with sign_in.cpp ---
Bytes seed_of(const Desk& desk, const Member& member);
// Takes a code of the second factor if it is good and was not used; saves that it is used now.
bool take_code(Desk& desk, Member& member, std::string_view code);
// The same for one of the recovery codes.
bool take_recovery_code(Desk& desk, Member& member, std::string_view code);

}  // namespace limen::onboard
