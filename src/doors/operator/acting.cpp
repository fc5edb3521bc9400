// See acting.hpp.
#include "doors/operator/acting.hpp"

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "onboard/manage.hpp"

namespace limen::doors::operators {
namespace {

using grant::Scope;
using onboard::Caller;

Result<Caller> by_basic(const Request& request, onboard::Desk& desk, Scope wanted) {
  const auto basic = basic_credentials(request);
  if (!basic) return refuse(Fault::unauthenticated, codes::unauthenticated);
  return onboard::by_password(desk, basic->username, basic->password, wanted);
}

}  // namespace

Result<Caller> by_operator(const Request& request, onboard::Desk& desk) {
  return by_basic(request, desk, Scope::operate);
}

Result<Caller> by_installation_operator(const Request& request, onboard::Desk& desk) {
  Caller caller = TRY(by_operator(request, desk));
  if (!caller.tenant().is_nil())
    return refuse(Fault::forbidden, codes::insufficient_scope,
                  "only the operator of the installation may do that");
  return caller;
}

Result<Acting> acting(const Request& request, onboard::Desk& desk, Scope also,
                      const std::optional<std::string>& handle) {
  Acting out{TRY(by_basic(request, desk, Scope::operate | also)), {}, {}};
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

}  // namespace limen::doors::operators
