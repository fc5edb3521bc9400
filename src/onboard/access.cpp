// Access tokens are sealed: nothing is written when one is issued, and one row when one is taken
// back.
#include "onboard/access.hpp"

#include <array>

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;

namespace {

// Scopes a token may carry: what back ends do, never what persons or operators do.
constexpr Scope oauth_scopes =
    Scope::invite | Scope::query_people | Scope::lend | Scope::read_all | Scope::enrol;

// RFC 6749 section 3.3: a list of known names, each within what the client has.
Result<Scope> wanted_scope(std::string_view asked, Scope has) {
  if (asked.empty()) return has;
  Scope out = Scope::none;
  while (!asked.empty()) {
    const std::size_t space = asked.find(' ');
    const auto scope = scope_of(asked.substr(0, space));
    if (!scope || !grant::is_within(*scope, has))
      return refuse(Fault::malformed, codes::invalid_scope,
                    "a scope is unknown or not this client's", "scope");
    out = out | *scope;
    asked.remove_prefix(space == std::string_view::npos ? asked.size() : space + 1);
  }
  return out;
}

}  // namespace

Result<Caller> oauth_client(Desk& desk, std::string_view client_id,
                            std::string_view client_secret) {
  // RFC 6749 section 5.2: an unknown client and a wrong secret are one error. The secret comes
  // first and is refused by itself, so that the time tells nothing of the client either.
  auto caller = by_key(desk, client_secret, Scope::none);
  const bool is_pair = caller && caller->grant.parent == parse_id(client_id);
  if (!is_pair || !live_client(desk, client_id))
    return refuse(Fault::unauthenticated, codes::invalid_client, "client authentication failed");
  return caller;
}

Result<AccessToken> grant_access(Desk& desk, std::string_view client_id,
                                 std::string_view client_secret, std::string_view scope) {
  const Caller client = TRY(oauth_client(desk, client_id, client_secret));
  const Scope has = client.grant.terms.may & oauth_scopes;
  if (has == Scope::none)
    return refuse(Fault::unauthenticated, codes::invalid_client, "client authentication failed");
  const Scope may = TRY(wanted_scope(scope, has));
  grant::Terms asked;
  asked.expires = desk.at.now + desk.settings.access_life;
  asked.may = may;
  Grant grant = grant::draft({Kind::access, client.tenant(), {}, asked}, &client.grant,
                             access_id(desk, client.grant.serial), desk.at.now);
  AccessToken out;
  out.scope = names_of(may);
  const std::int64_t issued = to_unix(grant.created);
  const std::int64_t expires = to_unix(grant.terms.expires);
  out.expires_in = Seconds{expires - issued};
  // The busiest call there is: the claims take their memory from the stack.
  std::array<unsigned char, 2048> room;
  json::monotonic_resource memory(room.data(), room.size());
  const json::object claims({{"iss", desk.settings.issuer},
                             {"aud", desk.settings.base_url},
                             {"sub", client_id},
                             {"client_id", client_id},
                             {"iat", issued},
                             {"exp", expires},
                             {"jti", to_string(grant.id)},
                             {"scope", out.scope}},
                            &memory);
  out.text = seal::Secret(seal::sign_es256(*desk.signing.keys.front(), "at+jwt", claims));
  return out;
}

std::optional<Introspection> introspect(Desk& desk, const Caller& client, std::string_view token) {
  auto caller = by_access_token(desk, token, Scope::none);
  if (!caller || caller->tenant() != client.tenant()) return std::nullopt;
  Introspection out{std::move(caller->grant), {}, {}};
  out.scope = names_of(out.grant.terms.may);
  out.client_id = to_string(out.grant.parent);
  return out;
}

void revoke_access(Desk& desk, const Caller& client, std::string_view token) {
  const auto caller = by_access_token(desk, token, Scope::none);
  // RFC 7009 section 2.2: an invalid token is no error; a foreign one is treated alike.
  if (!caller || caller->grant.parent != client.grant.parent) return;
  if (desk.ledger.grant(caller->grant.id)) return;  // taken back already
  Grant tombstone = caller->grant;
  tombstone.revoked = desk.at.now;
  // The sweep takes it by then: a clock that goes back must not find the token without it.
  tombstone.terms.expires += limits::clock_step;
  desk.ledger.add(tombstone);
}

}  // namespace limen::onboard
