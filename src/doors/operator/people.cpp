// Who may call (clients and keys), who was invited, and who is on the way. A secret is shown in the
// answer that makes it and nowhere else.
#include <algorithm>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/scan.hpp"
#include "doors/operator/wire.hpp"
#include "doors/session_view.hpp"
#include "onboard/inspect.hpp"
#include "onboard/invite.hpp"
#include "onboard/manage.hpp"

namespace limen::doors::operators {
namespace {

using grant::Scope;
using onboard::Grant;
using onboard::Session;

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Problem absent(std::string detail) {
  return {Fault::absent, codes::absent, {}, std::move(detail), {}, std::nullopt};
}

std::string file_root(const Desk& desk) {
  return desk.settings.base_url + "/operator/v1/sessions/";
}

// The wire names of a set of scopes, as create_key takes them.
std::vector<std::string> permissions_of(Scope may) {
  std::vector<std::string> out;
  for (const auto& [name, scope] : onboard::scope_names())
    if (grant::is_within(scope, may)) out.emplace_back(name);
  return out;
}

// Whether a state is shown by this word.
bool is_invitation_state(std::string_view word) {
  using enum onboard::InvitationState;
  constexpr onboard::InvitationState all[] = {issued, used, expired, revoked, locked};
  return std::ranges::any_of(all, [&](auto state) { return onboard::to_string(state) == word; });
}

// A session decided by a person is completed too; say which of the two stands in the way.
Problem in_own_words(Problem problem, const Session& session) {
  if (problem.code == codes::conflict && session.review) problem.detail = "already reviewed";
  return problem;
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

}  // namespace

Result<Response> get_clients(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  auto found = scan<Grant>(
      page, [&](const onboard::Page& part) { return onboard::keys(desk, by.tenant, part); },
      is_client);
  json::array items;
  for (const Grant& client : found.rows) items.push_back(key_json(client));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", found.next}});
}

Result<Response> post_client(const Request& request, Desk& desk) {
  CHECK_OK(by_operator(request, desk));
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(acting(request, desk, Scope::none, organisation));
  const ClientPlan plan = TRY(plan_in(body));
  const json::object client = TRY(make_client(desk, by.tenant, plan));
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
  json::object out = key_json(issued.grant);
  out["token"] = json::string(issued.secret.reveal());
  // The same key where Basic is spoken; the username is its name.
  out["password"] = json::string(onboard::as_password(issued.secret).reveal());
  return json_response(201, out);
}

Result<Response> delete_key(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such key")));
  CHECK_OK(onboard::revoke_grant(desk, by.tenant, id));
  return no_content();
}

Result<Response> get_invitations(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  const auto state = request.query_value("state");
  if (state && !is_invitation_state(*state))
    return refuse(invalid("state", "state must be Issued, Used, Expired, Revoked or Locked"));
  auto email = request.query_value("email");
  if (email) email = onboard::fold_email(*email);
  auto found = scan<Grant>(
      page, [&](const onboard::Page& part) { return onboard::invitations(desk, by.tenant, part); },
      [&](const Grant& invitation) {
        const auto now = onboard::to_string(onboard::state_of(invitation, desk.at.now));
        if (state && *state != now) return false;
        return !email || *email == onboard::fold_email(onboard::invitee_of(invitation).email);
      });
  json::array items;
  for (const Grant& row : found.rows) items.push_back(invitation_json(row, desk.at.now));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", found.next}});
}

Result<Response> post_invitation(const Request& request, Desk& desk) {
  CHECK_OK(by_operator(request, desk));
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(acting(request, desk, Scope::invite, organisation));
  onboard::Invitee invitee;
  invitee.email = TRY(required_text(body, "email"));
  invitee.first_name = TRY(required_text(body, "first_name"));
  invitee.last_name = TRY(required_text(body, "last_name"));
  const auto language = TRY(optional_text(body, "language"));
  if (language && language->empty()) return refuse(invalid("language", "language is no code"));
  invitee.language = language.value_or("");
  if (const auto errors = onboard::check_invitee(invitee); !errors.empty())
    return refuse(invalid(errors[0].field, errors[0].field + " breaks the rule " + errors[0].rule));
  const onboard::Invited invited = TRY(onboard::invite(desk, by.caller, invitee));
  json::object out = invitation_json(invited.grant, desk.at.now);
  out["onboarding_token"] = json::string(invited.code.reveal());
  return json_response(201, out);
}

Result<Response> delete_invitation(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such invitation")));
  CHECK_OK(onboard::revoke_invitation(desk, by.tenant, id));
  return no_content();
}

Result<Response> post_resend(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such invitation")));
  const auto letter = TRY(onboard::resend_invitation(desk, by.tenant, id));
  return json_response(202, letter_json(letter));
}

Result<Response> get_sessions(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  onboard::SessionFilter filter;
  filter.external_id = request.query_value("externalId");
  auto rows = onboard::sessions(desk, by.tenant, filter, with_one_more(page));
  const json::value next = cut_page(rows, page);
  json::array items;
  for (const Session& row : rows) items.push_back(operator_session_json(row, desk.at.now));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", next}});
}

Result<Response> get_session(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  json::object out = session_json(session, View::full, file_root(desk));
  for (const auto& [name, value] : operator_session_json(session, desk.at.now))
    out.insert_or_assign(name, value);
  return json_response(200, out);
}

Result<Response> get_file(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  const journey::Upload upload = TRY(find_upload(session, request));
  return file_response(desk, upload);
}

// VD8: an operator approves or rejects a MEDIUM; the reason stays with the session.
Result<Response> post_review(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& id = request.params.find("id")->second;
  const Session session = TRY(onboard::find_session(desk, by.caller, id));
  const json::object body = TRY(json_body(request));
  const std::string verdict = TRY(required_text(body, "verdict"));
  std::string reason = TRY(required_text(body, "reason"));
  if (verdict != "approve" && verdict != "reject")
    return refuse(invalid("verdict", "verdict must be approve or reject"));
  const auto after = onboard::review_session(desk, by.tenant, session.id, verdict == "approve",
                                             by.name, std::move(reason));
  if (!after) return refuse(in_own_words(after.error(), session));
  return json_response(200, operator_session_json(*after, desk.at.now));
}

}  // namespace limen::doors::operators
