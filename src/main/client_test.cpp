// What the commands' client trusts, and that nobody keeps it waiting: a server that is silent, one
// that never ends, one that says too much.
#include "main/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace limen::main {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Takes one connection, says this, and then nothing until the other end goes.
class Silent {
 public:
  explicit Silent(std::string says)
      : acceptor_(loop_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
        thread_([this, says = std::move(says)] {
          boost::system::error_code ended;
          tcp::socket taken = acceptor_.accept(ended);
          asio::write(taken, asio::buffer(says), ended);
          std::array<char, 1024> heard{};
          while (!ended) taken.read_some(asio::buffer(heard), ended);
        }) {}
  ~Silent() { thread_.join(); }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/";
  }

 private:
  asio::io_context loop_;
  tcp::acceptor acceptor_;
  std::thread thread_;
};

TEST(Client, leaves_who_does_not_answer) {
  const std::string endless = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc";
  for (const std::string& says : {std::string(), std::string("HTTP/1.1 2"), endless}) {
    const Silent server(says);
    const Answer answer = call({.url = server.url(), .patience = std::chrono::seconds{1}});
    EXPECT_EQ(answer.status, 0) << says;
    EXPECT_FALSE(answer.error.empty()) << says;
  }
}

TEST(Client, takes_no_more_than_it_was_told) {
  const std::string body(2000, 'x');
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n";
  for (const std::uint64_t most : {1999U, 2000U}) {
    const Silent server(head + body);
    const Answer answer = call({.url = server.url(), .answer_bytes_max = most});
    EXPECT_EQ(answer.status, most == 2000 ? 200 : 0) << answer.error;
  }
}

TEST(Client, an_error_quotes_nothing) {
  const Answer answer = call({.url = "https://\x1b[2J"});
  EXPECT_EQ(answer.error, "that is no URL");
}

TEST(Client, tells_safe_places_from_those_that_look_like_them) {
  struct Case {
    const char* url;
    Origin want;
  };
  const Case cases[] = {{"https://limen.test", Origin::https},
                        {"HTTPS://limen.test:8443/a/b", Origin::https},
                        {"http://127.0.0.1:8080", Origin::loopback},
                        {"http://localhost", Origin::loopback},
                        {"http://LOCALHOST:1/", Origin::loopback},
                        {"http://[::1]:8080", Origin::loopback},
                        {"http://limen.test", Origin::unsafe},
                        {"http://127.0.0.1.limen.test/", Origin::unsafe},
                        {"http://127.0.0.1:80@limen.test/", Origin::unsafe},
                        {"http://localhost:x@limen.test/", Origin::unsafe},
                        {"https://limen.test@other.test/", Origin::unsafe},
                        {"https://limen.test?a", Origin::unsafe},
                        {"https://limen.test#a", Origin::unsafe},
                        {"https:///a", Origin::unsafe},
                        {"https:a", Origin::unsafe},
                        {"ftp://limen.test", Origin::unsafe},
                        {"file:///etc/passwd", Origin::unsafe},
                        {"https://\x1b", Origin::unsafe},
                        {"", Origin::unsafe}};
  for (const Case& c : cases) EXPECT_EQ(origin_of(c.url), c.want) << c.url;
}

TEST(Client, well_known_documents_stand_before_the_path) {
  EXPECT_EQ(well_known("https://limen.test", "x"), "https://limen.test/.well-known/x");
  EXPECT_EQ(well_known("https://limen.test/", "x"), "https://limen.test/.well-known/x");
  EXPECT_EQ(well_known("https://limen.test/a/b", "x"), "https://limen.test/.well-known/x/a/b");
  EXPECT_EQ(well_known("https://limen.test?a", "x"), std::nullopt);
}

}  // namespace
}  // namespace limen::main
