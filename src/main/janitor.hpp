// The janitor: takes what is over from the ledger, and files of uploads whose row was never
// written, after a crash between rename and commit, or left by a refusal. It asks for files in
// portions, on the readers, so that neither the writer nor anybody who waits for a token notices
// however many there are.
#pragma once

#include <atomic>
#include <functional>

#include "main/clock.hpp"
#include "main/errand.hpp"
#include "store/blobs.hpp"

namespace limen::main {

// Names in one question.
constexpr std::size_t files_per_question = 500;

// All that is over, with its files, in portions that are a job each; a part that fails keeps no
// other from being done. Whether everything was. `write` is called with "sweep of budgets", say.
bool sweep_ledger(store::Blobs& blobs, const HouseJob& write, const std::function<Time()>& now,
                  const std::function<bool()>& is_closing);

// One of the folders a call (Blobs::sweep_orphans); returns how many files went. `before` lies a
// day back: what is older and has no row in a reader's snapshot will have none, for a row follows
// its file within a request. Files of a question that failed stay, and so do all not asked about
// once `is_closing`.
std::size_t sweep_files(store::Blobs& blobs, const HouseJob& read, Time before,
                        const std::function<bool()>& is_closing);

// Both, turn by turn, while the clock can be believed: what it calls over when it is wrong would be
// gone when it is put right.
class Janitor {
 public:
  struct Hands {
    HouseJob write, read;
    std::function<Time()> now;
    std::function<bool()> is_closing;
    std::function<Time()> shown = time_shown;
    std::function<Steady()> passed = time_passed;
  };
  Janitor(store::Blobs& blobs, Hands hands) : blobs_(blobs), hands_(std::move(hands)) {}

  // One thread. False, and told in the log, for an hour after the clock was put ahead.
  bool may_sweep();
  void sweep_ledger();
  void sweep_files();
  // Since all that is over was last taken, or the start. Any thread.
  Seconds since_whole() const;

 private:
  store::Blobs& blobs_;
  Hands hands_;
  Leap leap_;
  std::atomic<Steady> whole_{hands_.passed()};
};

}  // namespace limen::main
