// The only place that commits a user's change. Why it is built so: README.md.
#include "store/group_commit.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace limen::store {

GroupCommit::GroupCommit(Connection& connection, const Shared& shared,
                         std::function<void(const Touched&)> on_commit)
    : connection_(connection),
      ledger_(connection),
      shared_(shared),
      on_commit_(std::move(on_commit)),
      refused_(refusal()),
      in_doubt_(std::make_exception_ptr(
          StoreError(StoreError::Cause::in_doubt, "the commit failed, done or not"))) {}

Batch GroupCommit::run(std::vector<Job>& batch) {
  if (shared_.refuses.load(std::memory_order_relaxed)) {
    fail_all(batch, refused_);
    return Batch::undone;
  }
  bool is_committing = false;
  try {
    if (!run_plainly(batch)) run_guarded(batch);
    is_committing = true;
    connection_.commit();
  } catch (const std::exception& error) {
    log::Line(log::Level::error, "commit_failed").with("error", error.what());
    const auto* outage = dynamic_cast<const StoreError*>(&error);
    const bool is_io = outage != nullptr && outage->cause() == StoreError::Cause::io;
    undo();
    fail_all(batch, is_committing ? in_doubt_ : std::current_exception());
    return is_committing && is_io ? Batch::broken : Batch::undone;
  }
  counters_.batches.fetch_add(1, std::memory_order_relaxed);
  counters_.jobs.fetch_add(batch.size(), std::memory_order_relaxed);
  ledger_.tell_announced(touched_);
  if (on_commit_) on_commit_(touched_);
  for (Job& job : batch) {
    if (job.release) job.release();
  }
  return Batch::done;
}

void GroupCommit::begin() {
  touched_ = {};
  ledger_.forget_announced();
  ledger_.set_snapshot_epoch(shared_.epoch());
  connection_.begin(Access::writes);
}

void GroupCommit::undo() {
  connection_.rollback();
  touch(ledger_.take_touched());
  // What was undone may have been read, and remembered, by the jobs of this batch.
  if (on_commit_ && touched_.rights)
    on_commit_({.letters = false, .checks = false, .notices = false, .rights = true});
}

void GroupCommit::touch(const Touched& touched) {
  touched_.rights = touched_.rights || touched.rights;
  touched_.letters = touched_.letters || touched.letters;
  touched_.checks = touched_.checks || touched.checks;
  touched_.notices = touched_.notices || touched.notices;
}

// A savepoint copies every page a job writes, for the sake of jobs that throw, and hardly any does.
// So a batch that may run twice runs without; if one job throws, all is undone as if it had not
// been tried. False then, and when the batch may not run twice.
bool GroupCommit::run_plainly(std::vector<Job>& batch) {
  const auto may_repeat = [](const Job& job) { return job.may_repeat; };
  if (!std::all_of(batch.begin(), batch.end(), may_repeat)) return false;
  begin();
  try {
    for (Job& job : batch) {
      job.run(ledger_);
      touch(ledger_.take_touched());
      if (!connection_.is_in_transaction())
        throw StoreError(StoreError::Cause::other, "the transaction was given up");
    }
    return true;
  } catch (...) {  // whatever it was, the guarded run meets it again and says so
    undo();
    return false;
  }
}

void GroupCommit::run_guarded(std::vector<Job>& batch) {
  begin();
  for (Job& job : batch) run(job);
}

// A refusal is a normal return and is committed; only a throw undoes what the job did.
void GroupCommit::run(Job& job) {
  connection_.savepoint();
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
  if (!connection_.is_in_transaction()) {
    if (thrown) std::rethrow_exception(thrown);
    throw StoreError(StoreError::Cause::other, "the transaction was given up");
  }
  if (!thrown) {
    connection_.release_savepoint();
    touch(touched);
    return;
  }
  connection_.rollback_to_savepoint();
  counters_.failed.fetch_add(1, std::memory_order_relaxed);
  auto fail = std::move(job.fail);
  job = {};  // its place in the batch stays, without an answer to release
  if (fail) fail(std::move(thrown));
}

void GroupCommit::fail_all(std::vector<Job>& batch, const std::exception_ptr& why) {
  counters_.failed.fetch_add(batch.size(), std::memory_order_relaxed);
  for (Job& job : batch) {
    if (job.fail) job.fail(why);
  }
}

}  // namespace limen::store
