// See notices.hpp.
#include "main/notices.hpp"

#include <utility>

#include "base/limits.hpp"
#include "base/log.hpp"
#include "onboard/webhooks.hpp"

namespace limen::main {

void NoticeRoom::furnish(outbox::JobPort job, std::function<Time()> now, seal::Entropy& entropy) {
  job_ = std::move(job);
  now_ = std::move(now);
  outbox::PostOptions options;
  options.ca_file = config_.ca_file;
  options.connect_time = config_.connect_time;
  options.total_time = config_.total_time;
  options.may_reach = [this](const Address& address) {
    return onboard::is_reachable(config_.reach, address);
  };
  // Half of the threads at most for one organisation, whatever its receivers do.
  outbox::NoticeOptions ways;
  ways.share = (config_.parallel + 1) / 2;
  for (std::size_t i = 0; i < config_.parallel; ++i)
    seats_.push_back(std::make_unique<Seat>(options, ways, job_, now_, entropy, counters_));
}

namespace {

// One that cannot be worked with keeps no other from being told.
void tell_one_started(onboard::Desk& desk, const Id& session) {
  try {
    onboard::tell_started(desk, session);
  } catch (const std::exception& problem) {
    log::Line(log::Level::error, "start_not_told")
        .with("session", to_string(session))
        .with("why", problem.what());
  }
}

}  // namespace

void NoticeRoom::keep_house(onboard::Seen& journeys) {
  const auto opened = journeys.take(now_());
  if (opened.empty()) return;
  const bool is_done = job_([&](onboard::Desk& desk) {
    for (const auto& [session, at] : opened) tell_one_started(desk, session);
  });
  if (is_done) return;
  for (const auto& [session, at] : opened) journeys.note(session, now_() + Millis{1});
}

void NoticeRoom::count(onboard::Ledger& ledger) {
  counters_.waiting = ledger.webhooks().waiting(limits::counted_notices);
}

void NoticeRoom::start() {
  for (const auto& seat : seats_) seat->worker.start();
}

void NoticeRoom::begin_stop() {
  for (const auto& seat : seats_) seat->worker.begin_stop();
}

void NoticeRoom::stop() {
  for (const auto& seat : seats_) seat->worker.stop();
}

void NoticeRoom::wake() {
  for (const auto& seat : seats_) seat->worker.wake();
}

}  // namespace limen::main
