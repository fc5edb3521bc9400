// The writer: the one thread that owns the one connection that writes and checkpoints. It takes
// everything queued, runs each job in one transaction, commits once (fsync), and only then releases
// the answers: group commit falls out of the core being synchronous. It judges nothing; a job that
// throws is rolled back alone, a commit that fails fails them all.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "base/limits.hpp"
#include "onboard/ledger.hpp"

namespace limen::store {

// Whether a reader's job runs while the store rehearses an outage (Store::refuse). Nothing is ever
// written meanwhile.
enum class During : std::uint8_t { health, outage };

struct Job {
  std::move_only_function<void(onboard::Ledger&)> run;
  // Called once, after the commit that made it durable (writer) or after the snapshot was read
  // (reader).
  std::move_only_function<void()> release;
  // Called once instead of release: run threw and was rolled back, or the commit failed.
  std::move_only_function<void(std::exception_ptr)> fail;
  During during = During::health;
  // It touches nothing but its ledger and what it answers with, so the writer may run it again
  // after undoing it (README.md, "Savepoints"). Off: it runs once, whatever its neighbours do.
  bool may_repeat = false;
};

// What a committed batch changed that others must know before any answer leaves.
struct Touched {
  bool letters = false;  // a letter was added: wake the outbox
  bool checks = false;   // a check was added: wake who asks the engine
  bool notices = false;  // a notice was added: wake who calls webhooks
  // A key was added, an organisation changed, or anything was revoked or erased, or that was tried
  // and undone: what is cached is void.
  bool rights = false;
  // Sessions that somebody may be following and that changed, or may have: a job that was undone is
  // not taken out again. Valid during the call. `all_sessions`: too many to list.
  std::span<const journey::SessionId> sessions{};
  bool all_sessions = false;
};

// Counters for /metrics, readable from any thread.
struct LaneCounters {
  std::atomic<std::uint64_t> jobs{0}, batches{0}, failed{0};
  std::atomic<std::uint64_t> queued{0};
};

class Lane {
 public:
  virtual ~Lane() = default;
  // False, with nothing called and the job as it was, when limits::queued_jobs are waiting or the
  // lane is stopping. Thread-safe.
  virtual bool submit(Job&& job) = 0;
  // Finishes what is queued, then ends the thread.
  virtual void stop() = 0;
  virtual const LaneCounters& counters() const = 0;
};

class Descriptor;

// A database file that no other process opens, and no other Store of this one, while this lives or
// a copy of it. Also for what stands beside the file: whoever comes second must not write there
// before it is turned away. Throws std::runtime_error when somebody else has it, std::system_error
// when the lock cannot be made.
class Claim {
 public:
  Claim(std::filesystem::path file);  // a path will do wherever a claim is asked for
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
  std::shared_ptr<const Descriptor> lock_;
};

// Opens (creating and migrating) the database. Throws std::runtime_error for a schema newer than
// this binary or a file that is none. `on_commit` runs on the writer thread after each commit,
// before the answers leave; also, with `rights` alone, when what touched rights was undone: a cache
// may have seen it. `epoch_now` runs on the thread of a lane right before each of its transactions
// begins; every job of that transaction finds its answer as Ledger::snapshot_epoch().
class Store {
 public:
  static std::unique_ptr<Store> open(Claim claim, std::size_t readers,
                                     std::function<void(const Touched&)> on_commit,
                                     std::function<std::uint64_t()> epoch_now = {});
  virtual ~Store() = default;
  virtual Lane& writer() = 0;
  virtual Lane&
  reader() = 0;  // one queue served by `readers` threads, each with a query_only connection
  // A consistent copy while everything goes on. Runs on the calling thread; throws when the copy
  // fails. What an earlier one left unfinished beside it goes first.
  virtual void backup(const std::filesystem::path& target) = 0;
  // Dev mode's rehearsal of an outage: while set, every job fails as if the disk had refused, and
  // nothing is written.
  virtual void refuse(bool on) = 0;
  virtual void stop() = 0;
};

}  // namespace limen::store
