// Transport: the seam between "this letter is due" and "somebody has taken it". It exists so that
// the worker's rules are tested without a network and dev mode needs no mail server. It decides
// nothing about retries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "onboard/ledger.hpp"
#include "outbox/mime.hpp"

namespace limen::outbox {

enum class Outcome : std::uint8_t {
  sent,        // taken; it is theirs now
  later,       // this letter was refused for now (4xx)
  never,       // this letter was refused for good (5xx)
  relay_down,  // nobody to talk to, or they do not want us: says nothing about this letter
  broken_off,  // the line broke with this letter in hand: it may have arrived or not
};

struct Delivery {
  Outcome outcome = Outcome::relay_down;
  int reply = 0;                        // SMTP reply code, 0 when there was none
  std::string why{};                    // for the operator: the relay's words, one line
  std::optional<onboard::Mail> copy{};  // dev mode: to be kept in the inbox when recorded
};

// RFC 5321 section 2.3.1: what the relay is told, apart from what the message says.
struct Envelope {
  std::string from, to;
};

// Used by one thread at a time. Never throws for what the other side does.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual Delivery send(const Envelope& envelope, const Message& message) = 0;
  // No send takes longer.
  virtual Millis longest() const = 0;
  // Nothing to send for now: connections and memory may go.
  virtual void rest() {}
};

}  // namespace limen::outbox
