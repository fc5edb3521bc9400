// Caller: who asks, once we believe it. Each way to prove it is one function here, used by every
// door; what the caller may do is judged against its grant. Refusals look alike (Law 7); only a
// genuine text that expired is called expired.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "onboard/desk.hpp"

namespace limen::onboard {

struct Caller {
  Grant grant;  // key, access, device, enrolment, reference, connection or credential
  TenantId tenant() const { return grant.tenant; }
};

// A key's text (client_secret, client_app_key, API key, operator password). `wanted` beyond it:
// insufficient_scope.
Result<Caller> by_key(Desk& desk, std::string_view text, grant::Scope wanted);
// A key that must belong to `client_id` (UUID text): unknown_client, invalid code given by the
// caller otherwise.
struct ClientProof {
  std::string_view client_id;
  std::string_view secret;
  grant::Scope wanted;
  std::string_view wrong_secret;  // problem code for a wrong secret
};
Result<Caller> by_client(Desk& desk, const ClientProof& proof);
// HTTP Basic (RFC 7617), already decoded: the key's subject must be the username.
Result<Caller> by_password(Desk& desk, std::string_view username, std::string_view password,
                           grant::Scope wanted);
// The jti of an access token hides the serial of the key that asked for it, so that revoking the
// key fells the token (Law 4) although its claims are only those of RFC 9068. Half of it is random.
Id access_id(Desk& desk, std::uint64_t key_serial);
std::uint64_t key_serial_of(const Desk& desk, const Id& access);

// An OAuth access token (JWT).
Result<Caller> by_access_token(Desk& desk, std::string_view text, grant::Scope wanted);
// An ephemeral token of the device door.
Result<Caller> by_device(Desk& desk, std::string_view text, grant::Scope wanted);
// accessToken of an enrolment. Its bond is the session.
Result<Caller> by_enrolment_token(Desk& desk, std::string_view text, grant::Scope wanted);
// Laws 2 and 4 for what a session's tokens carry themselves: they are worth no more than the key
// that opened it, or the agreement (onward.hpp).
bool is_owner_live(Desk& desk, const Session& session);
// Token of a webEnrolmentUrl. Its bond is the session.
Result<Caller> by_reference(Desk& desk, std::string_view text, grant::Scope wanted);
// What the device that read a QR code holds (onboard/transfer.hpp), for that session.
Result<Caller> by_phone(Desk& desk, std::string_view text, const SessionId& session,
                        grant::Scope wanted);

// The client (a root key nobody presents) of that UUID, if it is live.
std::optional<Grant> live_client(Desk& desk, std::string_view client_id);

// The organisation a believed caller belongs to; remembered like verified secrets. It exists:
// nobody removes organisations.
std::shared_ptr<const Organisation> organisation_of(Desk& desk, const TenantId& id);

// Wire names of the scopes that keys and access tokens carry: "onboarding:write",
// "session_all:read", …
struct ScopeName {
  std::string_view name;
  grant::Scope scope;
};
std::span<const ScopeName> scope_names();
// Space-separated names of what `may` holds, in table order.
std::string names_of(grant::Scope may);
std::optional<grant::Scope> scope_of(std::string_view name);

}  // namespace limen::onboard
