// Files of uploads: POSIX calls in the order a power cut demands. Names are checked before they
// become paths, so a name from a damaged row cannot leave the folder.
#include "store/blobs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "base/result.hpp"
#include "store/descriptor.hpp"

namespace limen::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t name_letters = 32;
constexpr std::string_view incoming = "incoming";
constexpr unsigned folders = 256;

// "00" to "ff": the first two letters of the names inside.
std::string folder_name(unsigned number) {
  const std::array<std::uint8_t, 1> byte{static_cast<std::uint8_t>(number)};
  return hex(byte);
}

[[noreturn]] void fail(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

bool is_name(std::string_view name) {
  return name.size() == name_letters && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

fs::path folder_of(const fs::path& root, std::string_view name) { return root / name.substr(0, 2); }

void make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) fail(folder);
}

// When the content was last written, as the file system tells.
std::optional<Time> written(const fs::path& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0 || !S_ISREG(about.st_mode)) return std::nullopt;
  return from_ms(about.st_mtim.tv_sec * 1000 + about.st_mtim.tv_nsec / 1'000'000);
}

std::vector<std::string> old_files(const fs::path& folder, Time before) {
  std::vector<std::string> names;
  for (std::string& name : names_in(folder, is_name)) {
    const auto time = written(folder / name);
    if (time && *time < before) names.push_back(std::move(name));
  }
  return names;
}

std::size_t unlink_all(const fs::path& folder, const std::vector<std::string>& names) {
  std::size_t removed = 0;
  for (const std::string& name : names)
    if (is_name(name) && ::unlink((folder / name).c_str()) == 0) ++removed;
  return removed;
}

// Makes the name of `path` durable. A folder is shared: once a sync of it has failed, a name that
// somebody else gave there may be lost without his sync saying so.
void sync_name(const fs::path& folder, const fs::path& path) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    const int error = errno;
    ::unlink(path.c_str());  // nobody will be told of it
    errno = error;
    fail(folder);
  }
  if (::fsync(fd) != 0) stop_for_good();
  ::close(fd);
}

}  // namespace

BlobFile::BlobFile(const fs::path& root, std::string name)
    : root_(root), incoming_(root / incoming / name), name_(std::move(name)) {
  fd_ = ::open(incoming_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd_ < 0) fail(incoming_);
}

BlobFile::~BlobFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(incoming_.c_str());
}

void BlobFile::write(BytesView bytes) {
  ASSERT(fd_ >= 0);
  digest_.add(bytes);
  bytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(incoming_);
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
}

Blob BlobFile::finish() {
  ASSERT(fd_ >= 0);
  // The content before the name: a name must never lead to half a file. A sync that fails is not
  // tried again, since the kernel may forget the pages and call the next one a success.
  if (::fsync(fd_) != 0) fail(incoming_);
  const fs::path folder = folder_of(root_, name_);
  const fs::path path = folder / name_;
  if (::rename(incoming_.c_str(), path.c_str()) != 0) fail(path);
  ::close(fd_);
  fd_ = -1;
  sync_name(folder, path);
  return {path, name_, digest_.finish(), bytes_};
}

// All folders at once: one made with the first file in it would have to be synced by everybody who
// finds it there. And synced at every start: one that a start before made may have ended before its
// sync.
Blobs::Blobs(fs::path root, seal::Entropy& entropy) : root_(std::move(root)), entropy_(entropy) {
  make_folder(root_);
  make_folder(root_ / incoming);
  for (unsigned i = 0; i < folders; ++i) make_folder(root_ / folder_name(i));
  sync_folder(root_);
  sync_folder_of(root_);
}

std::unique_ptr<BlobFile> Blobs::create() {
  std::array<std::uint8_t, name_letters / 2> bits{};
  {
    const std::lock_guard lock(mutex_);
    entropy_.fill(bits);
  }
  return std::make_unique<BlobFile>(root_, hex(bits));
}

Bytes Blobs::read(const std::string& name) {
  errno = ENOENT;
  if (!is_name(name)) fail(root_ / "(no name of a file)");
  const fs::path path = folder_of(root_, name) / name;
  const Descriptor file(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) fail(path);
  Bytes content(static_cast<std::size_t>(about.st_size));
  std::size_t at = 0;
  while (at < content.size()) {
    const ssize_t n = ::read(file.get(), content.data() + at, content.size() - at);
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = EIO;  // shorter than a moment ago: finished files never change
    if (n <= 0) fail(path);
    at += static_cast<std::size_t>(n);
  }
  return content;
}

onboard::Whole Blobs::join(const std::vector<std::string>& names) {
  constexpr std::size_t head_bytes = 64;
  constexpr std::size_t chunk_bytes = 64 * 1024;
  const auto whole = create();
  Bytes head, chunk(chunk_bytes);
  for (const std::string& name : names) {
    errno = ENOENT;
    if (!is_name(name)) fail(root_ / "(no name of a file)");
    const fs::path path = folder_of(root_, name) / name;
    const Descriptor file(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    while (true) {
      const ssize_t n = ::read(file.get(), chunk.data(), chunk.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail(path);
      if (n == 0) break;
      const BytesView read = BytesView(chunk).first(static_cast<std::size_t>(n));
      const BytesView lacking = read.first(std::min(read.size(), head_bytes - head.size()));
      head.insert(head.end(), lacking.begin(), lacking.end());
      whole->write(read);
    }
  }
  Blob blob = whole->finish();
  return {std::move(blob.name), blob.bytes, blob.sha256, std::move(head)};
}

void Blobs::remove(const std::string& name) noexcept {
  if (!is_name(name)) return;
  try {
    ::unlink((folder_of(root_, name) / name).c_str());
  } catch (const std::exception&) {  // no memory for the path: sweep_orphans finds the file
  }
}

std::size_t Blobs::sweep_orphans(Time before, const Unknown& unknown) {
  const fs::path folder = root_ / folder_name(next_folder_);
  next_folder_ = (next_folder_ + 1) % folders;
  // Nobody names an unfinished file.
  std::size_t removed = unlink_all(root_ / incoming, old_files(root_ / incoming, before));
  const auto names = old_files(folder, before);
  if (!names.empty()) removed += unlink_all(folder, unknown(names));
  return removed;
}

}  // namespace limen::store
