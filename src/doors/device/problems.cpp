// The tongue of /api/, /operator/ and /dev/: RFC 9457 problem details, with `errors` by field as
// s4's kind of back end has them. It exists once, so that every refusal under these
// paths has one shape. Which status a problem has is the table of wire.cpp; here are only its
// words.
#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/problem_codes_console.hpp"
#include "base/text.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

// RFC 9457 section 3.1.3: "a short, human-readable summary of the problem type". A code without a
// row means no more than its status does: section 4.2.1, "about:blank".
constexpr std::pair<std::string_view, std::string_view> titles[] = {
    {codes::malformed_json, "The body is not valid JSON"},
    {codes::missing_fields, "Something required is missing"},
    {codes::unknown_fields, "There is a field too many"},
    {codes::invalid_field, "A value is not allowed"},
    {codes::token_expired, "The token has expired"},
    {codes::insufficient_scope, "The credential lacks a permission"},
    {codes::not_yours, "It belongs to another token"},
    {codes::confirmation_needed, "The second factor is asked for again"},
    {codes::cross_site, "The call comes from another site"},
    {codes::already_invited, "The person was invited already"},
    {codes::no_invitation, "There is no such invitation"},
    {codes::unknown_skill, "There is no such workflow or skill"},
    {codes::unknown_session, "There is no such session"},
    {codes::duplicate_session, "The sessionId was used before"},
    {codes::invalid_step, "Another step is wanted"},
    {codes::unknown_step, "There is no such step"},
    {codes::missing_upload, "A required upload is missing"},
    {codes::session_over, "The session is over"},
    {codes::empty_upload, "The file is empty"},
    {codes::unreadable_upload, "The file is no picture we read"},
    {codes::low_contrast, "Two colours are too alike"},
    {codes::too_many_guesses, "Too many wrong codes"},
    {codes::too_many_letters, "Too many letters"},
};

std::string_view title_of(std::string_view code) {
  const auto* at =
      std::ranges::find(titles, code, &std::pair<std::string_view, std::string_view>::first);
  return at == std::end(titles) ? std::string_view() : at->second;
}

bool is_basic_path(std::string_view path) {
  constexpr std::string_view roots[] = {"/api/v1/enrolment", "/api/v1/data", "/operator",
                                        "/api/apikey", "/api/security"};
  return std::ranges::any_of(roots,
                             [path](std::string_view root) { return path.starts_with(root); });
}

// Whether a page's script asks: a browser answers its 401 with a dialogue of its own when the
// challenge is one it knows.
bool is_by_script(const Request& request) {
  const auto mode = request.header("sec-fetch-mode");
  const auto cookies = request.header("cookie").value_or("");
  return request.header("x-limen-console") || (mode && *mode != "navigate") ||
         cookies.find("limen-console") != std::string_view::npos;
}

// RFC 9110 section 15.5.2: a 401 "MUST send a WWW-Authenticate header field".
std::string_view challenge_for(const Request& request) {
  const std::string_view path = request.path;
  const bool is_entrance = path == "/operator/v1/session" || path == "/operator/v1/session/code";
  if (path.starts_with("/operator") && (is_entrance || is_by_script(request)))
    return "Console realm=\"limen\"";
  // RFC 7617 section 2.1: charset="UTF-8".
  if (is_basic_path(path)) return "Basic realm=\"limen\", charset=\"UTF-8\"";
  return "ApiKey realm=\"limen\", Token realm=\"limen\", Bearer realm=\"limen\"";
}

std::string detail_of(const Problem& problem) {
  if (problem.code == codes::wrong_method) return "Allowed here: " + problem.detail;
  return problem.detail;
}

}  // namespace

Response word_problem(const Problem& problem, const Request& request, Time) {
  const int status = usual_status(problem);
  const std::string_view title = title_of(problem.code);
  const std::string detail = detail_of(problem);
  json::object body;
  body["type"] = title.empty() ? "about:blank" : "/problems/" + std::string(problem.code);
  body["title"] = json::string(title.empty() ? reason(status) : title);
  body["status"] = status;
  if (!detail.empty()) body["detail"] = detail;
  // The path names no secret; the query may, and is left out.
  if (!request.path.empty() && is_ascii(request.path)) body["instance"] = request.path;
  body["code"] = json::string(problem.code);
  if (!problem.field.empty()) {
    const std::string_view message = detail.empty() ? title : std::string_view(detail);
    body["errors"] = json::object{{problem.field, json::array{message}}};
  }
  Response response = json_response(status, body);
  response.headers = {{"Content-Type", "application/problem+json"}, {"Cache-Control", "no-store"}};
  if (status == 401) set_header(response, "WWW-Authenticate", std::string(challenge_for(request)));
  if (problem.code == codes::wrong_method) set_header(response, "Allow", problem.detail);
  return response;
}

}  // namespace limen::doors
