// One byte machine for everything between the payload bytes. Extensions and trailers are checked,
// counted and dropped: nothing here has a use for them, and a trailer must never become a header.
#include "http/body_framing.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace limen::http {
namespace {

constexpr std::size_t chunk_size_digits = 15;  // cannot overflow 64 bits
// Sizes, extensions, line ends and trailers of one body may weigh this much more than its payload.
constexpr std::size_t overhead_bytes = 8 * 1024;

// RFC 9110 section 5.6.2
bool is_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
}

}  // namespace

BodyFraming::BodyFraming(const Terms& terms, std::uint64_t limit)
    : state_(terms.framing == Framing::chunked  ? State::size
             : terms.framing == Framing::length ? State::counted
                                                : State::done),
      left_(terms.framing == Framing::length ? terms.length : 0),
      total_(left_),
      limit_(limit) {}

std::optional<Refusal> BodyFraming::refuse_early() const {
  if (total_ > limit_) return too_large("The body is too large.");
  return std::nullopt;
}

void BodyFraming::refuse(Refusal refusal) {
  state_ = State::bad;
  refused_ = std::move(refusal);
}

BodyFraming::Step BodyFraming::next(std::string_view bytes) {
  Step step;
  while (step.consumed < bytes.size() && state_ != State::done && state_ != State::bad) {
    if (state_ == State::counted || state_ == State::data) {
      const std::size_t size =
          static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - step.consumed));
      step.payload = bytes.substr(step.consumed, size);
      step.consumed += size;
      left_ -= size;
      if (left_ == 0) state_ = state_ == State::data ? State::data_cr : State::done;
      return step;
    }
    take(bytes[step.consumed++]);
  }
  return step;
}

// The chunk size is complete: 0 begins the trailer section, more begins data.
void BodyFraming::end_size() {
  if (total_ + left_ > limit_) return refuse(too_large("The body is too large."));
  total_ += left_;
  state_ = left_ == 0 ? State::trailer_start : State::data;
}

void BodyFraming::take_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (++digits_ > chunk_size_digits) return refuse(malformed("A chunk size is too long."));
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return;
  }
  if (digits_ == 0) return refuse(malformed("A chunk size is not hexadecimal."));
  if (c == '\r') state_ = State::size_lf;
  else if (c == ';') state_ = State::extension;
  else refuse(malformed("A chunk size is not hexadecimal."));
}

void BodyFraming::take_trailer(char c) {
  if (state_ == State::trailer_start) {
    if (c == '\r') state_ = State::last_lf;
    else if (is_token(c)) state_ = State::trailer_name;
    else refuse(malformed("A trailer field is malformed."));
  } else if (state_ == State::trailer_name) {
    if (c == ':') state_ = State::trailer_value;
    else if (!is_token(c)) refuse(malformed("A trailer field is malformed."));
  } else {
    if (c == '\r') state_ = State::trailer_lf;
    else if (!is_text(c)) refuse(malformed("A trailer field is malformed."));
  }
}

void BodyFraming::take(char c) {
  const auto expect = [&](char wanted, State next) {
    if (c == wanted) state_ = next;
    else refuse(malformed("A line of the chunked body does not end with CR LF."));
  };
  if (++overhead_ > overhead_bytes + total_)
    return refuse(malformed("The chunked body is more framing than payload."));
  switch (state_) {
    case State::size: return take_size(c);
    case State::extension:
      if (c == '\r') state_ = State::size_lf;
      else if (!is_text(c)) refuse(malformed("A chunk extension is malformed."));
      return;
    case State::size_lf:
      expect('\n', State::size_lf);
      if (!refused_) end_size();
      return;
    case State::data_cr: return expect('\r', State::data_lf);
    case State::data_lf:
      digits_ = 0;
      left_ = 0;
      return expect('\n', State::size);
    case State::trailer_lf: return expect('\n', State::trailer_start);
    case State::last_lf: return expect('\n', State::done);
    case State::trailer_start:
    case State::trailer_name:
    case State::trailer_value: return take_trailer(c);
    case State::counted:
    case State::data:
    case State::done:
    case State::bad: return;
  }
}

}  // namespace limen::http
