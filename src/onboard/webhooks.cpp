// See webhooks.hpp. An address is looked at twice: here as it is written, and again where it really
// leads, at every connection (outbox/post.hpp).
#include "onboard/webhooks.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "seal/vault.hpp"

namespace limen::onboard {
namespace {

constexpr std::array<std::string_view, webhook_events> event_names = {
    "INITIALIZED",    "STARTED",       "WAITING_FOR_MANUAL_APPROVE",
    "AUTO_APPROVED",  "AUTO_REJECTED", "MANUAL_APPROVED",
    "MANUAL_REJECTED"};

std::unexpected<Problem> unfit_url(std::string rule) { return bad_field("url", std::move(rule)); }

struct Target {
  bool is_https = false;
  std::string host;  // without brackets
  std::uint16_t port = 0;
};

// RFC 3986 as far as an address to call needs it; nothing where two programs might read another
// host.
std::optional<Target> target_of(std::string_view url) {
  const bool is_plain = std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7F'; });
  if (!is_plain || url.size() > limits::webhook_url_bytes) return std::nullopt;
  if (url.find_first_of("\\\"<>^`{|}#") != std::string_view::npos) return std::nullopt;
  Target out;
  out.is_https = url.starts_with("https://");
  if (!out.is_https && !url.starts_with("http://")) return std::nullopt;
  url.remove_prefix(url.find("://") + 3);
  std::string_view authority = url.substr(0, url.find_first_of("/?"));
  // Before '@' stands a user, and libcurl decodes what is encoded: another host than the one read.
  if (authority.find_first_of("@%") != authority.npos) return std::nullopt;
  std::string_view port;
  const std::size_t closed = authority.find(']');
  const std::size_t colon = authority.find(':', closed == authority.npos ? 0 : closed);
  if (colon != authority.npos) port = authority.substr(colon + 1);
  const bool has_empty_port = colon != authority.npos && port.empty();
  authority = authority.substr(0, colon);
  out.port = out.is_https ? 443 : 80;
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  }
  if (has_empty_port || out.port == 0) return std::nullopt;
  if (authority.starts_with('[') != authority.ends_with(']')) return std::nullopt;
  if (authority.starts_with('[')) {
    authority = authority.substr(1, authority.size() - 2);
    if (authority.find(':') == authority.npos) return std::nullopt;
  }
  out.host = lower_ascii(authority);
  return out;
}

// A name of letters, digits and hyphens. One whose last label begins with a digit is an address in
// one of the spellings that only some programs read (WHATWG URL, "ends in a number"), or none.
bool is_host_name(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  std::string_view rest = host, label;
  while (!rest.empty()) {
    label = rest.substr(0, rest.find('.'));
    const bool is_fit = !label.empty() && label.size() <= 63 && label.front() != '-' &&
                        label.back() != '-' && std::ranges::all_of(label, [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                        });
    if (!is_fit) return false;
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
  }
  return !host.ends_with('.') && !(label.front() >= '0' && label.front() <= '9');
}

bool is_this_machine(const Target& target) {
  const auto address = parse_address(target.host);
  static const std::array loopback = {*parse_network("127.0.0.0/8"), *parse_network("::1")};
  return target.host == "localhost" || (address && is_within(*address, loopback));
}

Result<void> check_url(const Settings& settings, const std::string& url) {
  const auto target = target_of(url);
  const auto address = target ? parse_address(target->host) : std::nullopt;
  if (!target || (!address && !is_host_name(target->host)))
    return unfit_url("url must be an https address without a user's name and a fragment");
  if (settings.is_dev && is_this_machine(*target)) return {};
  if (!target->is_https) return unfit_url("url must be https");  // VD5: "per-status https URLs"
  const auto& ports = settings.webhooks.ports;
  if (std::ranges::find(ports, target->port) == ports.end())
    return unfit_url("url must lead to a port that webhooks may use, such as 443");
  if (address && !is_reachable(settings.webhooks, *address))
    return unfit_url("url must not lead into a private network");
  return {};
}

Result<WebhookEvents> events_of(const std::vector<std::string>& names) {
  WebhookEvents out = 0;
  for (const std::string& name : names) {
    const auto event = webhook_event(name);
    if (!event) return bad_field("events", "unknown event " + shown(name));
    out |= one_event(*event);
  }
  if (out == 0) return bad_field("events", "events must name at least one");
  return out;
}

Digest vault_key(const Desk& desk) { return desk.sealer.key_for("webhooks/password"); }

// As the receiver will use it, so it must be one that works now.
Result<Bytes> locked(Desk& desk, const Webhook& webhook, const ApiPassword& given) {
  if (given.username.empty() && given.password.empty()) return Bytes{};
  const auto caller = by_password(desk, given.username, given.password, grant::Scope::enrol);
  if (!caller || caller->tenant() != webhook.tenant)
    return bad_field("password",
                     "username and password must be API credentials of this organisation");
  return seal::lock_away(vault_key(desk), as_bytes(given.password), webhook.id.view(),
                         desk.at.entropy);
}

Result<void> apply(Desk& desk, Webhook& webhook, const WebhookWish& wish) {
  if (wish.url) {
    CHECK_OK(check_url(desk.settings, *wish.url));
    webhook.url = *wish.url;
  }
  if (wish.events) webhook.events = TRY(events_of(*wish.events));
  if (wish.signed_with) webhook.password = TRY(locked(desk, webhook, *wish.signed_with));
  if (wish.is_active) webhook.state = *wish.is_active ? WebhookState::active : WebhookState::paused;
  // Another address, or somebody who says that it is mended: tried at once.
  if (wish.url || wish.is_active.value_or(false)) {
    webhook.failures = 0;
    webhook.failing_since.reset();
    webhook.free = desk.at.now;
    webhook.error.clear();
  }
  return {};
}

seal::Secret secret_of(const Desk& desk, const Webhook& webhook, std::uint32_t generation) {
  Bytes context(webhook.id.bytes.begin(), webhook.id.bytes.end());
  for (int shift = 24; shift >= 0; shift -= 8)
    context.push_back(static_cast<std::uint8_t>(generation >> shift));
  return seal::Secret(base64(desk.sealer.derive("webhook", context))).with_prefix("whsec_");
}

Result<Webhook> find(Desk& desk, const TenantId& tenant, const Id& id) {
  auto webhook = desk.ledger.webhooks().webhook(id);
  if (!webhook || webhook->tenant != tenant)
    return refuse(Fault::absent, codes::absent, "no such webhook");
  return std::move(*webhook);
}

}  // namespace

