// See rounds.hpp.
#include "outbox/rounds.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/log.hpp"

namespace limen::outbox {
namespace {

// A sleep is never longer, so that a clock set by hand is noticed.
constexpr Millis longest_sleep = std::chrono::minutes{1};

}  // namespace

Rounds::Rounds(std::function<std::optional<Time>()> round, std::function<Time()> now, Millis pause,
               const char* failed)
    : round_(std::move(round)), now_(std::move(now)), pause_(pause), failed_(failed) {}

void Rounds::start() { thread_ = std::thread(&Rounds::loop, this); }

void Rounds::begin_stop() {
  stopping_ = true;
  wake();
}

bool Rounds::stop() {
  begin_stop();
  if (!thread_.joinable()) return false;
  thread_.join();
  return true;
}

void Rounds::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  bell_.notify_one();
}

void Rounds::loop() {
  while (!stopping_) {
    std::optional<Time> next;
    try {
      next = round_();
    } catch (const std::exception& problem) {
      log::Line(log::Level::error, failed_).with("why", problem.what());
      next = now_() + pause_;
    }
    std::unique_lock lock(mutex_);
    const auto is_called = [this] { return woken_ || stopping_; };
    if (next) bell_.wait_for(lock, std::clamp(*next - now_(), Millis{0}, longest_sleep), is_called);
    else bell_.wait(lock, is_called);
    woken_ = false;
  }
}

}  // namespace limen::outbox
