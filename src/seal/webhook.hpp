// Signed calls as the Standard Webhooks specification has them (version 1, symmetric): HMAC-SHA-256
// over "id.timestamp.body" under a shared secret. One key signs what we send and verifies what
// comes back. Which calls those are is not known here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "seal/digest.hpp"
#include "seal/secret.hpp"

namespace limen::seal {

// What came in the three headers, as sent.
struct WebhookHead {
  std::string_view id, timestamp, signature;
};

class WebhookKey {
 public:
  // "whsec_" and base64 of 24 to 64 bytes; nothing when it is none. While a secret is changed there
  // is a second: what we send is signed with both and what comes by either, so that the other side
  // may change at any moment.
  static std::shared_ptr<const WebhookKey> read(const Secret& secret, const Secret& second = {});

  // The value of webhook-signature.
  std::string sign(std::string_view id, Time at, std::string_view body) const;
  // Whether one of the signatures fits and the timestamp is within five minutes of `now`. Takes the
  // same time for every signature that does not fit.
  bool verify(const WebhookHead& head, std::string_view body, Time now) const;

 private:
  explicit WebhookKey(BytesView key) : hmac_(key) {}

  Hmac hmac_;
  std::optional<Hmac> second_;
};

}  // namespace limen::seal
