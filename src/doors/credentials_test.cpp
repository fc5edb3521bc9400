// Credentials as texts: what is one, and what is none.
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <array>

#include "doors/door.hpp"

namespace limen::doors {
namespace {

Request with(std::initializer_list<std::string> values) {
  Request request;
  for (const std::string& value : values) request.headers.emplace_back("authorization", value);
  return request;
}

std::string basic_of(const std::string& header) {
  const auto found = basic_credentials(with({header}));
  return found ? found->username + "|" + found->password : "none";
}

TEST(Credentials, basic) {
  struct Case {
    const char* name;
    std::string header;
    std::string want;
  };
  const auto pair = [](std::string_view text) { return "Basic " + base64(as_bytes(text)); };
  const Case cases[] = {
      {"s4's example", "Basic aW5ub3ZhdHJpY3M6aW5ub3ZhdHJpY3M=", "innovatrics|innovatrics"},
      {"unpadded", "Basic aW5ub3ZhdHJpY3M6aW5ub3ZhdHJpY3M", "none"},
      {"scheme without case", "bAsIc aW5ub3ZhdHJpY3M6aW5ub3ZhdHJpY3M=", "innovatrics|innovatrics"},
      {"first colon splits", pair("user:pw:with:colons"), "user|pw:with:colons"},
      {"empty password", pair("user:"), "user|"},
      {"no colon", pair("user"), "none"},
      {"not UTF-8", pair("user:\xFF"), "none"},
      {"control character", pair("user:a\nb"), "none"},
      {"spare bits", "Basic YTp=", "none"},
      {"two texts", "Basic YTpi YTpi", "none"},
      {"no text", "Basic", "none"},
      {"another scheme", "Bearer YTpi", "none"},
      {"url-safe letters", "Basic Pz8_Og==", "none"},
  };
  for (const Case& c : cases) EXPECT_EQ(basic_of(c.header), c.want) << c.name;
  EXPECT_FALSE(basic_credentials(with({})));
  EXPECT_FALSE(basic_credentials(with({pair("a:b"), pair("a:b")})));
}

TEST(Credentials, bearer) {
  struct Case {
    const char* name;
    std::string header;
    std::string want;
  };
  const Case cases[] = {
      {"s0's form", "Bearer eyJhbGciOi", "eyJhbGciOi"},
      {"scheme without case", "bearer x", "x"},
      {"bare token", "eyJhbGciOi", "none"},
      {"Basic", "Basic YTpi", "none"},
      {"two words", "Bearer a b", "none"},
      {"nothing behind it", "Bearer ", "none"},
      {"more spaces", "Bearer   a", "a"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(bearer_token(with({c.header})).value_or("none"), c.want) << c.name;
  EXPECT_FALSE(bearer_token(with({})));
  EXPECT_FALSE(bearer_token(with({"Bearer a", "Bearer b"})));
}

TEST(Credentials, token_with_schemes) {
  constexpr std::array<std::string_view, 2> schemes = {"ApiKey", "Token"};
  struct Case {
    std::string header, want;
  };
  const Case cases[] = {
      {"lmn_key_abc", "lmn_key_abc"}, {"ApiKey abc", "abc"},   {"Apikey abc", "abc"},
      {"token abc", "abc"},           {"Bearer abc", "none"},  {"", "none"},
      {"ApiKey abc def", "none"},     {"ApiKey\tabc", "none"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(token_with_schemes(with({c.header}), schemes).value_or("none"), c.want) << c.header;
}

}  // namespace
}  // namespace limen::doors
