// The keys of one installation, as files beside the database and never in it: `keys/root.key` (32
// bytes, everything symmetric is derived from it), `keys/signing-*.pem` (ES256, newest signs) and
// `keys/receipts-*.pem` (Ed25519, one). Made on first start with mode 0600; refused when others may
// read them. Of a receipt key that was replaced only the public half stays, `receipts-*.jwk`, and
// it stays for good: receipts are verified years later. The database remembers the public halves,
// too (agree_with), so a copy of the folder from before a rotation loses none and revives none.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

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
  // Makes a new key for tokens and signs with it from now on; older ones verify until their tokens
  // are over. Returns its kid.
  std::string rotate(Time now);
  // The same for receipts, whose older keys verify for ever.
  std::string rotate_receipts(Time now);
  // What a replaced key of receipts signed is believed no more. False when there is no such key, or
  // it is the one that signs.
  bool disown(std::string_view kid);
  // The public halves for receipts as a JWKS, the one that signs last: what the database remembers.
  std::string known_receipts() const;
  // Makes the folder agree with what the database remembers. A key missing here is put back to be
  // published, and a key that was replaced since signs no more. Returns the kids put back.
  std::vector<std::string> agree_with(std::string_view remembered, Time now);
  // Drops keys for tokens that were replaced longer ago than `overlap`.
  void retire(Time now, Seconds overlap);

 private:
  void load();
  void make_receipt_key(Time now);
  void leave_public_halves();
  void drop_replaced();

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
// For what must not stay behind in memory.
seal::Secret read_secret(const std::filesystem::path& file);

}  // namespace limen::main
