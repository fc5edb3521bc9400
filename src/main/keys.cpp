// Key files. A file's name holds when its key was made, so the newest is the last by name and no
// index can disagree with the files.
#include "main/keys.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "base/result.hpp"

namespace limen::main {

namespace fs = std::filesystem;

namespace {

void require(bool ok, const std::string& what) {
  if (!ok) throw std::system_error(errno, std::generic_category(), what);
}

// "signing-000001763748000.pem"
std::string dated_name(std::string_view head, Time made, std::string_view tail) {
  std::array<char, 32> digits{};
  std::snprintf(digits.data(), digits.size(), "%015lld", static_cast<long long>(to_ms(made)));
  return std::string(head) + digits.data() + std::string(tail);
}

constexpr std::int64_t latest = 999'999'999'999'999;  // 15 digits, as dated_name writes
constexpr std::size_t secret_bytes_max = 4096;        // of a file with a key

// When the key of a file `<head><digits><tail>` was made; nothing for any other name.
std::optional<Time> made_at(const fs::path& file, std::string_view head, std::string_view tail) {
  const std::string name = file.filename().string();
  if (!name.starts_with(head) || !name.ends_with(tail) || name.size() <= head.size() + tail.size())
    return std::nullopt;
  const char* begin = name.data() + head.size();
  const char* end = name.data() + name.size() - tail.size();
  std::int64_t made = 0;
  const auto [at, error] = std::from_chars(begin, end, made);
  if (error != std::errc{} || at != end || made < 0 || made > latest) return std::nullopt;
  return from_ms(made);
}

struct KeyFile {
  fs::path file;
  Time made;
};

// Newest first.
std::vector<KeyFile> key_files(const fs::path& folder, std::string_view head,
                               std::string_view tail) {
  std::vector<KeyFile> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (const auto made = made_at(entry.path(), head, tail)) files.push_back({entry.path(), *made});
  std::ranges::sort(files, std::ranges::greater{}, &KeyFile::made);
  return files;
}
std::vector<KeyFile> signing_files(const fs::path& folder) {
  return key_files(folder, "signing-", ".pem");
}
std::vector<KeyFile> receipt_files(const fs::path& folder) {
  return key_files(folder, "receipts-", ".pem");
}

// When a key made now is made, as its name says it: after every other, also when the clock was put
// back, for the newest by name is the one that signs. One key a name: what a name stood for once
// signed receipts, and must not be overwritten.
Time next_made(const fs::path& folder, std::string_view head, Time now) {
  for (const std::string_view tail : {".pem", ".jwk"})
    for (const auto& [file, made] : key_files(folder, head, tail))
      now = std::max(now, made + Millis{1});
  if (to_ms(now) > latest)
    throw std::runtime_error(folder.string() + ": a key's name says it is newer than any can be");
  return now;
}

std::shared_ptr<const seal::Ed25519Key> receipt_key(const fs::path& file) {
  refuse_readable_by_others(file);
  return seal::Ed25519Key::from_pem(read_secret(file).reveal());
}

void write_public_half(const fs::path& folder, const seal::Ed25519Public& half, Time made) {
  write_durably(folder / dated_name("receipts-", made, ".jwk"), json::serialize(half.jwk()));
}

seal::Ed25519Public public_half(const fs::path& file) {
  const auto value = parse_json(read_file(file));
  const json::object* jwk = value ? value->if_object() : nullptr;
  const auto half = jwk == nullptr ? std::nullopt : seal::Ed25519Public::from_jwk(*jwk);
  if (!half) throw std::runtime_error(file.string() + ": no public key of receipts (a JWK)");
  return *half;
}

std::vector<seal::Ed25519Public> replaced_keys(const fs::path& folder) {
  std::vector<seal::Ed25519Public> halves;
  for (const auto& [file, made] : key_files(folder, "receipts-", ".jwk"))
    halves.push_back(public_half(file));
  return halves;
}

bool has(const std::vector<seal::Ed25519Public>& keys, const seal::Ed25519Public& one) {
  return std::ranges::find(keys, one) != keys.end();
}

// Closes on every way out, and keeps errno for whoever reads it next.
class OpenFile {
 public:
  OpenFile(const fs::path& file, int flags)
      : descriptor_(::open(file.c_str(), flags | O_CLOEXEC, 0600)) {
    require(descriptor_ >= 0, file.string());
  }
  ~OpenFile() {
    const int error = errno;
    ::close(descriptor_);
    errno = error;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int get() const { return descriptor_; }

 private:
  const int descriptor_;
};

// write(2) may take less than it was given, or be interrupted before it took anything.
void write_all(const OpenFile& to, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t taken = ::write(to.get(), content.data(), content.size());
    if (taken < 0 && errno == EINTR) continue;
    require(taken > 0, name);
    content.remove_prefix(static_cast<std::size_t>(taken));
  }
}

}  // namespace

void refuse_readable_by_others(const fs::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) {
    require(errno == ENOENT || errno == ENOTDIR, file.string());  // what is not there is not open
    return;
  }
  if ((info.st_mode & 077) != 0)
    throw std::runtime_error(file.string() + ": others may read this key; run chmod 600 on it");
}

