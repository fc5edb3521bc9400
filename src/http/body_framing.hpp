// Finds the bytes of a body inside the bytes of a connection: counted by Content-Length or chunked
// (RFC 9112 section 7.1). Pure, and indifferent to how the bytes are cut into reads. It stores
// nothing; what a body may contain is for others.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/refusal.hpp"
#include "http/rules.hpp"

namespace limen::http {

class BodyFraming {
 public:
  // `limit`: bytes of payload beyond which the body is refused with 413.
  BodyFraming(const Terms& terms, std::uint64_t limit);

  // 413 when Content-Length already says that it is too much; asked before any byte is read.
  std::optional<Refusal> refuse_early() const;

  // Payload bytes announced so far: all of a counted body at once, a chunked one chunk by chunk.
  std::uint64_t announced() const { return total_; }

  // Takes a prefix of `bytes`, at most one run of payload. Call again until `bytes` is used up,
  // done() or bad.
  struct Step {
    std::size_t consumed = 0;
    std::string_view payload;  // lies inside `bytes`
  };
  Step next(std::string_view bytes);

  bool is_done() const { return state_ == State::done; }
  const std::optional<Refusal>& refused() const { return refused_; }

 private:
  enum class State : std::uint8_t {
    counted,  // by Content-Length
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,  // a chunk
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    done,
    bad,
  };
  void refuse(Refusal refusal);
  void take(char c);
  void take_size(char c);
  void take_trailer(char c);
  void end_size();

  State state_;
  std::uint64_t left_ = 0;   // payload bytes left of the body (counted) or of the chunk
  std::uint64_t total_ = 0;  // payload bytes announced so far
  std::uint64_t limit_;
  std::size_t digits_ = 0;    // of the chunk size being read
  std::size_t overhead_ = 0;  // bytes of a chunked body so far that are no payload
  std::optional<Refusal> refused_;
};

}  // namespace limen::http
