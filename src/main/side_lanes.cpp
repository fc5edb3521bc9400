// All are readers' lanes, with a gate of their own: the writer waits for none.
#include "main/side_lanes.hpp"

#include <algorithm>
#include <thread>
#include <vector>

#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace limen::main {
namespace {

std::unique_ptr<store::Lane> one_thread(std::unique_ptr<store::Connection> connection,
                                        store::Shared& shared) {
  std::vector<std::unique_ptr<store::Connection>> connections;
  connections.push_back(std::move(connection));
  return store::start_readers(std::move(connections), shared, 1);
}

}  // namespace

SideLanes::SideLanes(const std::filesystem::path& database) {
  auto empty = store::open_sqlite_in_memory();
  store::migrate(*empty, store::migrations());
  plain_ = one_thread(std::move(empty), shared_);
  for (auto* lane : {&slow_, &hashing_, &familiar_, &pictures_, &people_})
    *lane = one_thread(store::open_sqlite(database, store::Role::reader), shared_);
  // Each of its threads waits for a process that is busy with one picture.
  std::vector<std::unique_ptr<store::Connection>> connections;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i)
    connections.push_back(store::open_sqlite(database, store::Role::reader));
  reading_ = store::start_readers(std::move(connections), shared_, 1);
}

store::Lane& SideLanes::lane(doors::Aside aside) {
  switch (aside) {
    case doors::Aside::hashing: return *hashing_;
    case doors::Aside::familiar: return *familiar_;
    case doors::Aside::pictures: return *pictures_;
    case doors::Aside::reading: return *reading_;
    case doors::Aside::people: return *people_;
    case doors::Aside::slow:
    case doors::Aside::none: break;
  }
  return *slow_;
}

void SideLanes::stop() {
  for (auto* lane : {&plain_, &slow_, &hashing_, &familiar_, &pictures_, &reading_, &people_})
    (*lane)->stop();
}

}  // namespace limen::main
