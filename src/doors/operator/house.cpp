// What belongs to the installation: organisations, the catalogue, letters and alarms, and the
// server itself. The server's part is asked of Operations, which main implements.
#include <algorithm>

#include "base/limits.hpp"
#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operations.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"
#include "onboard/letters.hpp"
#include "onboard/manage.hpp"

namespace limen::doors::operators {
namespace {

using grant::Scope;

Response list_response(json::array items, json::value next) {
  return json_response(200, json::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

// Here the caller names skills in a body, so an unknown one is a wrong value, not a wrong path.
Problem in_own_words(Problem problem) {
  if (problem.code == codes::unknown_skill) problem.fault = Fault::malformed;
  if (problem.field == "return_hosts") problem.field = "returnHosts";
  if (problem.field == "invited_skill") problem.field = "invitedSkill";
  return problem;
}

struct Change {
  std::string_view what;  // the member that was changed
  onboard::Organisation organisation;
};

Result<Change> change(Desk& desk, const onboard::TenantId& tenant, const json::object& body) {
  const auto skills = TRY(optional_texts(body, "skills"));
  const auto hosts = TRY(optional_texts(body, "returnHosts"));
  const auto invited = TRY(optional_text(body, "invitedSkill"));
  const auto language = TRY(optional_text(body, "language"));
  std::vector<std::string_view> given;
  if (skills) given.emplace_back("skills");
  if (hosts) given.emplace_back("returnHosts");
  if (invited) given.emplace_back("invitedSkill");
  if (language) given.emplace_back("language");
  if (given.empty()) return refuse(missing("skills"));
  // What was written before a refusal would stand (ADR 0003).
  if (given.size() > 1)
    return refuse(invalid(std::string(given[1]), "one change a call: send this in one of its own"));
  auto organisation = skills    ? onboard::register_skills(desk, tenant, *skills)
                      : hosts   ? onboard::restrict_returns(desk, tenant, *hosts)
                      : invited ? onboard::choose_invited_skill(desk, tenant, *invited)
                                : onboard::choose_language(desk, tenant, *language);
  if (!organisation) return refuse(in_own_words(organisation.error()));
  return Change{given[0], std::move(*organisation)};
}

std::optional<onboard::LetterState> letter_state(std::string_view name) {
  for (const auto state :
       {onboard::LetterState::queued, onboard::LetterState::sent, onboard::LetterState::dead})
    if (to_string(state) == name) return state;
  return std::nullopt;
}

// Whether every row of the trail follows from the one before: of one organisation, or of all.
Check audit_check(Desk& desk, const onboard::TenantId& tenant) {
  std::vector<onboard::TenantId> chains{tenant};
  if (tenant.is_nil())
    for (const auto& organisation : desk.ledger.organisations()) chains.push_back(organisation.id);
  for (const auto& chain : chains)
    if (const auto broken = desk.ledger.office().broken_audit(chain))
      return {"audit", false, "the trail does not fit together at " + to_string(*broken)};
  return {"audit", true, "every row fits the one before"};
}

}  // namespace

Result<Response> get_organisations(const Request& request, Desk& desk) {
  const auto caller = TRY(by_operator(request, desk));
  const onboard::Page page = TRY(page_of(request));
  auto rows = desk.ledger.organisations();
  if (!caller.tenant().is_nil())
    std::erase_if(rows, [&](const auto& row) { return row.id != caller.tenant(); });
  if (page.after) {
    const auto last = std::ranges::find(rows, *page.after, &onboard::Organisation::id);
    if (last == rows.end())
      return refuse(invalid("cursor", "cursor must be the `next` of the page before"));
    rows.erase(rows.begin(), last + 1);
  }
  json::value next = cut_page(rows, page);
  json::array items;
  for (const auto& row : rows) items.push_back(organisation_json(row));
  return list_response(std::move(items), std::move(next));
}

Result<Response> post_organisation(const Request& request, Desk& desk) {
  const auto caller = TRY(by_installation_operator(request, desk));
  const json::object body = TRY(json_body(request));
  onboard::NewOrganisation input;
  input.name = TRY(required_text(body, "name"));
  input.handle = TRY(required_text(body, "handle"));
  input.prefix = TRY(required_text(body, "prefix"));
  const auto skills = TRY(optional_texts(body, "skills"));
  if (skills) input.skills = *skills;
  const auto organisation = onboard::create_organisation(desk, input);
  if (!organisation) return refuse(in_own_words(organisation.error()));
  onboard::note(desk, organisation->id,
                {onboard::Actor::key, caller.grant.id, caller.grant.subject}, "organisation_made",
                organisation->handle);
  return json_response(201, organisation_json(*organisation));
}

Result<Response> patch_organisation(const Request& request, Desk& desk) {
  CHECK_OK(by_operator(request, desk));
  const auto& handle = request.params.find("handle")->second;
  const Acting by = TRY(acting(request, desk, Scope::none, handle));
  const json::object body = TRY(json_body(request));
  const auto [what, organisation] = TRY(change(desk, by.tenant, body));
  onboard::note(desk, by.tenant, by.who, "organisation_changed", organisation.handle,
                std::string(what));
  return json_response(200, organisation_json(organisation));
}

Result<Response> get_skills(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto organisation = desk.ledger.organisation(by.tenant);
  json::array items;
  for (const auto& skill : desk.catalogue.all()) {
    const bool is_registered =
        organisation &&
        std::ranges::find(organisation->skills, skill.name) != organisation->skills.end();
    const bool is_onward = organisation && organisation->invited_skill == skill.name;
    items.push_back(json::object{{"skill", skill.name},
                                 {"title", skill.title},
                                 {"registered", is_registered},
                                 {"afterInvitation", is_onward}});
  }
  return list_response(std::move(items), nullptr);
}

Result<Response> get_outbox(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  std::optional<onboard::LetterState> state;
  if (const auto name = request.query_value("state")) {
    state = letter_state(*name);
    if (!state) return refuse(invalid("state", "state must be queued, sent or dead"));
  }
  auto rows = desk.ledger.letters(by.tenant, state, with_one_more(page));
  json::value next = cut_page(rows, page);
  json::array items;
  for (const auto& letter : rows) items.push_back(letter_json(letter));
  return list_response(std::move(items), std::move(next));
}

Result<Response> post_retry(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Problem absent{Fault::absent, codes::absent, {}, "no such letter", {}, std::nullopt};
  const Id id = TRY(id_param(request, "id", absent));
  const auto letter = TRY(onboard::retry_letter(desk, by.tenant, id));
  onboard::note(desk, by.tenant, by.who, "letter_retried", to_string(id));
  return json_response(200, letter_json(letter));
}

Result<Response> get_alarms(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  auto rows = desk.ledger.alarms(by.tenant, with_one_more(page));
  json::value next = cut_page(rows, page);
  json::array items;
  for (const auto& alarm : rows) {
    json::object item = alarm_json(alarm);
    item["count"] = alarm.count;
    items.push_back(std::move(item));
  }
  return list_response(std::move(items), std::move(next));
}

Result<Response> post_backup(const Request& request, Desk& desk) {
  CHECK_OK(by_installation_operator(request, desk));
  return json_response(201, json::object{{"file", desk.operations.backup()}});
}

Result<Response> post_signing_key(const Request& request, Desk& desk) {
  const auto caller = TRY(by_installation_operator(request, desk));
  const std::string kid = desk.operations.rotate_signing_key(desk.ledger);
  onboard::note(desk, {}, {onboard::Actor::key, caller.grant.id, caller.grant.subject},
                "signing_key_made", kid);
  return json_response(201, json::object{{"kid", kid}});
}

Result<Response> post_receipt_key(const Request& request, Desk& desk) {
  const auto caller = TRY(by_installation_operator(request, desk));
  const std::string kid = desk.operations.rotate_receipt_key(desk.ledger);
  onboard::note(desk, {}, {onboard::Actor::key, caller.grant.id, caller.grant.subject},
                "receipt_key_made", kid);
  return json_response(201, json::object{{"kid", kid}});
}

Result<Response> delete_receipt_key(const Request& request, Desk& desk) {
  const auto caller = TRY(by_installation_operator(request, desk));
  const std::string& kid = request.params.find("kid")->second;
  if (!desk.operations.disown_receipt_key(desk.ledger, kid))
    return refuse(Fault::absent, codes::absent, "no receipt key of that name was replaced", "kid");
  onboard::note(desk, {}, {onboard::Actor::key, caller.grant.id, caller.grant.subject},
                "receipt_key_disowned", kid);
  return no_content();
}

Result<Response> get_doctor(const Request& request, Desk& desk) {
  const auto caller = TRY(by_operator(request, desk));
  auto checks = desk.operations.doctor();
  checks.push_back(audit_check(desk, caller.tenant()));
  json::array items;
  for (const Check& check : checks) {
    items.push_back(
        json::object{{"check", check.check}, {"ok", check.is_ok}, {"detail", check.detail}});
  }
  const bool is_well = std::ranges::all_of(checks, &Check::is_ok);
  return json_response(200, json::object{{"ok", is_well}, {"checks", std::move(items)}});
}

}  // namespace limen::doors::operators
