// The operator's table: /operator/v1/…, Basic with an operator key or the console's cookie. It
// exists so that everything an installation needs by hand has a call; the command line and the
// console are only its clients. This is also the one place that says who may call what: each row's
// handler runs only for those its wrapper admits (acting.hpp). The handlers are in entrance.cpp
// (signing in), staff.cpp, credentials.cpp, invitations.cpp, sessions.cpp, decide.cpp,
// overview.cpp, webhooks.cpp, themes.cpp and house.cpp (organisations, outbox, server).
#include "doors/operations.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"

namespace limen::doors {
namespace {

using operators::admitted;
using operators::Asks;

template <Handler handler>
constexpr Handler look = admitted<Asks::look, handler>;
template <Handler handler>
constexpr Handler handle = admitted<Asks::handle, handler>;
template <Handler handler>
constexpr Handler own = admitted<Asks::own, handler>;
template <Handler handler>
constexpr Handler confirmed = admitted<Asks::own_confirmed, handler>;
template <Handler handler>
constexpr Handler installation = admitted<Asks::installation, handler>;
template <Handler handler>
constexpr Handler staff = admitted<Asks::staff, handler>;

constexpr auto reads = Access::reads;
constexpr auto writes = Access::writes;
constexpr auto none = Body::none;
constexpr auto text = Body::text;
constexpr auto files = Body::multipart;
constexpr auto tongue = Tongue::problem;

// clang-format off

// Who signs in: the handlers of these ask by themselves who it is.
std::vector<Route> entrance_routes() {
  using namespace operators;
  std::vector<Route> rows = {
      {{"POST", "/operator/v1/session", writes, text}, tongue, post_sign_in},
      {{"POST", "/operator/v1/sign-up/finish", writes, text}, tongue, post_sign_up_finish},
      {{"POST", "/operator/v1/session/code", writes, text}, tongue, post_code},
      {{"GET", "/operator/v1/session", reads, none}, tongue, staff<get_present>},
      {{"DELETE", "/operator/v1/session", writes, none}, tongue, staff<delete_present>},
      {{"POST", "/operator/v1/session/confirm", writes, text}, tongue, staff<post_confirm>},
      {{"POST", "/operator/v1/sign-up", reads, text}, tongue, post_sign_up},
  };
  rows[0].prepare = prepare_sign_in;
  rows[1].prepare = prepare_sign_up;
  for (Route& row : rows)
    if (row.prepare != nullptr) row.pick = hashing_lane;
  return rows;
}

std::vector<Route> staff_routes() {
  using namespace operators;
  return {
      {{"GET", "/operator/v1/staff", reads, none}, tongue, own<get_staff>},
      {{"POST", "/operator/v1/staff", writes, text}, tongue, confirmed<post_staff>},
      {{"PATCH", "/operator/v1/staff/{id}", writes, text}, tongue, confirmed<patch_staff>},
      {{"POST", "/operator/v1/staff/{id}/link", writes, text}, tongue, confirmed<post_staff_link>},
      {{"GET", "/operator/v1/signed-in", reads, none}, tongue, own<get_signed_in>},
      {{"DELETE", "/operator/v1/signed-in/{id}", writes, none}, tongue, own<delete_signed_in>},
      {{"GET", "/operator/v1/audit", reads, none}, tongue, own<get_audit>},
  };
}

std::vector<Route> credential_routes() {
  using namespace operators;
  return {
      {{"GET", "/operator/v1/clients", reads, none}, tongue, look<get_clients>},
      {{"POST", "/operator/v1/clients", writes, text}, tongue, confirmed<post_client>},
      {{"DELETE", "/operator/v1/clients/{id}", writes, none}, tongue, confirmed<delete_key>},
      {{"GET", "/operator/v1/keys", reads, none}, tongue, look<get_keys>},
      {{"POST", "/operator/v1/keys", writes, text}, tongue, confirmed<post_key>},
      {{"POST", "/operator/v1/keys/{id}/rotate", writes, text}, tongue, confirmed<post_rotate>},
      {{"DELETE", "/operator/v1/keys/{id}", writes, none}, tongue, confirmed<delete_key>},
  };
}

std::vector<Route> invitation_lists() {
  using namespace operators;
  std::vector<Route> rows = {
      {{"POST", "/operator/v1/invitations/import", writes, files}, tongue, handle<post_import>},
      {{"POST", "/operator/v1/invitations/export", writes, text}, tongue, handle<post_export>},
      {{"GET", "/operator/v1/invitations", reads, none}, tongue, look<get_invitations>},
      {{"GET", "/operator/v1/invitations/{id}", reads, none}, tongue, look<get_invitation>},
      {{"POST", "/operator/v1/invitations", writes, text}, tongue, handle<post_invitation>},
      {{"DELETE", "/operator/v1/invitations/{id}", writes, none},
       tongue, handle<delete_invitation>},
      {{"POST", "/operator/v1/invitations/{id}/resend", writes, text}, tongue, handle<post_resend>},
  };
  rows[0].prepare = admitted_first<Asks::handle, prepare_import>;
  rows[1].prepare = admitted_first<Asks::handle, prepare_export>;
  rows[0].aside = rows[1].aside = Aside::slow;
  return rows;
}

std::vector<Route> session_lists() {
  using namespace operators;
  std::vector<Route> rows = {
      {{"GET", "/operator/v1/sessions/{id}/files/{upload_id}/copy", reads, none},
       tongue, handle<get_copy>},
      {{"POST", "/operator/v1/decide", reads, text}, tongue, look<post_trial>},
      {{"GET", "/operator/v1/sessions", reads, none}, tongue, look<get_sessions>},
      {{"GET", "/operator/v1/sessions/{id}", reads, none}, tongue, look<get_session>},
      {{"GET", "/operator/v1/sessions/{id}/files/{upload_id}", reads, none},
       tongue, handle<get_file>},
      {{"GET", "/operator/v1/sessions/{id}/receipt", reads, none}, tongue, handle<get_receipt>},
      {{"POST", "/operator/v1/sessions/{id}/review", writes, text}, tongue, handle<post_review>},
      {{"POST", "/operator/v1/sessions/{id}/decide", reads, text}, tongue, look<post_decide>},
      {{"DELETE", "/operator/v1/sessions/{id}", writes, none}, tongue, confirmed<delete_session>},
      {{"DELETE", "/operator/v1/people/{id}", writes, none}, tongue, confirmed<delete_person>},
  };
  rows[0].aside = Aside::pictures;
  rows[1].aside = Aside::slow;
  return rows;
}

std::vector<Route> theme_routes() {
  using namespace operators;
  std::vector<Route> rows = {
      {{"PUT", "/operator/v1/themes/{name}/logo", writes, files}, tongue, own<put_logo>},
      {{"DELETE", "/operator/v1/themes/{name}/logo", writes, none}, tongue, own<delete_logo>},
      {{"GET", "/assets/logo/{name}", reads, none}, Tongue::page, get_logo},
      {{"GET", "/operator/v1/themes", reads, none}, tongue, look<get_themes>},
      {{"GET", "/operator/v1/themes/{name}", reads, none}, tongue, look<get_theme>},
      {{"PUT", "/operator/v1/themes/{name}", writes, text}, tongue, own<put_theme>},
      {{"DELETE", "/operator/v1/themes/{name}", writes, none}, tongue, own<delete_theme>},
      {{"POST", "/operator/v1/themes/check", reads, text}, tongue, look<post_theme_check>},
  };
  rows[0].prepare = admitted_first<Asks::own, prepare_logo>;
  rows[0].aside = Aside::pictures;
  return rows;
}

std::vector<Route> webhook_routes() {
  using namespace operators;
  return {
      {{"GET", "/operator/v1/webhooks", reads, none}, tongue, look<get_webhooks>},
      {{"POST", "/operator/v1/webhooks", writes, text}, tongue, confirmed<post_webhook>},
      {{"PATCH", "/operator/v1/webhooks/{id}", writes, text}, tongue, confirmed<patch_webhook>},
      {{"POST", "/operator/v1/webhooks/{id}/rotate", writes, text},
       tongue, confirmed<post_webhook_rotate>},
      {{"DELETE", "/operator/v1/webhooks/{id}", writes, none}, tongue, confirmed<delete_webhook>},
      {{"GET", "/operator/v1/notices", reads, none}, tongue, look<get_notices>},
      {{"POST", "/operator/v1/notices/{id}/retry", writes, text},
       tongue, handle<post_notice_retry>},
  };
}

std::vector<Route> house_routes() {
  using namespace operators;
  std::vector<Route> rows = {
      {{"POST", "/operator/v1/backups", reads, text}, tongue, installation<post_backup>},
      {{"GET", "/operator/v1/organisations", reads, none}, tongue, look<get_organisations>},
      {{"POST", "/operator/v1/organisations", writes, text},
       tongue, installation<post_organisation>},
      {{"PATCH", "/operator/v1/organisations/{handle}", writes, text},
       tongue, own<patch_organisation>},
      {{"GET", "/operator/v1/overview", reads, none}, tongue, look<get_overview>},
      {{"GET", "/operator/v1/skills", reads, none}, tongue, look<get_skills>},
      {{"GET", "/operator/v1/skills/{skill}", reads, none}, tongue, look<get_skill>},
      {{"GET", "/operator/v1/outbox", reads, none}, tongue, look<get_outbox>},
      {{"POST", "/operator/v1/outbox/{id}/retry", writes, text}, tongue, handle<post_retry>},
      {{"GET", "/operator/v1/alarms", reads, none}, tongue, look<get_alarms>},
      {{"POST", "/operator/v1/signing-keys", writes, text}, tongue, installation<post_signing_key>},
      {{"POST", "/operator/v1/receipt-keys", writes, text}, tongue, installation<post_receipt_key>},
      {{"DELETE", "/operator/v1/receipt-keys/{kid}", writes, none},
       tongue, installation<delete_receipt_key>},
      {{"GET", "/operator/v1/doctor", reads, none}, tongue, look<get_doctor>},
  };
  rows.front().aside = rows.back().aside = Aside::slow;
  return rows;
}

// clang-format on

}  // namespace

std::vector<Route> operator_routes() {
  std::vector<Route> rows;
  for (auto* part : {entrance_routes, staff_routes, credential_routes, invitation_lists,
                     session_lists, webhook_routes, theme_routes, house_routes})
    for (Route& row : part()) rows.push_back(std::move(row));
  return rows;
}

}  // namespace limen::doors
