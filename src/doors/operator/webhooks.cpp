// Who hears what becomes of sessions, and what they were told. A webhook's secret is shown in the
// answer that makes it and nowhere else; the API password it also signs with is never shown.
#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"
#include "onboard/audit.hpp"
#include "onboard/webhooks.hpp"

namespace limen::doors::operators {
namespace {

using onboard::NoticeState;
using onboard::Webhook;

json::object webhook_json(const Webhook& webhook, Time now) {
  json::array events;
  for (std::size_t i = 0; i < onboard::webhook_events; ++i) {
    const auto event = static_cast<onboard::WebhookEvent>(i);
    if ((webhook.events & one_event(event)) != 0)
      events.emplace_back(json::string(onboard::to_string(event)));
  }
  const bool is_rotating = webhook.previous_until && now < *webhook.previous_until;
  return {
      {"id", to_string(webhook.id)},
      {"url", webhook.url},
      {"events", std::move(events)},
      {"state", onboard::to_string(webhook.state)},
      {"signsWithPassword", !webhook.password.empty()},
      {"previousSecretUntil", time_or_null(is_rotating ? webhook.previous_until : std::nullopt)},
      {"failures", webhook.failures},
      {"error", text_or_null(webhook.error)},
      {"createdAt", iso_millis(webhook.created)}};
}

json::object registered_json(const onboard::Registered& registered, Time now) {
  json::object out = webhook_json(registered.webhook, now);
  out["secret"] = json::string(registered.secret.reveal());
  return out;
}

json::object notice_json(const onboard::Notice& notice) {
  return {{"id", to_string(notice.id)},
          {"webhookId", to_string(notice.webhook)},
          {"session", to_string(notice.session)},
          {"event", onboard::to_string(notice.event)},
          {"state", onboard::to_string(notice.state)},
          {"attempts", notice.attempts},
          {"createdAt", iso_millis(notice.created)},
          {"dueAt", iso_millis(notice.due)},
          {"endedAt", time_or_null(notice.ended)},
          {"error", text_or_null(notice.error)}};
}

Result<onboard::WebhookWish> wish_in(const json::object& body) {
  onboard::WebhookWish wish;
  wish.url = TRY(optional_text(body, "url"));
  wish.events = TRY(optional_texts(body, "events"));
  const auto username = TRY(optional_text(body, "username"));
  const auto password = TRY(optional_text(body, "password"));
  if (username.has_value() != password.has_value())
    return refuse(missing(username ? "password" : "username"));
  if (username) wish.signed_with = onboard::ApiPassword{*username, *password};
  if (const auto state = TRY(optional_text(body, "state"))) {
    if (*state != "active" && *state != "paused")
      return refuse(invalid("state", "state must be active or paused"));
    wish.is_active = *state == "active";
  }
  return wish;
}

Problem no_webhook() { return absent("no such webhook"); }

// What was changed, for the trail: an address may hold a secret of the receiver's, so it is not
// told.
std::string changes_in(const onboard::WebhookWish& wish) {
  std::string out;
  const auto add = [&](bool is_changed, std::string_view what) {
    if (is_changed) out.append(out.empty() ? "" : ", ").append(what);
  };
  add(wish.url.has_value(), "url");
  add(wish.events.has_value(), "events");
  add(wish.signed_with.has_value(), "password");
  if (wish.is_active) add(true, *wish.is_active ? "active" : "paused");
  return out;
}

Result<std::optional<NoticeState>> state_in(const Request& request) {
  const auto name = request.query_value("state");
  if (!name) return std::nullopt;
  for (const auto state : {NoticeState::queued, NoticeState::sent, NoticeState::dead})
    if (onboard::to_string(state) == *name) return state;
  return refuse(invalid("state", "state must be queued, sent or dead"));
}

Result<std::optional<Id>> id_query(const Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto id = parse_id(*text);
  if (!id) return refuse(invalid(name, std::string(name) + " must be a UUID"));
  return id;
}

// A session is also known by the customer's own GUID, which may be the id of another one.
std::optional<Id> session_named(Desk& desk, const onboard::TenantId& tenant,
                                const std::optional<Id>& id) {
  if (!id) return std::nullopt;
  const auto session = desk.ledger.session(*id);
  if (session && session->tenant == tenant) return id;
  const auto named = desk.ledger.session_by_caller_id(tenant, to_string(*id));
  return named ? named->id : id;
}

}  // namespace

Result<Response> get_webhooks(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  json::array items;
  for (const Webhook& webhook : desk.ledger.webhooks().webhooks(by.tenant))
    items.push_back(webhook_json(webhook, desk.at.now));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<Response> post_webhook(const Request& request, Desk& desk) {
  CHECK_OK(by_operator(request, desk));
  const json::object body = TRY(json_body(request));
  const auto organisation = TRY(optional_text(body, "organisation"));
  const Acting by = TRY(acting(request, desk, grant::Scope::none, organisation));
  const onboard::WebhookWish wish = TRY(wish_in(body));
  if (!wish.url) return refuse(missing("url"));
  const auto registered = TRY(onboard::register_webhook(desk, by.tenant, wish));
  onboard::note(desk, by.tenant, by.who, "webhook_made", to_string(registered.webhook.id));
  return json_response(201, registered_json(registered, desk.at.now));
}

Result<Response> patch_webhook(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", no_webhook()));
  const json::object body = TRY(json_body(request));
  const onboard::WebhookWish wish = TRY(wish_in(body));
  const std::string changes = changes_in(wish);
  if (changes.empty()) return refuse(missing("url"));
  const Webhook webhook = TRY(onboard::change_webhook(desk, by.tenant, id, wish));
  onboard::note(desk, by.tenant, by.who, "webhook_changed", to_string(id), changes);
  return json_response(200, webhook_json(webhook, desk.at.now));
}

Result<Response> post_webhook_rotate(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", no_webhook()));
  const json::object body = TRY(optional_json_body(request));
  const auto overlap = TRY(optional_integer(body, "overlap"));
  const auto registered = TRY(onboard::rotate_webhook(desk, by.tenant, id, overlap));
  onboard::note(desk, by.tenant, by.who, "webhook_rotated", to_string(id));
  return json_response(201, registered_json(registered, desk.at.now));
}

Result<Response> delete_webhook(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", no_webhook()));
  CHECK_OK(onboard::remove_webhook(desk, by.tenant, id));
  onboard::note(desk, by.tenant, by.who, "webhook_removed", to_string(id));
  return no_content();
}

Result<Response> get_notices(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const onboard::Page page = TRY(page_of(request));
  onboard::NoticeFilter filter;
  filter.state = TRY(state_in(request));
  filter.webhook = TRY(id_query(request, "webhook"));
  const auto session = TRY(id_query(request, "session"));
  filter.session = session_named(desk, by.tenant, session);
  const onboard::Page more = with_one_more(page);
  auto rows = desk.ledger.webhooks().notices(by.tenant, filter, {more.limit, more.after});
  json::value next = cut_page(rows, page);
  json::array items;
  for (const auto& notice : rows) items.push_back(notice_json(notice));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", std::move(next)}});
}

Result<Response> post_notice_retry(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Id id = TRY(id_param(request, "id", absent("no such notice")));
  const auto notice = TRY(onboard::send_again(desk, by.tenant, id));
  onboard::note(desk, by.tenant, by.who, "notice_retried", to_string(id));
  return json_response(200, notice_json(notice));
}

}  // namespace limen::doors::operators
