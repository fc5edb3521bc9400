// OAuth 2.0 for back ends: tokens by client credentials, introspection, revocation, and the two
// documents that let others verify our tokens. It exists because s0 wants "the client credentials
// grant flow"; no other grant is spoken. docs/wire/oauth.md is its page.
#include "base/problem_codes.hpp"
#include "doors/oauth/client.hpp"
#include "onboard/access.hpp"

namespace limen::doors {
namespace {

using grant::Scope;
using onboard::Caller;

// RFC 6749 section 5.1: "The authorization server MUST include the HTTP "Cache-Control" response
// header field with a value of "no-store" [...] as well as the "Pragma" [...] "no-cache"."
void forbid_storing(Response& response) {
  set_header(response, "Cache-Control", "no-store");
  set_header(response, "Pragma", "no-cache");
}

Result<Response> post_token(const Request& request, Desk& desk) {
  TextFields fields = TRY(read_parameters(request));
  const std::string_view grant_type = fields.get("grant_type");
  // RFC 6749 section 5.2, invalid_request: "The request is missing a required parameter"
  if (grant_type.empty())
    return refuse(Fault::malformed, codes::missing_fields, "grant_type is missing", "grant_type");
  if (grant_type != "client_credentials")
    return refuse(Fault::malformed, codes::invalid_grant_type,
                  "grant_type must be client_credentials", "grant_type");
  const ClientRequest client = TRY(read_client(request, std::move(fields)));
  const onboard::AccessToken token = TRY(onboard::grant_access(
      desk, client.client_id, client.client_secret, client.fields.get("scope")));
  // Put together by hand: a JWT is base64url with dots, a scope is a list of our own names.
  Response response;
  response.headers.reserve(3);
  response.headers.emplace_back("Content-Type", "application/json");
  forbid_storing(response);
  response.body.reserve(96 + token.text.reveal().size() + token.scope.size());
  response.body.append("{\"access_token\":\"")
      .append(token.text.reveal())
      .append("\",\"token_type\":\"Bearer\",\"expires_in\":")
      .append(std::to_string(token.expires_in.count()))
      .append(",\"scope\":\"")
      .append(token.scope)
      .append("\"}");
  return response;
}

// The client of an introspection or revocation, and the token it asks about.
struct Question {
  Caller client;
  std::string token;
};
Result<Question> read_question(const Request& request, Desk& desk) {
  TextFields fields = TRY(read_parameters(request));
  const ClientRequest asker = TRY(read_client(request, std::move(fields)));
  Caller client = TRY(onboard::oauth_client(desk, asker.client_id, asker.client_secret));
  std::string token(asker.fields.get("token"));
  if (token.empty())
    return refuse(Fault::malformed, codes::missing_fields, "token is missing", "token");
  return Question{std::move(client), std::move(token)};
}

Result<Response> post_introspect(const Request& request, Desk& desk) {
  const Question question = TRY(read_question(request, desk));
  const auto found = onboard::introspect(desk, question.client, question.token);
  json::object body{{"active", found.has_value()}};
  // RFC 7662 section 2.2: for an inactive token the server "SHOULD NOT include any additional
  // information".
  if (found) {
    body.emplace("scope", found->scope);
    body.emplace("client_id", found->client_id);
    body.emplace("token_type", "Bearer");
    body.emplace("exp", to_unix(found->grant.terms.expires));
    body.emplace("iat", to_unix(found->grant.created));
    body.emplace("sub", found->client_id);
    body.emplace("iss", desk.settings.issuer);
    body.emplace("jti", to_string(found->grant.id));
  }
  Response response = json_response(200, body);
  forbid_storing(response);
  return response;
}

Result<Response> post_revoke(const Request& request, Desk& desk) {
  const Question question = TRY(read_question(request, desk));
  onboard::revoke_access(desk, question.client, question.token);
  // RFC 7009 section 2.2: "responds with HTTP status code 200 if the token has been revoked
  // successfully or if the client submitted an invalid token"; its content is ignored.
  Response response;
  forbid_storing(response);
  return response;
}

Response public_document(const json::value& body) {
  Response response = json_response(200, body);
  // A verifier may keep it for a while; a key retires long after that.
  set_header(response, "Cache-Control", "public, max-age=300");
  return response;
}

// RFC 8414 section 3.2. Only what works here is listed; scopes are those of the invitation door.
Result<Response> get_metadata(const Request&, Desk& desk) {
  const std::string& base = desk.settings.base_url;
  const json::array methods{"client_secret_basic", "client_secret_post"};
  json::array scopes;
  for (const auto& [name, scope] : onboard::scope_names())
    if (scope == Scope::invite || scope == Scope::query_people) scopes.emplace_back(name);
  return public_document({
      {"issuer", desk.settings.issuer},
      {"token_endpoint", base + "/oauth2/token"},
      {"token_endpoint_auth_methods_supported", methods},
      {"jwks_uri", base + "/.well-known/jwks.json"},
      {"scopes_supported", std::move(scopes)},
      // RFC 8414 section 2: required; no authorization endpoint, so no response type.
      {"response_types_supported", json::array{}},
      {"grant_types_supported", json::array{"client_credentials"}},
      {"introspection_endpoint", base + "/oauth2/introspect"},
      {"introspection_endpoint_auth_methods_supported", methods},
      {"revocation_endpoint", base + "/oauth2/revoke"},
      {"revocation_endpoint_auth_methods_supported", methods},
  });
}

// RFC 7517 section 5.
Result<Response> get_jwks(const Request&, Desk& desk) {
  return public_document(desk.signing.jwks());
}

}  // namespace

std::vector<Route> oauth_routes() {
  using enum Access;
  constexpr auto mine = Tongue::oauth;
  constexpr auto text = Body::text;
  constexpr auto none = Body::none;
  return {
      {{"POST", "/v1/oauth/token", reads, text}, mine, post_token},
      {{"POST", "/oauth2/token", reads, text}, mine, post_token},
      {{"POST", "/oauth2/introspect", reads, text}, mine, post_introspect},
      {{"POST", "/oauth2/revoke", writes, text}, mine, post_revoke},
      {{"GET", "/.well-known/oauth-authorization-server", reads, none}, mine, get_metadata},
      {{"GET", "/.well-known/jwks.json", reads, none}, mine, get_jwks},
  };
}

}  // namespace limen::doors
