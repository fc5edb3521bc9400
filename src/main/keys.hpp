// The keys of one installation, as files beside the database and never in it: `keys/root.key` (32
// bytes, everything symmetric is derived from it), `keys/signing-*.pem` (ES256, newest signs) and
// `keys/receipts-*.pem` (Ed25519, one). Made on first start with mode 0600; refused when others may
// read them. Of a receipt key that was replaced only the public half stays, `receipts-*.jwk`, and
// it stays for good: receipts are verified years later.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "seal/entropy.hpp"
#include "seal/jwt.hpp"

namespace limen::main {

class Keys {
 public:
  // Reads or makes the keys in `folder`. Throws std::runtime_error naming the file and what is
  // wrong.
  Keys(std::filesystem::path folder, seal::Entropy& entropy, Time now);

  const seal::Digest& root() const { return root_; }
  // The keys in force; the pointer stays valid however often they are rotated meanwhile.
  // Thread-safe.
  std::shared_ptr<const seal::SigningKeys> signing() const;
  // Makes new keys for tokens and for receipts and signs with them from now on. Older ones verify:
  // of tokens until those are over, of receipts for ever. Returns the kid of the key for tokens.
  std::string rotate(Time now);
  // Drops keys for tokens that were replaced longer ago than `overlap`.
  void retire(Time now, Seconds overlap);

 private:
  void load();
  void make_receipt_key(Time now);
  void leave_public_halves();

  const std::filesystem::path folder_;
  std::mutex files_;  // held over "look at the files, change them, load"; before mutex_
  seal::Digest root_{};
  mutable std::mutex mutex_;  // guards signing_
  std::shared_ptr<const seal::SigningKeys> signing_;
};

// A database whose root key is gone cannot be read with a new one: every secret and code in it
// would be void. Throws std::runtime_error with what to do when `data` holds one without the other.
void refuse_lost_root(const std::filesystem::path& data);

// Throws std::runtime_error when `file` is there and others may read it.
void refuse_readable_by_others(const std::filesystem::path& file);

// Makes the folder and those above it that are missing, and returns when a power cut will not take
// its name.
void make_folders_durably(const std::filesystem::path& folder);

// Writes `content` to a temporary file of mode 0600 in the same folder, fsyncs, renames, fsyncs the
// folder.
void write_durably(const std::filesystem::path& file, std::string_view content);
std::string read_file(const std::filesystem::path& file);

}  // namespace limen::main
