// Who is on the way: the three ways in which a page learns whose journey it shows. By cookie, at
// the session's own address; by s3's ephemeral token and by s4's reference token, in the address a
// link leads to or in the body of a form. It believes nobody itself: that is onboard/caller.hpp.
#pragma once

#include <string_view>

#include "doors/pages/hand_off.hpp"
#include "doors/pages/right.hpp"
#include "doors/pages/steps.hpp"

namespace limen::doors::pages {

// What a link or form asks of the pages (VD1). The last two count only inside a frame.
struct Wish {
  bool is_framed = false;       // iframe=true
  bool may_cross = true;        // crossDevice=false: no QR code
  bool is_only_mobile = false;  // onlyMobile=true: no "continue on this device"
  bool is_here = false;         // device=here: the person chose this device
  std::string lang{};
};
Wish wish_in(const Request& request);
Wish wish_in(const Form& form);

// By cookie, or by `Authorization: Bearer` (a script inside a frame), or by the token in `form`.
Result<Visit> visit_by_cookie(const Request& request, Desk& desk, Doing doing,
                              const Form* form = nullptr);
// An ephemeral token; its forms go to /mobile.
Result<Visit> visit_by_link(const Request& request, Desk& desk, const HandOff& link, Doing doing);
// A reference token; its forms go to /web-enrolment/ and carry what the frame asked for.
Result<Visit> visit_by_reference(const Request& request, Desk& desk, std::string_view token,
                                 const Wish& wish, Doing doing);

}  // namespace limen::doors::pages
