// Refusals in s1's tongue: a 400 lists fields, everything else has six keys. It exists so that no
// status and no word of s1 stands anywhere below this door. It never shows a problem's note.
#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/invitation/wire.hpp"

namespace limen::doors {
namespace {

constexpr std::array<std::string_view, 3> own_roots = {"/v1/onboarding-token", "/v1/user-status",
                                                       "/v1/connections"};

bool is_own(std::string_view path) {
  return std::ranges::any_of(own_roots,
                             [path](std::string_view root) { return path.starts_with(root); });
}

// contract: "Wrong method: 404 in the six-key form under s1's routes (A02); elsewhere 405". TRACE
// is off everywhere and is a 405 of http's own.
int status_of(const Problem& problem, const Request& request) {
  const bool is_hidden =
      problem.code == codes::wrong_method && is_own(request.path) && request.method != "TRACE";
  return is_hidden ? 404 : usual_status(problem);
}

FieldHint hint_of_problem(const Problem& problem) {
  const std::string field = problem.field.empty() ? "request" : camel(problem.field);
  if (problem.code == codes::malformed_json) return {"body", "isJson", problem.detail};
  if (problem.code == codes::missing_fields) return hint_of(field, "isNotEmpty");
  if (problem.code == codes::unknown_fields)
    return {problem.field, "whitelistValidation",
            "property " + problem.field + " should not exist"};
  FieldHint hint = hint_of(field, "isValid");
  if (!problem.detail.empty()) hint.hint = problem.detail;
  return hint;
}

std::string upper_snake(std::string_view words) {
  std::string out = upper_ascii(words);
  std::ranges::replace(out, ' ', '_');
  return out;
}

struct Words {
  std::string error, message;
};

Words words_of(int status, const Problem& problem, const Request& request) {
  // s1, 5XX: "code" 503 with "INTERNAL_SERVER_ERROR" and "Internal Server Error"
  if (status >= 500) return {"INTERNAL_SERVER_ERROR", "Internal Server Error"};
  const std::string_view name = reason(status);
  const bool is_route = problem.code == codes::no_route || problem.code == codes::wrong_method;
  // s1, 404: "Cannot GET /api/v1"
  if (status == 404 && is_route)
    return {"NOT_FOUND", "Cannot " + request.method + ' ' + request.path};
  return {upper_snake(name), std::string(name)};
}

// RFC 6750 section 3: "This scheme MUST be followed by one or more auth-param values."
std::string challenge_for(const Problem& problem, const Request& request) {
  std::string out = "Bearer realm=\"limen\"";
  // RFC 6750 section 3.1: "If the request lacks any authentication information [...] the resource
  // server SHOULD NOT include an error code or other error information."
  if (!bearer_token(request)) return out;
  out += ", error=\"invalid_token\"";
  if (problem.code == codes::token_expired) out += ", error_description=\"The token expired\"";
  return out;
}

// RFC 6750 section 3.1: insufficient_scope "MAY include the "scope" attribute with the scope
// necessary to access the protected resource".
std::string scope_challenge(const Request& request) {
  std::string out = "Bearer realm=\"limen\", error=\"insufficient_scope\"";
  if (request.path == "/v1/onboarding-token") out += ", scope=\"onboarding:write\"";
  if (request.path == "/v1/user-status") out += ", scope=\"user-status:read\"";
  return out;
}

}  // namespace

Response word_invitation(const Problem& problem, const Request& request, Time now) {
  const int status = status_of(problem, request);
  if (status == 400) return bad_request({hint_of_problem(problem)});
  const Words words = words_of(status, problem, request);
  // s1: code, timestamp, path, method, error, message, all required.
  Response response = json_response(status, {{"code", status},
                                             {"timestamp", iso_millis(now)},
                                             {"path", request.path},
                                             {"method", request.method},
                                             {"error", words.error},
                                             {"message", words.message}});
  if (status == 401) set_header(response, "WWW-Authenticate", challenge_for(problem, request));
  if (problem.code == codes::insufficient_scope)
    set_header(response, "WWW-Authenticate", scope_challenge(request));
  return response;
}

}  // namespace limen::doors
