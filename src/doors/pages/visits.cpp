// See visits.hpp.
#include "doors/pages/visits.hpp"

#include "base/problem_codes.hpp"
#include "doors/session_view.hpp"
#include "onboard/inspect.hpp"
#include "onboard/notices.hpp"

namespace limen::doors::pages {
namespace {

// What every way in has in common, once the caller is believed.
Result<Visit> visit_of(const Request& request, Desk& desk, onboard::Caller caller,
                       std::string_view session_id) {
  Visit visit;
  visit.session = TRY(onboard::find_session(desk, caller, session_id));
  const journey::Session& session = visit.session;
  visit.organisation = onboard::organisation_of(desk, session.tenant)->name;
  visit.look = look_of(request);
  dress(desk, {session.tenant, visit.organisation, session.theme}, visit.look);
  if (onboard::has_run_out(session, desk.at.now)) return refuse(run_out());
  visit.skill = TRY(onboard::skill_of(desk, session));
  onboard::note_opened(desk, session);
  visit.caller = std::move(caller);
  visit.now = desk.at.now;
  visit.base_url = desk.settings.base_url;
  visit.upload_bytes = desk.settings.upload_bytes;
  visit.phone = onboard::phone_state(desk, session);
  visit.may_cross = is_desktop(request);
  return visit;
}

bool is_set(std::string_view value) { return value == "true"; }

Wish checked(Wish wish) {
  if (wish.is_framed) return wish;
  wish.may_cross = true;
  wish.is_only_mobile = false;
  return wish;
}

std::string token_of(const Request& request, const RightCookie& cookie, const Form* form) {
  if (auto bearer = bearer_token(request)) return *bearer;
  if (form != nullptr && !form->get("token").empty()) return std::string(form->get("token"));
  return request.cookie(cookie.name()).value_or(std::string());
}

}  // namespace

Wish wish_in(const Request& request) {
  const auto value = [&](std::string_view name) {
    return request.query_value(name).value_or(std::string());
  };
  Wish wish;
  wish.is_framed = is_set(value("iframe"));
  wish.may_cross = value("crossDevice") != "false";
  wish.is_only_mobile = is_set(value("onlyMobile"));
  wish.is_here = value("device") == "here";
  wish.lang = value("lang");
  return checked(std::move(wish));
}

Wish wish_in(const Form& form) {
  Wish wish;
  wish.is_framed = is_set(form.get("iframe"));
  wish.may_cross = form.get("crossDevice") != "false";
  wish.is_only_mobile = is_set(form.get("onlyMobile"));
  wish.is_here = form.get("device") == "here";
  wish.lang = std::string(form.get("lang"));
  return checked(std::move(wish));
}

Result<Visit> visit_by_cookie(const Request& request, Desk& desk, Doing doing, const Form* form) {
  const auto at = request.params.find("id");
  const auto id = at == request.params.end() ? std::nullopt : parse_id(at->second);
  if (!id) return refuse(Fault::absent, codes::absent);
  const RightCookie cookie(desk.settings.base_url, *id);
  const std::string token = token_of(request, cookie, form);
  if (token.empty()) return refuse(Fault::unauthenticated, codes::unauthenticated);
  const bool is_cookie = token == request.cookie(cookie.name());
  if (is_cookie && request.method != "GET" && request.method != "HEAD")
    CHECK_OK(check_origin(request, desk.settings.base_url));
  onboard::Caller caller = TRY(caller_of(desk, token, *id, doing));
  Visit visit = TRY(visit_of(request, desk, std::move(caller), to_string(*id)));
  visit.way = {"/go/" + to_string(*id), {}, true};
  visit.look.switch_to = visit.way.action;
  return visit;
}

Result<Visit> visit_by_link(const Request& request, Desk& desk, const HandOff& link, Doing doing) {
  const auto wanted = doing == Doing::looking ? grant::Scope::read_own
                                              : grant::Scope::submit | grant::Scope::upload;
  onboard::Caller caller = TRY(onboard::by_device(desk, link.authorization, wanted));
  Visit visit = TRY(visit_of(request, desk, std::move(caller), link.session_id));
  visit.way = {
      "/mobile", {{"authorization", link.authorization}, {"sessionId", link.session_id}}, false};
  visit.look.switch_to = "/mobile";
  visit.look.switch_keeps = visit.way.hidden;
  return visit;
}

Result<Visit> visit_by_reference(const Request& request, Desk& desk, std::string_view token,
                                 const Wish& wish, Doing doing) {
  if (token.empty()) return refuse(Fault::absent, codes::absent);
  const auto wanted =
      doing == Doing::looking ? grant::Scope::preview : grant::Scope::submit | grant::Scope::upload;
  onboard::Caller caller = TRY(onboard::by_reference(desk, token, wanted));
  const std::string session_id = to_string(caller.grant.terms.bond.to);
  Visit visit = TRY(visit_of(request, desk, std::move(caller), session_id));
  Pairs kept{{"token", std::string(token)}};
  if (wish.is_framed) {
    kept.emplace_back("iframe", "true");
    if (!wish.may_cross) kept.emplace_back("crossDevice", "false");
    if (wish.is_only_mobile) kept.emplace_back("onlyMobile", "true");
    if (wish.is_here) kept.emplace_back("device", "here");
    // A host that a policy cannot name may not frame: the bare scheme would be everybody.
    const std::string origin = origin_of(visit.session.return_url);
    if (origin.find("//") != origin.npos) visit.look.framed_by = origin;
  }
  visit.look.switch_to = "/web-enrolment/";
  visit.look.switch_keeps = kept;  // `lang` comes from the switch itself
  if (!wish.lang.empty()) {
    // A frame has no cookie to keep the language in.
    const words::Language before = visit.look.language;
    visit.look.language = words::language_like(wish.lang).value_or(before);
    wear(*desk.brand, visit.look);
    kept.emplace_back("lang", wish.lang);
  }
  visit.way = {"/web-enrolment/", std::move(kept), false};
  visit.may_cross = visit.may_cross && wish.may_cross;
  return visit;
}

}  // namespace limen::doors::pages
