// Who operates, and for which organisation: a member of staff by the console's cookie, or a back
// end by Basic. Both work on one organisation only; the operator of the installation (no
// organisation of its own) names one by its handle. What each may do is decided in one place, the
// table of routes.cpp, by admit().
#pragma once

#include <optional>
#include <string>

#include "doors/door.hpp"
#include "onboard/caller.hpp"
#include "onboard/sign_in.hpp"

namespace limen::doors::operators {

struct Acting {
  onboard::Caller caller;  // with the organisation it acts for as its own
  std::string name;        // of the operator, for reviews
  onboard::TenantId tenant;
  onboard::Who who{};                         // for the audit trail
  std::optional<onboard::Present> present{};  // of a member of staff
};

// `handle`: the organisation named in the body; ?organisation= does as well. `also`: scopes beyond
// Scope::operate that the call needs.
Result<Acting> acting(const Request& request, onboard::Desk& desk, grant::Scope also,
                      const std::optional<std::string>& handle);
// For calls without a body, or whose body names no organisation.
Result<Acting> acting(const Request& request, onboard::Desk& desk);

// Any operator, whatever organisation it belongs to.
Result<onboard::Caller> by_operator(const Request& request, onboard::Desk& desk);
// The operator of the installation; insufficient_scope for any other.
Result<onboard::Caller> by_installation_operator(const Request& request, onboard::Desk& desk);

// Which member of staff sends the cookie; unauthenticated when none does.
Result<onboard::Present> by_staff(const Request& request, onboard::Desk& desk);

// What a row of the table asks for before its handler runs.
enum class Asks : std::uint8_t {
  look,           // any role, or Basic
  handle,         // a reviewer at least, or Basic
  own,            // an owner, or Basic
  own_confirmed,  // an owner who showed the second factor just now, or Basic
  installation,   // the operator of the installation, by Basic
  staff,          // any member of staff, by cookie
};
// Refuses with unauthenticated, insufficient_scope, confirmation_needed, cross_site.
Result<void> admit(const Request& request, onboard::Desk& desk, Asks asks);
// A page of another site must not act with this one's cookie: asked of every change by cookie.
Result<void> refuse_cross_site(const Request& request, const onboard::Settings& settings);

template <Asks asks, Handler handler>
Result<Response> admitted(const Request& request, Desk& desk) {
  if (auto admission = admit(request, desk, asks); !admission)
    return std::unexpected(std::move(admission).error());
  return handler(request, desk);
}

// A preparation comes before its handler, so it is admitted by itself.
template <Asks asks, Prepare prepare>
Result<std::unique_ptr<Prepared>> admitted_first(const Request& request, Desk& desk) {
  if (auto admission = admit(request, desk, asks); !admission)
    return std::unexpected(std::move(admission).error());
  return prepare(request, desk);
}

// --- cookies ---
// The session's and the device's, as the browser sends them; nothing when absent.
constexpr std::string_view session_cookie = "__Host-limen-console";
constexpr std::string_view device_cookie = "__Host-limen-console-device";
void set_cookie(Response& response, std::string_view name, std::string_view value,
                std::chrono::seconds life);
// From where, on which device, with which browser.
onboard::Seat seat_of(const Request& request, const onboard::Desk& desk);
// The lane of a sign-in: a device that signed in before does not queue with strangers.
Aside hashing_lane(const Request& request, const seal::Sealer& sealer, Time now);

}  // namespace limen::doors::operators
