// The people who work at the console, their sessions, and the trail of what was changed by whom.
#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"

namespace limen::doors::operators {
namespace {

json::object member_json(const onboard::Member& member) {
  return {{"id", to_string(member.id)},
          {"email", member.email},
          {"name", member.name},
          {"role", onboard::to_string(member.role)},
          {"state", onboard::to_string(member.state)},
          {"createdAt", iso_millis(member.created)},
          {"lastSignInAt", time_or_null(member.signed_in)}};
}

json::object linked_json(const Desk& desk, const onboard::Linked& linked) {
  // Behind '#': a browser sends that part to nobody, so the link stands in no log.
  const std::string link =
      desk.settings.base_url + "/console/sign-up#" + std::string(linked.token.reveal());
  return {{"staff", member_json(linked.member)},
          {"link", link},
          {"expiresAt", iso_millis(linked.expires)}};
}

Result<std::optional<onboard::Role>> role_in(const json::object& body) {
  const auto name = TRY(optional_text(body, "role"));
  if (!name) return std::nullopt;
  const auto role = onboard::role_of(*name);
  if (!role) return refuse(invalid("role", "role must be owner, reviewer or read_only"));
  return role;
}

json::object audit_json(const onboard::AuditRow& row, std::string_view detail) {
  constexpr std::string_view actors[] = {"staff", "key", "stranger", "server"};
  json::value id;
  if (!row.who.is_nil()) id = json::string(to_string(row.who));
  return {{"id", to_string(row.id)},
          {"at", iso_millis(row.at)},
          {"who", json::object{{"kind", actors[static_cast<std::size_t>(row.actor)]},
                               {"id", id},
                               {"name", text_or_null(row.who_name)}}},
          {"what", row.what},
          {"about", text_or_null(row.about)},
          {"detail", text_or_null(detail)},
          {"hash", hex(row.hash)}};
}

}  // namespace

Result<Response> get_staff(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  json::array items;
  for (const auto& member : desk.ledger.office().members(by.tenant))
    items.push_back(member_json(member));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<Response> post_staff(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(acting(request, desk, grant::Scope::none, organisation));
  onboard::NewMember input;
  input.email = TRY(required_text(body, "email"));
  input.name = TRY(required_text(body, "name"));
  const auto role = TRY(role_in(body));
  if (!role) return refuse(missing("role"));
  input.role = *role;
  const auto linked = TRY(onboard::add_member(desk, by.tenant, by.who, input));
  return json_response(201, linked_json(desk, linked));
}

Result<Response> patch_staff(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such member of staff")));
  const json::object body = TRY(json_body(request));
  onboard::MemberChange change;
  change.name = TRY(optional_text(body, "name"));
  change.role = TRY(role_in(body));
  if (const auto name = TRY(optional_text(body, "state"))) {
    change.state = onboard::staff_state_of(*name);
    if (!change.state) return refuse(invalid("state", "state must be active or disabled"));
  }
  const auto member = TRY(onboard::change_member(desk, by.tenant, by.who, id, change));
  return json_response(200, member_json(member));
}

Result<Response> post_staff_link(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such member of staff")));
  const auto linked = TRY(onboard::link_member(desk, by.tenant, by.who, id));
  return json_response(201, linked_json(desk, linked));
}

Result<Response> get_signed_in(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  json::array items;
  for (auto session : desk.ledger.office().signed_in_of(by.tenant)) {
    if (desk.presence != nullptr)
      session.seen =
          std::max(session.seen, desk.presence->sessions.of(session.id).value_or(Time{}));
    const auto member = desk.ledger.office().member(session.member);
    const bool is_over =
        desk.at.now >= std::min(session.expires, session.seen + limits::console_idle);
    if (!member || is_over) continue;
    items.push_back(json::object{{"id", to_string(session.id)},
                                 {"staff", json::object{{"id", to_string(member->id)},
                                                        {"email", member->email},
                                                        {"name", member->name}}},
                                 {"createdAt", iso_millis(session.created)},
                                 {"lastSeenAt", iso_millis(session.seen)},
                                 {"expiresAt", iso_millis(session.expires)},
                                 {"userAgent", text_or_null(session.agent)},
                                 {"isThis", by.present && by.present->session.id == session.id}});
  }
  return json_response(200, json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<Response> delete_signed_in(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such session")));
  const auto session = desk.ledger.office().signed_in(id);
  if (!session || session->tenant != by.tenant) return refuse(absent("no such session"));
  desk.ledger.office().end_signed_in(id);
  onboard::note(desk, by.tenant, by.who, "session_ended", to_string(id),
                to_string(session->member));
  return no_content();
}

Result<Response> get_audit(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  onboard::AuditFilter filter;
  filter.who = request.query_value("who");
  filter.what = request.query_value("what");
  filter.about = request.query_value("about");
  filter.decisions = filter.what == onboard::session_decided;
  filter.from = TRY(time_query(request, "from"));
  filter.to = TRY(time_query(request, "to"));
  auto rows = desk.ledger.office().audit(by.tenant, filter, {page.limit + 1, page.after});
  json::value next = cut_page(rows, page);
  json::array items;
  for (const auto& row : rows) items.push_back(audit_json(row, onboard::told_detail(desk, row)));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

}  // namespace limen::doors::operators
