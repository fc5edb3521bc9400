// The handlers behind the pages' table. Private to doors/pages.
#pragma once

#include "doors/door.hpp"

namespace limen::doors::pages {

// invite.cpp
Result<Response> get_invite(const Request& request, Desk& desk);
Result<Response> post_invite(const Request& request, Desk& desk);
Result<Response> post_consent(const Request& request, Desk& desk);

// journey.cpp
Result<Response> get_capture(const Request& request, Desk& desk);
Result<Response> get_mobile(const Request& request, Desk& desk);
Result<Response> post_mobile(const Request& request, Desk& desk);
Result<Response> get_enrolment(const Request& request, Desk& desk);
Result<Response> post_enrolment(const Request& request, Desk& desk);

}  // namespace limen::doors::pages
