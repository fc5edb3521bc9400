// A streaming reader of multipart/form-data (RFC 7578): bytes in, fields and one file out. It holds
// at most one part head or text field in memory, never a file. No I/O, and no trust: whatever a
// browser would not send is refused rather than repaired.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/limits.hpp"
#include "http/refusal.hpp"

namespace limen::http {

struct MultipartLimits {
  std::size_t file_bytes = limits::upload_file_bytes;       // beyond: 413
  std::size_t field_bytes = limits::multipart_field_bytes;  // beyond: 413
  std::size_t head_bytes = limits::multipart_head_bytes;    // beyond: 400
  std::size_t parts = limits::multipart_parts;              // beyond: 400
};

struct FilePart {
  std::string field;
  std::string client_name;
  std::string media_type;
};

class MultipartSink {
 public:
  virtual ~MultipartSink() = default;
  virtual void field(std::string name, std::string value) = 0;
  virtual void file_begin(FilePart part) = 0;
  virtual void file_bytes(std::string_view bytes) = 0;  // any number of times
  virtual void file_end() = 0;
};

// The boundary of a Content-Type value; nothing when there is none or it breaks RFC 2046 section
// 5.1.1.
std::optional<std::string> multipart_boundary(std::string_view content_type);

class Multipart {
 public:
  // `sink` must outlive the reader.
  Multipart(std::string_view boundary, const MultipartLimits& limits, MultipartSink& sink);

  // Feeds the next bytes of the body. A refusal is final: push nothing more.
  std::optional<Refusal> push(std::string_view bytes);
  // The body has ended: refuses one that was cut short.
  std::optional<Refusal> finish() const;
  // Bytes held of what is neither decided nor handed on.
  std::size_t memory() const { return buffer_.capacity() + value_.capacity(); }
  // How many bytes were looked at for the ends of part heads: about as many as there were.
  std::uint64_t searched() const { return searched_; }

 private:
  enum class State : std::uint8_t { preamble, after_delimiter, head, field, file, epilogue };
  enum class Progress : std::uint8_t { more, stuck, refused };

  Progress step();
  Progress read_preamble();
  Progress read_delimiter_end();
  Progress read_head();
  Progress read_content();
  Progress read_epilogue();
  Progress refuse(Refusal refusal);
  Progress open_part(std::string_view head);
  Progress take_content(std::string_view bytes);
  Progress close_part();
  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }

  const std::string delimiter_;  // CR LF "--" boundary
  const MultipartLimits limits_;
  MultipartSink& sink_;
  State state_ = State::preamble;
  std::string buffer_ = "\r\n";  // so that the first delimiter looks like every other
  std::size_t at_ = 0;           // first byte of buffer_ not yet read
  std::size_t known_ = 0;        // from there: no part head ends before that
  std::uint64_t searched_ = 0;
  std::size_t parts_ = 0;
  std::set<std::string, std::less<>> names_;
  std::string name_;  // of the current field
  std::string value_;
  std::uint64_t file_bytes_ = 0;
  bool has_file_ = false;
  std::optional<Refusal> refused_;
};

}  // namespace limen::http
