// Who may call: clients and their keys. A secret is shown in the answer that makes it and nowhere
// else.
#include <algorithm>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/scan.hpp"
#include "doors/operator/wire.hpp"
#include "onboard/manage.hpp"

namespace limen::doors::operators {
namespace {

using grant::Scope;
using onboard::Grant;

// The wire names of a set of scopes, as create_key takes them.
std::vector<std::string> permissions_of(Scope may) {
  std::vector<std::string> out;
  for (const auto& [name, scope] : onboard::scope_names())
    if (grant::is_within(scope, may)) out.emplace_back(name);
  return out;
}

struct ClientPlan {
  std::string name;
  std::string kind;
  std::vector<std::string> scopes;
  std::optional<std::int64_t> ttl;
};

Result<ClientPlan> plan_in(const json::object& body) {
  ClientPlan plan;
  plan.name = TRY(required_text(body, "name"));
  plan.kind = TRY(required_text(body, "kind"));
  plan.ttl = TRY(optional_integer(body, "ttl"));
  const auto scopes = TRY(optional_texts(body, "scopes"));
  if (scopes) plan.scopes = *scopes;
  if (plan.kind == "oauth" && plan.scopes.empty()) return refuse(missing("scopes"));
  constexpr std::string_view kinds[] = {"oauth", "skills", "enrolment", "operator"};
  if (std::ranges::find(kinds, std::string_view(plan.kind)) == std::end(kinds))
    return refuse(invalid("kind", "kind must be oauth, skills, enrolment or operator"));
  return plan;
}

// A new client with its secrets, under the names its door gives them. The first key makes the
// client, so that a refused plan leaves nothing behind.
Result<json::object> make_client(Desk& desk, const onboard::TenantId& tenant,
                                 const ClientPlan& plan) {
  std::optional<onboard::GrantId> client;
  const auto key = [&](std::vector<std::string> permissions) {
    onboard::NewKey input{plan.name, std::move(permissions), plan.ttl, client};
    auto issued = onboard::create_key(desk, tenant, input);
    if (issued) client = issued->grant.parent;
    return issued;
  };
  json::object out{{"name", plan.name}, {"kind", plan.kind}};
  if (plan.kind == "oauth") {
    auto secret = key(plan.scopes);
    // What this call names scopes is the permissions of the key.
    if (!secret && secret.error().field == "permissions") secret.error().field = "scopes";
    if (!secret) return refuse(std::move(secret).error());
    out["client_secret"] = json::string(secret->secret.reveal());
  } else if (plan.kind == "skills") {
    // s2's two secrets: one may be known to an app, the other never leaves the back end.
    const auto app_key = TRY(key(permissions_of(Scope::open)));
    const auto secret = TRY(key(permissions_of(Scope::settle | Scope::manage_consent)));
    out["client_app_key"] = json::string(app_key.secret.reveal());
    out["client_secret"] = json::string(secret.secret.reveal());
  } else {
    const bool operates = plan.kind == "operator";
    const auto secret = TRY(key(permissions_of(operates ? Scope::operate | Scope::invite
                                                        : Scope::enrol | Scope::read_all)));
    out["username"] = plan.name;
    out["password"] = json::string(onboard::as_password(secret.secret).reveal());
  }
  out["client_id"] = to_string(*client);
  return out;
}

// A new key as the answer that makes it shows it.
json::object issued_json(const grant::Issued& issued) {
  json::object out = key_json(issued.grant);
  out["token"] = json::string(issued.secret.reveal());
  // The same key where Basic is spoken; the username is its name.
  out["password"] = json::string(onboard::as_password(issued.secret).reveal());
  return out;
}

}  // namespace

Result<Response> get_clients(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  auto found = scan<Grant>(
      page, [&](const onboard::Page& part) { return onboard::keys(desk, by.tenant, part); },
      is_client);
  json::array items;
  for (const Grant& client : found.rows) items.push_back(used_key_json(desk, client));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", found.next}});
}

Result<Response> post_client(const Request& request, Desk& desk) {
  CHECK_OK(by_operator(request, desk));
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(acting(request, desk, Scope::none, organisation));
  const ClientPlan plan = TRY(plan_in(body));
  const json::object client = TRY(make_client(desk, by.tenant, plan));
  onboard::note(desk, by.tenant, by.who, "client_made",
                std::string(text_member(client, "client_id")), plan.name + " " + plan.kind);
  return json_response(201, client);
}

Result<Response> get_keys(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  return json_response(200, key_page(desk, by.tenant, page));
}

Result<Response> post_key(const Request& request, Desk& desk) {
  CHECK_OK(by_operator(request, desk));
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(acting(request, desk, Scope::none, organisation));
  const onboard::NewKey input = TRY(new_key(body));
  const grant::Issued issued = TRY(onboard::create_key(desk, by.tenant, input));
  onboard::note(desk, by.tenant, by.who, "key_made", to_string(issued.grant.id),
                issued.grant.subject);
  return json_response(201, issued_json(issued));
}

Result<Response> delete_key(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such key")));
  CHECK_OK(onboard::revoke_grant(desk, by.tenant, id));
  onboard::note(desk, by.tenant, by.who, "key_revoked", to_string(id));
  return no_content();
}

// Rotation with an overlap: the new key works at once, the old one until its holder has changed.
Result<Response> post_rotate(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such key")));
  const json::object body = TRY(optional_json_body(request));
  const auto overlap = TRY(optional_integer(body, "overlap"));
  const auto ttl = TRY(optional_integer(body, "ttl"));
  const auto rotated = TRY(onboard::rotate_key(desk, by.tenant, id, {overlap, ttl}));
  onboard::note(desk, by.tenant, by.who, "key_rotated", to_string(id),
                "replaced by " + to_string(rotated.issued.grant.id));
  json::object out = issued_json(rotated.issued);
  out["replaces"] = used_key_json(desk, rotated.replaced);
  return json_response(201, out);
}

}  // namespace limen::doors::operators
