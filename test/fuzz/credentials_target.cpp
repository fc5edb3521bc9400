// Credentials in the Authorization header, and cookies: each line of the input is one such header.
// A credential is a text without white space, reads the same when written again, and two headers
// are none; a cookie is a piece of its header, and found again where it stands first.
#include <algorithm>
#include <array>
#include <string>

#include "doors/door.hpp"
#include "fuzz/fuzz.hpp"

namespace limen::doors {
namespace {

constexpr std::array<std::string_view, 2> schemes = {"ApiKey", "Token"};

Request with_header(std::string value) {
  Request request;
  request.headers.emplace_back("authorization", std::move(value));
  return request;
}

// What http lets through as a field value, without the white space around it.
bool is_field_value(std::string_view value) {
  return value == trim(value) && std::ranges::all_of(value, [](char c) {
           return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
         });
}

void check_token(std::string_view token) {
  ASSERT(!token.empty() && token.find_first_of(" \t\r\n") == std::string_view::npos);
}

void check_one(const std::string& value) {
  const Request request = with_header(value);
  const auto basic = basic_credentials(request);
  const auto bearer = bearer_token(request);
  ASSERT(!basic || !bearer);
  if (basic) {
    const std::string pair = basic->username + ":" + basic->password;
    ASSERT(basic->username.find(':') == std::string::npos && !has_control(pair));
    const std::string written = "bAsIc " + base64(as_bytes(pair));
    ASSERT(equals_ignoring_case(written.substr(0, 6), value.substr(0, 6)));
    const auto again = basic_credentials(with_header(written));
    ASSERT(again && again->username == basic->username && again->password == basic->password);
  }
  if (bearer) {
    check_token(*bearer);
    ASSERT(value.ends_with(*bearer) && equals_ignoring_case(value.substr(0, 7), "Bearer "));
  }
  if (const auto token = token_with_schemes(request, schemes)) {
    check_token(*token);
    ASSERT(!basic && !bearer && value.ends_with(*token));
    ASSERT(token_with_schemes(with_header("tOkEn  " + *token), schemes) == token);
  }
}

void check_cookies(const std::string& value) {
  Request request;
  request.headers.emplace_back("cookie", value);
  const std::string_view first = trim(std::string_view(value).substr(0, value.find(';')));
  const std::size_t equals = first.find('=');
  if (equals == first.npos) return;
  const std::string name(first.substr(0, equals));
  const auto cookie = request.cookie(name);
  ASSERT(cookie == first.substr(equals + 1));
  request.headers[0].second = name + "=" + *cookie + "; " + value;
  ASSERT(request.cookie(name) == cookie);
}

FUZZ(credentials) {
  Request request;
  while (!input.empty() && request.headers.size() < 4) {
    const std::string value(fuzz::take_until(input, '\n'));
    if (!is_field_value(value)) return;
    check_one(value);
    check_cookies(value);
    request.headers.emplace_back("authorization", value);
  }
  if (request.headers.size() < 2) return;
  ASSERT(!basic_credentials(request) && !bearer_token(request));
  ASSERT(!token_with_schemes(request, schemes));
}

}  // namespace
}  // namespace limen::doors
