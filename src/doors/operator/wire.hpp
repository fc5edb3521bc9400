// The words of the operator's surface: what an organisation, a key, an invitation, a letter and an
// alarm look like in its JSON. Secrets are never among them; they are shown once, where they are
// made.
#pragma once

#include "base/json.hpp"
#include "doors/door.hpp"
#include "onboard/invite.hpp"
#include "onboard/manage.hpp"

namespace limen::doors::operators {

json::object organisation_json(const onboard::Organisation& organisation);
json::object key_json(const onboard::Grant& key);
// With when it was last used: null when it never was.
json::object used_key_json(Desk& desk, const onboard::Grant& key);
json::object invitation_json(const onboard::Grant& invitation, Time now);
json::object letter_json(const onboard::Letter& letter);
json::object alarm_json(const onboard::Alarm& alarm);

// The sessions of other people that have something in common with this one: a reviewer's business
// and nobody else's.
json::array duplicates_json(const onboard::Session& session);
// A row of the list of sessions: both doors' status side by side.
json::object operator_session_json(const onboard::Session& session, Time now);

// {"version","sha256","text"} of the rules that session is decided by; null when nobody knows them
// any more (decide.cpp).
json::value rules_json(const Desk& desk, const onboard::Session& session);

std::string_view to_string(onboard::LetterState state);  // "queued", "sent", "dead"

Response no_content();
Problem absent(std::string detail);
json::value id_or_null(const std::optional<Id>& id);

// A client is what keys hang below; nobody presents it.
bool is_client(const onboard::Grant& key);

// {"name","permissions","ttl"?,"client_id"?}
Result<onboard::NewKey> new_key(const json::object& body);
// {"items","next"}: the keys of an organisation, without its clients.
json::object key_page(Desk& desk, const onboard::TenantId& tenant, const onboard::Page& page);

}  // namespace limen::doors::operators
