// Puts a store together: the lock that keeps a second server out, the schema, the writer's and the
// readers' connections, in the one order that is safe; and takes it apart in the other.
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>

#include "store/descriptor.hpp"
#include "store/lanes.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"
#include "store/writer.hpp"

namespace limen::store {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(Claim claim, std::size_t readers, std::function<void(const Touched&)> on_commit,
              std::function<std::uint64_t()> epoch_now)
      : claim_(std::move(claim)) {
    shared_.epoch_now = std::move(epoch_now);
    const std::filesystem::path& file = claim_.file();
    // The writer comes first: it recovers what a crash left in the log, and migrates.
    auto connection = open_sqlite(file, Role::writer);
    migrate(*connection, migrations());
    std::vector<std::unique_ptr<Connection>> connections;
    for (std::size_t i = 0; i < std::max<std::size_t>(readers, 1); ++i)
      connections.push_back(open_sqlite(file, Role::reader));
    writer_ = start_writer(std::move(connection), shared_, std::move(on_commit));
    reader_ = start_readers(std::move(connections), shared_);
  }
  ~SqliteStore() override { SqliteStore::stop(); }

  Lane& writer() override { return *writer_; }
  Lane& reader() override { return *reader_; }
  void backup(const std::filesystem::path& target) override {
    // One at a time; and stop() waits for it, so that the writer stays the last to close.
    const std::lock_guard lock(backup_);
    drop_cut_copies(target.parent_path());
    copy_sqlite(claim_.file(), target);
  }
  void refuse(bool on) override { shared_.refuses.store(on, std::memory_order_relaxed); }
  void stop() override {
    // The writer first: its answers may still ask readers.
    writer_->stop();
    reader_->stop();
    const std::lock_guard lock(backup_);
  }

 private:
  Claim claim_;
  Shared shared_;
  std::mutex backup_;
  std::unique_ptr<Lane> writer_;  // destroyed last of the lanes: its close checkpoints
  std::unique_ptr<Lane> reader_;
};

}  // namespace

// The kernel drops the lock when the process ends, however it ends, so a crash leaves nothing to
// clean up.
Claim::Claim(std::filesystem::path file) : file_(std::move(file)) {
  const std::string name = file_.string() + ".lock";
  lock_ = std::make_shared<const Descriptor>(name, O_RDWR | O_CREAT | O_CLOEXEC);
  if (::flock(lock_->get(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK)
    throw std::runtime_error(file_.string() + " is in use by another server");
  throw std::system_error(errno, std::generic_category(), name);
}

std::unique_ptr<Store> Store::open(Claim claim, std::size_t readers,
                                   std::function<void(const Touched&)> on_commit,
                                   std::function<std::uint64_t()> epoch_now) {
  return std::make_unique<SqliteStore>(std::move(claim), readers, std::move(on_commit),
                                       std::move(epoch_now));
}

}  // namespace limen::store
