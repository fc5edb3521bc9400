// Where uploaded bytes go while they arrive. http streams into a spool and never holds a whole file
// in memory; the application implements it over its blob folder. Calls block and run on http's file
// lane, never on the loop.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/bytes.hpp"

namespace limen::http {

struct Spooled {
  std::filesystem::path path;
  std::string name;
  Bytes sha256;
};

class SpoolFile {
 public:
  virtual ~SpoolFile() = default;  // an unfinished file is removed
  // Throws std::system_error when the disk refuses.
  virtual void write(BytesView bytes) = 0;
  // fsync, rename to its final name, fsync of the folder. Throws like write.
  virtual Spooled finish() = 0;
};

class Spool {
 public:
  virtual ~Spool() = default;
  virtual std::unique_ptr<SpoolFile> create() = 0;
  virtual void remove(const std::string& name) noexcept = 0;
};

}  // namespace limen::http
