// See webhook.hpp. The body is the last part of what is signed and begins with a brace wherever it
// is read, so the parts cannot be shifted against each other.
#include "seal/webhook.hpp"

#include <charconv>

namespace limen::seal {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t key_bytes_min = 24, key_bytes_max = 64;
constexpr std::size_t id_max = 256;
constexpr auto tolerance = std::chrono::minutes{5};

// Seconds since 1970 in plain digits, at most twelve of them.
std::optional<Time> time_of(std::string_view digits) {
  constexpr std::size_t digits_max = 12;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  const bool is_whole = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_whole || digits.size() > digits_max || seconds < 0) return std::nullopt;
  return from_unix(seconds);
}

std::optional<Bytes> key_of(const Secret& secret) {
  std::string_view text = secret.reveal();
  if (!text.starts_with(secret_prefix)) return std::nullopt;
  auto key = from_base64(text.substr(secret_prefix.size()));
  if (!key || key->size() < key_bytes_min || key->size() > key_bytes_max) return std::nullopt;
  return key;
}

std::string signature(const Hmac& hmac, std::string_view id, std::string_view timestamp,
                      std::string_view body) {
  const Digest digest =
      hmac({as_bytes(id), as_bytes("."), as_bytes(timestamp), as_bytes("."), as_bytes(body)});
  return "v1," + base64(digest);
}

}  // namespace

std::shared_ptr<const WebhookKey> WebhookKey::read(const Secret& secret, const Secret& second) {
  const auto key = key_of(secret);
  if (!key) return nullptr;
  const std::shared_ptr<WebhookKey> out(new WebhookKey(*key));
  if (second.is_empty()) return out;
  const auto other = key_of(second);
  if (!other) return nullptr;
  out->second_.emplace(*other);
  return out;
}

std::string WebhookKey::sign(std::string_view id, Time at, std::string_view body) const {
  const std::string timestamp = std::to_string(to_unix(at));
  std::string out = signature(hmac_, id, timestamp, body);
  if (second_) out += ' ' + signature(*second_, id, timestamp, body);
  return out;
}

bool WebhookKey::verify(const WebhookHead& head, std::string_view body, Time now) const {
  const auto at = time_of(head.timestamp);
  if (!at || *at > now + tolerance || *at < now - tolerance) return false;
  if (head.id.empty() || head.id.size() > id_max) return false;
  const std::string right = signature(hmac_, head.id, head.timestamp, body);
  const std::string other = second_ ? signature(*second_, head.id, head.timestamp, body) : right;
  bool is_right = false;
  std::string_view rest = head.signature;
  while (!rest.empty()) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const BytesView one = as_bytes(rest.substr(0, space));
    if (equal_in_time(one, as_bytes(right))) is_right = true;
    if (equal_in_time(one, as_bytes(other))) is_right = true;
    rest.remove_prefix(std::min(space + 1, rest.size()));
  }
  return is_right;
}

}  // namespace limen::seal
