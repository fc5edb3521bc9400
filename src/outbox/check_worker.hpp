// Brings queued checks to the engine and what came of them back into the ledger, at least once: the
// same check has the same webhook-id at every attempt. Its thread blocks while the engine looks, so
// there are as many of these as may be asked at once. README.md has the rules.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "onboard/checks.hpp"
#include "outbox/courier.hpp"
#include "outbox/engine.hpp"

namespace limen::outbox {

struct CheckPorts {
  JobPort job;
  std::function<Time()> now;
  std::function<Bytes(const std::string&)> read;  // a file of the blob folder
};

struct CheckOptions {
  std::string base_url;  // of the callback
  Millis retry_first = std::chrono::seconds{2};
  Millis retry_longest = std::chrono::minutes{1};
  Millis repeat = std::chrono::minutes{1};  // an accepted check is sent again: engines crash, too
  Millis store_pause = std::chrono::seconds{1};
};

// Ends the checks whose time is over, each in a job of its own: one that cannot be ended keeps no
// other waiting. It is the house's and no worker's, so that neither calls in hand nor an engine
// taken out of the settings keep a session undecided.
void end_overdue(const CheckPorts& ports);

class CheckWorker {
 public:
  // Everything referred to outlives the worker.
  CheckWorker(CheckPorts ports, EngineLine& engine, seal::Entropy& entropy, CheckOptions options,
              onboard::CheckCounters& counters);

  void start() { courier_.start(); }
  void begin_stop() { courier_.begin_stop(); }
  void stop() { courier_.stop(); }
  void wake() { courier_.wake(); }
  std::optional<Time> round() { return courier_.round(); }

 private:
  std::optional<Id> claim(onboard::Desk& desk, std::optional<Time>& next);
  bool prepare(onboard::Desk& desk);
  std::function<void(onboard::Desk&)> run();
  onboard::Attempt attempt(const onboard::Errand& errand);
  std::string text_of(const onboard::Errand& errand, Time now) const;

  const CheckPorts ports_;
  EngineLine& engine_;
  seal::Entropy& entropy_;
  const CheckOptions options_;
  onboard::CheckCounters& counters_;
  onboard::Check claimed_;  // the courier's thread's own
  std::optional<onboard::Errand> errand_;
  Courier courier_;  // last: its thread uses all of the above
};

}  // namespace limen::outbox
