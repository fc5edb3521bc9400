// See right.hpp.
#include "doors/pages/right.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "onboard/transfer.hpp"

namespace limen::doors::pages {
namespace {

using grant::Kind;
using grant::Scope;

std::string seconds_until(Time expires, Time now) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(expires - now).count();
  return std::to_string(std::max<std::int64_t>(left, 0));
}

std::string path_of(const Id& session) { return "/go/" + to_string(session); }

bool is_of_kind(std::string_view token, Kind kind) {
  const std::string head = "lmn_" + std::string(grant::policy_of(kind).label) + "_";
  return token.starts_with(head);
}

}  // namespace

bool is_secure_at(std::string_view base_url) {
  if (base_url.starts_with("https://")) return true;
  // Browsers count loopback as a secure place (Secure Contexts, section 3.1) and take Secure
  // cookies from it.
  constexpr std::string_view loopback[] = {"http://127.", "http://localhost", "http://[::1]"};
  return std::ranges::any_of(loopback,
                             [&](std::string_view head) { return base_url.starts_with(head); });
}

RightCookie::RightCookie(std::string_view base_url, const Id& session)
    : is_secure_(is_secure_at(base_url)) {
  const std::string id = to_string(session);
  name_ = (is_secure_ ? "__Host-limen-" : "limen-") + id.substr(id.size() - 8);
}

std::string RightCookie::give(std::string_view token, Time expires, Time now) const {
  return name_ + "=" + std::string(token) + "; Path=/; Max-Age=" + seconds_until(expires, now) +
         "; HttpOnly; SameSite=Lax" + (is_secure_ ? "; Secure" : "");
}

std::string RightCookie::take() const {
  return name_ + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax" + (is_secure_ ? "; Secure" : "");
}

std::string give_here(const Id& session, Time expires, Time now) {
  return std::string(here_cookie) + "=1; Path=" + path_of(session) +
         "; Max-Age=" + seconds_until(expires, now) + "; HttpOnly; SameSite=Lax";
}

std::string take_here(const Id& session) {
  return std::string(here_cookie) + "=; Path=" + path_of(session) +
         "; Max-Age=0; HttpOnly; SameSite=Lax";
}

Result<onboard::Caller> caller_of(Desk& desk, std::string_view token, const Id& session,
                                  Doing doing) {
  const bool is_looking = doing == Doing::looking;
  const Scope taking = Scope::submit | Scope::upload;
  if (is_of_kind(token, Kind::device))
    return onboard::by_device(desk, token, is_looking ? Scope::read_own : taking);
  if (is_of_kind(token, Kind::phone))
    return onboard::by_phone(desk, token, session, is_looking ? Scope::preview : taking);
  return onboard::by_reference(desk, token, is_looking ? Scope::preview : taking);
}

Result<void> check_origin(const Request& request, std::string_view base_url) {
  const auto stranger = [] {
    return refuse(Fault::forbidden, codes::cross_site, "the form was not sent from a page of ours");
  };
  // Fetch Metadata, section 2.4. "none": the person pressed reload.
  if (const auto site = request.header("sec-fetch-site")) {
    if (*site == "same-origin" || *site == "none") return {};
    return stranger();
  }
  // With `Referrer-Policy: no-referrer` a form's Origin is "null", also from our own page (Fetch,
  // section 3.2).
  const auto origin = request.header("origin");
  if (!origin || *origin == "null" || equals_ignoring_case(*origin, base_url)) return {};
  return stranger();
}

}  // namespace limen::doors::pages
