// The handlers behind the operator's table. Private to doors/operator; each is one call of
// docs/wire/operator.md or docs/wire/console.md. None of them holds a rule.
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

// entrance.cpp: signing in and out
Result<std::unique_ptr<Prepared>> prepare_sign_in(const Request& request, Desk& desk);
Result<Response> post_sign_in(const Request& request, Desk& desk);
Result<Response> post_code(const Request& request, Desk& desk);
Result<Response> get_present(const Request& request, Desk& desk);
Result<Response> post_confirm(const Request& request, Desk& desk);
Result<Response> delete_present(const Request& request, Desk& desk);
Result<Response> post_sign_up(const Request& request, Desk& desk);
Result<std::unique_ptr<Prepared>> prepare_sign_up(const Request& request, Desk& desk);
Result<Response> post_sign_up_finish(const Request& request, Desk& desk);

// staff.cpp: who works here, and what they changed
Result<Response> get_staff(const Request& request, Desk& desk);
Result<Response> post_staff(const Request& request, Desk& desk);
Result<Response> patch_staff(const Request& request, Desk& desk);
Result<Response> post_staff_link(const Request& request, Desk& desk);
Result<Response> get_signed_in(const Request& request, Desk& desk);
Result<Response> delete_signed_in(const Request& request, Desk& desk);
Result<Response> get_audit(const Request& request, Desk& desk);

// credentials.cpp: who may call
Result<Response> get_clients(const Request& request, Desk& desk);
Result<Response> post_client(const Request& request, Desk& desk);
Result<Response> get_keys(const Request& request, Desk& desk);
Result<Response> post_key(const Request& request, Desk& desk);
Result<Response> post_rotate(const Request& request, Desk& desk);
Result<Response> delete_key(const Request& request, Desk& desk);

// invitations.cpp: who was invited
Result<Response> get_invitations(const Request& request, Desk& desk);
Result<Response> get_invitation(const Request& request, Desk& desk);
Result<Response> post_invitation(const Request& request, Desk& desk);
Result<Response> delete_invitation(const Request& request, Desk& desk);
Result<Response> post_resend(const Request& request, Desk& desk);
Result<std::unique_ptr<Prepared>> prepare_import(const Request& request, Desk& desk);
Result<Response> post_import(const Request& request, Desk& desk);
Result<std::unique_ptr<Prepared>> prepare_export(const Request& request, Desk& desk);
Result<Response> post_export(const Request& request, Desk& desk);

// sessions.cpp: who is on the way
Result<Response> get_sessions(const Request& request, Desk& desk);
Result<Response> get_session(const Request& request, Desk& desk);
Result<Response> get_file(const Request& request, Desk& desk);
Result<Response> post_receipt_key(const Request& request, Desk& desk);
Result<Response> delete_receipt_key(const Request& request, Desk& desk);
Result<Response> get_receipt(const Request& request, Desk& desk);
Result<Response> post_review(const Request& request, Desk& desk);
Result<Response> get_copy(const Request& request, Desk& desk);
Result<Response> delete_session(const Request& request, Desk& desk);
Result<Response> delete_person(const Request& request, Desk& desk);

// decide.cpp: decisions made again
Result<Response> post_decide(const Request& request, Desk& desk);
Result<Response> post_trial(const Request& request, Desk& desk);

// webhooks.cpp: who hears what becomes of sessions
Result<Response> get_webhooks(const Request& request, Desk& desk);
Result<Response> post_webhook(const Request& request, Desk& desk);
Result<Response> patch_webhook(const Request& request, Desk& desk);
Result<Response> post_webhook_rotate(const Request& request, Desk& desk);
Result<Response> delete_webhook(const Request& request, Desk& desk);
Result<Response> get_notices(const Request& request, Desk& desk);
Result<Response> post_notice_retry(const Request& request, Desk& desk);

// overview.cpp: figures, and what the screens of a skill ask
Result<Response> get_overview(const Request& request, Desk& desk);
Result<Response> get_skill(const Request& request, Desk& desk);

// themes.cpp: how the pages look
Result<Response> get_themes(const Request& request, Desk& desk);
Result<Response> get_theme(const Request& request, Desk& desk);
Result<Response> put_theme(const Request& request, Desk& desk);
Result<Response> delete_theme(const Request& request, Desk& desk);
Result<Response> post_theme_check(const Request& request, Desk& desk);
Result<std::unique_ptr<Prepared>> prepare_logo(const Request& request, Desk& desk);
Result<Response> put_logo(const Request& request, Desk& desk);
Result<Response> delete_logo(const Request& request, Desk& desk);
Result<Response> get_logo(const Request& request, Desk& desk);

}  // namespace limen::doors::operators
