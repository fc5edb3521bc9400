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

constexpr auto until_looked_at_again = std::chrono::hours{1};

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

// The session stays until the sweep and can be reviewed until then; its enrolment says so.
bool is_erased(Desk& desk, const Session& session) {
  const auto enrolment = desk.ledger.enrolment_of(session.id);
  return enrolment && enrolment->deleted;
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

void release(Desk& desk, Webhook& webhook) {
  webhook.claimed_until = {};
  desk.ledger.webhooks().save(webhook);
}

// One that cannot be told now.
void put_off(Desk& desk, Notice notice, std::string why) {
  ++notice.attempts;
  if (is_too_old(notice, desk.at.now))
    return end(desk, std::move(notice), NoticeState::dead, std::move(why));
  notice.due = desk.at.now + until_looked_at_again;
  notice.error = std::move(why);
  desk.ledger.webhooks().save_notice(notice);
}

// What a call says about its webhook. Of one that failed for days, what waited as long is given up:
// its queue would never get to three attempts each. How many that were.
std::size_t note_webhook(Desk& desk, Webhook& webhook, const Told& told) {
  const bool was_failing = webhook.failures > 0;
  webhook.error = told.why;
  if (told.heard == Heard::taken) {
    webhook.failures = 0;
    webhook.failing_since.reset();
    webhook.free = told.at;
    if (was_failing) desk.ledger.webhooks().hurry(webhook.id);
    return 0;
  }
  if (++webhook.failures == 1 || !webhook.failing_since) webhook.failing_since = told.at;
  webhook.free = told.free;
  if (told.heard == Heard::gone) {
    webhook.state = WebhookState::gone;
    raise(desk, webhook, "webhook_gone", told.why);
    return 0;
  }
  if (told.at - *webhook.failing_since < limits::notice_life) return 0;
  const std::size_t given_up = desk.ledger.webhooks().give_up(
      webhook.id, told.at - limits::notice_life, told.at, told.why, limits::notices_given_up);
  if (given_up > 0) raise(desk, webhook, "notice_dead", told.why);
  return given_up;
}

}  // namespace

void tell(Desk& desk, const Session& session, WebhookEvent event) {
  if (session.door == Door::skills) return;
  for (const Webhook& webhook : desk.ledger.webhooks().webhooks(session.tenant)) {
    const bool is_wanted = (webhook.events & one_event(event)) != 0;
    if (!is_wanted || webhook.state != WebhookState::active) continue;
    if (is_erased(desk, session)) return;
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
  if (session && session->state == State::open) tell(desk, *session, WebhookEvent::started);
}

std::optional<Telling> telling_of(Desk& desk, const Notice& claimed, const Webhook& as_claimed) {
  // Both as they are now: much may have been committed since the claim.
  auto notice = desk.ledger.webhooks().notice(claimed.id);
  auto webhook = desk.ledger.webhooks().webhook(as_claimed.id);
  if (!webhook || webhook->claimed_until != as_claimed.claimed_until) return std::nullopt;
  const bool is_queued = notice && notice->state == NoticeState::queued;
  const auto session = is_queued ? desk.ledger.session(notice->session) : std::nullopt;
  const bool is_active = webhook->state == WebhookState::active;
  if (session && is_active && is_shared(desk, *session)) {
    Telling out{*notice, webhook->claimed_until, webhook->failures, webhook->url, {}, {}, {}};
    out.body = body_of(*session, notice->event);
    out.key = webhook_key(desk, *webhook);
    out.password_signature = password_signature(desk, *webhook, out.body);
    return out;
  }
  // A27: of who has withdrawn nothing more leaves, while they do not agree again.
  if (session && is_active) put_off(desk, *notice, "withdrawn");
  release(desk, *webhook);
  return std::nullopt;
}

void put_off_untold(Desk& desk, const Notice& claimed, const Webhook& as_claimed) {
  const auto notice = desk.ledger.webhooks().notice(claimed.id);
  if (notice && notice->state == NoticeState::queued) put_off(desk, *notice, "ours");
  auto webhook = desk.ledger.webhooks().webhook(as_claimed.id);
  if (webhook && webhook->claimed_until == as_claimed.claimed_until) release(desk, *webhook);
}

void note_told(Desk& desk, const Told& told, NoticeCounters& counters) {
  auto webhook = desk.ledger.webhooks().webhook(told.webhook);
  if (!webhook) return;  // removed meanwhile
  const bool is_its_claim = webhook->claimed_until == told.claimed_until;
  const bool is_its_word = is_its_claim && webhook->url == told.url;
  if (is_its_word) counters.dead += note_webhook(desk, *webhook, told);
  if (is_its_claim) release(desk, *webhook);
  auto notice = desk.ledger.webhooks().notice(told.notice);
  if (!notice || notice->state != NoticeState::queued) return;  // erased, or ended otherwise
  ++notice->attempts;
  if (told.heard == Heard::taken) {
    ++counters.sent;
    return end(desk, *notice, NoticeState::sent, {});
  }
  const bool is_gone = told.heard == Heard::gone && is_its_word;
  const bool is_dead = is_gone || (is_its_word && is_too_old(*notice, told.at));
  log::Line(log::Level::warning, is_dead ? "notice_dead" : "notice_repeated")
      .with("notice", to_string(notice->id))
      .with("webhook", to_string(webhook->id))
      .with("attempts", std::int64_t{notice->attempts})
      .with("why", told.why);
  if (is_dead) {
    ++counters.dead;
    if (!is_gone) raise(desk, *webhook, "notice_dead", told.why);
    return end(desk, *notice, NoticeState::dead, told.why);
  }
  ++counters.retried;
  // One that somebody made due while it was on its way stays so.
  if (is_its_word && notice->due == told.claimed_until) notice->due = told.next;
  notice->error = told.why;
  desk.ledger.webhooks().save_notice(*notice);
}

}  // namespace limen::onboard
