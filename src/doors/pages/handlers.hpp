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
Result<std::unique_ptr<Prepared>> read_mobile(const Request& request, Desk& desk);
Result<std::unique_ptr<Prepared>> read_enrolment(const Request& request, Desk& desk);

// uploads.cpp
Result<Response> post_uploads(const Request& request, Desk& desk);
Result<Response> get_upload(const Request& request, Desk& desk);
Result<std::unique_ptr<Prepared>> join_upload(const Request& request, Desk& desk);
Result<Response> patch_upload(const Request& request, Desk& desk);

// go.cpp
Result<Response> get_go(const Request& request, Desk& desk);
Result<Response> post_go(const Request& request, Desk& desk);
Result<std::unique_ptr<Prepared>> read_go(const Request& request, Desk& desk);
Result<Response> get_sent(const Request& request, Desk& desk);
Result<Response> get_state(const Request& request, Desk& desk);
Result<Response> get_events(const Request& request, Desk& desk);
Result<Response> post_here(const Request& request, Desk& desk);
Result<Response> get_hand_over(const Request& request, Desk& desk);
Result<Response> post_hand_over(const Request& request, Desk& desk);
Result<Response> post_take_over(const Request& request, Desk& desk);
Result<Response> get_continue(const Request& request, Desk& desk);
Result<Response> post_continue(const Request& request, Desk& desk);
Result<Response> get_language(const Request& request, Desk& desk);

}  // namespace limen::doors::pages
