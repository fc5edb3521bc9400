// One multipart body on its way into a Request and onto the disk: collects fields, gathers file
// bytes into batches, and does the blocking part of each batch on the file lane. No sockets here.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/multipart.hpp"
#include "http/spool.hpp"

namespace limen::http {

class Upload final : public MultipartSink {
 public:
  static constexpr std::size_t batch_bytes = 64 * 1024;
  static constexpr std::size_t head_bytes = 64;  // kept for sniffing

  explicit Upload(Spool& spool) : spool_(spool) {}

  // Loop thread, while no step runs.
  void field(std::string name, std::string value) override;
  void file_begin(FilePart part) override;
  void file_bytes(std::string_view bytes) override;
  void file_end() override {}
  bool has_batch() const { return pending_.size() >= batch_bytes; }
  bool has_file() const { return has_file_; }
  // Bytes that the file lane has handed to the disk.
  std::uint64_t written() const { return written_; }
  // Moves everything into the request; after a successful `finish` if there is a file.
  void deliver(Request& request);

  // File lane, while the loop waits. Keeps what is thrown for failure().
  enum class Step : std::uint8_t { write, finish, abandon };
  void run(Step step) noexcept;
  // What the disk said; empty when all is well.
  const std::string& failure() const { return failure_; }

 private:
  void note_failure(const char* what) noexcept;

  Spool& spool_;
  std::unique_ptr<SpoolFile> file_;
  std::string pending_;
  std::uint64_t written_ = 0;
  std::map<std::string, std::string, std::less<>> fields_;
  ReceivedFile received_;
  bool has_file_ = false;
  std::string failure_;
};

}  // namespace limen::http
