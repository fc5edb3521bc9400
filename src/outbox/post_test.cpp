// Where a line may lead, over real sockets: a listener on this machine that counts who comes, and
// the many ways of spelling its address. What is said over the line is tested from outside, in
// test/e2e.
#include "outbox/post.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace limen::outbox {
namespace {

// Listens on every address of this machine, IPv4 through IPv6 too; answers nobody.
class Listener {
 public:
  Listener() {
    socket_ = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int off = 0;
    ::setsockopt(socket_, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    socklen_t size = sizeof any;
    if (::bind(socket_, reinterpret_cast<sockaddr*>(&any), size) != 0 ||
        ::listen(socket_, 64) != 0 ||
        ::getsockname(socket_, reinterpret_cast<sockaddr*>(&any), &size) != 0)
      ADD_FAILURE() << "no listener";
    port_ = ntohs(any.sin6_port);
  }
  ~Listener() { ::close(socket_); }
  std::string port() const { return std::to_string(port_); }
  bool was_called() const {
    pollfd look{socket_, POLLIN, 0};
    if (::poll(&look, 1, 0) != 1) return false;
    ::close(::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC));
    return true;
  }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
};

PostOptions options(std::function<bool(const Address&)> may_reach) {
  PostOptions out;
  out.connect_time = std::chrono::seconds{2};
  out.total_time = std::chrono::milliseconds{300};
  out.may_reach = std::move(may_reach);
  return out;
}

TEST(Post, S2_no_spelling_of_this_machine_is_called) {
  const Listener listener;
  Post post(options(is_global));
  for (const std::string scheme : {"http://", "https://"})
    for (const char* host : {"127.0.0.1",
                             "127.1",
                             "127.0.1",
                             "2130706433",
                             "0x7f000001",
                             "0x7f.0.0.1",
                             "0177.0.0.1",
                             "017700000001",
                             "127.0.0.1.",
                             "0.0.0.0",
                             "0",
                             "localhost",
                             "LOCALHOST",
                             "localhost.",
                             "[::1]",
                             "[::]",
                             "[0:0:0:0:0:0:0:1]",
                             "[::ffff:127.0.0.1]",
                             "[::ffff:7f00:1]",
                             "[0:0:0:0:0:ffff:7f00:0001]",
                             "[::127.0.0.1]"}) {
      const auto reply = post.send(scheme + host + ":" + listener.port() + "/", {}, "{}");
      EXPECT_EQ(reply.status, 0) << host;
      EXPECT_FALSE(listener.was_called()) << host;
    }
  // Not because nobody can be called at all.
  Post allowed(options([](const Address& a) { return a == *parse_address("127.0.0.1"); }));
  EXPECT_EQ(allowed.send("http://127.1:" + listener.port() + "/", {}, "{}").why, "timeout");
  EXPECT_TRUE(listener.was_called());
}

TEST(Post, says_why_it_did_not_call) {
  Post post(options(is_global));
  EXPECT_EQ(post.send("http://127.0.0.1:1/", {}, "{}").why, "not reachable");
  EXPECT_EQ(post.send("https://[::1]:1/", {}, "{}").why, "not reachable");
  EXPECT_EQ(post.send("https://nobody.invalid/", {}, "{}").why, "not reachable");
  EXPECT_EQ(post.send("http://169.254.169.254/latest/meta-data/", {}, "{}").why, "not reachable");
  EXPECT_NE(post.send("file:///etc/hostname", {}, "{}").why, "");
  EXPECT_NE(post.send("gopher://127.0.0.1:1/", {}, "{}").why, "");
}

TEST(Post, no_proxy_of_the_environment_is_asked) {
  const Listener proxy;
  ::setenv("http_proxy", ("http://127.0.0.1:" + proxy.port()).c_str(), 1);
  ::setenv("all_proxy", ("http://127.0.0.1:" + proxy.port()).c_str(), 1);
  Post post(options([](const Address&) { return true; }));
  post.send("http://127.0.0.1:1/", {}, "{}");
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
  EXPECT_FALSE(proxy.was_called());
}

}  // namespace
}  // namespace limen::outbox
