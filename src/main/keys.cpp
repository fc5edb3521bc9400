// Key files. A signing key's file name holds when it was made, so the newest is the last by name
// and no index can disagree with the files.
#include "main/keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace limen::main {

namespace fs = std::filesystem;

namespace {

void require(bool ok, const std::string& what) {
  if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

void refuse_readable_by_others(const fs::path& file) {
  struct stat info {};
  require(::stat(file.c_str(), &info) == 0, file.string());
  if ((info.st_mode & 077) != 0)
    throw std::runtime_error(file.string() + ": others may read this key; run chmod 600 on it");
}

std::string signing_name(Time made) {
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), "signing-%015lld.pem",
                static_cast<long long>(to_ms(made)));
  return name.data();
}

Time made_at(const fs::path& file) {
  return from_ms(std::stoll(file.stem().string().substr(std::string_view("signing-").size())));
}

std::vector<fs::path> signing_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("signing-") && name.ends_with(".pem")) files.push_back(entry.path());
  }
  std::sort(files.rbegin(), files.rend());
  return files;
}

}  // namespace

void write_durably(const fs::path& file, std::string_view content) {
  const fs::path temporary = file.string() + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  require(fd >= 0, temporary.string());
  const bool written =
      ::write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) &&
      ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  errno = error;
  require(written, temporary.string());
  require(::rename(temporary.c_str(), file.c_str()) == 0, file.string());
  const fs::path parent = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  require(folder >= 0 && ::fsync(folder) == 0, parent.string());
  ::close(folder);
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) throw std::runtime_error(file.string() + ": cannot be read");
  return out.str();
}

Keys::Keys(fs::path folder, seal::Entropy& entropy, Time now) : folder_(std::move(folder)) {
  fs::create_directories(folder_);
  fs::permissions(folder_, fs::perms::owner_all);
  const fs::path root_file = folder_ / "root.key";
  if (!fs::exists(root_file)) {
    const seal::Bits256 fresh = seal::draw_256(entropy);
    write_durably(root_file, as_text(fresh));
  }
  refuse_readable_by_others(root_file);
  const std::string root = read_file(root_file);
  if (root.size() != root_.size())
    throw std::runtime_error(root_file.string() + ": must hold exactly 32 bytes");
  std::copy(root.begin(), root.end(), root_.begin());
  if (signing_files(folder_).empty()) rotate(now);
  load();
}

void Keys::load() {
  auto keys = std::make_shared<seal::SigningKeys>();
  for (const fs::path& file : signing_files(folder_)) {
    refuse_readable_by_others(file);
    keys->keys.push_back(seal::SigningKey::from_pem(read_file(file)));
  }
  const std::lock_guard lock(mutex_);
  signing_ = std::move(keys);
}

std::shared_ptr<const seal::SigningKeys> Keys::signing() const {
  const std::lock_guard lock(mutex_);
  return signing_;
}

std::string Keys::rotate(Time now) {
  const auto key = seal::SigningKey::generate();
  write_durably(folder_ / signing_name(now), key->to_pem());
  load();
  return key->id();
}

void Keys::retire(Time now, Seconds overlap) {
  const auto files = signing_files(folder_);
  bool changed = false;
  // A key stopped signing when the next one was made.
  for (std::size_t i = 1; i < files.size(); ++i)
    if (made_at(files[i - 1]) + overlap < now) changed = fs::remove(files[i]) || changed;
  if (changed) load();
}

}  // namespace limen::main
