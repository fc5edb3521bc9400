// One coroutine of the loop waits for one event that any thread may announce. It is how an answer,
// or the end of a disk operation, comes back to the loop: one post when somebody already waits,
// none otherwise.
#pragma once

#include <mutex>
#include <optional>

#include "http/handler_room.hpp"
#include "http/loop.hpp"

namespace limen::http {

class Signal {
 public:
  explicit Signal(Executor executor) : executor_(executor) {}
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;

  // Forgets the last event. Loop thread, with nobody waiting.
  void arm();
  // Announces the event, once per arm(). Any thread; the loop must still exist. Never fails.
  void set() noexcept;
  bool is_set() const;
  // Returns when the event has been announced. Loop thread.
  Task<void> wait();

 private:
  using Waiter = asio::async_result<Awaiting, void()>::handler_type;
  struct Begin;

  Executor executor_;
  mutable std::mutex mutex_;
  bool is_set_ = false;
  std::optional<Waiter> waiter_;
  HandlerRoom room_;  // of the waiter on its way
};

}  // namespace limen::http
