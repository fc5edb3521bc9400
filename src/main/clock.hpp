// The one clock of the process. Dev mode may move it forward; nothing moves it back. Its offset
// survives a restart because main stores it.
#pragma once

#include <atomic>
#include <chrono>

#include "base/time.hpp"

namespace limen::main {

class Clock {
 public:
  Time now() const {
    return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()) +
           Seconds{offset_s_.load(std::memory_order_relaxed)};
  }
  void set_offset(Seconds offset) { offset_s_ = offset.count(); }
  Seconds offset() const { return Seconds{offset_s_.load()}; }

 private:
  std::atomic<std::int64_t> offset_s_{0};
};

}  // namespace limen::main
