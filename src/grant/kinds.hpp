// The whole token policy on one screen: what each kind of grant may do, which part of that works
// once, how long it lives and how its secret looks. Doors and use cases read this table; nobody
// repeats it.
#pragma once

#include <array>
#include <string_view>

#include "base/limits.hpp"
#include "grant/grant.hpp"

namespace limen::grant {

// How the secret travels and what the ledger keeps of it.
enum class Shape : std::uint8_t {
  stored,   // sealed text; a row holds the digest of its bits
  session,  // sealed text; its state is part of the session's row (Law 12)
  sealed,   // carries itself; only its revocation is a row
  code,     // short human code, computed from the row's serial
};

// How long a spent grant answers the identical request again (Law 8).
enum class Memory : std::uint8_t { none, until_followed, seconds_60 };

struct Policy {
  Kind kind;
  std::string_view label;  // in sealed texts: lmn_<label>_…
  Scope may;
  Scope once;
  Scope by;      // what the parent must be allowed, to issue this kind (Law 2)
  Seconds life;  // default; 0 means without end
  std::uint32_t misses;
  Memory memory;
  Shape shape;
  std::string_view wire;  // what the doors call it
};

// Rule: "a nonce submits its step once" is the `pass` row: may submit and upload, once submit.
inline constexpr std::array<Policy, 12> policies = {{
    {Kind::key, "key", Scope::none, Scope::none, Scope::none, Seconds{0}, 0, Memory::none,
     Shape::stored, "client_secret, client_app_key, API key, Basic password"},
    {Kind::access, "access", Scope::none, Scope::none, Scope::none, limits::access_life, 0,
     Memory::none, Shape::sealed, "OAuth access_token"},
    {Kind::invitation, "invitation", Scope::preview | Scope::open | Scope::complete,
     Scope::complete, Scope::invite, limits::invitation_life, limits::invitation_misses,
     Memory::none, Shape::code, "onboarding_token"},
    {Kind::connection, "connection", Scope::complete, Scope::none, Scope::none,
     limits::connection_life, 0, Memory::none, Shape::sealed, "connection_token"},
    {Kind::pass, "pass", Scope::submit | Scope::upload, Scope::submit, Scope::open,
     limits::pass_life, 0, Memory::until_followed, Shape::session, "nonce"},
    {Kind::hand_over, "handover", Scope::settle, Scope::settle, Scope::open, limits::hand_over_life,
     0, Memory::seconds_60, Shape::session, "temp_token"},
    {Kind::device, "device", Scope::open | Scope::submit | Scope::upload | Scope::read_own,
     Scope::none, Scope::lend, limits::device_life, 0, Memory::none, Shape::stored,
     "ephemeral authorization"},
    {Kind::enrolment, "enrolment", Scope::open | Scope::submit | Scope::upload | Scope::read_own,
     Scope::none, Scope::enrol, limits::enrolment_token_life, 0, Memory::none, Shape::sealed,
     "accessToken"},
    {Kind::reference, "reference", Scope::preview | Scope::open | Scope::submit | Scope::upload,
     Scope::none, Scope::enrol, limits::session_life, 0, Memory::none, Shape::sealed,
     "webEnrolmentUrl token"},
    {Kind::credential, "credential", Scope::manage_consent | Scope::read_own, Scope::none,
     Scope::none, Seconds{0}, 0, Memory::none, Shape::stored, "access_token with credentials_id"},
    {Kind::transfer, "transfer", Scope::preview | Scope::open, Scope::open, Scope::submit,
     limits::transfer_life, 0, Memory::none, Shape::stored, "token of /continue"},
    {Kind::phone, "phone", Scope::preview | Scope::submit | Scope::upload, Scope::none,
     Scope::submit, limits::session_life, 0, Memory::none, Shape::stored,
     "cookie of a scanned page"},
}};

constexpr const Policy& policy_of(Kind kind) { return policies[static_cast<std::size_t>(kind)]; }

}  // namespace limen::grant
