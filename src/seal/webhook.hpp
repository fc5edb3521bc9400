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
  // "whsec_" and base64 of 24 to 64 bytes; nothing when it is none.
  static std::shared_ptr<const WebhookKey> read(const Secret& secret);

  // The value of webhook-signature.
  std::string sign(std::string_view id, Time at, std::string_view body) const;
  // Whether one of the signatures fits and the timestamp is within five minutes of `now`. Takes the
  // same time for every signature that does not fit.
  bool verify(const WebhookHead& head, std::string_view body, Time now) const;

 private:
  explicit WebhookKey(BytesView key) : hmac_(key) {}
  std::string signature(std::string_view id, std::string_view timestamp,
                        std::string_view body) const;

  Hmac hmac_;
};

}  // namespace limen::seal
