// See wire.hpp.
#include "doors/operator/wire.hpp"

#include "base/problem_codes.hpp"
#include "base/words.hpp"
#include "doors/members.hpp"
#include "doors/session_view.hpp"
#include "onboard/inspect.hpp"

namespace limen::doors::operators {
namespace {

// "never" of a grant is no date anybody should see.
json::value end_json(Time expires) {
  return expires == never ? json::value() : time_or_null(expires);
}

json::array permissions_json(grant::Scope may) {
  json::array names;
  for (const auto& [name, scope] : onboard::scope_names())
    if (grant::is_within(scope, may)) names.emplace_back(name);
  return names;
}

}  // namespace

std::string_view to_string(onboard::LetterState state) {
  constexpr std::string_view names[] = {"queued", "sent", "dead"};
  return names[static_cast<std::size_t>(state)];
}

bool is_client(const onboard::Grant& key) { return key.parent.is_nil(); }

json::object organisation_json(const onboard::Organisation& organisation) {
  return {{"id", limen::to_string(organisation.id)},
          {"handle", organisation.handle},
          {"name", organisation.name},
          {"prefix", organisation.prefix},
          {"skills", array_of(organisation.skills)},
          {"returnHosts", array_of(organisation.return_hosts)},
          {"invitedSkill", text_or_null(organisation.invited_skill)},
          {"language", organisation.language.empty() ? words::about(words::fallback).code
                                                     : organisation.language},
          {"createdAt", iso_millis(organisation.created)}};
}

json::object key_json(const onboard::Grant& key) {
  json::object out{{"id", limen::to_string(key.id)},
                   {"name", key.subject},
                   {"createdAt", iso_millis(key.created)},
                   {"expiresAt", end_json(key.terms.expires)},
                   {"revokedAt", time_or_null(key.revoked)}};
  if (is_client(key)) return out;
  out["client_id"] = limen::to_string(key.parent);
  out["permissions"] = permissions_json(key.terms.may);
  return out;
}

json::object used_key_json(Desk& desk, const onboard::Grant& key) {
  json::object out = key_json(key);
  auto used = desk.ledger.office().last_use(key.id);
  if (desk.presence != nullptr) used = std::max(used, desk.presence->keys.of(key.id));
  out["lastUsedAt"] = time_or_null(used);
  return out;
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Problem absent(std::string detail) {
  return {Fault::absent, codes::absent, {}, std::move(detail), {}, std::nullopt};
}

json::value id_or_null(const std::optional<Id>& id) {
  if (!id) return nullptr;
  return json::string(limen::to_string(*id));
}

json::object invitation_json(const onboard::Grant& invitation, Time now) {
  const onboard::Invitee invitee = onboard::invitee_of(invitation);
  return {{"id", limen::to_string(invitation.id)},
          {"email", invitee.email},
          {"first_name", invitee.first_name},
          {"last_name", invitee.last_name},
          {"language", text_or_null(invitee.language)},
          {"state", onboard::to_string(onboard::state_of(invitation, now))},
          {"createdAt", iso_millis(invitation.created)},
          {"expiresAt", end_json(invitation.terms.expires)},
          {"usedAt", time_or_null(invitation.spent_at)},
          {"wrongGuesses", invitation.missed}};
}

json::object letter_json(const onboard::Letter& letter) {
  return {{"id", limen::to_string(letter.id)},
          {"invitationId", limen::to_string(letter.invitation)},
          {"to", letter.to},
          {"state", to_string(letter.state)},
          {"attempts", letter.attempts},
          {"createdAt", iso_millis(letter.created)},
          {"dueAt", iso_millis(letter.due)},
          {"error", text_or_null(letter.error)}};
}

json::object alarm_json(const onboard::Alarm& alarm) {
  return {{"id", limen::to_string(alarm.id)},
          {"at", iso_millis(alarm.at)},
          {"what", alarm.what},
          {"about", alarm.about},
          {"detail", text_or_null(alarm.detail)}};
}

json::array duplicates_json(const onboard::Session& session) {
  json::array items;
  if (!session.duplicates) return items;
  for (const journey::Coincidence& other : session.duplicates->found)
    items.push_back(
        json::object{{"id", limen::to_string(other.session)},
                     {"what", other.what == journey::Alike::document ? "document" : "picture"}});
  return items;
}

json::object operator_session_json(const onboard::Session& session, Time now) {
  constexpr std::string_view doors[] = {"skills", "device", "enrolment"};
  json::value decision;
  if (session.decision) decision = json::string(journey::to_string(session.decision->level));
  return {{"id", limen::to_string(session.id)},
          {"sessionId", public_id(session)},
          {"door", doors[static_cast<std::size_t>(session.door)]},
          {"skill", session.skill},
          {"status", onboard::device_status(session)},
          {"statusText", onboard::enrolment_status(session, now)},
          {"level", decision},
          {"externalId", text_or_null(session.external_id)},
          {"person", text_or_null(session.person)},
          {"createdAt", iso_millis(session.created)},
          {"updatedAt", iso_millis(session.updated)},
          {"completedAt", time_or_null(session.completed)}};
}

Result<onboard::NewKey> new_key(const json::object& body) {
  onboard::NewKey key;
  key.name = TRY(required_text(body, "name"));
  auto permissions = TRY(optional_texts(body, "permissions"));
  if (!permissions) return refuse(missing("permissions"));
  key.permissions = std::move(*permissions);
  key.ttl = TRY(optional_integer(body, "ttl"));
  if (const auto client = TRY(optional_text(body, "client_id"))) {
    key.client = parse_id(*client);
    if (!key.client) return refuse(invalid("client_id", "client_id must be a UUID"));
  }
  return key;
}

json::object key_page(Desk& desk, const onboard::TenantId& tenant, const onboard::Page& page) {
  auto rows = onboard::keys(desk, tenant, with_one_more(page));
  const json::value next = cut_page(rows, page);
  json::array items;
  for (const auto& row : rows)
    if (!is_client(row)) items.push_back(used_key_json(desk, row));
  return {{"items", std::move(items)}, {"next", next}};
}

}  // namespace limen::doors::operators
