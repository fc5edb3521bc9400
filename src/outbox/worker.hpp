// The worker: one thread that brings queued letters to the transport and what came of it back into
// the ledger. It exists so that a request never waits for mail and a mail outage never fails one
// (A19). Delivery is at least once (README.md). It blocks on purpose: letters leave one by one over
// one connection, so a coroutine would buy nothing and cost a second way of doing I/O.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "base/limits.hpp"
#include "onboard/ledger.hpp"
#include "outbox/letter.hpp"
#include "outbox/rounds.hpp"
#include "outbox/transport.hpp"
#include "seal/code.hpp"
#include "seal/entropy.hpp"

namespace limen::outbox {

// How the worker reaches the rest of the house; main gives both.
struct Ports {
  // Runs a job on the writer and returns after its commit. False, with nothing changed: the store
  // refused, failed or stopped; the worker keeps what it has and comes again.
  std::function<bool(const std::function<void(onboard::Ledger&)>&)> job;
  std::function<Time()> now;
};

struct WorkerOptions {
  Sender sender;
  std::size_t batch = limits::letters_per_claim;
  Millis claim_life = limits::letter_claim_life;
  Millis retry_first = limits::letter_retry_first;
  Millis retry_longest = limits::letter_retry_longest;
  Millis letter_life = limits::letter_life;
  std::uint32_t attempts_min = 3;  // a letter that waited out an outage is not dead at once
  Millis pause_first = limits::letter_retry_first;  // while the relay is down
  Millis pause_longest = std::chrono::minutes{5};
  Millis store_pause = std::chrono::seconds{1};   // after the store refused a job
  Millis record_after = std::chrono::seconds{1};  // what was sent is recorded this soon
};

// For /metrics, readable from any thread.
struct Counters {
  std::atomic<std::uint64_t> sent{0}, retried{0}, dead{0}, relay_failures{0};
  std::atomic<bool> is_relay_down{false};
  // When the oldest letter that waits became due, in ms since 1970; 0: none waits. The queue's lag
  // is now minus this.
  std::atomic<std::int64_t> oldest_due_ms{0};
};

class Worker {
 public:
  // Everything referred to outlives the worker.
  Worker(Ports ports, const seal::Codes& codes, seal::Entropy& entropy, Transport& transport,
         Templates templates, WorkerOptions options);
  ~Worker();  // stops
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  // No further letter leaves; does not wait.
  void begin_stop() { rounds_.begin_stop(); }
  // Finishes the letter in hand (at most Transport::longest), records, ends the thread. Call before
  // the store stops.
  void stop();

  // These may be called from any thread and never wait for the store or the relay.
  // A letter was added, or the clock was set.
  void wake();
  // Dev mode's "mail: refusing": while on, letters stay queued. Its end is hurry().
  void refuse(bool on);
  // The relay is back, says an operator: every queued letter is due now.
  void hurry();
  bool is_stopping() const { return rounds_.is_stopping(); }
  const Counters& counters() const { return counters_; }

  // One turn of the thread: at most one batch. Returns when there is reason for the next; nothing
  // means: not before wake(). Public for tests, which have no thread.
  std::optional<Time> round();

 private:
  struct Claimed;
  // What came of one claimed letter; `letter` is as it shall be recorded.
  struct Settled {
    onboard::Letter letter;
    std::optional<onboard::Mail> copy{};
  };

  bool is_interrupted() const { return is_stopping() || refusing_; }
  bool pull_forward();
  bool claim(Time now, std::size_t most, std::vector<Claimed>& out, std::optional<Time>& next);
  void deliver(const std::vector<Claimed>& batch, Time claimed);
  Outcome deliver_one(const Claimed& claimed);
  Delivery attempt(const Claimed& claimed);
  void settle(const Claimed& claimed, Delivery delivery);
  void note_relay(const Delivery& delivery);
  bool record();

  const Ports ports_;
  const seal::Codes& codes_;
  seal::Entropy& entropy_;
  Transport& transport_;
  const Templates templates_;
  const WorkerOptions options_;
  const Millis claim_life_;  // long enough for a letter, whatever the settings say
  Counters counters_;

  // The thread's own.
  std::vector<Settled> results_;  // not yet recorded; kept until they are
  std::uint32_t failures_ = 0;    // of the relay, one after the other
  Time paused_until_{};           // the circuit is open until then

  std::atomic<bool> refusing_{false}, hurried_{false};
  Rounds rounds_;  // last: its thread uses all of the above
};

}  // namespace limen::outbox