void refuse_lost_root(const fs::path& data) {
  const fs::path root = data / "keys" / "root.key";
  if (!fs::exists(data / "limen.db") || fs::exists(root)) return;
  throw std::runtime_error(
      root.string() + " is missing, but " + (data / "limen.db").string() +
      " is there: without its root key nothing in it can be used. Put the key back from its "
      "backup; a new one is made only for an empty data folder");
}

void make_folders_durably(const fs::path& folder) {
  const fs::path parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
  if (!fs::exists(parent)) make_folders_durably(parent);
  fs::create_directory(folder);
  const OpenFile above(parent, O_RDONLY | O_DIRECTORY);
  require(::fsync(above.get()) == 0, parent.string());
}

void write_durably(const fs::path& file, std::string_view content) {
  const fs::path temporary = file.string() + ".tmp";
  {
    const OpenFile out(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    write_all(out, content, temporary.string());
    require(::fsync(out.get()) == 0, temporary.string());
  }
  require(::rename(temporary.c_str(), file.c_str()) == 0, file.string());
  const fs::path parent = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const OpenFile folder(parent, O_RDONLY | O_DIRECTORY);
  require(::fsync(folder.get()) == 0, parent.string());
}

std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  if (!in) throw std::runtime_error(file.string() + ": cannot be read");
  return out.str();
}

seal::Secret read_secret(const fs::path& file) {
  const OpenFile in(file, O_RDONLY);
  std::string text(secret_bytes_max, '\0');  // never grown, so never copied
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t taken = ::read(in.get(), text.data() + size, text.size() - size);
    if (taken < 0 && errno == EINTR) continue;
    require(taken >= 0, file.string());
    if (taken == 0) break;
    size += static_cast<std::size_t>(taken);
  }
  text.resize(size);
  return seal::Secret(std::move(text));
}

Keys::Keys(fs::path folder, seal::Entropy& entropy, Time now) : folder_(std::move(folder)) {
  make_folders_durably(folder_);
  fs::permissions(folder_, fs::perms::owner_all);
  const fs::path root_file = folder_ / "root.key";
  if (!fs::exists(root_file)) {
    const seal::Bits256 fresh = seal::draw_256(entropy);
    write_durably(root_file, as_text(fresh));
  }
  refuse_readable_by_others(root_file);
  const seal::Secret held = read_secret(root_file);
  const std::string_view root = held.reveal();
  if (root.size() != root_.size())
    throw std::runtime_error(root_file.string() + ": must hold exactly 32 bytes");
  std::copy(root.begin(), root.end(), root_.begin());
  drop_replaced();
  if (receipt_files(folder_).empty()) make_receipt_key(now);
  leave_public_halves();  // a rotation that was cut short
  if (signing_files(folder_).empty())
    write_durably(folder_ / dated_name("signing-", now, ".pem"),
                  seal::SigningKey::generate()->to_pem().reveal());
  load();
}

void Keys::make_receipt_key(Time now) {
  const fs::path file =
      folder_ / dated_name("receipts-", next_made(folder_, "receipts-", now), ".pem");
  write_durably(file, seal::Ed25519Key::generate()->to_pem().reveal());
  ASSERT(receipt_files(folder_).at(0).file == file);
}

