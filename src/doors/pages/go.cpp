// A journey at its own clean address, /go/{id}: the right stands in a cookie, so no address holds a
// secret. Here are the current screen, what was sent, the state for a script, and the ways from one
// device to another and back.
#include "base/problem_codes.hpp"
#include "doors/pages/arrive.hpp"
#include "doors/pages/device.hpp"
#include "doors/pages/handlers.hpp"
#include "doors/pages/taking.hpp"
#include "doors/reading.hpp"
#include "journey/advance.hpp"
#include "onboard/open.hpp"

namespace limen::doors::pages {
namespace {

// Inside a frame the token stands in the form and the answer is a page for that frame.
Result<Visit> visit_of_form(const Request& request, Desk& desk, const Form& form, Doing doing) {
  const Wish wish = wish_in(form);
  if (!wish.is_framed) return visit_by_cookie(request, desk, doing, &form);
  Visit visit = TRY(visit_by_reference(request, desk, form.get("token"), wish, doing));
  const auto at = request.params.find("id");
  if (at == request.params.end() || parse_id(at->second) != visit.session.id)
    return refuse(Fault::forbidden, codes::not_yours, "this token does not own that session");
  return visit;
}

// A script may send nothing at all.
Result<Form> form_or_nothing(const Request& request) {
  if (request.body.empty() && !request.header("content-type")) return Form{};
  return Form::read(request);
}

bool wants_json(const Request& request) {
  const auto accept = request.header("accept");
  return accept && accept->find("application/json") != accept->npos;
}

json::object qr_json(const Drawing& qr) { return {{"size", qr.size}, {"path", qr.path}}; }

json::value step_or_null(std::string_view step) {
  return step.empty() ? json::value() : json::value(step);
}

json::object state_json(const Visit& visit) {
  static constexpr std::string_view phones[] = {"none", "waiting", "connected"};
  const journey::Session& session = visit.session;
  const journey::Wanted wanted = journey::wanted(session, *visit.skill);
  const bool is_deciding = session.state == journey::State::completed && !session.decision;
  const std::string_view status = !wanted.finished ? "open" : is_deciding ? "deciding" : "finished";
  json::value step_id;
  if (wanted.pending != nullptr) step_id = to_string(wanted.pending->id);
  return {{"status", status},
          {"step", step_or_null(wanted.step)},
          {"step_id", std::move(step_id)},
          {"progress", {{"done", wanted.done}, {"total", wanted.total}}},
          {"version", session.version},
          {"phone", phones[static_cast<std::size_t>(visit.phone)]},
          {"expires_at", iso_millis(session.expires)},
          {"now", iso_millis(visit.now)}};
}

}  // namespace

Result<Response> get_go(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::looking));
  const bool is_open = visit.session.state == journey::State::open;
  const bool is_here = request.cookie(here_cookie) == "1";
  Response response;
  if (is_open && !is_here && visit.is_first_device() &&
      visit.phone == onboard::PhoneState::connected)
    response = show_phone_at_work(visit);
  else if (is_open && !is_here && visit.is_first_device() && visit.may_cross)
    response = show_devices(visit, {}, nullptr);
  else response = show_journey(visit, nullptr);
  if (const auto language = language_cookie(visit.look, is_secure_at(visit.base_url)))
    response.headers.emplace_back("Set-Cookie", *language);
  return response;
}

Result<Response> post_go(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  Visit visit = TRY(visit_by_cookie(request, desk, Doing::taking, &form));
  if (!brings_something(request, form)) return see_other(visit.look, visit.way.action);
  return take(desk, std::move(visit), request, form);
}

Result<std::unique_ptr<Prepared>> read_go(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::taking, &form));
  return read_upload_of(request, desk, visit.session, form.get("type"));
}

Result<Response> get_sent(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::looking));
  // The link stays in histories, mails and logs, and lives on: it shows no document once all is
  // done.
  if (journey::is_over(visit.session, desk.at.now)) return see_other(visit.look, visit.way.action);
  return show_sent(visit);
}

Result<Response> get_state(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::looking));
  return json_response(200, state_json(visit));
}

// News without content: whoever hears it asks for the state.
Result<Response> get_events(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::looking));
  return http::stream_of(topic_of(visit.session.id));
}

Result<Response> post_here(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::looking));
  Response response = see_other(visit.look, visit.way.action);
  response.headers.emplace_back("Set-Cookie",
                                give_here(visit.session.id, visit.session.expires, visit.now));
  return response;
}

// The address of the page with a QR code, when it is opened again: the code is not in it.
Result<Response> get_hand_over(const Request& request, Desk& desk) {
  const Visit visit = TRY(visit_by_cookie(request, desk, Doing::looking));
  return see_other(visit.look, visit.way.action);
}

