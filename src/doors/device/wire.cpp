// See wire.hpp. Each way is tried only where the header's form allows it; the refusal that comes
// back is the one of the way the caller most likely meant.
#include "doors/device/wire.hpp"

#include <array>

#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::doors::device {
namespace {

using grant::Kind;
using grant::Scope;
using onboard::Caller;

constexpr std::array<std::string_view, 2> key_schemes = {"ApiKey", "Token"};
constexpr std::array<std::string_view, 1> token_scheme = {"Token"};

std::unexpected<Problem> unauthenticated() {
  return refuse(Fault::unauthenticated, codes::unauthenticated);
}

bool is_expired(const Result<Caller>& caller) {
  return !caller && caller.error().code == codes::token_expired;
}

bool is_stranger(const Result<Caller>& caller) {
  return !caller && caller.error().fault == Fault::unauthenticated && !is_expired(caller);
}

}  // namespace

Result<Caller> by_api_key(const Request& request, onboard::Desk& desk, Scope wanted) {
  const auto text = token_with_schemes(request, key_schemes);
  if (!text) return unauthenticated();
  auto caller = onboard::by_key(desk, *text, wanted);
  // C08: "Ephemeral token on key management, listings, other people's sessions → 403."
  if (is_stranger(caller) && onboard::by_device(desk, *text, Scope::none))
    return refuse(Fault::forbidden, codes::insufficient_scope,
                  "an ephemeral token may not do that");
  return caller;
}

Result<std::string> own_token_text(const Request& request) {
  const auto query = request.query_value("authorization");
  if (!query) {
    auto text = token_with_schemes(request, token_scheme);
    if (!text) return unauthenticated();
    return std::move(*text);
  }
  if (request.count_headers("authorization") > 0)
    return refuse(Fault::malformed, codes::malformed_request,
                  "authorization must come in the header or in the query, not in both");
  return std::string(without_scheme(*query));
}

Result<Caller> by_own_token(const Request& request, onboard::Desk& desk, Scope wanted) {
  if (const auto bearer = bearer_token(request))
    return onboard::by_enrolment_token(desk, *bearer, wanted);
  const std::string text = TRY(own_token_text(request));
  return onboard::by_device(desk, text, wanted);
}

Result<Caller> by_any_reader(const Request& request, onboard::Desk& desk) {
  auto own = by_own_token(request, desk, Scope::read_own);
  if (!is_stranger(own)) return own;
  if (const auto bearer = bearer_token(request))
    return onboard::by_access_token(desk, *bearer, Scope::read_all);
  return by_api_key(request, desk, Scope::read_all);
}

bool is_own_token(const Caller& caller) {
  return caller.grant.kind == Kind::device || caller.grant.kind == Kind::enrolment;
}

std::string_view without_scheme(std::string_view text) {
  constexpr std::string_view scheme = "Token";
  if (text.size() <= scheme.size() || !equals_ignoring_case(text.substr(0, scheme.size()), scheme))
    return text;
  // A caller that writes a space as '+' means the same.
  const char gap = text[scheme.size()];
  return gap == ' ' || gap == '+' ? text.substr(scheme.size() + 1) : text;
}

std::string hand_off_url(const std::string& base_url, std::string_view token,
                         std::string_view session_id) {
  // s3: "https://<IDV_HOST>/mobile?authorization=<token>&sessionId=<sessionId>"
  const std::string inner = base_url + "/mobile?authorization=" + percent_encode(token) +
                            "&sessionId=" + percent_encode(session_id);
  return base_url + "/capture?url=" + percent_encode(inner);
}

}  // namespace limen::doors::device
