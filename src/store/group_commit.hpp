// Group commit without its thread: the jobs of one batch in one transaction, a savepoint per job
// where one must be undone alone, one COMMIT, and only then the answers. The writer thread runs it
// in a loop; the simulator runs it step by step, so that what is simulated is what is shipped. It
// waits for nothing and queues nothing.
#pragma once

#include <exception>
#include <functional>
#include <vector>

#include "store/lanes.hpp"
#include "store/ledger.hpp"

namespace limen::store {

// What became of a batch. `broken`: the commit failed for I/O, so nothing this process believes
// about the file can be trusted any more; every answer has left, and the process must end.
enum class Batch : std::uint8_t { done, undone, broken };

class GroupCommit {
 public:
  // Everything referred to outlives it. Used by the one thread that owns `connection`.
  GroupCommit(Connection& connection, const Shared& shared,
              std::function<void(const Touched&)> on_commit);

  // Calls exactly one of `release` and `fail` of every job.
  Batch run(std::vector<Job>& batch);
  LaneCounters& counters() { return counters_; }
  const LaneCounters& counters() const { return counters_; }

 private:
  void begin();
  void undo();
  void touch(const Touched& touched);
  bool run_plainly(std::vector<Job>& batch);
  void run_guarded(std::vector<Job>& batch);
  void run(Job& job);
  void fail_all(std::vector<Job>& batch, const std::exception_ptr& why);

  Connection& connection_;
  SqlLedger ledger_;
  const Shared& shared_;
  const std::function<void(const Touched&)> on_commit_;
  // Made beforehand: it may be memory that is wanting.
  const std::exception_ptr refused_, in_doubt_;
  Touched touched_;
  LaneCounters counters_;
};

}  // namespace limen::store
