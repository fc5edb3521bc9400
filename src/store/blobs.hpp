// Blobs: uploaded files on the disk, beside the database. A file is written and synced under
// incoming/, and appears under its final name only when it is whole; a row that names it is written
// afterwards, so a crash leaves at worst a file nobody names, which the janitor finds. It does not
// look into files, and knows no sessions.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "onboard/desk.hpp"
#include "seal/digest.hpp"
#include "seal/entropy.hpp"

namespace limen::store {

struct Blob {
  std::filesystem::path path;
  std::string name;  // 32 letters of hex; what a row remembers
  seal::Digest sha256{};
  std::uint64_t bytes = 0;
};

// One file being written. Not finished: removed. One thread at a time.
class BlobFile {
 public:
  // Made by Blobs::create.
  BlobFile(const std::filesystem::path& root, std::string name);
  ~BlobFile();
  BlobFile(const BlobFile&) = delete;
  BlobFile& operator=(const BlobFile&) = delete;

  // Both throw std::system_error when the disk refuses.
  void write(BytesView bytes);
  // Synced, under its final name, with its folder synced: a power cut will not take it. Once.
  Blob finish();

 private:
  std::filesystem::path root_, incoming_;
  std::string name_;
  int fd_ = -1;
  seal::Sha256 digest_;
  std::uint64_t bytes_ = 0;
};

// Thread-safe. main adapts it to http::Spool, which has the same verbs.
class Blobs final : public onboard::Files {
 public:
  // Makes the folders (mode 0700) when they are not there. `entropy` draws the names and outlives
  // this.
  Blobs(std::filesystem::path root, seal::Entropy& entropy);

  std::unique_ptr<BlobFile> create();

  Bytes read(const std::string& name) override;
  // What is not there, or no name of ours, is ignored.
  void remove(const std::string& name) noexcept override;
  onboard::Whole join(const std::vector<std::string>& names) override;

  // Of these names, those that nobody needs.
  using Unknown = std::function<std::vector<std::string>(const std::vector<std::string>&)>;
  // The janitor: removes files last written before `before` that are `unknown`, and unfinished ones
  // as old. `before` must lie far enough back that no row about the file is still on its way.
  // Looks at no more than one of the 256 folders a call, the next one each time, and asks at most
  // once; returns how many files went. Call from one thread.
  std::size_t sweep_orphans(Time before, const Unknown& unknown);

 private:
  std::filesystem::path root_;
  seal::Entropy& entropy_;
  std::mutex mutex_;  // a seeded entropy is no thread's friend
  unsigned next_folder_ = 0;
};

}  // namespace limen::store
