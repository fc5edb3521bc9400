// The scan is a byte machine of ours; the grammar is Beast's basic_parser, which sees only complete
// heads that passed the scan. A head is served when both agree. Bodies never reach Beast: see
// body_framing.hpp.
#include "http/head.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <cstring>

#include "base/text.hpp"

namespace limen::http {
namespace {

namespace beast = boost::beast;

std::string_view plain(beast::string_view text) { return {text.data(), text.size()}; }

// RFC 9110 section 7.6.1: Connection = #connection-option, compared ignoring case.
void note_connection(std::string_view value, Head& head) {
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(','), value.size());
    const std::string_view option = trim(value.substr(0, end));
    if (equals_ignoring_case(option, "close")) head.wants_close = true;
    if (equals_ignoring_case(option, "keep-alive")) head.wants_keep_alive = true;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
}

// Copies what Beast finds straight into the Request, so that no second container is built.
class Grammar final : public beast::http::basic_parser<true> {
 public:
  Grammar(Request& request, Head& head) : request_(request), head_(head) {}

 private:
  using Error = beast::error_code;
  using Text = beast::string_view;

  void on_request_impl(beast::http::verb, Text method, Text target, int version,
                       Error& error) override {
    request_.method = plain(method);
    request_.target = plain(target);
    head_.version = version == 11 ? Version::http_1_1 : Version::http_1_0;
    error = {};
  }
  void on_field_impl(beast::http::field, Text name, Text value, Error& error) override {
    auto& header = request_.headers.emplace_back();
    header.first = plain(name);
    for (char& c : header.first)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    header.second = plain(value);
    if (header.first == "connection") note_connection(header.second, head_);
    error = {};
  }
  void on_header_impl(Error& error) override { error = {}; }
  void on_finish_impl(Error& error) override { error = {}; }
  // Never reached: the parser is given a head only and told to skip the body.
  void on_response_impl(int, Text, int, Error& error) override { error = {}; }
  void on_body_init_impl(boost::optional<std::uint64_t> const&, Error& error) override {
    error = {};
  }
  std::size_t on_body_impl(Text, Error& error) override { return error = {}, 0; }
  void on_chunk_header_impl(std::uint64_t, Text, Error& error) override { error = {}; }
  std::size_t on_chunk_body_impl(std::uint64_t, Text, Error& error) override {
    return error = {}, 0;
  }

  Request& request_;
  Head& head_;
};

// RFC 9112 section 2.3: HTTP-version = HTTP-name "/" DIGIT "." DIGIT, and 505 for a major version
// we do not speak. Anything that is not of that form is left to the grammar.
bool is_foreign_version(std::string_view line) {
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
         version[6] == '.' && is_digit(version[7]) && version != "HTTP/1.1" &&
         version != "HTTP/1.0";
}

// How many bytes in front, by eights, are neither a control character nor DEL: they end no line and
// break no rule. The tests on whole words are exact (Warren, Hacker's Delight, section 6-1).
std::size_t plain_run(std::string_view text) {
  constexpr std::uint64_t ones = ~std::uint64_t{0} / 255;
  constexpr std::uint64_t highs = ones << 7;
  std::size_t size = 0;
  for (; size + 8 <= text.size(); size += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + size, 8);
    const std::uint64_t del = word ^ (ones * 0x7F);
    const std::uint64_t below_space = (word - ones * 0x20) & ~word & highs;
    const std::uint64_t is_del = (del - ones) & ~del & highs;
    if ((below_space | is_del) != 0) break;
  }
  return size;
}

}  // namespace

HeadScan::State HeadScan::refuse(Refusal refusal) {
  refusal_ = std::move(refusal);
  return State::bad;
}

HeadScan::State HeadScan::check_size(const HeadLimits& limits) {
  if (fields_from_ == 0 && at_ - start_ > limits.request_line_bytes + 2)
    return refuse(refusal(414, codes::target_too_long, "The request line is too long."));
  if (fields_from_ != 0 && at_ - fields_from_ > limits.header_block_bytes)
    return refuse(refusal(431, codes::head_too_large, "The header fields are too large."));
  if (fields_ > limits.header_fields)
    return refuse(refusal(431, codes::head_too_large, "There are too many header fields."));
  return State::more;
}

// at_ is just past the LF of the line that began at line_.
HeadScan::State HeadScan::end_line(const HeadLimits& limits) {
  const bool is_empty = at_ - line_ == 2;
  line_ = at_;
  if (!is_empty && fields_from_ != 0) ++fields_;
  if (const State state = check_size(limits); state == State::bad) return state;
  if (!is_empty) {
    if (fields_from_ == 0) fields_from_ = at_;
    return State::more;
  }
  if (fields_from_ != 0) return State::complete;
  // RFC 9112 section 2.2: "a server [...] SHOULD ignore at least one empty line (CRLF) received
  // prior to the request-line." Exactly one is ignored here.
  if (start_ != 0) return refuse(malformed("Empty lines stand before the request line."));
  start_ = at_;
  return State::more;
}

HeadScan::State HeadScan::resume(std::string_view buffered, const HeadLimits& limits) {
  while (at_ < buffered.size()) {
    const auto byte = static_cast<unsigned char>(buffered[at_]);
    // RFC 9112 section 2.2: "A recipient of such a bare CR MUST consider that element to be
    // invalid".
    if (after_cr_ != (byte == '\n')) return refuse(malformed("A line does not end with CR LF."));
    after_cr_ = byte == '\r';
    // RFC 9112 section 5.2: a server "MUST [...] reject the message" that folds lines (obs-fold).
    if (at_ == line_ && (byte == ' ' || byte == '\t'))
      return refuse(malformed("A line begins with white space."));
    const bool is_tab_in_field = byte == '\t' && fields_from_ != 0;
    if ((byte < 0x20 && byte != '\r' && byte != '\n' && !is_tab_in_field) || byte == 0x7F)
      return refuse(malformed("The head holds a control character."));
    ++at_;
    // What follows within a line is mostly plain; only after a CR does every byte count.
    if (byte != '\n' && !after_cr_) at_ += plain_run(buffered.substr(at_));
    // At every stop, so that the first thing wrong is the same however the bytes arrive.
    const State state = byte == '\n' ? end_line(limits) : check_size(limits);
    if (state != State::more) return state;
  }
  return State::more;
}

std::string_view HeadScan::head(std::string_view buffered) const {
  return buffered.substr(start_, at_ - start_);
}

std::optional<Refusal> parse_head(std::string_view bytes, Request& request, Head& head) {
  if (is_foreign_version(bytes.substr(0, bytes.find('\r'))))
    return refusal(505, codes::wrong_version, "Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  Grammar grammar(request, head);
  grammar.header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
  grammar.skip(true);  // this parser decides nothing about the body
  beast::error_code error;
  const std::size_t taken = grammar.put({bytes.data(), bytes.size()}, error);
  if (error || taken != bytes.size() || !grammar.is_done())
    return malformed("The request line or a header field is malformed.");
  return std::nullopt;
}

}  // namespace limen::http
