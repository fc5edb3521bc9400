// See notices.hpp.
#include "onboard/notices.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "onboard/inspect.hpp"
#include "onboard/onward.hpp"
#include "onboard/webhooks.hpp"

namespace limen::onboard {
namespace {

using journey::Door;
using journey::Level;
using journey::State;

std::optional<WebhookEvent> result_of(const Session& session) {
  switch (session.state) {
    case State::approved: return WebhookEvent::manual_approved;
    case State::rejected: return WebhookEvent::manual_rejected;
    case State::completed: break;
    default: return std::nullopt;
  }
  if (!session.decision) return std::nullopt;
  switch (session.decision->level) {
    case Level::high: return WebhookEvent::auto_approved;
    case Level::low: return WebhookEvent::auto_rejected;
    default: return WebhookEvent::waiting_for_manual_approve;
  }
}

// VC5, of the moment that is told and not of the one when it is sent.
int device_status_of(WebhookEvent event) {
  switch (event) {
    case WebhookEvent::initialized:
    case WebhookEvent::started: return 0;
    case WebhookEvent::waiting_for_manual_approve: return 4;
    case WebhookEvent::auto_approved: return 2;
    case WebhookEvent::auto_rejected: return 1;
    case WebhookEvent::manual_approved: return 3;
    case WebhookEvent::manual_rejected: return 1000;
  }
  return 0;
}

// s4's webhook: {"sessionId","status","projectId","externalId"?}. The same bytes at every attempt.
std::string body_of(const Session& session, WebhookEvent event) {
  const bool is_device = session.door == Door::device;
  json::object body;
  body["sessionId"] = session.caller_id.empty() ? to_string(session.id) : session.caller_id;
  if (is_device) body["status"] = device_status_of(event);
  else body["status"] = json::string(to_string(event));
  body["projectId"] = to_string(session.tenant);
  if (!session.external_id.empty()) body["externalId"] = session.external_id;
  return json::serialize(body);
}

void raise(Desk& desk, const Webhook& webhook, const char* what, const std::string& why) {
  desk.ledger.add_alarm({seal::draw_id(desk.at.entropy, desk.at.now), webhook.tenant, desk.at.now,
                         what, to_string(webhook.id), why});
}

void end(Desk& desk, Notice notice, NoticeState state, std::string why) {
  notice.state = state;
  notice.ended = desk.at.now;
  notice.error = std::move(why);
  desk.ledger.webhooks().save_notice(notice);
}

bool is_too_old(const Notice& notice, Time at) {
  return at - notice.created >= limits::notice_life && notice.attempts >= limits::notice_attempts;
}

}  // namespace

void tell(Desk& desk, const Session& session, WebhookEvent event) {
  if (session.door == Door::skills) return;
  for (const Webhook& webhook : desk.ledger.webhooks().webhooks(session.tenant)) {
    const bool is_wanted = (webhook.events & one_event(event)) != 0;
    if (!is_wanted || webhook.state != WebhookState::active) continue;
    Notice notice;
    notice.id = seal::draw_id(desk.at.entropy, desk.at.now);
    notice.tenant = session.tenant;
    notice.webhook = webhook.id;
    notice.session = session.id;
    notice.event = event;
    notice.created = desk.at.now;
    // What came about in one commit is told in its order (Webhooks::hurry keeps to it).
    notice.due = desk.at.now + Millis{static_cast<int>(event)};
    desk.ledger.webhooks().add_notice(notice);
  }
}

void tell_change(Desk& desk, const Session& before, const Session& after) {
  if (before.steps.empty() && !after.steps.empty()) tell(desk, after, WebhookEvent::started);
  const auto result = result_of(after);
  if (result && result != result_of(before)) tell(desk, after, *result);
}

void note_opened(Desk& desk, const Session& session) {
  const bool is_new = session.state == State::open && session.steps.empty();
  if (is_new && session.door != Door::skills && desk.presence != nullptr)
    desk.presence->journeys.note(session.id, desk.at.now);
}

void tell_started(Desk& desk, const SessionId& id) {
  const auto session = desk.ledger.session(id);
  if (session) tell(desk, *session, WebhookEvent::started);
}

std::optional<Telling> telling_of(Desk& desk, const Notice& notice, const Webhook& webhook) {
  const auto session = desk.ledger.session(notice.session);
  // A27: of who has withdrawn nothing more leaves.
  if (!session || !is_shared(desk, *session)) {
    end(desk, notice, NoticeState::dead, session ? "withdrawn" : "erased");
    Webhook freed = webhook;
    freed.free = desk.at.now;
    desk.ledger.webhooks().save(freed);
    return std::nullopt;
  }
  Telling out{notice,
              webhook.failures,
              webhook.url,
              body_of(*session, notice.event),
              webhook_key(desk, webhook),
              {}};
  out.password_signature = password_signature(desk, webhook, out.body);
  return out;
}

void note_told(Desk& desk, const Id& id, const Told& told, NoticeCounters& counters) {
  auto notice = desk.ledger.webhooks().notice(id);
  auto webhook = notice ? desk.ledger.webhooks().webhook(notice->webhook) : std::nullopt;
  if (!webhook) return;  // removed or erased meanwhile
  const bool was_failing = webhook->failures > 0;
  webhook->error = told.why;
  webhook->failures = told.heard == Heard::taken ? 0 : webhook->failures + 1;
  webhook->free = told.heard == Heard::later ? told.free : told.at;
  if (told.heard == Heard::gone) {
    webhook->state = WebhookState::gone;
    raise(desk, *webhook, "webhook_gone", told.why);
  }
  desk.ledger.webhooks().save(*webhook);
  if (was_failing && told.heard == Heard::taken) desk.ledger.webhooks().hurry(webhook->id);
  ++notice->attempts;
  if (told.heard == Heard::taken) {
    ++counters.sent;
    return end(desk, *notice, NoticeState::sent, {});
  }
  const bool is_dead = told.heard == Heard::gone || is_too_old(*notice, told.at);
  log::Line(log::Level::warning, is_dead ? "notice_dead" : "notice_repeated")
      .with("notice", to_string(id))
      .with("webhook", to_string(webhook->id))
      .with("attempts", std::int64_t{notice->attempts})
      .with("why", told.why);
  if (is_dead) {
    ++counters.dead;
    if (told.heard != Heard::gone) raise(desk, *webhook, "notice_dead", told.why);
    return end(desk, *notice, NoticeState::dead, told.why);
  }
  ++counters.retried;
  notice->due = told.next;
  notice->error = told.why;
  desk.ledger.webhooks().save_notice(*notice);
}

}  // namespace limen::onboard