std::string_view to_string(WebhookEvent event) {
  return event_names.at(static_cast<std::size_t>(event));
}

std::optional<WebhookEvent> webhook_event(std::string_view name) {
  const auto found = std::ranges::find(event_names, name);
  if (found == event_names.end()) return std::nullopt;
  return static_cast<WebhookEvent>(found - event_names.begin());
}

std::string_view to_string(WebhookState state) {
  constexpr std::array<std::string_view, 4> names = {"active", "paused", "gone", "removed"};
  return names.at(static_cast<std::size_t>(state));
}

std::string_view to_string(NoticeState state) {
  constexpr std::array<std::string_view, 3> names = {"queued", "sent", "dead"};
  return names.at(static_cast<std::size_t>(state));
}

Result<Registered> register_webhook(Desk& desk, const TenantId& tenant, const WebhookWish& wish) {
  if (!wish.url) return bad_field("url", "url is required");
  if (desk.ledger.webhooks().webhooks(tenant).size() >= limits::webhooks_organisation)
    return refuse(Fault::conflict, codes::conflict, "this organisation has twenty webhooks");
  Webhook webhook;
  webhook.id = seal::draw_id(desk.at.entropy, desk.at.now);
  webhook.tenant = tenant;
  webhook.created = webhook.free = desk.at.now;
  CHECK_OK(apply(desk, webhook, wish));
  desk.ledger.webhooks().add(webhook);
  return Registered{webhook, secret_of(desk, webhook, webhook.generation)};
}

