// The right to a journey, as a browser carries it: a cookie of the session's own that holds the
// token the link brought, so that no address, no Referer and no history has it. Which token it is
// (device, reference, phone) decides nothing here: onboard/ believes it. It knows no page.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "doors/door.hpp"
#include "onboard/caller.hpp"

namespace limen::doors::pages {

// The cookie of a session: "__Host-limen-" and the last eight digits of its id (the first eight are
// its time, the same for all of one minute). Where neither TLS nor a loopback address makes a
// browser take such a cookie (dev mode in a local network), the name has no prefix.
class RightCookie {
 public:
  RightCookie(std::string_view base_url, const Id& session);
  const std::string& name() const { return name_; }
  // Set-Cookie: `token` until `expires`.
  std::string give(std::string_view token, Time expires, Time now) const;
  std::string take() const;

 private:
  std::string name_;
  bool is_secure_;
};
bool is_secure_at(std::string_view base_url);

// "Continue on this device" was chosen: a cookie below the session's own path, no secret.
constexpr std::string_view here_cookie = "limen-here";
std::string give_here(const Id& session, Time expires, Time now);
std::string take_here(const Id& session);

// The caller a token stands for, for that session. Kinds are told apart by their label; each is
// refused as onboard/caller.hpp says. `wanted` is what a page does: look, or take answers.
enum class Doing : std::uint8_t { looking, taking };
Result<onboard::Caller> caller_of(Desk& desk, std::string_view token, const Id& session,
                                  Doing doing);

// Law of every POST that a cookie authorises (trust W5): it comes from a page of ours. cross_site
// otherwise. A browser that sends neither header is held by SameSite=Lax.
Result<void> check_origin(const Request& request, std::string_view base_url);

}  // namespace limen::doors::pages
