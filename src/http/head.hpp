// The head of one request: where it ends among the bytes received, whether every byte of it is
// allowed, and what it says. Beast parses the grammar; the scan before it refuses what Beast
// forgives (obs-fold, bare CR or LF, control bytes), because a proxy in front may read those
// differently. No I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/message.hpp"
#include "http/refusal.hpp"

namespace limen::http {

struct HeadLimits {
  std::size_t request_line_bytes;
  std::size_t header_block_bytes;
  std::size_t header_fields;
};

// Walks over the bytes of a head as they arrive; each byte is looked at once.
class HeadScan {
 public:
  enum class State : std::uint8_t { more, complete, bad };

  // `buffered` starts where it started at the last call and may have grown since.
  State resume(std::string_view buffered, const HeadLimits& limits);
  // After `complete`: the head with its empty line, without an empty line before it.
  std::string_view head(std::string_view buffered) const;
  std::size_t size() const { return at_; }  // bytes of `buffered` the head takes
  const Refusal& why_bad() const { return *refusal_; }
  void reset() { *this = HeadScan(); }

 private:
  State refuse(Refusal refusal);
  State end_line(const HeadLimits& limits);
  State check_size(const HeadLimits& limits);

  std::size_t at_ = 0;           // next byte to look at
  std::size_t start_ = 0;        // first byte of the request line
  std::size_t line_ = 0;         // first byte of the current line
  std::size_t fields_from_ = 0;  // first byte after the request line; 0 while still in it
  std::size_t fields_ = 0;
  bool after_cr_ = false;
  std::optional<Refusal> refusal_;
};

enum class Version : std::uint8_t { http_1_0, http_1_1 };

struct Head {
  Version version = Version::http_1_1;
  bool wants_close = false;       // "Connection: close"
  bool wants_keep_alive = false;  // "Connection: keep-alive", for HTTP/1.0
};

// Fills method, target, path, query and headers of `request` from a complete head. What they must
// satisfy beyond grammar is rules.hpp.
std::optional<Refusal> parse_head(std::string_view bytes, Request& request, Head& head);

}  // namespace limen::http