Result<Webhook> change_webhook(Desk& desk, const TenantId& tenant, const Id& id,
                               const WebhookWish& wish) {
  Webhook webhook = TRY(find(desk, tenant, id));
  CHECK_OK(apply(desk, webhook, wish));
  desk.ledger.webhooks().save(webhook);
  if (wish.url || wish.is_active.value_or(false)) desk.ledger.webhooks().hurry(id);
  return webhook;
}

Result<Registered> rotate_webhook(Desk& desk, const TenantId& tenant, const Id& id,
                                  std::optional<std::int64_t> overlap) {
  constexpr std::int64_t longest = 30 * 86'400;
  const std::int64_t seconds = overlap.value_or(Seconds{limits::webhook_overlap}.count());
  if (seconds < 0 || seconds > longest)
    return bad_field("overlap", "overlap must be a whole number of seconds from 0 to 2592000");
  Webhook webhook = TRY(find(desk, tenant, id));
  // Two signatures are all there are: a receiver that still has the first of three would hear
  // nothing it believes.
  if (seconds > 0 && webhook.previous_until && desk.at.now < *webhook.previous_until)
    return refuse(Fault::conflict, codes::conflict,
                  "the secret before this one still signs; wait, or ask for an overlap of 0");
  ++webhook.generation;
  webhook.previous_until = desk.at.now + Seconds{seconds};
  desk.ledger.webhooks().save(webhook);
  return Registered{webhook, secret_of(desk, webhook, webhook.generation)};
}

Result<void> remove_webhook(Desk& desk, const TenantId& tenant, const Id& id) {
  CHECK_OK(find(desk, tenant, id));
  desk.ledger.webhooks().remove(id);
  return {};
}

Result<Notice> send_again(Desk& desk, const TenantId& tenant, const Id& id) {
  auto notice = desk.ledger.webhooks().notice(id);
  if (!notice || notice->tenant != tenant)
    return refuse(Fault::absent, codes::absent, "no such notice");
  notice->state = NoticeState::queued;
  notice->due = desk.at.now;
  notice->ended.reset();
  notice->attempts = 0;
  desk.ledger.webhooks().save_notice(*notice);
  // Whoever asks for it knows that the other side is there.
  if (auto webhook = desk.ledger.webhooks().webhook(notice->webhook)) {
    webhook->free = desk.at.now;
    desk.ledger.webhooks().save(*webhook);
  }
  desk.ledger.webhooks().hurry(notice->webhook);
  return std::move(*notice);
}

std::shared_ptr<const seal::WebhookKey> webhook_key(const Desk& desk, const Webhook& webhook) {
  const bool is_rotating = webhook.previous_until && desk.at.now < *webhook.previous_until;
  const auto now = secret_of(desk, webhook, webhook.generation);
  const auto before =
      is_rotating ? secret_of(desk, webhook, webhook.generation - 1) : seal::Secret{};
  auto key = seal::WebhookKey::read(now, before);
  ASSERT(key != nullptr);
  return key;
}

std::optional<std::string> password_signature(const Desk& desk, const Webhook& webhook,
                                              std::string_view body) {
  if (webhook.password.empty()) return std::nullopt;
  const auto password = seal::unlock(vault_key(desk), webhook.password, webhook.id.view());
  if (!password) return std::nullopt;  // locked under another root key
  return base64(seal::Hmac(*password)({as_bytes(body)}));
}

bool is_reachable(const WebhookReach& reach, const Address& address) {
  return is_global(address) || is_within(address, reach.networks);
}

}  // namespace limen::onboard
