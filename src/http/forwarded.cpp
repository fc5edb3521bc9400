// Reading the two headers. RFC 7239 section 4 and the loose form of X-Forwarded-For.
#include "http/forwarded.hpp"

#include <optional>

#include "base/text.hpp"

namespace limen::http {
namespace {

// An address with an optional port: "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1".
std::string_view without_port(std::string_view node) {
  const std::size_t bracket = node.find(']');
  if (node.starts_with('['))
    return bracket == std::string_view::npos ? std::string_view() : node.substr(1, bracket - 1);
  const std::size_t colon = node.find(':');
  const bool is_one = colon != std::string_view::npos && node.find(':', colon + 1) == node.npos;
  return is_one ? node.substr(0, colon) : node;
}

std::string_view unquoted(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

// The for= of one element: for=192.0.2.60;proto=http;by=203.0.113.43. None: an empty text, which is
// no address.
std::string_view for_of(std::string_view element) {
  while (!element.empty()) {
    const std::size_t end = std::min(element.find(';'), element.size());
    const std::string_view pair = trim(element.substr(0, end));
    const std::size_t equals = pair.find('=');
    if (equals_ignoring_case(pair.substr(0, equals), "for") && equals != pair.npos)
      return unquoted(trim(pair.substr(equals + 1)));
    element.remove_prefix(std::min(end + 1, element.size()));
  }
  return {};
}

// The hops from the right. RFC 9110 section 5.3: several fields of one name are one list.
class Hops {
 public:
  Hops(const Request& request, ForwardedBy by) : by_(by) {
    const std::string_view name = by == ForwardedBy::forwarded ? "forwarded" : "x-forwarded-for";
    for (const auto& [key, value] : request.headers) {
      if (key != name) continue;
      if (is_there_) list_ += ',';
      list_ += value;
      is_there_ = true;
    }
    rest_ = list_;
  }
  Hops(const Hops&) = delete;
  Hops& operator=(const Hops&) = delete;

  std::optional<std::string_view> next() {
    if (!is_there_) return std::nullopt;
    const std::size_t comma = rest_.rfind(',');
    is_there_ = comma != std::string_view::npos;
    const std::string_view element = trim(is_there_ ? rest_.substr(comma + 1) : rest_);
    if (is_there_) rest_ = rest_.substr(0, comma);
    return without_port(by_ == ForwardedBy::forwarded ? for_of(element) : element);
  }

 private:
  ForwardedBy by_;
  std::string list_;
  std::string_view rest_;
  bool is_there_ = false;
};

}  // namespace

std::string sender_of(const Request& request, std::string_view peer, const Proxies& proxies) {
  std::string sender(peer);
  if (proxies.trusted.empty()) return sender;
  Hops hops(request, proxies.by);
  while (true) {
    const auto address = parse_address(sender);
    if (!address || !is_within(*address, proxies.trusted)) return sender;
    const auto hop = hops.next();
    const auto next = hop ? parse_address(*hop) : std::nullopt;
    if (!next) return sender;
    sender = to_string(*next);
  }
}

}  // namespace limen::http
