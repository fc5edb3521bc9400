// Threads beside the store's lanes, for what must not share a queue with requests: what asks the
// ledger nothing (health, metrics, a rehearsed outage) and so must answer whatever the store does,
// and what takes long, each kind in a queue of its own (doors::Aside).
#pragma once

#include <filesystem>
#include <memory>

#include "doors/door.hpp"
#include "store/lanes.hpp"

namespace limen::main {

class SideLanes {
 public:
  // `database` exists and is migrated; the store behind it stays open until stop().
  explicit SideLanes(const std::filesystem::path& database);

  // Its jobs get the ledger of an empty database in memory, which nobody is meant to use.
  store::Lane& plain() { return *plain_; }
  // Its jobs read the real ledger, on a connection of their own that no checkpoint waits for.
  store::Lane& lane(doors::Aside aside);
  // Dev mode's rehearsal of an outage: these lanes fail as the store does.
  void refuse(bool on) { shared_.refuses.store(on, std::memory_order_relaxed); }
  // Finishes what is queued. Before the store stops: its writer is the last to close the file.
  void stop();

 private:
  store::Shared shared_;
  std::unique_ptr<store::Lane> plain_, slow_, hashing_, familiar_, pictures_, reading_, people_;
};

}  // namespace limen::main
