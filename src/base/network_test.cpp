// Addresses and networks: what is read, what is refused, what holds what.
#include "base/network.hpp"

#include <gtest/gtest.h>

namespace limen {
namespace {

TEST(Network, addresses_are_read_in_one_form) {
  EXPECT_EQ(parse_address("192.0.2.1"), parse_address("::ffff:192.0.2.1"));
  EXPECT_EQ(parse_address("fe80::1%eth0"), parse_address("fe80::1"));
  EXPECT_EQ(parse_address("2001:DB8:0:0::1"), parse_address("2001:db8::1"));
  EXPECT_NE(parse_address("::192.0.2.1"), parse_address("192.0.2.1"));
  EXPECT_TRUE(parse_address("127.0.0.1")->is_ipv4());
  EXPECT_FALSE(parse_address("::1")->is_ipv4());
  for (const char* text : {"", "localhost", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4:80", "[::1]",
                           "::1::", "12345::", " ::1", "192.0.2.1%", "192.0.2.1%eth0", "::1%"})
    EXPECT_FALSE(parse_address(text)) << text;
}

TEST(Network, addresses_have_one_spelling) {
  const std::pair<const char*, const char*> cases[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"::FFFF:192.0.2.1", "192.0.2.1"},
      {"fe80::1%eth0", "fe80::1"},
      {"2001:DB8:0:0:0::1", "2001:db8::1"},
      {"::", "::"},
  };
  for (const auto& [given, want] : cases) EXPECT_EQ(to_string(*parse_address(given)), want);
}

TEST(Network, networks_are_read_and_hold) {
  struct Case {
    const char *network, *inside, *outside;
  };
  const Case cases[] = {
      {"10.0.0.0/8", "10.255.0.1", "11.0.0.0"},
      {"192.0.2.128/25", "::ffff:192.0.2.200", "192.0.2.127"},
      {"192.0.2.7", "192.0.2.7", "192.0.2.6"},
      {"0.0.0.0/0", "255.1.2.3", "2001:db8::1"},
      {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
      {"::1", "::1", "::2"},
      {"::/0", "10.0.0.1", nullptr},
  };
  for (const Case& c : cases) {
    const auto network = parse_network(c.network);
    ASSERT_TRUE(network) << c.network;
    EXPECT_TRUE(network->holds(*parse_address(c.inside))) << c.network;
    EXPECT_FALSE(c.outside != nullptr && network->holds(*parse_address(c.outside))) << c.network;
  }
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/8 ",
                           "10.0.0.1/8", "2001:db8::/129", "2001:db8::1/64", "host/8", "::/-1"})
    EXPECT_FALSE(parse_network(text)) << text;
}

TEST(Network, within_any_of_several) {
  const Network list[] = {*parse_network("10.0.0.0/8"), *parse_network("::1")};
  EXPECT_TRUE(is_within(*parse_address("10.1.1.1"), list));
  EXPECT_TRUE(is_within(*parse_address("::1"), list));
  EXPECT_FALSE(is_within(*parse_address("127.0.0.1"), list));
  EXPECT_FALSE(is_within(*parse_address("10.1.1.1"), {}));
}

TEST(Network, a_prefix_keeps_its_bits_alone) {
  const Address full = *parse_address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(prefix_of(full, 64), *parse_address("ffff:ffff:ffff:ffff::"));
  EXPECT_EQ(prefix_of(full, 49), *parse_address("ffff:ffff:ffff:8000::"));
  EXPECT_EQ(prefix_of(full, 0), Address{});
  EXPECT_EQ(prefix_of(full, 128), full);
}

TEST(Network, who_counts_as_one) {
  const Address six = *parse_address("2001:db8:1:2:3:4:5:6"), four = *parse_address("192.0.2.7");
  EXPECT_EQ(network_of(six), *parse_address("2001:db8:1:2::"));
  EXPECT_EQ(block_of(six), *parse_address("2001:db8:1::"));
  EXPECT_EQ(network_of(four), four);
  EXPECT_EQ(block_of(four), four);
}

TEST(Network, what_is_on_the_internet_and_what_is_not) {
  for (const char* text :
       {"1.1.1.1", "8.8.8.8", "93.184.215.14", "100.63.255.255", "100.128.0.0", "172.15.0.1",
        "172.32.0.1", "192.0.1.1", "198.17.0.1", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
        "2a00:1450:4001::1", "2400:cb00::1", "::ffff:1.1.1.1"})
    EXPECT_TRUE(is_global(*parse_address(text))) << text;
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.1",
                           "100.64.0.1",
                           "100.100.100.200",  // a provider's metadata
                           "127.0.0.1",
                           "127.255.255.254",
                           "169.254.169.254",  // another's
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.0.0.192",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.1.1",
                           "198.18.0.1",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.1",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::7f00:1",          // IPv4-compatible
                           "::ffff:127.0.0.1",  // mapped
                           "::ffff:10.0.0.1",
                           "::ffff:0:127.0.0.1",  // translated
                           "64:ff9b::7f00:1",     // NAT64
                           "64:ff9b:1::a00:1",
                           "100::1",
                           "2001::1",  // Teredo
                           "2001:2::1",
                           "2001:10::1",
                           "2001:20::1",
                           "2001:db8::1",
                           "2002:7f00:1::1",  // 6to4 of 127.0.0.1
                           "2002:a9fe:a9fe::1",
                           "3fff::1",
                           "5f00::1",
                           "fc00::1",
                           "fd00:ec2::254",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1"})
    EXPECT_FALSE(is_global(*parse_address(text))) << text;
}

}  // namespace
}  // namespace limen
