// Refusals in OAuth's tongue (RFC 6749 section 5.2): {"error","error_description"}. It exists so
// that no other door learns these words. A description is ours, never an echo of what was sent.
#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

struct Words {
  std::string_view code;  // of the problem
  int status;
  std::string_view error;
};

// Where the slug decides; everything else follows from the status.
constexpr std::array<Words, 6> words = {{
    {codes::invalid_client, 401, "invalid_client"},
    {codes::unauthenticated, 401, "invalid_client"},
    {codes::token_expired, 401, "invalid_client"},
    {codes::unknown_client, 401, "invalid_client"},
    {codes::invalid_grant_type, 400, "unsupported_grant_type"},
    {codes::invalid_scope, 400, "invalid_scope"},
}};

std::string_view error_of(int status) {
  if (status == 401) return "invalid_client";
  // RFC 6749 section 5.2: unauthorized_client, "The authenticated client is not authorized"
  if (status == 403) return "unauthorized_client";
  // RFC 6749 section 4.1.2.1 has the words for our own failures; section 5.2 has none of its own.
  if (status == 429 || status == 503) return "temporarily_unavailable";
  if (status >= 500) return "server_error";
  return "invalid_request";
}

// RFC 6749 section 5.2: error_description "MUST NOT include characters outside the set
// %x20-21 / %x23-5B / %x5D-7E."
std::string description_of(const Problem& problem, int status) {
  const bool is_allow = problem.code == codes::wrong_method;  // its detail is an Allow header
  const std::string_view text =
      problem.detail.empty() || is_allow ? reason(status) : std::string_view(problem.detail);
  std::string out(text);
  std::ranges::replace_if(
      out, [](char c) { return c < 0x20 || c > 0x7E || c == '"' || c == '\\'; }, '\'');
  return out;
}

}  // namespace

Response word_oauth(const Problem& problem, const Request&, Time) {
  const auto known = std::ranges::find(words, problem.code, &Words::code);
  const int status = known == words.end() ? usual_status(problem) : known->status;
  const std::string_view error = known == words.end() ? error_of(status) : known->error;
  Response response = json_response(
      status, {{"error", error}, {"error_description", description_of(problem, status)}});
  // RFC 6749 section 5.1: "Cache-Control" "no-store" and "Pragma" "no-cache"; its example of an
  // error carries both too.
  set_header(response, "Cache-Control", "no-store");
  set_header(response, "Pragma", "no-cache");
  // RFC 6749 section 5.2 asks for the challenge when the client used Authorization; RFC 9110
  // section 15.5.2 wants one in every 401.
  if (status == 401) set_header(response, "WWW-Authenticate", "Basic realm=\"limen\"");
  return response;
}

}  // namespace limen::doors
