// The entrance of the console: signing in and out, the second factor again, and the one-time link
// of a new member of staff. Passwords are hashed by the two preparations, on a lane of their own.
#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"

namespace limen::doors::operators {
namespace {

struct PreparedSignIn final : Prepared {
  onboard::PasswordForm form;
  onboard::SecondFactor shown;
  onboard::Checked checked;
};

struct PreparedSignUp final : Prepared {
  onboard::SignUpForm form;
  std::string password_hash;
};

// The console's own script sends it; without it a foreign page could sign a person in as another.
Result<json::object> console_body(const Request& request, const onboard::Desk& desk) {
  CHECK_OK(refuse_cross_site(request, desk.settings));
  return json_body(request);
}

Result<onboard::SecondFactor> factor_in(const json::object& body) {
  onboard::SecondFactor shown;
  shown.code = TRY(optional_text(body, "code")).value_or("");
  shown.recovery_code = TRY(optional_text(body, "recovery_code")).value_or("");
  return shown;
}

json::object present_json(const onboard::Desk& desk, const onboard::SignedIn& session,
                          const onboard::Member& member) {
  const auto organisation = desk.ledger.organisation(member.tenant);
  json::object out{{"staff", json::object{{"id", to_string(member.id)},
                                          {"email", member.email},
                                          {"name", member.name},
                                          {"role", onboard::to_string(member.role)}}}};
  if (organisation)
    out["organisation"] = json::object{{"id", to_string(organisation->id)},
                                       {"handle", organisation->handle},
                                       {"name", organisation->name}};
  out["session"] = to_string(session.id);
  out["createdAt"] = iso_millis(session.created);
  out["expiresAt"] = iso_millis(session.expires);
  out["idleSeconds"] = Seconds{limits::console_idle}.count();
  const bool is_confirmed = onboard::is_confirmed(session, desk.at.now);
  out["confirmedUntil"] = is_confirmed ? time_or_null(session.confirmed) : json::value();
  out["recoveryCodesLeft"] = member.recovery.size();
  out["isDev"] = desk.settings.is_dev;
  return out;
}

void give_cookies(Response& response, const onboard::Entered& entered) {
  set_cookie(response, session_cookie, entered.cookie.reveal(), limits::console_life);
  set_cookie(response, device_cookie, entered.device.reveal(), limits::console_device_life);
}

Response entered_response(const onboard::Desk& desk, const onboard::Entered& entered) {
  Response response = json_response(200, present_json(desk, entered.session, entered.member));
  give_cookies(response, entered);
  return response;
}

}  // namespace

Result<std::unique_ptr<Prepared>> prepare_sign_in(const Request& request, Desk& desk) {
  const json::object body = TRY(console_body(request, desk));
  auto prepared = std::make_unique<PreparedSignIn>();
  prepared->form.email = TRY(required_text(body, "email"));
  prepared->form.password = TRY(required_text(body, "password"));
  prepared->form.organisation = TRY(optional_text(body, "organisation")).value_or("");
  prepared->shown = TRY(factor_in(body));
  prepared->checked = TRY(onboard::prepare_sign_in(desk, prepared->form, seat_of(request, desk)));
  return prepared;
}

Result<Response> post_sign_in(const Request& request, Desk& desk) {
  const auto& prepared = dynamic_cast<const PreparedSignIn&>(*desk.prepared);
  const onboard::Seat seat = seat_of(request, desk);
  const auto ticket = TRY(onboard::begin_sign_in(desk, prepared.checked, prepared.form, seat));
  if (prepared.shown.code.empty() && prepared.shown.recovery_code.empty())
    return json_response(200,
                         json::object{{"next", "code"}, {"ticket", json::string(ticket.reveal())}});
  const auto entered = TRY(onboard::finish_sign_in(desk, ticket.reveal(), prepared.shown, seat));
  return entered_response(desk, entered);
}

Result<Response> post_code(const Request& request, Desk& desk) {
  const json::object body = TRY(console_body(request, desk));
  const std::string ticket = TRY(required_text(body, "ticket"));
  const onboard::SecondFactor shown = TRY(factor_in(body));
  const auto entered = TRY(onboard::finish_sign_in(desk, ticket, shown, seat_of(request, desk)));
  return entered_response(desk, entered);
}

Result<Response> get_present(const Request& request, Desk& desk) {
  const auto present = TRY(by_staff(request, desk));
  return json_response(200, present_json(desk, present.session, present.member));
}

Result<Response> post_confirm(const Request& request, Desk& desk) {
  const auto present = TRY(by_staff(request, desk));
  const json::object body = TRY(json_body(request));
  const onboard::SecondFactor shown = TRY(factor_in(body));
  const auto after = TRY(onboard::confirm(desk, present, shown, seat_of(request, desk)));
  return json_response(200, present_json(desk, after.session, after.member));
}

Result<Response> delete_present(const Request& request, Desk& desk) {
  onboard::sign_out(desk, TRY(by_staff(request, desk)));
  Response response;
  response.status = 204;
  set_cookie(response, session_cookie, "", std::chrono::seconds{0});
  return response;
}

Result<Response> post_sign_up(const Request& request, Desk& desk) {
  const json::object body = TRY(console_body(request, desk));
  const std::string token = TRY(required_text(body, "token"));
  const auto sign_up = TRY(onboard::look_at_link(desk, token));
  return json_response(
      200, json::object{{"email", sign_up.member.email},
                        {"name", sign_up.member.name},
                        {"role", onboard::to_string(sign_up.member.role)},
                        {"organisation", sign_up.organisation},
                        {"expiresAt", iso_millis(sign_up.expires)},
                        {"totp", json::object{{"secret", sign_up.seed}, {"uri", sign_up.uri}}}});
}

Result<std::unique_ptr<Prepared>> prepare_sign_up(const Request& request, Desk& desk) {
  const json::object body = TRY(console_body(request, desk));
  auto prepared = std::make_unique<PreparedSignUp>();
  prepared->form.token = TRY(required_text(body, "token"));
  prepared->form.password = TRY(required_text(body, "password"));
  prepared->form.code = TRY(required_text(body, "code"));
  prepared->password_hash = TRY(onboard::prepare_sign_up(desk, prepared->form));
  return prepared;
}

Result<Response> post_sign_up_finish(const Request& request, Desk& desk) {
  const auto& prepared = dynamic_cast<const PreparedSignUp&>(*desk.prepared);
  const auto signed_up = TRY(onboard::finish_sign_up(desk, prepared.form, prepared.password_hash));
  const auto entered = onboard::enter(desk, signed_up.member, seat_of(request, desk));
  json::object out = present_json(desk, entered.session, entered.member);
  out["recoveryCodes"] = array_of(signed_up.recovery_codes);
  Response response = json_response(201, out);
  give_cookies(response, entered);
  return response;
}

}  // namespace limen::doors::operators
