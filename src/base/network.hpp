// Addresses of machines and the networks they stand in, IPv4 and IPv6 as one: IPv4 is held as the
// mapped ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2). It exists because "who asks" is counted by
// network and proxies are believed by network. Names are not looked up; nothing here does I/O.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace limen {

struct Address {
  std::array<std::uint8_t, 16> bytes{};  // all zero: unknown

  bool is_ipv4() const;
  friend bool operator==(const Address&, const Address&) = default;
};

// "192.0.2.1" or "2001:db8::1", the latter with or without a zone ("fe80::1%eth0": RFC 4007 section
// 11), which is dropped; nothing when it is none.
std::optional<Address> parse_address(std::string_view text);
// The one spelling of an address (RFC 5952), of IPv4 as dotted quad.
std::string to_string(const Address& address);

// What is left of an address when only its first `bits` (of 128) count.
Address prefix_of(Address address, unsigned bits);

// Who counts as one: an IPv4 address, an IPv6 /64 (RFC 4291 section 2.5.1: one subnet).
Address network_of(const Address& address);
// Who may have many networks: an IPv4 address, an IPv6 /48 (RFC 6177: an end site).
Address block_of(const Address& address);

struct Network {
  Address first;
  unsigned bits = 128;  // of 128, for IPv4 too

  bool holds(const Address& address) const { return prefix_of(address, bits) == first; }
  friend bool operator==(const Network&, const Network&) = default;
};

// "10.0.0.0/8", "2001:db8::/32", or one address. Bits set behind the prefix are a mistake, and
// nothing.
std::optional<Network> parse_network(std::string_view text);

bool is_within(const Address& address, std::span<const Network> networks);

// Whether it is anybody's on the internet, and not of a special purpose: this machine, its link or
// its site, shared, reserved, documentation, multicast, or another address in disguise (NAT64,
// 6to4, Teredo). IANA's special-purpose registries (RFC 6890); what those leave open is no.
bool is_global(const Address& address);

}  // namespace limen
