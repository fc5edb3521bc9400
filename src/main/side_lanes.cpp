// Both are readers' lanes of one thread, with a gate of their own: the writer waits for neither.
#include "main/side_lanes.hpp"

#include <vector>

#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace limen::main {
namespace {

std::unique_ptr<store::Lane> one_thread(std::unique_ptr<store::Connection> connection,
                                        store::Shared& shared) {
  std::vector<std::unique_ptr<store::Connection>> connections;
  connections.push_back(std::move(connection));
  return store::start_readers(std::move(connections), shared);
}

}  // namespace

SideLanes::SideLanes(const std::filesystem::path& database) {
  auto empty = store::open_sqlite_in_memory();
  store::migrate(*empty, store::migrations());
  plain_ = one_thread(std::move(empty), shared_);
  slow_ = one_thread(store::open_sqlite(database, store::Role::reader), shared_);
}

void SideLanes::stop() {
  plain_->stop();
  slow_->stop();
}

}  // namespace limen::main
