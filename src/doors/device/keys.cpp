// See keys.hpp.
#include "doors/device/keys.hpp"

#include "base/problem_codes.hpp"
#include "doors/device/wire.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/wire.hpp"
#include "onboard/audit.hpp"
#include "onboard/manage.hpp"

namespace limen::doors::device {
namespace {

using grant::Scope;
using operators::Acting;

// The operator, as Basic. Any other credential of ours is known, and may not (C08). Of the
// console's cookie nothing is known here: what a role may, and whether it showed its second factor,
// is asked in the operator's own table alone.
Result<void> check_operator(const Request& request, Desk& desk) {
  if (basic_credentials(request)) {
    CHECK_OK(operators::by_operator(request, desk));
    return {};
  }
  const auto known = by_api_key(request, desk, Scope::none);
  const bool is_known = known || known.error().fault == Fault::forbidden;
  if (is_known)
    return refuse(Fault::forbidden, codes::insufficient_scope, "only an operator manages keys");
  return refuse(Fault::unauthenticated, codes::unauthenticated);
}

}  // namespace

// VC1: body `name`, `permissions` string[] ("ephemeral_device:write"), `ttl` seconds
// optional (absent = never expires). "Response carries id + the token, shown once."
Result<Response> post_key(const Request& request, Desk& desk) {
  CHECK_OK(check_operator(request, desk));
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(operators::acting(request, desk, Scope::none, organisation));
  const onboard::NewKey key = TRY(operators::new_key(body));
  const grant::Issued issued = TRY(onboard::create_key(desk, by.tenant, key));
  onboard::note(desk, by.tenant, by.who, "key_made", to_string(issued.grant.id),
                issued.grant.subject);
  return json_response(
      201, json::object{{"id", to_string(issued.grant.id)}, {"token", issued.secret.reveal()}});
}

Result<Response> get_keys(const Request& request, Desk& desk) {
  CHECK_OK(check_operator(request, desk));
  const Acting by = TRY(operators::acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  return json_response(200, operators::key_page(desk, by.tenant, page));
}

Result<Response> delete_key(const Request& request, Desk& desk) {
  CHECK_OK(check_operator(request, desk));
  const Acting by = TRY(operators::acting(request, desk));
  const Problem absent{Fault::absent, codes::absent, {}, "no such key", {}, std::nullopt};
  const Id id = TRY(id_param(request, "id", absent));
  CHECK_OK(onboard::revoke_grant(desk, by.tenant, id));
  onboard::note(desk, by.tenant, by.who, "key_revoked", to_string(id));
  Response response;
  response.status = 204;
  return response;
}

}  // namespace limen::doors::device
