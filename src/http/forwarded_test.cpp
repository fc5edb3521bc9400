// Who is believed about who sent a request.
#include "http/forwarded.hpp"

#include <gtest/gtest.h>

#include "http/fixture_test.hpp"

namespace limen::http {
namespace {

TEST(Forwarded, the_right_most_untrusted_hop_is_the_sender) {
  struct Case {
    const char* name;
    const char* peer;
    std::vector<std::string> values;
    const char* want;
  };
  const Case cases[] = {
      {"no header", "10.0.0.1", {}, "10.0.0.1"},
      {"a stranger's word", "203.0.113.9", {"192.0.2.1"}, "203.0.113.9"},
      {"one proxy", "10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
      {"what the sender wrote", "10.0.0.1", {"198.51.100.1, 192.0.2.1"}, "192.0.2.1"},
      {"two proxies", "10.0.0.1", {"198.51.100.1, 192.0.2.1, 10.2.3.4"}, "192.0.2.1"},
      {"in two fields", "10.0.0.1", {"198.51.100.1", "192.0.2.1,10.2.3.4"}, "192.0.2.1"},
      {"proxies alone", "10.0.0.1", {"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
      {"IPv6", "2001:db8::1", {"2001:db8:1::7"}, "2001:db8:1::7"},
      {"IPv6 in brackets, with a port", "::1", {"[2001:db8:1::7]:4711"}, "2001:db8:1::7"},
      {"a port", "10.0.0.1", {"192.0.2.1:4711"}, "192.0.2.1"},
      {"another spelling", "10.0.0.1", {"::FFFF:192.0.2.1"}, "192.0.2.1"},
      {"a zone", "10.0.0.1", {"FE80:0::1%eth0"}, "fe80::1"},
      {"a zone of IPv4", "10.0.0.1", {"192.0.2.1%eth0"}, "10.0.0.1"},
      {"a mapped proxy", "::ffff:10.0.0.1", {"192.0.2.1"}, "192.0.2.1"},
      {"no address", "10.0.0.1", {"192.0.2.1, unknown"}, "10.0.0.1"},
      {"nothing between commas", "10.0.0.1", {"192.0.2.1, "}, "10.0.0.1"},
      {"an empty field", "10.0.0.1", {""}, "10.0.0.1"},
      {"half a bracket", "10.0.0.1", {"[192.0.2.1"}, "10.0.0.1"},
      {"a peer that is none", "", {"192.0.2.1"}, ""},
  };
  Proxies proxies;
  for (const char* text : {"10.0.0.0/8", "::1", "2001:db8::/48"})
    proxies.trusted.push_back(*parse_network(text));
  for (const Case& c : cases) {
    Request request;
    request.headers = {{"forwarded", "for=198.51.100.99"}};  // the other header is the sender's own
    for (const auto& value : c.values) request.headers.emplace_back("x-forwarded-for", value);
    EXPECT_EQ(sender_of(request, c.peer, proxies), c.want) << c.name;
    EXPECT_EQ(sender_of(request, c.peer, {}), c.peer) << c.name << ", nobody trusted";
  }
}

TEST(Forwarded, rfc_7239_elements) {
  struct Case {
    const char *value, *want;
  };
  const Case cases[] = {
      {"for=192.0.2.1", "192.0.2.1"},
      {"For=\"192.0.2.1:80\";proto=https;by=10.0.0.1", "192.0.2.1"},
      {"proto=https; for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"},
      {"for=198.51.100.1, for=192.0.2.1, for=10.0.0.2", "192.0.2.1"},
      {"for=192.0.2.1, for=_hidden", "10.0.0.1"},
      {"for=unknown", "10.0.0.1"},
      {"by=192.0.2.1", "10.0.0.1"},
      {"for", "10.0.0.1"},
      {"for=\"", "10.0.0.1"},
      {"192.0.2.1", "10.0.0.1"},
  };
  Proxies proxies{{*parse_network("10.0.0.0/8")}, ForwardedBy::forwarded};
  for (const Case& c : cases) {
    Request request;
    request.headers = {{"x-forwarded-for", "198.51.100.99"}, {"forwarded", c.value}};
    EXPECT_EQ(sender_of(request, "10.0.0.1", proxies), c.want) << c.value;
  }
}

using testing::Running;

TEST(Forwarded, the_server_names_the_sender) {
  const std::string head = "GET /seen/a HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n";
  Running direct;
  EXPECT_EQ(direct.ask(head).body, "a|/seen/a||a|127.0.0.1|0");
  Options options;
  options.proxies.trusted = {*parse_network("127.0.0.0/8")};
  Running behind(std::move(options));
  EXPECT_EQ(behind.ask(head).body, "a|/seen/a||a|192.0.2.1|0");
}

}  // namespace
}  // namespace limen::http
