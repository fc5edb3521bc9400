// The two clocks http reads: the steady one for deadlines and durations, the wall clock for the
// Date header. Everything else in the project is given its time; this is the one place here that
// takes it.
#pragma once

#include <chrono>

namespace limen::http {

using Tick = std::chrono::steady_clock::time_point;

inline Tick tick_now() { return std::chrono::steady_clock::now(); }

// The Date header says when we answered, whatever dev mode's clock says.
inline std::chrono::sys_seconds wall_now() {
  return std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now());  // tidy:allow(clock) RFC 9110 section 6.6.1
}

}  // namespace limen::http
