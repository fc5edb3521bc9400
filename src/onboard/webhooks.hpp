// Registering webhooks: which addresses of an organisation hear which events, and with what they
// are signed. Each has a secret of its own, as Standard Webhooks has it, that is computed and
// nowhere stored; s4's X-Signature wants the API password as well, which is locked away. What is
// told is notices.hpp's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onboard/caller.hpp"
#include "seal/webhook.hpp"

namespace limen::onboard {

// The words of s4's statuses, and INITIALIZED and STARTED beside them.
std::string_view to_string(WebhookEvent event);
std::optional<WebhookEvent> webhook_event(std::string_view name);
std::string_view to_string(WebhookState state);
std::string_view to_string(NoticeState state);

// Of the enrolment door, as the receiver knows it (VD4): "HMAC-SHA256 of the body with the API
// password". Empty texts: it is signed so no more.
struct ApiPassword {
  std::string username, password;
};
struct WebhookWish {
  std::optional<std::string> url{};
  std::optional<std::vector<std::string>> events{};  // absent at the registration: every one
  std::optional<ApiPassword> signed_with{};
  std::optional<bool> is_active{};
};
struct Registered {
  Webhook webhook;
  seal::Secret secret;  // "whsec_…"
};

// Refuses with invalid_field (url, events, password) and conflict (there are twenty).
Result<Registered> register_webhook(Desk& desk, const TenantId& tenant, const WebhookWish& wish);
// What the wish names and nothing else. Refuses as above, and with absent.
Result<Webhook> change_webhook(Desk& desk, const TenantId& tenant, const Id& id,
                               const WebhookWish& wish);
// A new secret; the one before signs as well for `overlap` seconds. Refuses with absent,
// invalid_field, and conflict while one before still signs, unless `overlap` is 0.
Result<Registered> rotate_webhook(Desk& desk, const TenantId& tenant, const Id& id,
                                  std::optional<std::int64_t> overlap);
// With what was to be told to it. Refuses with absent.
Result<void> remove_webhook(Desk& desk, const TenantId& tenant, const Id& id);

// Queues it again, sent or not, and lets its webhook be called at once. Refuses with absent.
Result<Notice> send_again(Desk& desk, const TenantId& tenant, const Id& notice);

// What signs its notices now.
std::shared_ptr<const seal::WebhookKey> webhook_key(const Desk& desk, const Webhook& webhook);
// The value of X-Signature; nothing when it has no password.
std::optional<std::string> password_signature(const Desk& desk, const Webhook& webhook,
                                              std::string_view body);

// Whether a webhook may be called there: on the internet, or where the operator allows it.
bool is_reachable(const WebhookReach& reach, const Address& address);

}  // namespace limen::onboard
