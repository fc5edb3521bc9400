// Where RFC 9112 lets a server choose between repair and refusal, this refuses: two readings of one
// message are how requests are smuggled past a proxy.
#include "http/rules.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace limen::http {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// RFC 9110 section 8.6: Content-Length = 1*DIGIT. A sign, a list, a leading zero or a number that
// does not fit is refused, although some of these have only one sensible reading.
std::optional<std::uint64_t> read_length(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Refusal> judge_encoding(std::string_view coding, Version version) {
  // RFC 9112 section 6.1: Transfer-Encoding in an HTTP/1.0 message means "the framing is faulty".
  if (version == Version::http_1_0)
    return malformed("Transfer-Encoding does not exist in HTTP/1.0.");
  if (equals_ignoring_case(coding, "chunked")) return std::nullopt;
  // RFC 9112 section 6.1: "A server that receives a request message with a transfer coding it does
  // not understand SHOULD respond with 501", and section 6.3 (4): when chunked is not the final
  // coding "the server MUST respond with the 400 (Bad Request) status code and then close the
  // connection".
  const std::string_view last = trim(coding.substr(coding.rfind(',') + 1));
  if (last.size() < coding.size() && equals_ignoring_case(last, "chunked") &&
      lower_ascii(coding).find("chunked") == coding.size() - last.size())
    return refusal(501, codes::not_implemented, "Only the chunked coding is understood.");
  return malformed("The final transfer coding is not chunked.");
}

// RFC 3986 section 3.2.2 without user information and without sub-delimiters, which no host name
// has.
bool is_authority(std::string_view text) {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    for (const char c : text.substr(1, end - 1))
      if (!is_hex(c) && c != ':' && c != '.') return false;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    if (end == 0) return false;
    for (const char c : text.substr(0, end))
      if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-' &&
          c != '.' && c != '_' && c != '~' && c != '%')
        return false;
  }
  if (end == text.size()) return true;
  const std::string_view port = text.substr(end + 1);
  return text[end] == ':' && port.size() <= 5 && std::all_of(port.begin(), port.end(), is_digit);
}

// RFC 9112 section 3.2: "A server MUST respond with a 400 (Bad Request) status code to any HTTP/1.1
// request message that lacks a Host header field and to any request message that contains more than
// one Host header field line or a Host header field with an invalid field value."
std::optional<Refusal> judge_host(const Request& request, Version version) {
  const std::size_t hosts = request.count_headers("host");
  if (hosts > 1) return malformed("There is more than one Host header field.");
  if (hosts == 0 && version == Version::http_1_1)
    return malformed("The Host header field is missing.");
  if (hosts == 1 && !is_authority(*request.header("host")))
    return malformed("The Host header field is invalid.");
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> judge_framing(const Request& request, Version version, Terms& terms) {
  const std::size_t lengths = request.count_headers("content-length");
  const std::size_t codings = request.count_headers("transfer-encoding");
  // RFC 9112 section 6.1: a server "MAY reject a request that contains both Content-Length and
  // Transfer-Encoding". Either way the connection must close; this one rejects.
  if (lengths > 0 && codings > 0)
    return malformed("Content-Length and Transfer-Encoding exclude each other.");
  if (lengths > 1) return malformed("There is more than one Content-Length.");
  if (codings > 1) return malformed("There is more than one Transfer-Encoding.");
  if (codings == 1) {
    terms.framing = Framing::chunked;
    return judge_encoding(*request.header("transfer-encoding"), version);
  }
  if (lengths == 0) return std::nullopt;
  const auto length = read_length(*request.header("content-length"));
  if (!length) return malformed("Content-Length is not a number.");
  terms.framing = *length == 0 ? Framing::none : Framing::length;
  terms.length = *length;
  return std::nullopt;
}

std::optional<Refusal> judge_target(Request& request, Version version) {
  if (auto refused = judge_host(request, version)) return refused;
  std::string_view rest = request.target;
  for (const char c : rest)
    if (c <= 0x20 || c >= 0x7F || c == '#') return malformed("The request target is malformed.");
  // RFC 9110 section 9.3.6: CONNECT is for proxies, and its target is not a path.
  if (request.method == "CONNECT")
    return refusal(501, codes::not_implemented, "This server is not a proxy.");
  if (rest == "*" && request.method == "OPTIONS") {
    request.path = "*";
    return std::nullopt;
  }
  if (!rest.starts_with('/')) {
    const std::string scheme = lower_ascii(rest.substr(0, 8));
    const std::size_t skip = scheme == "https://" ? 8 : scheme.starts_with("http://") ? 7 : 0;
    if (skip == 0) return malformed("The request target is neither a path nor an http URI.");
    rest.remove_prefix(skip);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, end);
    if (!is_authority(authority)) return malformed("The request target's host is invalid.");
    // RFC 9112 section 3.2: "a client MUST send a field value for Host that is identical to that
    // authority component". Two hosts in one request are two readings of it.
    const auto host = request.header("host");
    if (host && !equals_ignoring_case(*host, authority))
      return malformed("The request target and the Host header field disagree.");
    rest.remove_prefix(end);
  }
  const std::size_t mark = std::min(rest.find('?'), rest.size());
  request.path = rest.substr(0, mark);
  if (request.path.empty()) request.path = "/";
  request.query = rest.substr(std::min(mark + 1, rest.size()));
  return std::nullopt;
}

std::optional<Refusal> judge_wishes(const Request& request, Version version, Terms& terms) {
  // RFC 9110 section 10.1.1: a server "MUST ignore" an expectation in an HTTP/1.0 request, and "MAY
  // respond with a 417" to one it does not understand.
  if (version == Version::http_1_1 && request.count_headers("expect") > 0) {
    if (request.count_headers("expect") > 1 ||
        !equals_ignoring_case(*request.header("expect"), "100-continue"))
      return refusal(417, codes::wrong_expectation, "Only 100-continue can be expected.",
                     After::keep);
    if (terms.framing != Framing::none) terms.expectation = Expectation::proceed;
  }
  // RFC 9110 section 5.3: "a sender MUST NOT generate multiple field lines with the same name" that
  // are no list. Which of two a proxy believes is not ours to guess.
  if (request.count_headers("content-type") > 1)
    return refusal(400, codes::malformed_request, "There is more than one Content-Type.",
                   After::keep);
  // RFC 9110 section 8.4: "An origin server MAY respond with a status code of 415 [...] if a
  // representation in the request message has a content coding that is not acceptable."
  for (const auto& [name, value] : request.headers)
    if (name == "content-encoding" && !equals_ignoring_case(value, "identity"))
      return refusal(415, codes::wrong_media_type, "Content codings are not accepted.",
                     After::keep);
  return std::nullopt;
}

}  // namespace limen::http
