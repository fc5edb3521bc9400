// Rounds: the thread of a worker. It runs one round after the other, each of which says when there
// is reason for the next, and sleeps in between until then or until it is woken. What a round does
// is its worker's.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/time.hpp"

namespace limen::outbox {

class Rounds {
 public:
  // `round`: nothing means not before wake(). What it throws is logged as `failed`, and the next
  // one comes after `pause`.
  Rounds(std::function<std::optional<Time>()> round, std::function<Time()> now, Millis pause,
         const char* failed);
  ~Rounds() { stop(); }
  Rounds(const Rounds&) = delete;
  Rounds& operator=(const Rounds&) = delete;

  void start();
  // No further round begins; does not wait.
  void begin_stop();
  // Ends the thread after the round in hand; whether there was one.
  bool stop();
  // From any thread; never waits for a round.
  void wake();
  bool is_stopping() const { return stopping_; }

 private:
  void loop();

  const std::function<std::optional<Time>()> round_;
  const std::function<Time()> now_;
  const Millis pause_;
  const char* const failed_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  // guards woken_ and the waiting
  std::condition_variable bell_;
  bool woken_ = false;
  std::thread thread_;
};

}  // namespace limen::outbox
