// See acting.hpp.
#include "doors/operator/acting.hpp"

#include "base/problem_codes.hpp"
#include "base/problem_codes_console.hpp"
#include "base/text.hpp"
#include "doors/members.hpp"
#include "onboard/manage.hpp"

namespace limen::doors::operators {
namespace {

using grant::Scope;
using onboard::Caller;

bool changes_something(const Request& request) {
  return request.method != "GET" && request.method != "HEAD";
}

// A browser that was asked for a password once sends it along whatever page makes the call; a back
// end sends no Sec-Fetch-Site (Fetch Metadata, section 2.4).
bool is_sent_by_another_site(const Request& request) {
  const auto site = request.header("sec-fetch-site");
  return site && *site != "same-origin" && *site != "none";
}

Result<Caller> by_basic(const Request& request, onboard::Desk& desk, Scope wanted) {
  const auto basic = basic_credentials(request);
  if (!basic) return refuse(Fault::unauthenticated, codes::unauthenticated);
  if (changes_something(request) && is_sent_by_another_site(request))
    return refuse(Fault::forbidden, codes::cross_site, "this call comes from another site's page");
  return onboard::by_password(desk, basic->username, basic->password, wanted);
}

bool is_by_cookie(const Request& request) {
  return request.count_headers("authorization") == 0 && request.cookie(session_cookie);
}

// A member of staff as use cases know callers: what the role allows is asked by admit().
Caller caller_of(const onboard::Present& present) {
  Caller caller;
  caller.grant.id = present.member.id;
  caller.grant.tenant = present.member.tenant;
  caller.grant.subject = present.member.email;
  caller.grant.terms.may = Scope::operate | Scope::invite;
  return caller;
}

std::unexpected<Problem> beyond(std::string detail) {
  return refuse(Fault::forbidden, codes::insufficient_scope, std::move(detail));
}

std::string origin_of(std::string_view base_url) {
  const std::size_t host = base_url.find("://");
  return std::string(base_url.substr(0, base_url.find('/', host + 3)));
}

}  // namespace

Result<onboard::Present> by_staff(const Request& request, onboard::Desk& desk) {
  const auto text = request.cookie(session_cookie);
  if (!text) return refuse(Fault::unauthenticated, codes::unauthenticated, "sign in");
  return onboard::by_console(desk, *text);
}

Result<Caller> by_operator(const Request& request, onboard::Desk& desk) {
  if (!is_by_cookie(request)) return by_basic(request, desk, Scope::operate);
  return caller_of(TRY(by_staff(request, desk)));
}

Result<Caller> by_installation_operator(const Request& request, onboard::Desk& desk) {
  Caller caller = TRY(by_operator(request, desk));
  if (!caller.tenant().is_nil()) return beyond("only the operator of the installation may do that");
  return caller;
}

Result<Acting> acting(const Request& request, onboard::Desk& desk, Scope also,
                      const std::optional<std::string>& handle) {
  Acting out;
  if (is_by_cookie(request)) {
    out.present = TRY(by_staff(request, desk));
    out.caller = caller_of(*out.present);
    out.who = {onboard::Actor::staff, out.present->member.id, out.present->member.email};
  } else {
    out.caller = TRY(by_basic(request, desk, Scope::operate | also));
    out.who = {onboard::Actor::key, out.caller.grant.id, out.caller.grant.subject};
  }
  out.name = out.caller.grant.subject;
  out.tenant = out.caller.tenant();
  const auto named = handle ? handle : request.query_value("organisation");
  if (!named) {
    if (out.tenant.is_nil()) return refuse(missing("organisation"));
    return out;
  }
  const auto organisation = onboard::organisation_by_handle(desk, *named);
  // Another organisation and none at all look alike.
  if (!organisation || (!out.tenant.is_nil() && organisation->id != out.tenant))
    return refuse(Fault::absent, codes::absent, "no such organisation", "organisation");
  out.tenant = out.caller.grant.tenant = organisation->id;
  return out;
}

Result<Acting> acting(const Request& request, onboard::Desk& desk) {
  return acting(request, desk, Scope::none, std::nullopt);
}

Result<void> refuse_cross_site(const Request& request, const onboard::Settings& settings) {
  const auto crossing = [](std::string note) {
    Problem problem{Fault::forbidden, codes::cross_site};
    problem.detail = "this call is the console's own";
    problem.note = std::move(note);
    return refuse(std::move(problem));
  };
  // A form cannot send it, and a script of another origin not without being asked first.
  if (request.header("x-limen-console") != "1") return crossing("no x-limen-console");
  const auto site = request.header("sec-fetch-site");
  if (site && *site != "same-origin") return crossing("another site");
  const auto origin = request.header("origin");
  if (origin && !equals_ignoring_case(*origin, origin_of(settings.base_url)))
    return crossing("another origin");
  return {};
}

Result<void> admit(const Request& request, onboard::Desk& desk, Asks asks) {
  if (asks == Asks::installation) {
    CHECK_OK(by_installation_operator(request, desk));
    return {};
  }
  if (asks != Asks::staff && !is_by_cookie(request)) {
    CHECK_OK(by_basic(request, desk, Scope::operate));
    return {};
  }
  const onboard::Present present = TRY(by_staff(request, desk));
  if (changes_something(request)) CHECK_OK(refuse_cross_site(request, desk.settings));
  const auto duty = asks == Asks::look || asks == Asks::staff ? onboard::Duty::look
                    : asks == Asks::handle                    ? onboard::Duty::handle
                                                              : onboard::Duty::own;
  if (!onboard::may(present.member.role, duty)) return beyond("this role may not do that");
  if (asks == Asks::own_confirmed && !onboard::is_confirmed(present.session, desk.at.now))
    return refuse(Fault::forbidden, codes::confirmation_needed,
                  "show the second factor again first");
  return {};
}

void set_cookie(Response& response, std::string_view name, std::string_view value,
                std::chrono::seconds life) {
  response.headers.emplace_back(
      "Set-Cookie", std::string(name) + '=' + std::string(value) + "; Path=/; Max-Age=" +
                        std::to_string(life.count()) + "; Secure; HttpOnly; SameSite=Strict");
}

onboard::Seat seat_of(const Request& request, const onboard::Desk& desk) {
  onboard::Seat seat;
  seat.from = sender_address(request);
  if (const auto mark = request.cookie(device_cookie))
    seat.mark = onboard::read_device_mark(desk.sealer, desk.at.now, *mark);
  seat.agent = request.header("user-agent").value_or("");
  return seat;
}

Aside hashing_lane(const Request& request, const seal::Sealer& sealer, Time now) {
  const auto mark = request.cookie(device_cookie);
  const bool is_familiar = mark && onboard::read_device_mark(sealer, now, *mark);
  return is_familiar ? Aside::familiar : Aside::hashing;
}

}  // namespace limen::doors::operators
