// Brings queued notices to their webhooks and what came of them back into the ledger, at least
// once: the same notice has the same webhook-id and the same bytes at every attempt. A webhook is
// called by one thread at a time, so that a slow one keeps one of them busy and no more, and is
// left alone while it fails. README.md has the rules.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "onboard/notices.hpp"
#include "outbox/courier.hpp"
#include "outbox/post.hpp"

namespace limen::outbox {

struct NoticeOptions {
  Millis retry_first = limits::notice_retry_first;
  Millis retry_longest = limits::notice_retry_longest;
  Millis pause_longest = limits::webhook_pause_longest;
  Millis store_pause = std::chrono::seconds{1};
  std::size_t share = 2;  // webhooks of one organisation called at once
};

// The seam of the worker's tests. Used by one thread at a time; never throws for what the other
// side does.
class NoticeLine {
 public:
  virtual ~NoticeLine() = default;
  virtual PostReply send(const std::string& url, const std::vector<std::string>& headers,
                         const std::string& body) = 0;
  // No call takes longer.
  virtual Millis longest() const = 0;
};

class HttpNotices final : public NoticeLine {
 public:
  explicit HttpNotices(PostOptions options)
      : longest_(options.total_time), post_(std::move(options)) {}
  PostReply send(const std::string& url, const std::vector<std::string>& headers,
                 const std::string& body) override {
    return post_.send(url, headers, body);
  }
  Millis longest() const override { return longest_; }

 private:
  const Millis longest_;
  Post post_;
};

class NoticeWorker {
 public:
  // Everything referred to outlives the worker.
  NoticeWorker(JobPort job, std::function<Time()> now, NoticeLine& line, seal::Entropy& entropy,
               NoticeOptions options, onboard::NoticeCounters& counters);

  void start() { courier_.start(); }
  void begin_stop() { courier_.begin_stop(); }
  void stop() { courier_.stop(); }
  void wake() { courier_.wake(); }
  std::optional<Time> round() { return courier_.round(); }

 private:
  std::optional<Id> claim(onboard::Desk& desk, std::optional<Time>& next);
  bool prepare(onboard::Desk& desk);
  std::function<void(onboard::Desk&)> run();
  onboard::Told attempt(const onboard::Telling& telling);

  const std::function<Time()> now_;
  NoticeLine& line_;
  seal::Entropy& entropy_;
  const NoticeOptions options_;
  onboard::NoticeCounters& counters_;
  std::optional<std::pair<onboard::Notice, onboard::Webhook>> claimed_;  // the thread's own
  std::optional<onboard::Telling> telling_;
  Courier courier_;  // last: its thread uses all of the above
};

}  // namespace limen::outbox
