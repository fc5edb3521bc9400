// The writer thread: take everything queued, let group_commit.cpp run and commit it, and keep the
// log short after it. Why it is built so: README.md.
#include "store/writer.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "base/log.hpp"
#include "store/descriptor.hpp"
#include "store/group_commit.hpp"
#include "store/queue.hpp"

namespace limen::store {
namespace {

// A batch of so many jobs is a flood, and the few small ones in between belong to it. Not "somebody
// waits": where one core serves all, somebody came during nearly every sync, and a log left to grow
// then stalls everybody by tens of milliseconds.
constexpr std::size_t flood_jobs = limits::jobs_per_commit / 4;

class Writer final : public Lane {
 public:
  Writer(std::unique_ptr<Connection> connection, Shared& shared,
         std::function<void(const Touched&)> on_commit)
      : connection_(std::move(connection)),
        shared_(shared),
        commits_(*connection_, shared, std::move(on_commit)) {
    // Before there is a thread, where nobody could catch that there is no memory.
    batch_.reserve(limits::jobs_per_commit);
    thread_ = std::thread([this] { work(); });
  }
  ~Writer() override { Writer::stop(); }

  bool submit(Job&& job) override { return queue_.push(std::move(job), commits_.counters()); }
  void stop() override {
    queue_.close();
    if (thread_.joinable()) thread_.join();
  }
  const LaneCounters& counters() const override { return commits_.counters(); }

 private:
  void work() {
    std::size_t peak = 0;  // of the last few batches
    while (queue_.take(batch_, limits::jobs_per_commit, commits_.counters())) {
      peak = std::max(batch_.size(), peak - peak / 8);
      const Load load = peak < flood_jobs ? Load::calm : Load::flood;
      if (commits_.run(batch_) == Batch::broken) stop_for_good();
      batch_.clear();
      keep_up(load);
    }
  }

  // The answers are on their way: now the log may be copied back into the file.
  void keep_up(Load load) {
    try {
      if (connection_->upkeep(load) != Upkeep::quiet) return;
      shared_.gate.shut();
      struct Open {
        Gate& gate;
        ~Open() { gate.open(); }
      } open{shared_.gate};
      connection_->upkeep_in_quiet();
    } catch (const StoreError& error) {
      log::Line(log::Level::error, "checkpoint_failed").with("error", error.what());
      if (error.cause() == StoreError::Cause::io) stop_for_good();
    } catch (const std::exception& error) {  // no memory: the next turn tries again
      log::Line(log::Level::error, "checkpoint_failed").with("error", error.what());
    }
  }

  std::unique_ptr<Connection> connection_;
  Shared& shared_;
  GroupCommit commits_;
  Queue queue_;
  std::vector<Job> batch_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace

std::unique_ptr<Lane> start_writer(std::unique_ptr<Connection> connection, Shared& shared,
                                   std::function<void(const Touched&)> on_commit) {
  return std::make_unique<Writer>(std::move(connection), shared, std::move(on_commit));
}

}  // namespace limen::store
