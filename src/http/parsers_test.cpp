// The pure parsers without a socket: wherever the bytes are cut, and whatever is done to one of
// them, the verdict is that of the whole.
#include <gtest/gtest.h>

#include "http/body_framing.hpp"
#include "http/head.hpp"

namespace limen::http {
namespace {

constexpr HeadLimits limits{100, 200, 8};

struct Verdict {
  HeadScan::State state = HeadScan::State::more;
  int status = 0;
  std::size_t size = 0;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

Verdict scan(std::string_view text, std::size_t step) {
  HeadScan scan;
  Verdict verdict;
  for (std::size_t size = step; verdict.state == HeadScan::State::more; size += step) {
    verdict.state = scan.resume(text.substr(0, size), limits);
    if (size >= text.size()) break;
  }
  if (verdict.state == HeadScan::State::bad) verdict.status = scan.why_bad().status;
  if (verdict.state == HeadScan::State::complete) verdict.size = scan.size();
  return verdict;
}

const std::string head =
    "\r\nGET /a?b HTTP/1.1\r\nHost: a\r\nX-Y: \tz z\r\nConnection: close\r\n\r\n";

TEST(parsers, a_head_is_the_same_wherever_it_is_cut) {
  const Verdict whole = scan(head + "GET", head.size() + 3);
  EXPECT_EQ(whole.state, HeadScan::State::complete);
  EXPECT_EQ(whole.size, head.size());
  for (std::size_t step = 1; step < head.size(); ++step) EXPECT_EQ(scan(head, step), whole) << step;
}

TEST(parsers, the_first_thing_wrong_with_a_head_is_the_same_wherever_it_is_cut) {
  const std::string line = "GET / HTTP/1.1\r\n";
  const struct {
    const char* name;
    std::string text;
    int want;
  } cases[] = {
      {"a long line, then a control", "GET /" + std::string(120, 'a') + "\x01", 414},
      {"a control in a long line", "GET /\x01" + std::string(120, 'a'), 400},
      {"long fields, then a bare LF", line + "A: " + std::string(250, 'a') + "\n", 431},
      {"a bare LF in long fields", line + "A: a\n" + std::string(250, 'a'), 400},
  };
  for (const auto& c : cases) {
    const Verdict whole = scan(c.text, c.text.size());
    EXPECT_EQ(whole.status, c.want) << c.name;
    for (std::size_t step = 1; step < c.text.size(); ++step)
      EXPECT_EQ(scan(c.text, step), whole) << c.name << ' ' << step;
  }
}

TEST(parsers, no_changed_byte_of_a_head_confuses_scan_and_grammar) {
  for (std::size_t at = 0; at < head.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = head;
      text[at] = static_cast<char>(byte);
      const Verdict whole = scan(text, text.size());
      EXPECT_EQ(scan(text, 1), whole) << at << ' ' << byte;
      if (whole.state != HeadScan::State::complete) continue;
      Request request;
      Head parsed;
      const auto refused =
          parse_head(std::string_view(text).substr(text.starts_with("\r\n") ? 2 : 0,
                                                   whole.size - (text.starts_with("\r\n") ? 2 : 0)),
                     request, parsed);
      if (refused) continue;
      for (const auto& [name, value] : request.headers) {
        EXPECT_EQ(name.find_first_of(" \t\r\n:"), std::string::npos) << at << ' ' << byte;
        EXPECT_EQ(value.find_first_of("\r\n"), std::string::npos) << at << ' ' << byte;
      }
    }
  }
}

TEST(parsers, a_head_becomes_a_request) {
  Request request;
  Head parsed;
  EXPECT_FALSE(parse_head(std::string_view(head).substr(2), request, parsed));
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/a?b");
  EXPECT_EQ(request.header("x-y"), "z z");
  EXPECT_EQ(request.headers.size(), 3U);
  EXPECT_TRUE(parsed.wants_close);
  EXPECT_EQ(parsed.version, Version::http_1_1);
}

struct Unframed {
  std::string payload;
  int status = 0;
  std::size_t consumed = 0;
  friend bool operator==(const Unframed&, const Unframed&) = default;
};

Unframed unframe(const Terms& terms, std::string_view text, std::size_t step) {
  BodyFraming framing(terms, 1000);
  Unframed out;
  while (!framing.is_done() && !framing.refused() && out.consumed < text.size()) {
    const BodyFraming::Step got = framing.next(text.substr(out.consumed, step));
    out.payload += got.payload;
    out.consumed += got.consumed;
  }
  out.status = framing.refused() ? framing.refused()->status : framing.is_done() ? 200 : 0;
  return out;
}

TEST(parsers, a_body_is_the_same_wherever_it_is_cut) {
  const Terms chunked{Framing::chunked, 0, Expectation::none};
  const std::string good = "5\r\nhello\r\n1F;a=b\r\n" + std::string(31, '\n') +
                           "\r\n0\r\nA: b\r\nC-D:\r\n\r\nGET / HTTP/1.1";
  const Unframed whole = unframe(chunked, good, good.size());
  EXPECT_EQ(whole.payload, "hello" + std::string(31, '\n'));
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(good.substr(whole.consumed), "GET / HTTP/1.1");
  for (std::size_t step = 1; step < good.size(); ++step)
    EXPECT_EQ(unframe(chunked, good, step), whole) << step;
  const Unframed counted = unframe({Framing::length, 5, Expectation::none}, "helloGET", 2);
  EXPECT_EQ(counted, (Unframed{"hello", 200, 5}));
}

TEST(parsers, the_limit_of_a_body_holds_in_both_framings) {
  const Terms counted{Framing::length, 1001, Expectation::none};
  EXPECT_FALSE(BodyFraming(counted, 1001).refuse_early());
  EXPECT_EQ(BodyFraming(counted, 1000).refuse_early()->status, 413);
  const Terms chunked{Framing::chunked, 0, Expectation::none};
  const std::string chunk = "1f4\r\n" + std::string(500, 'x') + "\r\n";
  EXPECT_EQ(unframe(chunked, chunk + chunk + "0\r\n\r\n", 7).status, 200);
  EXPECT_EQ(unframe(chunked, chunk + chunk + "1\r\n", 7).status, 413);
}

}  // namespace
}  // namespace limen::http
