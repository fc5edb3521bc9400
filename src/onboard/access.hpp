// OAuth 2.0 for back ends: client credentials become an access token (RFC 6749 section 4.4, RFC
// 9068), which can be asked about (RFC 7662) and taken back (RFC 7009). Signing is ES256; the token
// is sealed, so issuing writes nothing.
#pragma once

#include <optional>
#include <string_view>

#include "onboard/caller.hpp"

namespace limen::onboard {

struct AccessToken {
  seal::Secret text;
  Seconds expires_in;
  std::string scope;  // what was granted
};
// Refuses with invalid_client (unknown id and wrong secret alike), invalid_scope.
Result<AccessToken> grant_access(Desk& desk, std::string_view client_id,
                                 std::string_view client_secret, std::string_view scope);

// The client that proved itself, for introspection and revocation.
Result<Caller> oauth_client(Desk& desk, std::string_view client_id, std::string_view client_secret);

struct Introspection {
  Grant grant;
  std::string scope;
  std::string client_id;
};
// Nothing for unknown, expired, revoked or another organisation's: {"active":false}.
std::optional<Introspection> introspect(Desk& desk, const Caller& client, std::string_view token);
// Revokes an access token of this client; unknown and foreign ones are no error (RFC 7009
// section 2.2).
void revoke_access(Desk& desk, const Caller& client, std::string_view token);

}  // namespace limen::onboard
