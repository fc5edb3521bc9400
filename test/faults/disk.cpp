// See disk.hpp.
#include "faults/disk.hpp"

#include <fcntl.h>

#include <algorithm>
#include <fstream>
#include <mutex>

#include "base/result.hpp"

namespace limen::faults {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t sector = 512;
std::mutex recording;
Recorder* current = nullptr;

std::string file_name(const std::string& path) { return fs::path(path).filename().string(); }

void put(Bytes& content, std::uint64_t at, BytesView data) {
  if (content.size() < at + data.size()) content.resize(at + data.size());
  std::copy(data.begin(), data.end(), content.begin() + static_cast<std::ptrdiff_t>(at));
}

// Nothing of what is not durable outlives the process, let alone a cut.
bool is_volatile(const std::string& path) { return path.ends_with("-shm"); }

}  // namespace

Recorder::Recorder(const fs::path& folder) {
  {
    const std::lock_guard lock(recording);
    ASSERT(current == nullptr);
    current = this;
  }
  // Without our lock: hear() takes it while the interposer holds its own.
  watch(folder.string());
  listen(&Recorder::hear);
}

Recorder::~Recorder() {
  listen(nullptr);
  watch({});
  const std::lock_guard lock(recording);
  current = nullptr;
}

std::size_t Recorder::now() const {
  const std::lock_guard lock(recording);
  return events_.size();
}

void Recorder::hear(const Call& call) {
  const std::lock_guard lock(recording);
  if (current == nullptr || is_volatile(call.path)) return;
  const auto* data = static_cast<const std::uint8_t*>(call.data);
  current->events_.push_back({call.verb, call.path, call.to == nullptr ? "" : call.to,
                              call.descriptor, call.flags, static_cast<std::uint64_t>(call.offset),
                              data == nullptr ? Bytes{} : Bytes(data, data + call.size)});
}

void Disk::name(const std::string& path, const FilePtr& file) {
  Folder& folder = folder_of(path);
  if (file) folder.current[file_name(path)] = file;
  else folder.current.erase(file_name(path));
  folder.pending.push_back({file_name(path), file});
}

void Disk::open(const Event& event) {
  opened_.erase(event.descriptor);
  opened_folders_.erase(event.descriptor);
  if (folders_.contains(event.path)) {
    opened_folders_[event.descriptor] = event.path;
    return;
  }
  Folder& folder = folder_of(event.path);
  auto found = folder.current.find(file_name(event.path));
  if (found == folder.current.end()) {
    if ((event.flags & O_CREAT) == 0) return;  // made before the recording, and only read
    name(event.path, std::make_shared<File>());
    found = folder.current.find(file_name(event.path));
  }
  opened_[event.descriptor] = found->second;
  if ((event.flags & O_TRUNC) != 0) found->second->pending.push_back({true, 0, {}});
}

void Disk::sync(const Event& event) {
  if (deaf_ && deaf_(event.path)) return;
  if (const auto folder = opened_folders_.find(event.descriptor); folder != opened_folders_.end()) {
    Folder& synced = folders_[folder->second];
    synced.synced = synced.current;
    synced.pending.clear();
    // The folders in it are names of its own.
    for (auto& [path, inner] : folders_)
      if (fs::path(path).parent_path() == folder->second) inner.is_synced = true;
    return;
  }
  const auto file = opened_.find(event.descriptor);
  if (file == opened_.end()) return;
  for (const Change& change : file->second->pending) {
    if (change.is_truncate) file->second->synced.resize(change.at);
    else put(file->second->synced, change.at, change.data);
  }
  file->second->pending.clear();
}

void Disk::apply(const Event& event) {
  switch (event.verb) {
    case opens: return open(event);
    case writes:
    case truncates:
      if (const auto file = opened_.find(event.descriptor); file != opened_.end())
        file->second->pending.push_back({event.verb == truncates, event.offset, event.data});
      return;
    case syncs: return sync(event);
    case renames: {
      const Folder& from = folder_of(event.path);
      const auto file = from.current.find(file_name(event.path));
      if (file == from.current.end()) return;
      const FilePtr moved = file->second;
      name(event.to, moved);
      return name(event.path, nullptr);
    }
    case unlinks: return name(event.path, nullptr);
    case makes_folder: folders_[event.path]; return;
    default: return;
  }
}

// Every change is kept, dropped or torn by itself: the disk owes no order to what was not synced.
Bytes Disk::content(const File& file, std::mt19937_64& dice) const {
  Bytes content = file.synced;
  for (const Change& change : file.pending) {
    const auto fate = dice() % 4;  // 0: dropped, 1: torn, else kept
    if (fate == 0) continue;
    if (change.is_truncate) {
      content.resize(change.at);
      continue;
    }
    if (fate != 1) {
      put(content, change.at, change.data);
      continue;
    }
    const BytesView data = change.data;
    for (std::size_t at = 0; at < data.size();) {
      const std::size_t end = (change.at + at) / sector * sector + sector - change.at;
      const std::size_t size = std::min(end, data.size()) - at;
      if (dice() % 2 == 0) put(content, change.at + at, data.subspan(at, size));
      at += size;
    }
  }
  return content;
}

void Disk::leave(const fs::path& target, std::mt19937_64& dice) const {
  std::map<const File*, Bytes> contents;         // a file with two names is one file
  for (const auto& [path, folder] : folders_) {  // parents first
    const fs::path place = target / fs::path(path).lexically_relative(folder_);
    const bool is_root = path == folder_.string();
    if (!is_root && !folder.is_synced && dice() % 2 == 0) continue;
    if (!is_root && !fs::exists(place.parent_path())) continue;  // went with its parent
    fs::create_directories(place);
    auto names = folder.synced;
    for (const Naming& naming : folder.pending) {
      if (dice() % 2 == 0) continue;
      if (naming.file) names[naming.name] = naming.file;
      else names.erase(naming.name);
    }
    for (const auto& [entry, file] : names) {
      if (!contents.contains(file.get())) contents[file.get()] = content(*file, dice);
      const Bytes& bytes = contents[file.get()];
      std::ofstream(place / entry, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
    }
  }
}

}  // namespace limen::faults
