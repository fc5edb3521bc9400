// The reader threads: take what is queued, one snapshot, run, answer. They share one queue; each
// has its own connection, which refuses every write. They never checkpoint.
#include <algorithm>
#include <thread>
#include <vector>

#include "store/lanes.hpp"
#include "store/ledger.hpp"
#include "store/queue.hpp"

namespace limen::store {
namespace {

class Readers final : public Lane {
 public:
  Readers(std::vector<std::unique_ptr<Connection>> connections, Shared& shared, std::size_t at_once)
      : connections_(std::move(connections)), shared_(shared), at_once_(at_once) {
    threads_.reserve(connections_.size());
    for (const auto& connection : connections_) {
      // Here, where somebody can catch that there is no memory.
      std::vector<Job> batch;
      batch.reserve(at_once_);
      threads_.emplace_back(
          [this, c = connection.get(), b = std::move(batch)]() mutable { work(*c, b); });
    }
  }
  ~Readers() override { Readers::stop(); }

  bool submit(Job&& job) override { return queue_.push(std::move(job), counters_); }
  void stop() override {
    queue_.close();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
    // The writer must be the last one to close the file: whoever is last would checkpoint.
    connections_.clear();
  }
  const LaneCounters& counters() const override { return counters_; }

 private:
  void work(Connection& connection, std::vector<Job>& batch) {
    SqlLedger ledger(connection);
    while (queue_.take(batch, at_once_, counters_)) {
      shared_.gate.enter();
      read(connection, ledger, batch);
      shared_.gate.leave();
      counters_.batches.fetch_add(1, std::memory_order_relaxed);
      batch.clear();
    }
  }

  void read(Connection& connection, SqlLedger& ledger, std::vector<Job>& batch) {
    for (Job& job : batch) {
      try {
        const bool is_refused =
            job.during == During::health && shared_.refuses.load(std::memory_order_relaxed);
        if (is_refused) std::rethrow_exception(refusal());
        // Opened by the first job that gets here, and again if a failed one closed it.
        if (!connection.is_in_transaction()) {
          ledger.set_snapshot_epoch(shared_.epoch());
          connection.begin(Access::reads);
        }
        job.run(ledger);
      } catch (...) {
        counters_.failed.fetch_add(1, std::memory_order_relaxed);
        if (job.fail) job.fail(std::current_exception());
        continue;
      }
      counters_.jobs.fetch_add(1, std::memory_order_relaxed);
      // Nothing waits for a commit here: what was read is read.
      if (job.release) job.release();
    }
    connection.rollback();
  }

  std::vector<std::unique_ptr<Connection>> connections_;
  Shared& shared_;
  const std::size_t at_once_;
  LaneCounters counters_;
  Queue queue_;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace

std::unique_ptr<Lane> start_readers(std::vector<std::unique_ptr<Connection>> connections,
                                    Shared& shared, std::size_t at_once) {
  return std::make_unique<Readers>(std::move(connections), shared, at_once);
}

std::exception_ptr refusal() {
  return std::make_exception_ptr(
      StoreError(StoreError::Cause::refused, "the store refuses: rehearsal of an outage"));
}

}  // namespace limen::store
