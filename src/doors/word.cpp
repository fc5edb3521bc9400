// Which tongue a path speaks, and the switch over the tongues. It exists so that a refusal made
// below every route (no route, too large, busy) is worded like one made by the route itself. The
// words are each door's problems.cpp; nothing here has a body of its own.
#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

struct Realm {
  std::string_view root;
  Tongue tongue;
};

constexpr std::array<Realm, 23> realms = {{
    {"/v1/onboarding-token", Tongue::invitation},
    {"/v1/user-status", Tongue::invitation},
    {"/v1/connections", Tongue::invitation},
    {"/v1/oauth", Tongue::oauth},
    {"/oauth2", Tongue::oauth},
    {"/.well-known", Tongue::oauth},
    {"/sessions", Tongue::skills},
    {"/steps", Tongue::skills},
    {"/token", Tongue::skills},
    {"/consents", Tongue::skills},
    {"/skills", Tongue::skills},
    {"/v1/sessions", Tongue::skills},
    {"/v1/steps", Tongue::skills},
    {"/v1/token", Tongue::skills},
    {"/v1/tokens", Tongue::skills},
    {"/v1/consents", Tongue::skills},
    {"/v1/skills", Tongue::skills},
    {"/api", Tongue::problem},
    {"/operator", Tongue::problem},
    {"/engine", Tongue::problem},
    {"/dev", Tongue::problem},
    {"/capture", Tongue::page},
    {"/mobile", Tongue::page},
}};
constexpr std::array<std::string_view, 6> page_roots = {"/invite", "/web-enrolment", "/console",
                                                        "/go",     "/continue",      "/language"};

// "/steps" is under "/steps", and so is "/steps/7"; "/stepson" is not.
bool is_under(std::string_view path, std::string_view root) {
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

Response in_words_of(Tongue tongue, const Problem& problem, const Request& request, Time now,
                     const pages::Brand* brand) {
  switch (tongue) {
    case Tongue::invitation: return word_invitation(problem, request, now);
    case Tongue::skills: return word_skills(problem, request, now);
    case Tongue::problem: return word_problem(problem, request, now);
    case Tongue::oauth: return word_oauth(problem, request, now);
    case Tongue::page: return word_page(problem, request, now, brand);
  }
  return word_invitation(problem, request, now);
}

// draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4: structured fields that name the policy
// (q in w seconds) and what is left of it (r, and t seconds until more). Policy names are ours and
// need no escaping.
void add_rate_limit(Response& response, const Limit& limit, std::chrono::seconds wait) {
  const std::string name = '"' + std::string(limit.policy) + '"';
  set_header(
      response, "RateLimit-Policy",
      name + ";q=" + std::to_string(limit.quota) + ";w=" + std::to_string(limit.window.count()));
  set_header(response, "RateLimit", name + ";r=0;t=" + std::to_string(wait.count()));
}

}  // namespace

Tongue tongue_of(std::string_view path) {
  for (const Realm& realm : realms)
    if (is_under(path, realm.root)) return realm.tongue;
  const bool is_page = std::ranges::any_of(
      page_roots, [path](std::string_view root) { return is_under(path, root); });
  return is_page ? Tongue::page : Tongue::invitation;
}

Response word(Tongue tongue, const Problem& problem, const Request& request, Time now,
              const pages::Brand* brand) {
  // contract: "Unknown routes answer with s1's six-key 404 whatever the prefix, except under /api/
  // (problem+json) and the pages (an HTML page)."
  const bool is_unknown = problem.code == codes::no_route;
  if (is_unknown && (tongue == Tongue::skills || tongue == Tongue::oauth))
    tongue = Tongue::invitation;
  Response response = in_words_of(tongue, problem, request, now, brand);
  // RFC 6585 section 4 and RFC 9110 section 15.6.4: both "MAY include a Retry-After"; ours do.
  const bool is_passing = response.status == 429 || response.status == 503;
  if (is_passing || problem.retry_after) {
    const auto wait = problem.retry_after.value_or(std::chrono::seconds{1});
    set_header(response, "Retry-After", std::to_string(wait.count()));
    if (problem.limit) add_rate_limit(response, *problem.limit, wait);
  }
  return response;
}

}  // namespace limen::doors
