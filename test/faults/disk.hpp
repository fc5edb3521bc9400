// Disk: what a power cut may leave of a folder. It is told every change in order and remembers what
// was synced. A state after the cut holds all of that; of the rest each write may be there, not be
// there or be torn at a sector, and each new, renamed or removed name may be there or not: that is
// what POSIX allows, and more than a journalling file system does. It knows nothing of SQLite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "faults/interpose.hpp"

namespace limen::faults {

// A call that outlives its moment.
struct Event {
  Verb verb;
  std::string path, to;
  int descriptor = -1, flags = 0;
  std::uint64_t offset = 0;
  Bytes data;
};

// Everything that happens below `folder` while it lives, in order. One at a time.
class Recorder {
 public:
  explicit Recorder(const std::filesystem::path& folder);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // How many events there are: a moment.
  std::size_t now() const;
  const std::vector<Event>& events() const { return events_; }  // once nothing happens any more

 private:
  static void hear(const Call& call);
  std::vector<Event> events_;
};

// Whether the disk ignores syncs of that path: one that does shows that the test can fail.
using Deaf = std::function<bool(const std::string& path)>;

class Disk {
 public:
  explicit Disk(std::filesystem::path folder, Deaf deaf = {})
      : folder_(std::move(folder)), deaf_(std::move(deaf)) {
    folders_[folder_.string()];
  }

  void apply(const Event& event);
  // Builds one state that a cut at this moment may leave, in the empty folder `target`.
  void leave(const std::filesystem::path& target, std::mt19937_64& dice) const;

 private:
  struct Change {  // of a file, not synced
    bool is_truncate = false;
    std::uint64_t at = 0;  // of a write; or the new size
    Bytes data;
  };
  struct File {
    Bytes synced;
    std::vector<Change> pending;
  };
  using FilePtr = std::shared_ptr<File>;
  struct Naming {  // of a folder, not synced
    std::string name;
    FilePtr file;  // null: the name goes
  };
  struct Folder {
    std::map<std::string, FilePtr> synced, current;
    std::vector<Naming> pending;
    bool is_synced = false;  // its own name in its parent
  };

  Folder& folder_of(const std::string& path) {
    return folders_[std::filesystem::path(path).parent_path().string()];
  }
  void name(const std::string& path, const FilePtr& file);
  void open(const Event& event);
  void sync(const Event& event);
  Bytes content(const File& file, std::mt19937_64& dice) const;

  std::filesystem::path folder_;
  Deaf deaf_;
  std::map<std::string, Folder> folders_;  // by path
  std::map<int, FilePtr> opened_;
  std::map<int, std::string> opened_folders_;
};

}  // namespace limen::faults
