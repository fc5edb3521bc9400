// Dev mode's transport: every letter is taken at once and shown under /dev/inbox. The mail goes
// into the ledger in the same job that marks the letter sent, so it is there exactly once. It does
// no I/O, knows no refusal, and is not for production.
#pragma once

#include <functional>
#include <utility>

#include "outbox/transport.hpp"
#include "seal/entropy.hpp"

namespace limen::outbox {

class Inbox final : public Transport {
 public:
  Inbox(seal::Entropy& entropy, std::function<Time()> now)
      : entropy_(entropy), now_(std::move(now)) {}

  // The mail has an id of its own: a letter that is sent a second time is a second mail.
  Delivery send(const Envelope& envelope, const Message& message) override {
    const Time at = now_();
    return {.outcome = Outcome::sent,
            .copy = onboard::Mail{.id = seal::draw_id(entropy_, at),
                                  .to = envelope.to,
                                  .from = message.from.address,
                                  .subject = message.subject,
                                  .text = message.text,
                                  .html = message.html,
                                  .received = at}};
  }
  Millis longest() const override { return Millis{0}; }

 private:
  seal::Entropy& entropy_;
  std::function<Time()> now_;
};

}  // namespace limen::outbox
