// Raw bytes against a real socket: which messages are refused, with which status, and that nothing
// after a framing error is ever read as a request. Each row is one connection.
#include <gtest/gtest.h>

#include "http/fixture_test.hpp"

namespace limen::http::testing {
namespace {

using namespace std::string_literals;

enum class Then : std::uint8_t { keep, close };

struct Case {
  const char* name;
  std::string given;
  int want;
  Then then = Then::close;
};

// The canary would be answered 200 "pong" if it were read as a request.
const std::string canary = get("/ping");

void check(Running& running, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    Client client(running.port());
    client.send(c.given + canary);
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, c.want) << c.name;
    EXPECT_EQ(answer.has("connection"), c.then == Then::close) << c.name;
    EXPECT_TRUE(answer.has("x-request-id")) << c.name;
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff") << c.name;
    if (c.then == Then::close) {
      EXPECT_TRUE(client.sees_end()) << c.name;
    } else {
      EXPECT_EQ(client.read().body, "pong") << c.name;
    }
  }
}

TEST(framing, of_the_length) {
  const auto with = [](const std::string& headers, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
  };
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  Running running;
  check(
      running,
      {
          {"a length", with("Content-Length: 5\r\n", "hello"), 200, Then::keep},
          {"zero", with("Content-Length: 0\r\n", ""), 200, Then::keep},
          {"none", with("", ""), 200, Then::keep},
          {"chunked", with(chunked, "5\r\nhello\r\n0\r\n\r\n"), 200, Then::keep},
          {"Chunked", with("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"), 200, Then::keep},
          {"both", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400},
          {"both, reversed", with(chunked + "Content-Length: 5\r\n", "0\r\n\r\n"), 400},
          {"two equal lengths", with("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"), 400},
          {"two lengths", with("Content-Length: 5\r\nContent-Length: 6\r\n", "hello"), 400},
          {"a list", with("Content-Length: 5, 5\r\n", "hello"), 400},
          {"a sign", with("Content-Length: +5\r\n", "hello"), 400},
          {"negative", with("Content-Length: -1\r\n", ""), 400},
          {"hex", with("Content-Length: 0x5\r\n", "hello"), 400},
          {"a leading zero", with("Content-Length: 05\r\n", "hello"), 400},
          {"empty", with("Content-Length:\r\n", ""), 400},
          {"words", with("Content-Length: five\r\n", ""), 400},
          {"overflow", with("Content-Length: 18446744073709551617\r\n", ""), 400},
          {"space inside", with("Content-Length: 1 1\r\n", ""), 400},
          {"another coding", with("Transfer-Encoding: gzip\r\n", ""), 400},
          {"identity", with("Transfer-Encoding: identity\r\n", ""), 400},
          {"gzip, chunked", with("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501},
          {"chunked, gzip", with("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400},
          {"chunked twice", with("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), 400},
          {"two codings", with(chunked + chunked, ""), 400},
          {"xchunked", with("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), 400},
          {"quoted", with("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"), 400},
          {"vertical tab", with("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n"), 400},
          {"chunked on 1.0", "POST /echo HTTP/1.0\r\nHost: a\r\n" + chunked + "\r\n0\r\n\r\n", 400},
      });
  EXPECT_EQ(running.application.asked, 10);  // five good ones, each with its canary
}

// Every door words its own refusals, so the one that words must know the path (A21).
TEST(framing, a_refusal_knows_its_path) {
  Running running;
  for (const std::string& given :
       {"POST /echo?a=b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"s,
        "POST /echo?a=b HTTP/1.1\r\nHost: a b\r\n\r\n"s,
        "POST /echo?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n"s}) {
    Client client(running.port());
    client.send(given);
    const std::string body = client.read().body;
    EXPECT_NE(body.find(" /echo "), std::string::npos) << given << body;
  }
}

TEST(framing, of_chunks) {
  const auto chunked = [](const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
  };
  const auto bytewise = [](int bytes) {
    std::string body;
    for (int i = 0; i < bytes; ++i) body += "1\r\na\r\n";
    return body + "0\r\n\r\n";
  };
  Running running;
  check(
      running,
      {
          {"two chunks", chunked("1\r\na\r\n0A\r\n0123456789\r\n0\r\n\r\n"), 200, Then::keep},
          {"an extension", chunked("1;x=\"y\"\r\na\r\n0;z\r\n\r\n"), 200, Then::keep},
          {"trailers", chunked("0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n"), 200, Then::keep},
          {"no size", chunked("\r\n"), 400},
          {"not hex", chunked("g\r\n"), 400},
          {"a sign", chunked("-1\r\n"), 400},
          {"0x", chunked("0x1\r\na\r\n0\r\n\r\n"), 400},
          {"a space before the size", chunked(" 1\r\na\r\n0\r\n\r\n"), 400},
          {"a space behind the size", chunked("1 \r\na\r\n0\r\n\r\n"), 400},
          {"overflow", chunked("10000000000000001\r\na"), 400},
          {"huge", chunked("fffffffffffffff\r\na"), 413},
          {"bare lf", chunked("1\na\n0\n\n"), 400},
          {"bare cr", chunked("1\r\ra\r\n0\r\n\r\n"), 400},
          {"lf in an extension", chunked("1;x\ny\r\na\r\n0\r\n\r\n"), 400},
          {"a long extension", chunked("1;" + std::string(9000, 'x') + "\r\na\r\n0\r\n\r\n"), 400},
          {"a byte a chunk", chunked(bytewise(2000)), 200, Then::keep},
          {"a byte a chunk for too long", chunked(bytewise(4000)), 400},
          {"data longer than its size", chunked("1\r\nab\r\n0\r\n\r\n"), 400},
          {"no line end behind the data", chunked("1\r\na0\r\n\r\n"), 400},
          {"junk for trailers", chunked("0\r\njunk\r\n\r\n"), 400},
          {"a folded trailer", chunked("0\r\n a: b\r\n\r\n"), 400},
          {"bare lf in trailers", chunked("0\r\na: b\n\r\n"), 400},
          {"too many trailers", chunked("0\r\na: " + std::string(9000, 'x') + "\r\n\r\n"), 400},
      });
}

TEST(framing, of_the_head) {
  Running running;
  const auto get_with = [](const std::string& headers) {
    return "GET /ping HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
  };
  check(running,
        {
            {"plain", get_with("X: 1\r\nY:\t2 \r\nZ:\r\n"), 200, Then::keep},
            {"one empty line before", "\r\n" + get_with(""), 200, Then::keep},
            {"obs-text", get_with("X: \xC3\xA9\r\n"), 200, Then::keep},
            {"two empty lines before", "\r\n\r\n" + get_with(""), 400},
            {"obs-fold", get_with("X: 1\r\n 2\r\n"), 400},
            {"obs-fold by tab", get_with("X: 1\r\n\t2\r\n"), 400},
            {"white space before the first field", "GET /ping HTTP/1.1\r\n Host: a\r\n\r\n", 400},
            {"space before the colon", get_with("X : 1\r\n"), 400},
            {"no colon", get_with("X\r\n"), 400},
            {"no name", get_with(": 1\r\n"), 400},
            {"bare lf", "GET /ping HTTP/1.1\nHost: a\n\n", 400},
            {"bare lf in a field", get_with("X: 1\nY: 2\r\n"), 400},
            {"bare cr in a field", get_with("X: 1\rY: 2\r\n"), 400},
            {"cr cr lf", get_with("X: 1\r\r\n"), 400},
            {"nul in a value", get_with("X: a\0b\r\n"s), 400},
            {"nul in a name", get_with("X\0: a\r\n"s), 400},
            {"escape in a value", get_with("X: \x1B[2J\r\n"), 400},
            {"del in a value", get_with("X: \x7F\r\n"), 400},
            {"brackets in a name", get_with("X(y): 1\r\n"), 400},
            {"tab in the request line", "GET\t/ping HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"two spaces", "GET  /ping HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"a space at the end", "GET /ping HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
            {"a space in the target", "GET /pi ng HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"no version", "GET /ping\r\nHost: a\r\n\r\n", 400},
            {"lower-case version", "GET /ping http/1.1\r\nHost: a\r\n\r\n", 400},
            {"version 2", "GET /ping HTTP/2.0\r\nHost: a\r\n\r\n", 505},
            {"version 1.2", "GET /ping HTTP/1.2\r\nHost: a\r\n\r\n", 505},
            {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
            {"a fragment", "GET /ping#x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"utf-8 in the target", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"a relative target", "GET ping HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"a TLS hello", "\x16\x03\x01\x02\0\x01\r\n"s, 400},
        });
}

TEST(framing, of_the_host) {
  Running running;
  const auto host = [](const std::string& lines) {
    return "GET /ping HTTP/1.1\r\n" + lines + "\r\n";
  };
  check(running, {
                     {"a name", host("Host: limen.example\r\n"), 200, Then::keep},
                     {"a port", host("Host: limen.example:8080\r\n"), 200, Then::keep},
                     {"an address", host("Host: [::1]:8080\r\n"), 200, Then::keep},
                     {"missing", host("X: 1\r\n"), 400},
                     {"empty", host("Host:\r\n"), 400},
                     {"two", host("Host: a\r\nHost: a\r\n"), 400},
                     {"a list", host("Host: a, b\r\n"), 400},
                     {"a user", host("Host: u@a\r\n"), 400},
                     {"a path", host("Host: a/b\r\n"), 400},
                     {"a bad port", host("Host: a:8x\r\n"), 400},
                     {"two ports", host("Host: a:1:2\r\n"), 400},
                     {"an open bracket", host("Host: [::1\r\n"), 400},
                     {"none on 1.0", "GET /ping HTTP/1.0\r\n\r\n", 200},
                     {"two on 1.0", "GET /ping HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
                 });
}

TEST(framing, limits_of_the_head) {
  Options options;
  options.request_line_bytes = 100;
  options.header_block_bytes = 200;
  options.header_fields = 5;
  Running running(options);
  std::string many;
  for (int i = 0; i < 4; ++i) many += "X: 1\r\n";
  const std::string line = "GET /seen/" + std::string(100 - 19, 'x') + " HTTP/1.1\r\n";
  // Beside the Host field and the empty line.
  const std::string field = "X: " + std::string(200 - 9 - 2 - 5, 'x') + "\r\n";
  check(running,
        {
            {"the longest line", line + "Host: a\r\n\r\n", 200, Then::keep},
            {"one byte more", "GET /x" + line.substr(5) + "Host: a\r\n\r\n", 414},
            {"a line without end", "GET /" + std::string(5000, 'x'), 414},
            {"the most fields", get("/ping", many), 200, Then::keep},
            {"one field more", get("/ping", many + "Y: 1\r\n"), 431},
            {"the largest block", get("/ping", field), 200, Then::keep},
            {"one byte more of it", get("/ping", "Y" + field), 431},
            {"a field without end", "GET /ping HTTP/1.1\r\nX: " + std::string(5000, 'x'), 431},
        });
}

TEST(framing, methods_and_wishes) {
  Running running;
  const std::string small = "Content-Length: 2\r\nContent-Encoding: gzip\r\n";
  check(running,
        {
            {"no route", get("/nothing"), 404, Then::keep},
            {"no route, with a body", post("/nothing", "hello"), 404, Then::keep},
            {"wrong method", "PUT /echo HTTP/1.1\r\nHost: a\r\n\r\n", 405, Then::keep},
            {"an unknown method", "BREW /echo HTTP/1.1\r\nHost: a\r\n\r\n", 405, Then::keep},
            {"trace", "TRACE /echo HTTP/1.1\r\nHost: a\r\n\r\n", 405, Then::keep},
            {"trace nowhere", "TRACE /no HTTP/1.1\r\nHost: a\r\n\r\n", 405, Then::keep},
            {"connect", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 501},
            {"options of the server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 404, Then::keep},
            {"a coding", "POST /echo HTTP/1.1\r\nHost: a\r\n" + small + "\r\n{}", 415, Then::keep},
            {"an expectation", get("/ping", "Expect: miracles\r\n"), 417, Then::keep},
            {"an expectation and a body", post("/echo", "{}", "Expect: 200-ok\r\n"), 417},
            {"an expectation on 1.0", "GET /ping HTTP/1.0\r\nExpect: miracles\r\n\r\n", 200},
            {"a bad escape", get("/seen/%zz"), 400, Then::keep},
        });
}

}  // namespace
}  // namespace limen::http::testing
