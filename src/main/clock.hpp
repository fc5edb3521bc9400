// The one clock of the process: the machine's, kept from going back by a small step, as time
// servers set it (limits::clock_step); what was expired a moment ago stays so. A longer step back
// is believed, for the time before it was wrong. Dev mode may move the clock forward; its offset
// survives a restart because main stores it. Any thread.
#pragma once

#include <time.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <utility>

#include "base/limits.hpp"
#include "base/time.hpp"

namespace limen::main {

using Steady = std::chrono::steady_clock::time_point;
// What nobody sets, and what goes on while the machine sleeps (clock_gettime(2): CLOCK_BOOTTIME).
inline Steady time_passed() {
  timespec at{};
  ::clock_gettime(CLOCK_BOOTTIME, &at);
  return Steady{std::chrono::seconds{at.tv_sec} + std::chrono::nanoseconds{at.tv_nsec}};
}
// What the machine shows, whatever dev mode makes of it.
inline Time time_shown() {
  return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
}

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

// A clock that was put ahead, rightly or not, by what no time server slews: what it calls over
// shall not be taken away before somebody had the time to put it right. At the start there is
// nothing to compare with. One thread.
class Leap {
 public:
  // How far the clock got ahead since it was looked at last; nothing while it goes with the time.
  std::optional<Seconds> look(Time shown, Steady passed) {
    const auto last = std::exchange(last_, Look{shown, passed});
    if (!last) return std::nullopt;
    const auto ahead =
        std::chrono::duration_cast<Seconds>((shown - last->shown) - (passed - last->passed));
    if (ahead < -far) leapt_.reset();  // put right
    if (ahead <= far) return std::nullopt;
    leapt_ = passed;
    return ahead;
  }
  // Whether that was within the last hour.
  bool is_fresh(Steady passed) const { return leapt_ && passed - *leapt_ < far; }

 private:
  static constexpr Seconds far{3600};
  struct Look {
    Time shown;
    Steady passed;
  };
  std::optional<Look> last_;
  std::optional<Steady> leapt_;
};

class Clock {
 public:
  Time now() const {
    return forward_.of(time_shown() + Seconds{offset_s_.load(std::memory_order_relaxed)});
  }
  void set_offset(Seconds offset) { offset_s_ = offset.count(); }
  Seconds offset() const { return Seconds{offset_s_.load()}; }

 private:
  std::atomic<std::int64_t> offset_s_{0};
  mutable Forward forward_;
};

}  // namespace limen::main
