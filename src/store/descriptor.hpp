// Descriptor: an open file that closes itself, the two ways to make a name survive a power cut, and
// the names in a folder. It exists so that no path of store/ leaks a descriptor when something
// throws. It reads no file.
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/log.hpp"

namespace limen::store {

// After a failed fsync the kernel may have dropped what was written and call the next one a
// success, so nothing this process believes about those files can be trusted. The start after it
// recovers from what truly is on the disk.
[[noreturn]] inline void stop_for_good() {
  log::Line(log::Level::error, "store_broken").with("note", "an I/O error: ending, start again");
  std::abort();
}

// Opens with mode 0600 where it creates. Throws std::system_error.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags, 0600)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), path.string());
  }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return fd_; }
  void sync() const {
    if (::fsync(fd_) != 0) throw std::system_error(errno, std::generic_category(), "fsync");
  }

 private:
  int fd_;
};

inline void sync_folder(const std::filesystem::path& folder) {
  Descriptor(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC).sync();
}
// The folder that `path` stands in.
inline void sync_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = path.parent_path();
  sync_folder(folder.empty() ? std::filesystem::path(".") : folder);
}

// Those that are wanted, in no order; none where there is no folder. Not by
// std::filesystem::directory_iterator, which ends the process when there is no memory.
inline std::vector<std::string> names_in(const std::filesystem::path& folder,
                                         bool (*is_wanted)(std::string_view)) {
  struct Close {
    void operator()(DIR* open) const { ::closedir(open); }
  };
  std::vector<std::string> names;
  const std::unique_ptr<DIR, Close> listing(::opendir(folder.c_str()));
  if (!listing) return names;
  while (const dirent* entry = ::readdir(listing.get()))
    if (is_wanted(entry->d_name)) names.emplace_back(entry->d_name);
  return names;
}

}  // namespace limen::store
