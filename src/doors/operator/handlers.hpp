// The handlers behind the operator's table. Private to doors/operator; each is one call of
// docs/wire/operator.md. None of them holds a rule.
#pragma once

#include "doors/door.hpp"

namespace limen::doors::operators {

// house.cpp: what belongs to the installation
Result<Response> get_organisations(const Request& request, Desk& desk);
Result<Response> post_organisation(const Request& request, Desk& desk);
Result<Response> patch_organisation(const Request& request, Desk& desk);
Result<Response> get_skills(const Request& request, Desk& desk);
Result<Response> get_outbox(const Request& request, Desk& desk);
Result<Response> post_retry(const Request& request, Desk& desk);
Result<Response> get_alarms(const Request& request, Desk& desk);
Result<Response> post_backup(const Request& request, Desk& desk);
Result<Response> post_signing_key(const Request& request, Desk& desk);
Result<Response> get_doctor(const Request& request, Desk& desk);

// people.cpp: who may call, who was invited, who is on the way
Result<Response> get_clients(const Request& request, Desk& desk);
Result<Response> post_client(const Request& request, Desk& desk);
Result<Response> get_keys(const Request& request, Desk& desk);
Result<Response> post_key(const Request& request, Desk& desk);
Result<Response> delete_key(const Request& request, Desk& desk);
Result<Response> get_invitations(const Request& request, Desk& desk);
Result<Response> post_invitation(const Request& request, Desk& desk);
Result<Response> delete_invitation(const Request& request, Desk& desk);
Result<Response> post_resend(const Request& request, Desk& desk);
Result<Response> get_sessions(const Request& request, Desk& desk);
Result<Response> get_session(const Request& request, Desk& desk);
Result<Response> get_file(const Request& request, Desk& desk);
Result<Response> post_review(const Request& request, Desk& desk);

}  // namespace limen::doors::operators
