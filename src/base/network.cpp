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
  const std::string plain(text.substr(0, text.find('%')));
  Address out;
  if (::inet_pton(AF_INET6, plain.c_str(), out.bytes.data()) == 1) return out;
  if (::inet_pton(AF_INET, plain.c_str(), out.bytes.data() + mapped.size()) != 1)
    return std::nullopt;
  std::copy(mapped.begin(), mapped.end(), out.bytes.begin());
  return out;
}

Address prefix_of(Address address, unsigned bits) {
  for (unsigned i = 0; i < address.bytes.size(); ++i) {
    const unsigned kept = bits > 8 * i ? std::min(bits - 8 * i, 8U) : 0;
    address.bytes[i] = static_cast<std::uint8_t>(address.bytes[i] & (0xFF00U >> kept));
  }
  return address;
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

}  // namespace limen
