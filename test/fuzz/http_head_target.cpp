// The head of a request: what the scan says must not depend on how its bytes arrive, and a head
// that is accepted can be written out again and says the same.
#include <algorithm>
#include <string>

#include "fuzz/fuzz.hpp"
#include "http/head.hpp"
#include "http/rules.hpp"

namespace limen::http {
namespace {

using State = HeadScan::State;

struct Scanned {
  HeadScan scan;
  State state = State::more;
};

Scanned scan_in_reads(std::string_view bytes, const HeadLimits& limits, fuzz::Cuts cuts) {
  Scanned out;
  std::size_t known = 0;
  while (out.state == State::more && known < bytes.size()) {
    known += cuts.next(bytes.size() - known);
    out.state = out.scan.resume(bytes.substr(0, known), limits);
  }
  return out;
}

void check_refusal(const Refusal& refusal) {
  ASSERT(refusal.status >= 400 && refusal.status <= 505);
  fuzz::check_problem(refusal.problem);
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F &&
           std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
  });
}

void check_text(const Request& request) {
  ASSERT(is_token(request.method));
  ASSERT(!request.target.empty());
  for (const char c : request.target) ASSERT(c != ' ' && c != '\r' && c != '\n' && c != '\0');
  for (const auto& [name, value] : request.headers) {
    ASSERT(is_token(name) && name == lower_ascii(name));
    ASSERT(value == trim(value));
    for (const char c : value) ASSERT(c == '\t' || static_cast<unsigned char>(c) >= 0x20);
  }
}

std::string written(const Request& request, Version version) {
  std::string out = request.method + " " + request.target;
  out += version == Version::http_1_1 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
  for (const auto& [name, value] : request.headers)
    out.append(name).append(": ").append(value) += "\r\n";
  return out + "\r\n";
}

void check_rewritten(const Request& request, const Head& head) {
  const std::string bytes = written(request, head.version);
  HeadScan scan;
  ASSERT(scan.resume(bytes, {1 << 20, 1 << 20, 1 << 20}) == State::complete);
  Request again;
  Head head_again;
  ASSERT(!parse_head(scan.head(bytes), again, head_again));
  ASSERT(again.method == request.method && again.target == request.target);
  ASSERT(again.headers == request.headers && head_again.version == head.version);
}

void check_rules(Request request, Version version) {
  Terms terms;
  if (const auto refused = judge_framing(request, version, terms)) return check_refusal(*refused);
  // One reading of the length: the facts that make it are there once, and not both.
  const std::size_t lengths = request.count_headers("content-length");
  const std::size_t codings = request.count_headers("transfer-encoding");
  ASSERT(lengths + codings <= 1);
  ASSERT((terms.framing == Framing::chunked) == (codings == 1));
  if (const auto refused = judge_target(request, version)) return check_refusal(*refused);
  ASSERT(request.path.starts_with('/') || (request.path == "*" && request.method == "OPTIONS"));
  ASSERT(request.path.find_first_of("?# ") == std::string::npos);
  ASSERT(request.query.find_first_of("# ") == std::string::npos);
  ASSERT(version == Version::http_1_0 || request.count_headers("host") == 1);
  if (const auto refused = judge_wishes(request, version, terms)) return check_refusal(*refused);
  ASSERT(terms.expectation == Expectation::none || terms.framing != Framing::none);
}

FUZZ(http_head) {
  const std::uint8_t seed = fuzz::take_byte(input);
  const HeadLimits limits = seed % 4 == 0 ? HeadLimits{40, 80, 3} : HeadLimits{8192, 16384, 100};
  Scanned whole;
  if (!input.empty()) whole.state = whole.scan.resume(input, limits);
  const Scanned cut = scan_in_reads(input, limits, fuzz::Cuts(seed));
  ASSERT(whole.state == cut.state);
  if (whole.state == State::bad) {
    const Refusal& refused = whole.scan.why_bad();
    check_refusal(refused);
    ASSERT(refused.status == cut.scan.why_bad().status);
    ASSERT(refused.problem == cut.scan.why_bad().problem);
  }
  if (whole.state != State::complete) return;
  ASSERT(whole.scan.size() == cut.scan.size() && whole.scan.size() <= input.size());
  const std::string_view bytes = whole.scan.head(input);
  ASSERT(bytes == cut.scan.head(input) && bytes.ends_with("\r\n\r\n"));
  Request request;
  Head head;
  if (const auto refused = parse_head(bytes, request, head)) return check_refusal(*refused);
  check_text(request);
  check_rewritten(request, head);
  check_rules(request, head.version);
}

}  // namespace
}  // namespace limen::http
