// Dev mode's door: what an integrator needs to rehearse with nothing real: the mails that would
// have been sent, a clock that can be moved, outages on demand, the key that checks an accessToken.
// main registers this table in dev mode only; each handler checks once more.
#include "base/problem_codes.hpp"
#include "doors/door.hpp"
#include "doors/members.hpp"
#include "doors/operations.hpp"

namespace limen::doors {
namespace {

Result<void> check_dev(const Desk& desk) {
  if (!desk.settings.is_dev) return refuse(Fault::absent, codes::no_route);
  return {};
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Response clock_response(Time now) {
  return json_response(200, json::object{{"now", iso_millis(now)}});
}

Result<Response> get_inbox(const Request&, Desk& desk) {
  CHECK_OK(check_dev(desk));
  json::array messages;
  for (const onboard::Mail& mail : desk.ledger.mails()) {
    messages.push_back(json::object{{"id", to_string(mail.id)},
                                    {"to", mail.to},
                                    {"from", mail.from},
                                    {"subject", mail.subject},
                                    {"text", mail.text},
                                    {"html", mail.html},
                                    {"received_at", iso_millis(mail.received)}});
  }
  return json_response(200, json::object{{"messages", std::move(messages)}});
}

Result<Response> delete_inbox(const Request&, Desk& desk) {
  CHECK_OK(check_dev(desk));
  desk.ledger.clear_mails();
  return no_content();
}

Result<Response> get_clock(const Request&, Desk& desk) {
  CHECK_OK(check_dev(desk));
  return clock_response(desk.at.now);
}

// {"advance_seconds":3600} in whole seconds; the clock only goes forward.
Result<Response> post_clock(const Request& request, Desk& desk) {
  CHECK_OK(check_dev(desk));
  const json::object body = TRY(json_body(request));
  const auto by = TRY(optional_integer(body, "advance_seconds"));
  if (!by) return refuse(missing("advance_seconds"));
  constexpr std::int64_t longest = 100LL * 366 * 86'400;
  if (*by < 0 || *by > longest)
    return refuse(invalid("advance_seconds", "advance_seconds must be from 0 to 3162240000"));
  return clock_response(desk.operations.advance_clock(desk.ledger, Seconds{*by}));
}

// {"store":"unavailable"} and {"mail":"refusing"} begin an outage, "ok" ends it.
Result<Response> post_fault(const Request& request, Desk& desk) {
  CHECK_OK(check_dev(desk));
  const json::object body = TRY(json_body(request));
  struct Named {
    std::string_view service, failing;
    Service which;
  };
  constexpr Named named[] = {{"store", "unavailable", Service::store},
                             {"mail", "refusing", Service::mail}};
  std::vector<std::pair<Service, Health>> wishes;
  for (const auto& [service, failing, which] : named) {
    const auto wish = TRY(optional_text(body, service));
    if (!wish) continue;
    if (*wish != failing && *wish != "ok")
      return refuse(invalid(
          service, std::string(service) + " must be \"" + std::string(failing) + "\" or \"ok\""));
    wishes.emplace_back(which, *wish == "ok" ? Health::ok : Health::failing);
  }
  if (wishes.empty()) return refuse(missing("store"));
  for (const auto& [service, health] : wishes) desk.operations.set_health(service, health);
  return no_content();
}

Result<Response> get_dev_keys(const Request&, Desk& desk) {
  CHECK_OK(check_dev(desk));
  const seal::Secret key = desk.operations.enrolment_key();
  return json_response(200, json::object{{"enrolment_hs256", key.reveal()}});
}

}  // namespace

std::vector<Route> dev_routes() {
  constexpr auto tongue = Tongue::problem;
  // clang-format off
  return {
      {{"GET", "/dev/inbox", Access::reads, Body::none}, tongue, get_inbox},
      {{"DELETE", "/dev/inbox", Access::writes, Body::none}, tongue, delete_inbox},
      {{"GET", "/dev/clock", Access::reads, Body::none}, tongue, get_clock, Needs::nothing},
      {{"POST", "/dev/clock", Access::writes, Body::text}, tongue, post_clock},
      {{"POST", "/dev/fault", Access::reads, Body::text}, tongue, post_fault, Needs::nothing},
      {{"GET", "/dev/keys", Access::reads, Body::none}, tongue, get_dev_keys, Needs::nothing},
  };
  // clang-format on
}

}  // namespace limen::doors
