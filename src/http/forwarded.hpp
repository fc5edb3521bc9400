// Who sent a request that came through proxies. Only a hop that a listed proxy reports is believed:
// the right-most address that is no listed proxy is the sender, because everything left of it is
// what the sender wrote. One header is read, the one the proxy is known to set; the other one could
// be the sender's own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/network.hpp"
#include "http/message.hpp"

namespace limen::http {

enum class ForwardedBy : std::uint8_t {
  x_forwarded_for,  // "client, proxy1, proxy2": what nginx, haproxy and most others set
  forwarded,        // RFC 7239: for=client, for="[2001:db8::1]:4711"
};

struct Proxies {
  std::vector<Network> trusted{};  // empty: the other end of the connection is the sender
  ForwardedBy by = ForwardedBy::x_forwarded_for;
};

// The sender's address as text; `peer` is the other end of the connection. A hop that is no address
// (RFC 7239's "unknown" and "_hidden") ends the search: the proxy that reported it stands for it.
std::string sender_of(const Request& request, std::string_view peer, const Proxies& proxies);

}  // namespace limen::http
