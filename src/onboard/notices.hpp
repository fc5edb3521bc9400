// Telling back ends what becomes of their sessions: a notice is queued in the commit of what it
// tells, so that neither is there without the other (VC6, VD4 to VD6, VD8). Only of the device and
// the enrolment door, whose contracts know webhooks. It says which session and which status;
// whoever wants more asks for it with credentials. Nothing here speaks HTTP.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "onboard/desk.hpp"
#include "seal/webhook.hpp"

namespace limen::onboard {

// For /metrics, readable from any thread.
struct NoticeCounters {
  std::atomic<std::uint64_t> attempts{0}, sent{0}, retried{0}, dead{0}, waiting{0};
};

// To every active webhook of the organisation that wants to hear it, once.
void tell(Desk& desk, const Session& session, WebhookEvent event);
// What that save means: the person began, a decision is there, or a reviewer's.
void tell_change(Desk& desk, const Session& before, const Session& after);

// A person looks at a journey: remembered, and told by the server's own job through tell_started.
void note_opened(Desk& desk, const Session& session);
void tell_started(Desk& desk, const SessionId& session);

// --- the worker's side ---
struct Telling {
  Notice notice;
  Time claimed_until{};        // of its webhook
  std::uint32_t failures = 0;  // of its webhook, so far
  std::string url, body;
  std::shared_ptr<const seal::WebhookKey> key;
  std::optional<std::string> password_signature{};  // X-Signature
};
// Of a notice that was claimed, in a job of its own. Nothing when there is nobody to tell any more,
// or about: the webhook is not active, the session is gone, or its person withdrew; that one waits,
// for they may agree again.
std::optional<Telling> telling_of(Desk& desk, const Notice& notice, const Webhook& webhook);

// One that threw when it was to be told: it is looked at again in an hour, and others have their
// turn.
void put_off_untold(Desk& desk, const Notice& notice, const Webhook& webhook);

enum class Heard : std::uint8_t {
  taken,  // 2xx
  later,  // anything else: told again
  gone,   // 410: nobody is there any more
};
struct Told {
  Id notice, webhook;
  Time claimed_until{};  // of the webhook, when it was called
  std::string url{};     // where
  Heard heard = Heard::later;
  std::string why{};  // "timeout", "status 503"
  Time at{};          // when it ended
  Time next{};        // of this notice, if it is told again
  Time free{};        // of the webhook, if it failed
};
// What an address said that is no longer the webhook's, or a call that outlasted its claim, is not
// held against it.
void note_told(Desk& desk, const Told& told, NoticeCounters& counters);

}  // namespace limen::onboard
