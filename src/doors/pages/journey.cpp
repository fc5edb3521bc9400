// The addresses that links lead to: /capture and /mobile with s3's ephemeral token, /web-enrolment/
// with s4's reference token. A GET looks and changes nothing. A POST that brings nothing but its
// token arrives: the token becomes a cookie and the journey goes on at /go/{id}. One that brings
// answers is taken as it is, token in the body; that is also how a page inside a frame works, where
// no cookie can be counted on.
#include "base/problem_codes.hpp"
#include "doors/pages/arrive.hpp"
#include "doors/pages/device.hpp"
#include "doors/pages/handlers.hpp"
#include "doors/pages/taking.hpp"
#include "doors/reading.hpp"

namespace limen::doors::pages {
namespace {

// What a frame shows: the step, unless a phone should come first or is at it.
Response show_framed(const Visit& visit, const Wish& wish) {
  const bool is_open = visit.session.state == journey::State::open;
  if (is_open && !wish.is_here) {
    if (visit.phone == onboard::PhoneState::connected) return show_phone_at_work(visit);
    if (visit.may_cross) return show_devices(visit, wish, nullptr);
  }
  return show_journey(visit, nullptr);
}

}  // namespace

// s3: "https://<IDV_HOST>/capture?url=<URL_ENCODED_LINK>". The link is ours or it is refused; what
// it names is shown here, so that the token is written into no further address.
Result<Response> get_capture(const Request& request, Desk& desk) {
  const auto url = request.query_value("url");
  if (!url) return refuse(Fault::malformed, codes::missing_fields, "url is required", "url");
  const HandOff link = TRY(hand_off_at(*url, desk.settings.base_url));
  const Visit visit = TRY(visit_by_link(request, desk, link, Doing::looking));
  Wish wish;
  wish.lang = wish_in(request).lang;
  return show_arrival(visit, wish);
}

// Who opens /mobile is where the hand-off wants to be: no second device is offered first.
Result<Response> get_mobile(const Request& request, Desk& desk) {
  const HandOff link = TRY(hand_off_in(request.query));
  const Visit visit = TRY(visit_by_link(request, desk, link, Doing::looking));
  Wish wish;
  wish.lang = wish_in(request).lang;
  wish.is_here = true;
  return show_arrival(visit, wish);
}

Result<Response> post_mobile(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  const HandOff link{std::string(form.get("authorization")), std::string(form.get("sessionId"))};
  const bool is_taking = brings_something(request, form);
  const Doing doing = is_taking ? Doing::taking : Doing::looking;
  Visit visit = TRY(visit_by_link(request, desk, link, doing));
  if (is_taking) return take(desk, std::move(visit), request, form);
  return arrived(visit, link.authorization, wish_in(form));
}

// s4: "/web-enrolment/?token=…" with "a reference token (not an access token!)"
Result<Response> get_enrolment(const Request& request, Desk& desk) {
  const std::string token = request.query_value("token").value_or(std::string());
  const Wish wish = wish_in(request);
  const Visit visit = TRY(visit_by_reference(request, desk, token, wish, Doing::looking));
  return wish.is_framed ? show_framed(visit, wish) : show_arrival(visit, wish);
}

Result<Response> post_enrolment(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  const std::string_view token = form.get("token");
  const Wish wish = wish_in(form);
  const bool is_taking = brings_something(request, form);
  const Doing doing = is_taking ? Doing::taking : Doing::looking;
  Visit visit = TRY(visit_by_reference(request, desk, token, wish, doing));
  if (is_taking) return take(desk, std::move(visit), request, form);
  return wish.is_framed ? show_framed(visit, wish) : arrived(visit, token, wish);
}

Result<std::unique_ptr<Prepared>> read_mobile(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  const HandOff link{std::string(form.get("authorization")), std::string(form.get("sessionId"))};
  const Visit visit = TRY(visit_by_link(request, desk, link, Doing::taking));
  return read_upload_of(request, desk, visit.session, form.get("type"));
}

Result<std::unique_ptr<Prepared>> read_enrolment(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  const Visit visit =
      TRY(visit_by_reference(request, desk, form.get("token"), wish_in(form), Doing::taking));
  return read_upload_of(request, desk, visit.session, form.get("type"));
}

}  // namespace limen::doors::pages
