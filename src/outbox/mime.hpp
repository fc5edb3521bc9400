// A letter's form on the wire: one complete RFC 5322 message, multipart/alternative of text and
// HTML, every line ended by CRLF and short. It exists so that no text from anywhere can become a
// header, a second recipient or the end of the message. It writes no words of its own, sends
// nothing, and leaves dot-stuffing (RFC 5321 section 4.5.2) to the transport.
#pragma once

#include <string>
#include <string_view>

#include "base/id.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace limen::outbox {

struct Mailbox {
  std::string name;     // shown to people; any text
  std::string address;  // must pass is_email
};

// "Limen <noreply@example.com>" or "noreply@example.com", as settings write it.
Result<Mailbox> parse_mailbox(std::string_view text);

struct Message {
  Id id;               // of the letter: the left side of its Message-ID, the same at every attempt
  std::string domain;  // the right side
  Time date;
  Mailbox from, to;                 // exactly one recipient: there is no Cc and no Bcc
  std::string language{};           // BCP 47; empty: the letter does not say
  std::string subject, text, html;  // UTF-8, any line ends
};

// The message as SMTP carries it: ends in CRLF, holds no bare CR or LF, no line over 998 octets,
// and is the same bytes for the same Message. Refuses with invalid_field (`to`, `from`, `domain`)
// what is no address.
Result<std::string> to_wire(const Message& message);

// RFC 2045 section 6.7, with the advice of RFC 2049 section 3: a "." or "From " that would start a
// line is encoded, so no body holds a line that a mail system could take for its own.
std::string quoted_printable(std::string_view text);

// What SMTP asks of every message (RFC 5321 sections 2.3.8 and 4.5.3.1.6): CR and LF only as a
// pair, at most 998 octets between two pairs, no NUL, CRLF at the end.
bool is_wire_safe(std::string_view bytes);

}  // namespace limen::outbox
