// The life of a notice after its commit, as a courier's trade. How many threads there are does not
// matter to a webhook: a claim takes the webhook, not the notice alone.
#include "outbox/notice_worker.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "outbox/backoff.hpp"

namespace limen::outbox {
namespace {

constexpr Millis least_pause = std::chrono::seconds{1};

}  // namespace

NoticeWorker::NoticeWorker(JobPort job, std::function<Time()> now, NoticeLine& line,
                           seal::Entropy& entropy, NoticeOptions options,
                           onboard::NoticeCounters& counters)
    : now_(std::move(now)),
      line_(line),
      entropy_(entropy),
      options_(options),
      counters_(counters),
      courier_({.noun = "notice",
                .job = std::move(job),
                .now = now_,
                .kept = 2 * line_.longest(),
                .store_pause = options_.store_pause,
                .claim = [this](auto& desk, auto& next) { return claim(desk, next); },
                .prepare = [this](auto& desk) { return prepare(desk); },
                .run = [this] { return run(); }}) {}

std::optional<Id> NoticeWorker::claim(onboard::Desk& desk, std::optional<Time>& next) {
  const Time now = now_();
  claimed_ = desk.ledger.webhooks().claim(now, now + 2 * line_.longest(), options_.share);
  next = desk.ledger.webhooks().next_due();
  if (!claimed_) {
    // Due, and yet not to be had: its organisation has its share of the threads.
    if (next && *next <= now) next = now + options_.store_pause;
    return std::nullopt;
  }
  return claimed_->first.id;
}

bool NoticeWorker::prepare(onboard::Desk& desk) {
  telling_.reset();
  try {
    telling_ = onboard::telling_of(desk, claimed_->first, claimed_->second);
  } catch (const std::exception& problem) {  // it reads before it writes
    log_trouble("notice_not_sent", "notice", claimed_->first.id, problem.what());
    onboard::put_off_untold(desk, claimed_->first, claimed_->second);
  }
  return telling_.has_value();
}

std::function<void(onboard::Desk&)> NoticeWorker::run() {
  return [this, told = attempt(*telling_)](onboard::Desk& desk) {
    onboard::note_told(desk, told, counters_);
  };
}

onboard::Told NoticeWorker::attempt(const onboard::Telling& telling) {
  const std::string id = to_string(telling.notice.id);
  PostReply reply;
  try {
    const Time now = now_();
    auto headers = signed_headers(id, now, telling.key->sign(id, now, telling.body));
    // VD4
    if (telling.password_signature)
      headers.push_back("X-Signature: " + *telling.password_signature);
    reply = line_.send(telling.url, headers, telling.body);
  } catch (const std::exception& problem) {
    reply = {};
    reply.why = "ours";
    log::Line(log::Level::error, "notice_not_sent").with("why", problem.what());
  }
  ++counters_.attempts;
  onboard::Told told;
  told.notice = telling.notice.id;
  told.webhook = telling.notice.webhook;
  told.claimed_until = telling.claimed_until;
  told.url = telling.url;
  told.at = now_();
  told.why = std::move(reply.why);
  const bool is_taken = reply.status >= 200 && reply.status < 300;
  told.heard = is_taken              ? onboard::Heard::taken
               : reply.status == 410 ? onboard::Heard::gone
                                     : onboard::Heard::later;
  if (is_taken) told.why.clear();
  const auto after = [&](Millis longest, std::uint32_t attempt) {
    const Millis bound = backoff_bound(options_.retry_first, longest, attempt);
    return told.at + draw_between(entropy_, std::min(least_pause, bound), bound);
  };
  told.next = after(options_.retry_longest, telling.notice.attempts + 1);
  told.free = after(options_.pause_longest, telling.failures + 1);
  if (reply.wait) {
    const Millis wait = std::min<Millis>(*reply.wait, options_.retry_longest);
    told.free = std::max(told.free, told.at + wait);
  }
  return told;
}

}  // namespace limen::outbox