Result<Response> post_hand_over(const Request& request, Desk& desk) {
  const Form form = TRY(form_or_nothing(request));
  Visit visit = TRY(visit_of_form(request, desk, form, Doing::taking));
  const auto transfer = TRY(onboard::offer_transfer(desk, visit.caller, visit.session));
  visit.phone = onboard::PhoneState::waiting;
  const Link link = link_of(visit.look, transfer, visit.base_url, visit.organisation);
  Response response;
  if (wants_json(request))
    response = json_response(201, json::object{{"url", link.url},
                                               {"expires_at", iso_millis(link.expires)},
                                               {"mailto", link.mailto},
                                               {"qr", qr_json(link.qr)}});
  else response = show_devices(visit, wish_in(form), &link);
  // Whoever asks for a phone no longer wants to go on here.
  if (visit.way.is_by_cookie)
    response.headers.emplace_back("Set-Cookie", take_here(visit.session.id));
  return response;
}

Result<Response> post_take_over(const Request& request, Desk& desk) {
  const Form form = TRY(form_or_nothing(request));
  Visit visit = TRY(visit_of_form(request, desk, form, Doing::taking));
  CHECK_OK(onboard::take_over(desk, visit.caller, visit.session));
  visit.phone = onboard::PhoneState::none;
  if (!visit.way.is_by_cookie) {
    visit.way.hidden.emplace_back("device", "here");
    return show_journey(visit, nullptr);
  }
  Response response = see_other(visit.look, visit.way.action);
  response.headers.emplace_back("Set-Cookie",
                                give_here(visit.session.id, visit.session.expires, visit.now));
  return response;
}

namespace {

void dress_crossing(Desk& desk, const journey::Session& session, Look& look) {
  const std::string organisation = onboard::organisation_of(desk, session.tenant)->name;
  dress(desk, {session.tenant, organisation, session.theme}, look);
}

// Who is told that a link was used, or its journey is over, holds a genuine one: that page is the
// organisation's too.
std::unexpected<Problem> refuse_crossing(Desk& desk, std::string_view token, Problem problem) {
  Look look;
  if (problem.code == codes::transfer_used || problem.code == codes::session_over)
    if (const auto session = onboard::session_of_transfer(desk, token))
      dress_crossing(desk, *session, look);
  return refuse(std::move(problem));
}

// The page a code leads to, to look at; `lang` as the switch on it asked.
Result<Response> look_across(const Request& request, Desk& desk, const std::string& token,
                             std::string_view lang) {
  const auto found = onboard::look_at_transfer(desk, token);
  if (!found) return refuse_crossing(desk, token, found.error());
  const journey::Session& session = *found;
  Look look = look_of(request, lang);
  dress_crossing(desk, session, look);
  const std::string& organisation = desk.brand->name;
  const journey::Skill* skill = TRY(onboard::skill_of(desk, session));
  const journey::Wanted wanted = journey::wanted(session, *skill);
  Response response = show_crossing(look, session, organisation, step_text(look, wanted), token);
  if (const auto language = language_cookie(look, is_secure_at(desk.settings.base_url)))
    response.headers.emplace_back("Set-Cookie", *language);
  return response;
}

}  // namespace

Result<Response> get_continue(const Request& request, Desk& desk) {
  return look_across(request, desk, request.query_value("token").value_or(std::string()), {});
}

Result<Response> post_continue(const Request& request, Desk& desk) {
  // Else a page elsewhere could lead somebody past the warning, into a stranger's session.
  CHECK_OK(check_origin(request, desk.settings.base_url));
  const Form form = TRY(Form::read(request));
  // The language switch carries the token too, and uses nothing up.
  if (!form.get("lang").empty())
    return look_across(request, desk, std::string(form.get("token")), form.get("lang"));
  const auto crossed = onboard::cross_over(desk, form.get("token"));
  if (!crossed) return refuse_crossing(desk, form.get("token"), crossed.error());
  const onboard::Crossing& crossing = *crossed;
  const Id& id = crossing.session.id;
  Response response = see_other(look_of(request), "/go/" + to_string(id));
  const RightCookie cookie(desk.settings.base_url, id);
  response.headers.emplace_back(
      "Set-Cookie", cookie.give(crossing.phone.reveal(), crossing.expires, desk.at.now));
  response.headers.emplace_back("Set-Cookie", give_here(id, crossing.expires, desk.at.now));
  return response;
}

// Where the switch leads on pages whose own address cannot be asked again: it says so in the new
// language. Nothing is kept on this side.
Result<Response> get_language(const Request& request, Desk& desk) {
  const Look look = look_of(request);
  Page page;
  page.look = look;
  page.kind = "language";
  page.title = look.say("language.changed_title");
  page.body = fill("<p>{}</p>\n", look.say("language.changed"));
  if (const auto language = language_cookie(look, is_secure_at(desk.settings.base_url)))
    page.cookies.push_back(*language);
  return render(page);
}

}  // namespace limen::doors::pages
