// A Response as bytes: status line, the headers every answer carries, then the application's own.
// It is written by hand into one growing buffer so that several pipelined answers leave in one
// write.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace limen::http {

enum class Persistence : std::uint8_t {
  keep,            // HTTP/1.1: nothing is said
  keep_announced,  // HTTP/1.0 with keep-alive: it must be confirmed
  close,
  until_close,  // the content ends with the connection; its length is not known (RFC 9112 6.3)
};

// The Date header's text, built at most once a second.
class DateText {
 public:
  std::string_view at(std::chrono::sys_seconds now);

 private:
  std::chrono::sys_seconds built_for_{};
  std::string text_;
};

// A name for a status code, "Not Found" (RFC 9110 section 15, RFC 6585); empty for one of no name.
std::string_view reason(int status);

// Whether RFC 9110 lets an answer of that status have content at all.
bool may_have_body(int status);

// An answer that tells, for some minutes, that something about `topic` has changed, but not what:
// `event: changed`, at once and then each time the topic is published. The reader asks elsewhere
// what is new, and comes again when the stream has ended (EventSource does by itself). The topic is
// any text that publisher and reader agree on; it is not sent.
Response stream_of(std::string_view topic);
extern const std::string_view changed_event, still_there;

// Appends the head. Headers of `response` that http owns, or that could not be sent without
// changing the message (control characters), are left out.
void append_head(std::string& out, const Response& response, std::string_view id,
                 std::string_view date, Persistence persistence);

}  // namespace limen::http
