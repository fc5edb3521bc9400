// Refusals in the skills door's tongue: {"id","type","http","code","message"}, one shape for every
// failure (VB5). It exists so that the codes of that vendor's error page stand here only. Messages
// are for developers; they never hold a secret.
#include <algorithm>
#include <array>

#include "base/id.hpp"
#include "base/problem_codes.hpp"
#include "doors/door.hpp"
#include "seal/digest.hpp"

namespace limen::doors {
namespace {

struct Words {
  std::string_view slug;  // of the problem
  int http;               // 0: by the problem's fault
  std::string_view code;
  std::string_view message;  // when the problem says nothing itself
};

// The API's error page: http 400 and 404 are invalid_request, 401 is unauthorized.
constexpr std::array<Words, 37> words = {{
    {codes::malformed_json, 400, "invalid_body", "the body is not valid JSON"},
    {codes::malformed_request, 400, "invalid_body", "the request is malformed"},
    {codes::missing_fields, 400, "missing_fields", "fields are missing"},
    {codes::unknown_fields, 400, "unknown_fields", "there are unknown fields"},
    {codes::invalid_field, 400, "invalid_field", "a field is invalid"},
    {codes::wrong_media_type, 415, "invalid_headers", "the Content-Type is not accepted here"},
    {codes::too_large, 413, "invalid_input", "the request is too large"},
    {codes::target_too_long, 414, "invalid_input", "the request target is too long"},
    {codes::head_too_large, 431, "invalid_headers", "the header fields are too large"},
    {codes::wrong_expectation, 417, "invalid_headers", "only 100-continue can be expected"},
    {codes::too_slow, 408, "invalid_input", "the request did not arrive in time"},
    {codes::no_route, 404, "not_found", "there is nothing at this path"},
    {codes::wrong_method, 405, "invalid_input", "this path takes another method"},
    {codes::unauthenticated, 401, "invalid_api_keys", "the credentials are not valid"},
    {codes::token_expired, 401, "invalid_api_keys", "the token has expired"},
    {codes::insufficient_scope, 401, "invalid_api_keys", "this key may not do that"},
    {codes::not_yours, 404, "invalid_session_id", "no such session"},
    {codes::unknown_client, 400, "invalid_client_id", "unknown client_id"},
    {codes::invalid_app_key, 401, "invalid_client_app_key", "wrong client_app_key"},
    {codes::invalid_client_secret, 401, "invalid_client_secret", "wrong client_secret"},
    {codes::unknown_skill, 400, "invalid_skill_name", "unknown skill"},
    {codes::unregistered_skill, 401, "unauthorized_tenant", "this skill is not registered"},
    {codes::unknown_session, 404, "invalid_session_id", "no such session"},
    // The vendor's list has no code for a nonce; the reason is in the message.
    {codes::invalid_nonce, 401, "invalid_api_keys", "this nonce is not valid"},
    {codes::invalid_step, 400, "invalid_step", "this step cannot be submitted now"},
    {codes::missing_upload, 400, "invalid_step", "a required upload is missing"},
    {codes::session_over, 400, "invalid_step", "the session is over"},
    {codes::conflict, 400, "invalid_step", "the session changed meanwhile, try again"},
    {codes::unknown_step, 404, "not_found", "no such step"},
    {codes::empty_upload, 400, "invalid_input", "the file is empty"},
    {codes::unreadable_upload, 400, "invalid_input", "the file is no picture"},
    {codes::invalid_temp_token, 401, "invalid_temp_token", "this temp_token is not valid"},
    {codes::invalid_credentials_id, 0, "invalid_credentials_id", "unknown credentials_id"},
    {codes::invalid_access_token, 401, "invalid_access_token", "wrong access_token"},
    {codes::expired_credentials, 401, "expired_credentials", "the consent has expired"},
    {codes::inactive_credentials, 401, "inactive_credentials", "the consent was deleted"},
    {codes::invalid_retention, 400, "invalid_pcd_data_retention", "invalid pcd_data_retention"},
}};

// For slugs no route of this door gives out on its own.
Words words_for(const Problem& problem) {
  const auto found = std::ranges::find(words, problem.code, &Words::slug);
  if (found != words.end()) return *found;
  const int status = usual_status(problem);
  if (status == 429) return {{}, status, "too_many_requests", "too many requests, try again later"};
  if (status == 503) return {{}, status, "service_unavailable", "nothing was changed, try again"};
  if (status >= 500) return {{}, status, "internal_error", "an error of ours"};
  if (status == 401) return {{}, status, "invalid_api_keys", "the credentials are not valid"};
  if (status == 404) return {{}, status, "not_found", "not found"};
  return {{}, status, "invalid_input", "the request is not valid"};
}

std::string_view type_of(int status) {
  if (status == 401 || status == 403) return "unauthorized";
  return status >= 500 ? "internal_server_error" : "invalid_request";
}

// `id` is a UUID for support: the request's own id, which is in the log and in X-Request-Id too.
std::string error_id(const Request& request) {
  if (parse_id(request.id)) return request.id;
  const seal::Digest digest = seal::sha256(request.id);
  Id id;
  std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
  // RFC 9562 section 5.8: version 8 is for vendor-specific uses.
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
  return to_string(id);
}

}  // namespace

Response word_skills(const Problem& problem, const Request& request, Time) {
  const Words said = words_for(problem);
  const int status = said.http == 0 ? usual_status(problem) : said.http;
  // The detail of wrong_method is an Allow header, and our own failures are not explained.
  const bool is_told = !problem.detail.empty() && problem.code != codes::wrong_method &&
                       problem.fault != Fault::unavailable;
  const std::string_view message = is_told ? std::string_view(problem.detail) : said.message;
  Response response = json_response(status, {{"id", error_id(request)},
                                             {"type", type_of(status)},
                                             {"http", status},
                                             {"code", said.code},
                                             {"message", message}});
  // RFC 9110 section 15.5.2 wants a challenge in every 401. No registered scheme carries
  // credentials in a JSON body, so this one only names where they go.
  if (status == 401) set_header(response, "WWW-Authenticate", "ClientKeys realm=\"limen\"");
  return response;
}

}  // namespace limen::doors
