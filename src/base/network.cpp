// inet_pton reads exactly the forms of RFC 4291 and dotted quads without leading zeros.
#include "base/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace limen {
namespace {

constexpr std::array<std::uint8_t, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned mapped_bits = 8 * mapped.size();

}  // namespace

bool Address::is_ipv4() const { return std::equal(mapped.begin(), mapped.end(), bytes.begin()); }

std::optional<Address> parse_address(std::string_view text) {
  const std::size_t zone = text.find('%');
  const std::string plain(text.substr(0, zone));
  const bool has_zone = zone != std::string_view::npos;
  if (has_zone && zone + 1 == text.size()) return std::nullopt;
  Address out;
  if (::inet_pton(AF_INET6, plain.c_str(), out.bytes.data()) == 1) return out;
  if (has_zone || ::inet_pton(AF_INET, plain.c_str(), out.bytes.data() + mapped.size()) != 1)
    return std::nullopt;
  std::copy(mapped.begin(), mapped.end(), out.bytes.begin());
  return out;
}

std::string to_string(const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  if (address.is_ipv4()) ::inet_ntop(AF_INET, &address.bytes[mapped.size()], text, sizeof text);
  else ::inet_ntop(AF_INET6, address.bytes.data(), text, sizeof text);
  return text;
}

Address prefix_of(Address address, unsigned bits) {
  for (unsigned i = 0; i < address.bytes.size(); ++i) {
    const unsigned kept = bits > 8 * i ? std::min(bits - 8 * i, 8U) : 0;
    address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & (0xFF00U >> kept));
  }
  return address;
}

Address network_of(const Address& address) {
  return address.is_ipv4() ? address : prefix_of(address, 64);
}
Address block_of(const Address& address) {
  return address.is_ipv4() ? address : prefix_of(address, 48);
}

std::optional<Network> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto first = parse_address(text.substr(0, slash));
  if (!first) return std::nullopt;
  const bool is_four = text.find(':') == std::string_view::npos;
  unsigned bits = is_four ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const unsigned most = bits;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc{} || end != digits.data() + digits.size() || bits > most)
      return std::nullopt;
  }
  const Network out{*first, is_four ? mapped_bits + bits : bits};
  if (!out.holds(out.first)) return std::nullopt;
  return out;
}

bool is_within(const Address& address, std::span<const Network> networks) {
  return std::ranges::any_of(networks, [&](const Network& n) { return n.holds(address); });
}

bool is_global(const Address& address) {
  // Of IPv6 only 2000::/3 was ever given out for unicast, so the list is of what is special in it.
  static const std::array special = [] {
    constexpr std::string_view texts[] = {
        "0.0.0.0/8",       "10.0.0.0/8",        "100.64.0.0/10",   "127.0.0.0/8",
        "169.254.0.0/16",  "172.16.0.0/12",     "192.0.0.0/24",    "192.0.2.0/24",
        "192.31.196.0/24", "192.52.193.0/24",   "192.88.99.0/24",  "192.168.0.0/16",
        "192.175.48.0/24", "198.18.0.0/15",     "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4",     "240.0.0.0/4",       "2001::/23",       "2001:db8::/32",
        "2002::/16",       "2620:4f:8000::/48", "3fff::/20"};
    std::array<Network, std::size(texts)> out;
    std::ranges::transform(texts, out.begin(),
                           [](std::string_view t) { return *parse_network(t); });
    return out;
  }();
  static const Network unicast = *parse_network("2000::/3");
  return (address.is_ipv4() || unicast.holds(address)) && !is_within(address, special);
}

}  // namespace limen
