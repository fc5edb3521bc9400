// Starting a journey, whichever door the person came through. The three ways differ in who may and
// what comes with it, not in what a session is.
#pragma once

#include <optional>
#include <string>

#include "onboard/caller.hpp"

namespace limen::onboard {

struct Opening {
  journey::Door door;
  std::string skill;
  std::string caller_id{};  // enrolment: the customer's GUID, as sent
  std::string external_id{};
  std::string person{};  // tenant_user_id
  std::string return_url{};
  std::string theme{};
  std::string metadata{};  // JSON object text
  std::optional<journey::Applicant> applicant{};
  Time latest = never;  // it ends no later
};

// The caller needs Scope::open (skills: its app key; device) or Scope::enrol. Refuses with
// unknown_skill, unregistered_skill, duplicate_session, invalid_field (external_id, return_url,
// theme, session_id, date_of_birth, metadata…). Who agreed to an
// invitation (a caller of kind connection) needs no scope and no return_url: no page waits for that
// person. Writes the session.
Result<Session> open_session(Desk& desk, const Caller& caller, const Opening& opening);

// The definition a session follows. Refuses with session_over (gone) when the catalogue no longer
// holds that skill, or holds it with other steps than the session has gone through: an operator
// changed the file, and nobody can say what such a session still needs.
Result<const journey::Skill*> skill_of(const Desk& desk, const Session& session);

// The nonce for step number `position`; the same text however often it is asked for.
seal::Secret nonce_of(const Desk& desk, const Session& session, std::uint32_t position);
// The temp_token of a completed session.
seal::Secret temp_token_of(const Desk& desk, const Session& session);

struct EnrolmentTokens {
  seal::Secret access_token;  // JWT of s4: sessionId, customer, nbf, exp
  seal::Secret reference;     // for webEnrolmentUrl; not an access token
};
EnrolmentTokens enrolment_tokens(const Desk& desk, const Session& session);
// The second of them alone.
seal::Secret reference_of(const Desk& desk, const Session& session);

// A theme every installation has, or one of the organisation's own.
bool is_theme(Desk& desk, const TenantId& tenant, const std::string& name);

}  // namespace limen::onboard
