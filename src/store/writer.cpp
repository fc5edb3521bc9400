// The writer thread: take everything queued, one transaction, one COMMIT, then the answers; a
// savepoint per job where one must be undone alone. The only place that commits a user's change.
// Why it is built so: README.md.
#include "store/writer.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "store/descriptor.hpp"
#include "store/lanes.hpp"
#include "store/ledger.hpp"
#include "store/queue.hpp"

namespace limen::store {
namespace {

class Writer final : public Lane {
 public:
  Writer(std::unique_ptr<Connection> connection, Shared& shared,
         std::function<void(const Touched&)> on_commit)
      : connection_(std::move(connection)),
        ledger_(*connection_),
        shared_(shared),
        on_commit_(std::move(on_commit)),
        thread_([this] { work(); }) {}
  ~Writer() override { Writer::stop(); }

  bool submit(Job job) override { return queue_.push(std::move(job), counters_); }
  void stop() override {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }
  const LaneCounters& counters() const override { return counters_; }

 private:
  void work() {
    std::vector<Job> batch;
    batch.reserve(limits::jobs_per_commit);
    while (queue_.take(batch, limits::jobs_per_commit, counters_)) {
      commit(batch);
      batch.clear();
      keep_up();
    }
  }

  void commit(std::vector<Job>& batch) {
    if (shared_.refuses.load(std::memory_order_relaxed)) return fail_all(batch, refusal());
    bool is_committing = false;
    try {
      if (!run_plainly(batch)) run_guarded(batch);
      is_committing = true;
      connection_->commit();
    } catch (const std::exception& error) {
      log::Line(log::Level::error, "commit_failed").with("error", error.what());
      const auto* outage = dynamic_cast<const StoreError*>(&error);
      const bool is_io = outage != nullptr && outage->cause() == StoreError::Cause::io;
      undo();
      const StoreError in_doubt(StoreError::Cause::in_doubt, error.what());
      fail_all(batch, is_committing ? std::make_exception_ptr(in_doubt) : std::current_exception());
      if (is_committing && is_io) stop_for_good();
      return;
    }
    counters_.batches.fetch_add(1, std::memory_order_relaxed);
    counters_.jobs.fetch_add(batch.size(), std::memory_order_relaxed);
    if (on_commit_) on_commit_(touched_);
    for (Job& job : batch) {
      if (job.release) job.release();
    }
  }

  void begin() {
    touched_ = {};
    ledger_.set_snapshot_epoch(shared_.epoch());
    connection_->begin(Access::writes);
  }

  void undo() {
    connection_->rollback();
    touch(ledger_.take_touched());
    // What was undone may have been read, and remembered, by the jobs of this batch.
    if (on_commit_ && touched_.rights) on_commit_({.letters = false, .rights = true});
  }

  void touch(const Touched& touched) {
    touched_.rights = touched_.rights || touched.rights;
    touched_.letters = touched_.letters || touched.letters;
  }

  // A savepoint copies every page a job writes, for the sake of jobs that throw, and hardly any
  // does. So a batch that may run twice runs without; if one job throws, all is undone as if it had
  // not been tried. False then, and when the batch may not run twice.
  bool run_plainly(std::vector<Job>& batch) {
    const auto may_repeat = [](const Job& job) { return job.may_repeat; };
    if (!std::all_of(batch.begin(), batch.end(), may_repeat)) return false;
    begin();
    try {
      for (Job& job : batch) {
        job.run(ledger_);
        touch(ledger_.take_touched());
        if (!connection_->is_in_transaction())
          throw StoreError(StoreError::Cause::other, "the transaction was given up");
      }
      return true;
    } catch (...) {  // whatever it was, the guarded run meets it again and says so
      undo();
      return false;
    }
  }

  void run_guarded(std::vector<Job>& batch) {
    begin();
    for (Job& job : batch) run(job);
  }

  // A refusal is a normal return and is committed; only a throw undoes what the job did.
  void run(Job& job) {
    connection_->savepoint();
    std::exception_ptr thrown;
    try {
      job.run(ledger_);
    } catch (...) {
      thrown = std::current_exception();
    }
    const Touched touched = ledger_.take_touched();
    touched_.rights = touched_.rights || touched.rights;  // undone or not: see Touched
    // Out of room or out of order, SQLite may give up the whole transaction; what would run next
    // would commit statement by statement.
    if (!connection_->is_in_transaction()) {
      if (thrown) std::rethrow_exception(thrown);
      throw StoreError(StoreError::Cause::other, "the transaction was given up");
    }
    if (!thrown) {
      connection_->release_savepoint();
      touched_.letters = touched_.letters || touched.letters;
      return;
    }
    connection_->rollback_to_savepoint();
    counters_.failed.fetch_add(1, std::memory_order_relaxed);
    const auto fail = std::move(job.fail);
    job = {};  // its place in the batch stays, without an answer to release
    if (fail) fail(std::move(thrown));
  }

  void fail_all(std::vector<Job>& batch, const std::exception_ptr& why) {
    counters_.failed.fetch_add(batch.size(), std::memory_order_relaxed);
    for (Job& job : batch) {
      if (job.fail) job.fail(why);
    }
  }

  // The answers are on their way: now the log may be copied back into the file.
  void keep_up() {
    try {
      if (connection_->upkeep() != Upkeep::quiet) return;
      shared_.gate.shut();
      struct Open {
        Gate& gate;
        ~Open() { gate.open(); }
      } open{shared_.gate};
      connection_->upkeep_in_quiet();
    } catch (const StoreError& error) {
      log::Line(log::Level::error, "checkpoint_failed").with("error", error.what());
      if (error.cause() == StoreError::Cause::io) stop_for_good();
    }
  }

  std::unique_ptr<Connection> connection_;
  SqlLedger ledger_;
  Shared& shared_;
  std::function<void(const Touched&)> on_commit_;
  Touched touched_;
  LaneCounters counters_;
  Queue queue_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Lane> start_writer(std::unique_ptr<Connection> connection, Shared& shared,
                                   std::function<void(const Touched&)> on_commit) {
  return std::make_unique<Writer>(std::move(connection), shared, std::move(on_commit));
}

}  // namespace limen::store
