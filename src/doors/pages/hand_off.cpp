// See hand_off.hpp. No URL parser: two parsers that disagree are how open redirects are made.
#include "doors/pages/hand_off.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/device/wire.hpp"
#include "http/message.hpp"

namespace limen::doors::pages {
namespace {

std::unexpected<Problem> not_ours(std::string detail) {
  return refuse(Fault::malformed, codes::malformed_request, std::move(detail), "url");
}

// Takes `value` into `target`; false when there was one before.
bool take_once(std::string& target, std::string value) {
  if (!target.empty() || value.empty()) return false;
  target = std::move(value);
  return true;
}

}  // namespace

Result<HandOff> hand_off_in(std::string_view query) {
  HandOff out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string_view name = pair.substr(0, equals);
    if (name != "authorization" && name != "sessionId") continue;
    // C16: "tokens with reserved characters survive": a '+' that nobody escaped is a '+'.
    const std::string_view raw = pair.substr(std::min(equals + 1, pair.size()));
    auto value = http::percent_decode(raw, http::Plus::is_plus);
    if (!value || has_control(*value)) return not_ours("the link is not percent-encoded UTF-8");
    std::string& target = name == "sessionId" ? out.session_id : out.authorization;
    if (!take_once(target, std::move(*value)))
      return not_ours("the link must hold authorization and sessionId once, and not empty");
  }
  out.authorization = std::string(device::without_scheme(out.authorization));
  if (out.authorization.empty() || out.session_id.empty())
    return not_ours("the link must hold authorization and sessionId");
  return out;
}

Result<HandOff> hand_off_at(std::string_view url, std::string_view base_url) {
  constexpr std::string_view page = "/mobile?";
  const bool is_ours = !base_url.empty() && url.size() > base_url.size() &&
                       equals_ignoring_case(url.substr(0, base_url.size()), base_url) &&
                       url.substr(base_url.size()).starts_with(page);
  if (!is_ours) return not_ours("url must be the /mobile address of this server");
  const std::string_view query = url.substr(base_url.size() + page.size());
  if (query.find_first_of("#\\") != std::string_view::npos || has_control(query))
    return not_ours("url holds what no address of ours holds");
  return hand_off_in(query);
}

}  // namespace limen::doors::pages
