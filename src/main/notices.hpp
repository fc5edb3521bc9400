// The threads that call webhooks, and the house's part of telling: what was only looked at is told
// here. It exists so that the assembly sees one thing.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "main/config.hpp"
#include "onboard/presence.hpp"
#include "outbox/notice_worker.hpp"

namespace limen::main {

class NoticeRoom {
 public:
  explicit NoticeRoom(const WebhookConfig& config) : config_(config) {}

  const onboard::NoticeCounters& counters() const { return counters_; }
  void furnish(outbox::JobPort job, std::function<Time()> now, seal::Entropy& entropy);
  // Tells of journeys that were opened.
  void keep_house(onboard::Seen& journeys);
  // Counts what waits, limits::counted_notices of it at most. On a reader: it takes a while.
  void count(onboard::Ledger& ledger);
  void start();
  void begin_stop();  // tells every thread; waits for none
  void stop();        // before the store stops
  void wake();

 private:
  struct Seat {
    Seat(const outbox::PostOptions& options, const outbox::NoticeOptions& ways, outbox::JobPort job,
         std::function<Time()> now, seal::Entropy& entropy, onboard::NoticeCounters& counters)
        : line(options), worker(std::move(job), std::move(now), line, entropy, ways, counters) {}
    outbox::HttpNotices line;
    outbox::NoticeWorker worker;
  };

  const WebhookConfig config_;
  onboard::NoticeCounters counters_;
  outbox::JobPort job_;
  std::function<Time()> now_;
  std::vector<std::unique_ptr<Seat>> seats_;
};

}  // namespace limen::main
