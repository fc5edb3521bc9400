// A courier: the thread that brings queued errands out and what came of them back into the ledger,
// one in hand at a time, at least once. A claim postpones an errand by as long as it may be kept,
// so that a crash repeats it soon and a second thread does not. What an errand is, and how it is
// run, is its trade's. README.md has the rules.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "onboard/desk.hpp"
#include "outbox/rounds.hpp"

namespace limen::outbox {

// Runs a job on the writer and returns after its commit. False, with nothing changed: the store
// refused, failed or stopped.
using JobPort = std::function<bool(const std::function<void(onboard::Desk&)>&)>;

// A job that says why it failed. False with no reason: the store took no job.
bool do_job(const JobPort& port, std::string& why, const std::function<void(onboard::Desk&)>& job);
void log_trouble(std::string_view event, std::string_view noun, const Id& errand,
                 const std::string& why);

struct Trade {
  std::string noun;  // "check": what the log calls an errand
  JobPort job;
  std::function<Time()> now;
  Millis kept;         // a claim, at most; longer than running it takes
  Millis store_pause;  // after the store refused a job
  // In a job: takes what is due and says which; nothing, and when the next is due.
  std::function<std::optional<Id>(onboard::Desk&, std::optional<Time>& next)> claim;
  // In a job of its own, for what throws here must not undo the claim: whether there is anything to
  // run.
  std::function<bool(onboard::Desk&)> prepare;
  // In no job: runs it, and returns what is to be recorded of it.
  std::function<std::function<void(onboard::Desk&)>()> run;
};

class Courier {
 public:
  // What the trade refers to outlives the courier.
  explicit Courier(Trade trade);

  void start() { rounds_.start(); }
  // No further errand begins; ends nothing yet, so that all are told before one is waited for.
  void begin_stop() { rounds_.begin_stop(); }
  // Ends after the errand in hand, whose outcome is recorded if the store takes it.
  void stop();
  void wake() { rounds_.wake(); }

  // One turn of the thread: at most one errand. Public for tests, which have no thread.
  std::optional<Time> round();

 private:
  // What came of the last errand, until it is recorded or another may have run it.
  struct Outcome {
    Id errand;
    std::function<void(onboard::Desk&)> record;
    Time kept_until;
    bool is_told = false;  // that it could not be recorded
  };
  bool record();

  const Trade trade_;
  std::optional<Outcome> result_;
  Rounds rounds_;  // last: its thread uses all of the above
};

}  // namespace limen::outbox
