// The one clock of the process: the machine's, kept from going back by a small step, as time
// servers set it (limits::clock_step); what was expired a moment ago stays so. A longer step back
// is believed, for the time before it was wrong. Dev mode may move the clock forward; its offset
// survives a restart because main stores it. Any thread.
#pragma once

#include <atomic>
#include <chrono>

#include "base/limits.hpp"
#include "base/time.hpp"

namespace limen::main {

// The times it is shown, without the small steps back.
class Forward {
 public:
  Time of(Time shown) {
    const std::int64_t at = to_ms(shown);
    std::int64_t latest = latest_ms_.load(std::memory_order_relaxed);
    while (true) {
      const bool is_small_step = at < latest && latest - at <= Millis{limits::clock_step}.count();
      if (is_small_step) return from_ms(latest);
      if (latest_ms_.compare_exchange_weak(latest, at, std::memory_order_relaxed)) return shown;
    }
  }

 private:
  std::atomic<std::int64_t> latest_ms_{0};
};

class Clock {
 public:
  Time now() const {
    return forward_.of(std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) +
                       Seconds{offset_s_.load(std::memory_order_relaxed)});
  }
  void set_offset(Seconds offset) { offset_s_ = offset.count(); }
  Seconds offset() const { return Seconds{offset_s_.load()}; }

 private:
  std::atomic<std::int64_t> offset_s_{0};
  mutable Forward forward_;
};

}  // namespace limen::main