// Nobody needs to sign with an older key, so nobody shall be able to.
void Keys::leave_public_halves() {
  const auto files = receipt_files(folder_);
  for (std::size_t i = 1; i < files.size(); ++i) {
    write_public_half(folder_, receipt_key(files[i].file)->public_half(), files[i].made);
    fs::remove(files[i].file);
  }
}

// A key whose public half stands by itself was replaced: a crash kept its private half, or an old
// copy of the folder brought it back.
void Keys::drop_replaced() {
  const auto replaced = replaced_keys(folder_);
  for (const auto& [file, made] : receipt_files(folder_))
    if (has(replaced, receipt_key(file)->public_half())) fs::remove(file);
}

void Keys::load() {
  auto keys = std::make_shared<seal::SigningKeys>();
  for (const auto& [file, made] : signing_files(folder_)) {
    refuse_readable_by_others(file);
    keys->keys.push_back(seal::SigningKey::from_pem(read_secret(file).reveal()));
  }
  keys->receipt = receipt_key(receipt_files(folder_).at(0).file);
  keys->receipts.push_back(keys->receipt->public_half());
  for (const auto& half : replaced_keys(folder_))
    if (!has(keys->receipts, half)) keys->receipts.push_back(half);  // a kid is published once
  const std::lock_guard lock(mutex_);
  signing_ = std::move(keys);
}

std::shared_ptr<const seal::SigningKeys> Keys::signing() const {
  const std::lock_guard lock(mutex_);
  return signing_;
}

std::string Keys::rotate(Time now) {
  const auto key = seal::SigningKey::generate();
  const std::lock_guard lock(files_);
  const Time made = next_made(folder_, "signing-", now);
  write_durably(folder_ / dated_name("signing-", made, ".pem"), key->to_pem().reveal());
  load();
  ASSERT(signing()->keys.at(0)->id() == key->id());
  return key->id();
}

std::string Keys::rotate_receipts(Time now) {
  const std::lock_guard lock(files_);
  make_receipt_key(now);
  leave_public_halves();
  load();
  return signing()->receipt->public_half().id();
}

bool Keys::disown(std::string_view kid) {
  const std::lock_guard lock(files_);
  bool did = false;
  for (const auto& [file, made] : key_files(folder_, "receipts-", ".jwk"))
    if (public_half(file).id() == kid) did = fs::remove(file) || did;
  if (did) load();
  return did;
}

std::string Keys::known_receipts() const {
  const auto keys = signing();
  json::array list;
  for (auto half = keys->receipts.rbegin(); half != keys->receipts.rend(); ++half)
    list.emplace_back(half->jwk());
  return json::serialize(json::object{{"keys", std::move(list)}});
}

std::vector<std::string> Keys::agree_with(std::string_view remembered, Time now) {
  const std::lock_guard lock(files_);
  const auto value = parse_json(remembered);
  if (!value) return {};  // nothing is remembered yet
  std::vector<seal::Ed25519Public> known;
  for (const json::value& one : value->at("keys").as_array())
    known.push_back(seal::Ed25519Public::from_jwk(one.as_object()).value());
  const auto here = signing();
  std::vector<std::string> put_back;
  for (const auto& half : known) {
    if (has(here->receipts, half)) continue;
    write_public_half(folder_, half, next_made(folder_, "receipts-", now));
    put_back.push_back(half.id());
  }
  const auto& signs = here->receipt->public_half();
  const bool is_replaced = has(known, signs) && known.back() != signs;
  if (is_replaced) make_receipt_key(now);
  leave_public_halves();
  load();
  return put_back;
}

void Keys::retire(Time now, Seconds overlap) {
  if (signing()->keys.size() < 2) return;  // as nearly always: no look at the folder
  const std::lock_guard lock(files_);
  const auto files = signing_files(folder_);
  bool changed = false;
  // A key stopped signing when the next one was made.
  for (std::size_t i = 1; i < files.size(); ++i)
    if (files[i - 1].made + overlap < now) changed = fs::remove(files[i].file) || changed;
  if (changed) load();
}

}  // namespace limen::main
