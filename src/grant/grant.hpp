// Grant: a right to act, held by whoever shows its secret, bounded in time and scope, issued under
// a parent. Every nonce, code, token, key and credential of every door is one of these. This file
// is the type; kinds.hpp is the policy, engine.hpp the verbs. A value: copyable, comparable,
// without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/time.hpp"
#include "seal/digest.hpp"

namespace limen::grant {

using seal::Digest;
using GrantId = Id;
using TenantId = Id;

enum class Kind : std::uint8_t {
  key,     // long-lived secret of a back end or an operator; a client is a key nobody can present
  access,  // OAuth access token (sealed JWT)
  invitation,  // onboarding token
  connection,  // what an opened invitation gives the person, to decide on consent
  pass,        // nonce
  hand_over,   // temp_token
  device,      // ephemeral authorization
  enrolment,   // accessToken of an enrolment session (sealed JWT)
  reference,   // token of a webEnrolmentUrl
  credential,  // access_token of a finished session
  transfer,    // what a QR code carries to another device
  phone,       // what the device that read it holds
};

// What a grant may do: a set of bits.
enum class Scope : std::uint32_t {
  none = 0,
  preview = 1U << 0,          // look without consuming
  open = 1U << 1,             // start a session, or open an invitation
  submit = 1U << 2,           // submit a step
  upload = 1U << 3,           // attach files to a step
  complete = 1U << 4,         // decide on consent: uses an invitation up
  settle = 1U << 5,           // exchange a hand_over
  read_own = 1U << 6,         // read what this grant itself submitted
  read_all = 1U << 7,         // read every session of the organisation
  invite = 1U << 8,           // issue invitations
  query_people = 1U << 9,     // ask for the data of consented people
  lend = 1U << 10,            // issue device grants
  enrol = 1U << 11,           // start enrolments and read their results
  manage_consent = 1U << 12,  // read and delete the enrolment of a credential
  operate = 1U << 13,         // the operator's surface
};

constexpr Scope operator|(Scope a, Scope b) {
  return Scope(static_cast<std::uint32_t>(a) | static_cast<std::uint32_t>(b));
}
constexpr Scope operator&(Scope a, Scope b) {
  return Scope(static_cast<std::uint32_t>(a) & static_cast<std::uint32_t>(b));
}
constexpr Scope operator-(Scope a, Scope b) {
  return Scope(static_cast<std::uint32_t>(a) & ~static_cast<std::uint32_t>(b));
}
constexpr bool is_within(Scope part, Scope whole) { return (part - whole) == Scope::none; }
constexpr bool intersects(Scope a, Scope b) { return (a & b) != Scope::none; }

// What a grant is tied to: a session, one step of it, a connection, an enrolment. Nil: nothing.
struct Bond {
  Id to;
  std::uint32_t part = 0;
  friend bool operator==(const Bond&, const Bond&) = default;
};

struct Terms {
  Time expires = never;
  Scope may = Scope::none;
  Scope once = Scope::none;  // the part of `may` that works once
  std::uint32_t misses =
      0;  // wrong guesses until it locks; 0: guesses are hopeless and not counted
  Bond bond{};
  friend bool operator==(const Terms&, const Terms&) = default;
};

struct Grant {
  GrantId id;
  Kind kind = Kind::key;
  TenantId tenant;
  GrantId parent;       // nil: a root
  std::string subject;  // who or what it is about; opaque to the engine
  Terms terms;
  Digest digest{};           // of the secret bits; all zero when there is nothing to compare
  std::uint64_t serial = 0;  // given by the ledger, counts up; 0 until stored
  Time created;
  Scope spent = Scope::none;  // which once parts were used
  Digest spent_request{};     // digest of the request that used them (Law 8)
  std::optional<Time> spent_at;
  bool followed = false;  // computed, never stored: what came after it was used (Law 8)
  std::uint32_t missed = 0;
  std::optional<Time> revoked;

  friend bool operator==(const Grant&, const Grant&) = default;
};

}  // namespace limen::grant
