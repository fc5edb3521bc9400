// The invitation door: s1's onboarding token, the data subject's side of it, and the query for the
// data of people who consented. It exists to translate; every rule is in onboard/. docs/wire/
// invitation.md is its page.
#include "base/problem_codes.hpp"
#include "doors/invitation/filters.hpp"
#include "doors/invitation/wire.hpp"
#include "doors/repeat.hpp"
#include "doors/session_view.hpp"
#include "onboard/open.hpp"

namespace limen::doors {
namespace {

using grant::Scope;
using onboard::Caller;

std::unexpected<Problem> no_token() {
  return refuse(Fault::unauthenticated, codes::unauthenticated);
}

// s0: "Every request must include a valid access token obtained from the OAuth Token endpoint using
// the client credentials grant flow."
Result<Caller> caller_of(const Request& request, Desk& desk, Scope wanted) {
  // RFC 6750 section 2.3 advises against tokens in queries, section 3.1 calls two at once invalid:
  // what is in a query is in logs, so it is refused whether or not the header holds one too.
  if (request.query_value("access_token"))
    return refuse(Fault::malformed, codes::malformed_request,
                  "the access token belongs into the Authorization header", "access_token");
  const auto token = bearer_token(request);
  if (!token) return no_token();
  return onboard::by_access_token(desk, *token, wanted);
}

Result<Response> invite(const Request& request, Desk& desk, const Caller& caller) {
  const json::object body = TRY(json_body(request));
  const auto invitee = read_invitee(body);
  if (!invitee) return bad_request(invitee.error());
  const onboard::Invited invited = TRY(onboard::invite(desk, caller, *invitee));
  // s1, 201: `onboarding_token` (string). Put together by hand: a code is letters and digits.
  constexpr std::string_view before = "{\"onboarding_token\":\"";
  Response response;
  response.status = 201;
  response.headers.emplace_back("Content-Type", "application/json");
  response.body.reserve(before.size() + invited.code.reveal().size() + 2);
  response.body.append(before).append(invited.code.reveal()).append("\"}");
  return response;
}

Result<Response> post_onboarding_token(const Request& request, Desk& desk) {
  const Caller caller = TRY(caller_of(request, desk, Scope::invite));
  return once_per_key(request, desk, caller, [&] { return invite(request, desk, caller); });
}

Result<Response> post_user_status(const Request& request, Desk& desk) {
  const Caller caller = TRY(caller_of(request, desk, Scope::query_people));
  const json::object body = TRY(optional_json_body(request));
  const auto query = read_people_query(body);
  if (!query) return bad_request(query.error());
  const onboard::PeoplePage page = TRY(onboard::people(desk, caller, *query));
  return json_response(200, people_body(page, *query));
}

Result<Response> post_connection(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  const auto words = read_code_and_email(body);
  if (!words) return bad_request(words.error());
  const onboard::Opened opened =
      TRY(onboard::open_invitation(desk, words->code, words->email, sender_address(request)));
  return json_response(201, {{"connection_id", to_string(opened.connection.id)},
                             {"connection_token", opened.token.reveal()},
                             {"organisation", opened.organisation},
                             {"expires_at", iso_millis(opened.expires)}});
}

Result<Response> post_consent(const Request& request, Desk& desk) {
  const auto token = bearer_token(request);
  if (!token) return no_token();
  const json::object body = TRY(json_body(request));
  const auto words = read_consent(body);
  if (!words) return bad_request(words.error());
  const onboard::Decided decided = TRY(onboard::decide_consent(
      desk, {*token, request.params.at("connection_id"), words->decision, words->date_of_birth}));
  const bool is_agreed = decided.connection.consent == onboard::Consent::agreed;
  json::object out{{"connection_status", is_agreed ? "connected" : "withdrawn"}};
  if (decided.onward)
    out["web_enrolment_url"] =
        web_enrolment_url(desk, onboard::reference_of(desk, *decided.onward));
  return json_response(200, std::move(out));
}

}  // namespace

std::vector<Route> invitation_routes() {
  using enum Access;
  constexpr auto mine = Tongue::invitation;
  constexpr auto text = Body::text;
  std::vector<Route> rows = {
      {{"POST", "/v1/onboarding-token", writes, text}, mine, post_onboarding_token},
      {{"POST", "/v1/user-status", reads, text}, mine, post_user_status},
      {{"POST", "/v1/connections", writes, text, guess_time}, mine, post_connection},
      {{"POST", "/v1/connections/{connection_id}/consent", writes, text}, mine, post_consent},
  };
  rows[1].pick = people_lane;
  return rows;
}

}  // namespace limen::doors
