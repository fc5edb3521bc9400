// A webhook: an address of a back end's that hears what becomes of its sessions. A notice: one
// event on its way to one webhook, as a row that outlives a crash. The port through which both are
// remembered is part of the ledger (ledger.hpp hands it out) and works in the same transaction.
// Which events there are to tell is notices.hpp's, who registers an address webhooks.hpp's, how it
// is called outbox's.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "onboard/page.hpp"

namespace limen::onboard {

// In the order they can come about in one session.
enum class WebhookEvent : std::uint8_t {
  initialized,  // a back end began it
  started,      // the person opened it
  waiting_for_manual_approve,
  auto_approved,
  auto_rejected,
  manual_approved,
  manual_rejected,
};
constexpr std::size_t webhook_events = 7;

// A set of them.
using WebhookEvents = std::uint32_t;
constexpr WebhookEvents one_event(WebhookEvent event) {
  return WebhookEvents{1} << static_cast<unsigned>(event);
}
constexpr WebhookEvents every_event = (WebhookEvents{1} << webhook_events) - 1;

enum class WebhookState : std::uint8_t {
  active,
  paused,   // by an operator
  gone,     // it said so itself: 410
  removed,  // nobody's any more; the sweep takes it with its notices
};
struct Webhook {
  Id id;
  Id tenant;
  std::string url;
  WebhookEvents events = every_event;
  WebhookState state = WebhookState::active;
  std::uint32_t generation = 1;          // of its signing secret
  std::optional<Time> previous_until{};  // until then the one before signs, too
  Bytes password{};                      // the API password, locked away; none: empty
  std::uint32_t failures = 0;            // one after the other
  Time free;                             // not called before: it failed, and rests
  Time claimed_until{};                  // until then somebody is calling it
  std::string error{};                   // of the last call: a word or a status, nothing it wrote
  Time created;
  std::optional<Time> failing_since{};  // the first of the failures in a row
  friend bool operator==(const Webhook&, const Webhook&) = default;
};

enum class NoticeState : std::uint8_t { queued, sent, dead };
struct Notice {
  Id id;  // also the webhook-id of every attempt
  Id tenant, webhook, session;
  WebhookEvent event = WebhookEvent::initialized;
  NoticeState state = NoticeState::queued;
  std::uint32_t attempts = 0;
  Time created, due;
  std::optional<Time> ended{};  // sent, or given up
  std::string error{};
  friend bool operator==(const Notice&, const Notice&) = default;
};
struct NoticeFilter {
  std::optional<Id> webhook{}, session{};
  std::optional<NoticeState> state{};
};

class Webhooks {
 public:
  virtual ~Webhooks() = default;
  virtual void add(const Webhook& webhook) = 0;
  virtual bool save(const Webhook& webhook) = 0;
  virtual std::optional<Webhook> webhook(const Id& id) = 0;
  // Of one organisation, in the order they were added.
  virtual std::vector<Webhook> webhooks(const Id& tenant) = 0;
  // From now on there is none of that id, and no password; the sweep takes its notices.
  virtual void remove(const Id& id) = 0;

  // Changes nothing when that webhook has a notice of that event of that session.
  virtual void add_notice(const Notice& notice) = 0;
  virtual bool save_notice(const Notice& notice) = 0;
  virtual std::optional<Notice> notice(const Id& id) = 0;
  // Newest first.
  virtual std::vector<Notice> notices(const Id& tenant, const NoticeFilter& filter,
                                      const Page& page) = 0;
  // The first that is due to an active webhook that is free and not claimed, of an organisation of
  // which fewer than `share` are. Both are then postponed to `until`: one call of a webhook at a
  // time, and a crash frees it then.
  virtual std::optional<std::pair<Notice, Webhook>> claim(Time now, Time until,
                                                          std::size_t share) = 0;
  // What was tried and is queued for it is due, in the order it came about.
  virtual void hurry(const Id& webhook) = 0;
  // Those that are queued for it and became due before `before` are dead, at most `limit`; how
  // many.
  virtual std::size_t give_up(const Id& webhook, Time before, Time now, const std::string& why,
                              std::size_t limit) = 0;
  // When the next one can be claimed; nothing when none waits for an active webhook.
  virtual std::optional<Time> next_due() = 0;
  // For active webhooks; not counted on beyond `most`.
  virtual std::size_t waiting(std::size_t most) = 0;
};

}  // namespace limen::onboard
