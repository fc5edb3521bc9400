// Brings queued checks to the engine and what came of them back into the ledger, at least once: the
// same check has the same webhook-id at every attempt. Its thread blocks while the engine looks, so
// there are as many of these as may be asked at once. README.md has the rules.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "onboard/checks.hpp"
#include "outbox/engine.hpp"
#include "outbox/rounds.hpp"

namespace limen::outbox {

struct CheckPorts {
  // Runs a job on the writer and returns after its commit. False, with nothing changed: the store
  // refused, failed or stopped.
  std::function<bool(const std::function<void(onboard::Desk&)>&)> job;
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

  void start() { rounds_.start(); }
  // No further attempt begins; ends nothing yet, so that all are told before one is waited for.
  void begin_stop() { rounds_.begin_stop(); }
  // Ends after the attempt in hand, whose outcome is recorded if the store takes it.
  void stop();
  void wake() { rounds_.wake(); }

  // One turn of the thread: at most one check. Public for tests, which have no thread.
  std::optional<Time> round();

 private:
  // What came of the last attempt, until it is recorded or another may have been made.
  struct Outcome {
    Id check;
    onboard::Attempt attempt;
    Time kept_until;
    bool is_told = false;  // that it could not be recorded
  };
  bool claim(std::optional<onboard::Errand>& errand, std::optional<Time>& next);
  onboard::Attempt attempt(const onboard::Errand& errand);
  std::string text_of(const onboard::Errand& errand, Time now) const;
  bool record();

  const CheckPorts ports_;
  EngineLine& engine_;
  seal::Entropy& entropy_;
  const CheckOptions options_;
  onboard::CheckCounters& counters_;
  std::optional<Outcome> result_;
  Rounds rounds_;  // last: its thread uses all of the above
};

}  // namespace limen::outbox
