// Request and Answer: one call of a simulated client in plain texts, as bytes would arrive at a
// door, and what came back. They exist so that a retry is the same bytes again, and so that the
// model sees nothing but what a stranger would see. They hold no rule.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "onboard/desk.hpp"

namespace limen::sim {

enum class Verb : std::uint8_t {
  invite,   // about: e-mail                                    → invitation, code
  open,     // secret: code, about: e-mail                      → connection, connection_token, as
            // consent
  consent,  // secret: connection_token, about: connection      → -, or session, reference, skill
  begin,    // client, who: key, what: skill                    → session, nonce
  answer,   // client, secret: nonce, about: session            → step, nonce, temp_token
  attach,   // client, secret: nonce, about: step               → upload, temp_token
  settle,   // client, who: key, secret: temp_token             → credentials_id, access_token
  show,     // client, who: key, secret: credential, about: credentials_id → state
  erase,    // the same                                         → state
  lend,     // who: key, number: ttl                            → device grant, token
  begin_device,       // who: device token, what: skill                   → session
  begin_enrolment,    // who: key, about: GUID, what: skill            → session, accessToken,
                      // reference
  answer_own,         // who: device token, accessToken, reference or phone, about: session → step
  attach_own,         // the same, client: step                        → upload
  look,               // who: anything that reads, about: session      → state, steps, id, phone,
                      // status, its number, who decided
  grant_access,       // client, who: key                              → access_token
  introspect,         // client, who: key, secret: access_token        → -
  revoke_access,      // the same                                      → -
  people,             // who: key or access_token                      → e-mails
  make_key,           // org, about: client or empty, number: ttl      → client, key, text
  revoke,             // org, about: client, key or device             → -
  revoke_invitation,  // org, about: invitation                      → -
  resend,             // org, about: invitation                      → letter
  review,             // org, client: a member's name, about: session, body: the reason, what:
                      // approve, reject or erase → status unless erased
  offer,              // who: device token or reference, about: session → link
  cross,              // secret: link                                   → session, phone
  take_over,          // as offer                                       → -
  listen,             // org, about: webhook or empty, what: events, pause, resume, remove or
                      // rotate, number: how long both secrets sign → webhook, its secret if new
};
constexpr std::size_t verb_count = static_cast<std::size_t>(Verb::listen) + 1;
std::string_view name_of(Verb verb);

struct Request {
  Verb verb{};
  std::size_t org = 0;  // whose operator acts
  std::string client;   // client_id
  std::string who;      // the secret that says who asks
  std::string secret;   // the secret that is used
  std::string about;    // the id or address it is about
  std::string what;     // a skill, a step, a kind of upload, "agree" or "withdraw", a scope
  std::string skill;
  std::string body;  // the rest of the bytes
  std::string from;  // the address it comes from; none of the bytes
  std::string key;   // its Idempotency-Key, where the door takes one
  std::int64_t number = 0;
  // A later request with other bytes has another digest (Law 8).
  seal::Digest digest() const;
  // What may not differ when its key comes again: all that is asked for, not who asks.
  seal::Digest asked() const;
  friend bool operator==(const Request&, const Request&) = default;
};

struct Answer {
  bool ok = false;
  std::string_view code{};             // of a refusal
  std::vector<std::string> out{};      // as listed at Verb
  std::vector<std::string> removed{};  // files nobody needs, for the sweep
};

// Asks the use cases as the doors do: the same checks of who asks, in the same order.
Answer perform(onboard::Desk& desk, const std::vector<Id>& organisations, const Request& request);

}  // namespace limen::sim
