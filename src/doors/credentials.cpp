// Credentials as texts, read from the Authorization header in the forms the contracts show. It
// exists so that a half-understood header is no credential at all, never a guess. Believing what
// is read here is onboard/caller.hpp.
#include <algorithm>

#include "base/text.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

// The one Authorization header. RFC 9110 section 5.3: a sender must not repeat a field that is not
// a list, so two of them are none.
std::optional<std::string_view> authorization(const Request& request) {
  if (request.count_headers("authorization") != 1) return std::nullopt;
  const std::string_view value = trim(*request.header("authorization"));
  if (value.empty()) return std::nullopt;
  return value;
}

struct Scheme {
  std::string_view name;  // empty: the credential stands alone
  std::string_view text;
};

// RFC 9110 section 11.4: credentials = auth-scheme [ 1*SP ( token68 / #auth-param ) ]. A text with
// white space inside is neither a token of ours nor a scheme with one.
std::optional<Scheme> split_scheme(std::string_view value) {
  const std::size_t space = value.find(' ');
  Scheme out{value.substr(0, space == std::string_view::npos ? 0 : space), value};
  if (space != std::string_view::npos) {
    const std::size_t begin = value.find_first_not_of(' ', space);
    out.text = begin == std::string_view::npos ? std::string_view() : value.substr(begin);
  }
  const auto has = [&](char c) { return out.text.find(c) != std::string_view::npos; };
  const bool is_one = !out.text.empty() && !has(' ') && !has('\t');
  if (!is_one) return std::nullopt;
  return out;
}

std::optional<std::string_view> text_behind(const Request& request, std::string_view scheme) {
  const auto value = authorization(request);
  const auto parts = value ? split_scheme(*value) : std::nullopt;
  // RFC 9110 section 11.1: "a case-insensitive token to identify the authentication scheme".
  if (!parts || !equals_ignoring_case(parts->name, scheme)) return std::nullopt;
  return parts->text;
}

}  // namespace

std::optional<Basic> basic_credentials(const Request& request) {
  const auto text = text_behind(request, "Basic");
  // s4: "use Base64 encoding with padding"; from_base64 refuses everything else.
  const auto bytes = text ? from_base64(*text) : std::nullopt;
  if (!bytes) return std::nullopt;
  const std::string_view pair = as_text(*bytes);
  // RFC 7617 section 2: "The user-id and password MUST NOT contain any control characters".
  if (!is_utf8(pair) || has_control(pair)) return std::nullopt;
  // RFC 7617 section 2: "a user-id containing a colon character is invalid, as the first colon in
  // a user-pass string separates user-id and password from one another".
  const std::size_t colon = pair.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Basic{std::string(pair.substr(0, colon)), std::string(pair.substr(colon + 1))};
}

std::optional<std::string> bearer_token(const Request& request) {
  // s0: "Authorization: Bearer <access_token>"
  const auto text = text_behind(request, "Bearer");
  if (!text) return std::nullopt;
  return std::string(*text);
}

std::optional<std::string> token_with_schemes(const Request& request,
                                              std::span<const std::string_view> schemes) {
  const auto value = authorization(request);
  const auto parts = value ? split_scheme(*value) : std::nullopt;
  if (!parts) return std::nullopt;
  const bool is_known =
      parts->name.empty() || std::ranges::any_of(schemes, [&](std::string_view scheme) {
        return equals_ignoring_case(parts->name, scheme);
      });
  if (!is_known) return std::nullopt;
  return std::string(parts->text);
}

}  // namespace limen::doors
