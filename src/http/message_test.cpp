// The helpers of a Request and the percent coding, one table each.
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "http/message.hpp"

namespace limen::http {
namespace {

TEST(message, percent_decode_is_strict) {
  struct Case {
    const char* name;
    std::string given;
    Plus plus;
    std::optional<std::string> want;
  };
  const Case cases[] = {
      {"plain", "abc", Plus::is_plus, "abc"},
      {"empty", "", Plus::is_plus, ""},
      {"escapes of either case", "%2Fa%2f", Plus::is_plus, "/a/"},
      {"plus stays in a path", "a+b", Plus::is_plus, "a+b"},
      {"plus is a space in a query", "a+b%2B", Plus::is_space, "a b+"},
      {"utf-8", "%C3%A9", Plus::is_plus, "\xC3\xA9"},
      {"not utf-8", "%C3", Plus::is_plus, std::nullopt},
      {"overlong", "%C0%AF", Plus::is_plus, std::nullopt},
      {"nul", "a%00", Plus::is_plus, std::nullopt},
      {"one digit", "%2", Plus::is_plus, std::nullopt},
      {"no digit", "%", Plus::is_plus, std::nullopt},
      {"not hex", "%2G", Plus::is_plus, std::nullopt},
      {"signed", "%+1", Plus::is_plus, std::nullopt},
      {"last two", "%41", Plus::is_plus, "A"},
  };
  for (const Case& c : cases) EXPECT_EQ(percent_decode(c.given, c.plus), c.want) << c.name;
}

TEST(message, percent_encode_is_undone_by_decode) {
  EXPECT_EQ(percent_encode("a-Z_0.9~"), "a-Z_0.9~");
  EXPECT_EQ(percent_encode("/ &+\xC3\xA9"), "%2F%20%26%2B%C3%A9");
  std::string all;
  for (char c = 1; c < 127; ++c) all += c;
  EXPECT_EQ(percent_decode(percent_encode(all), Plus::is_space), all);
}

TEST(message, parse_form_keeps_order_and_repeats) {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(parse_form("a=1&b=+%26&&a=2&c&=d"),
            (Pairs{{"a", "1"}, {"b", " &"}, {"a", "2"}, {"c", ""}, {"", "d"}}));
  EXPECT_EQ(parse_form(""), Pairs{});
  EXPECT_EQ(parse_form("a=1&b=%"), std::nullopt);
  EXPECT_EQ(parse_form("%zz=1"), std::nullopt);
  EXPECT_EQ(parse_form("a=b=c"), (Pairs{{"a", "b=c"}}));
}

TEST(message, query_value_takes_the_first_and_decodes) {
  Request request;
  request.query = "a=1&b=x%20y&a=2&bad=%&%63=z&empty=&flag";
  EXPECT_EQ(request.query_value("a"), "1");
  EXPECT_EQ(request.query_value("b"), "x y");
  EXPECT_EQ(request.query_value("c"), "z");
  EXPECT_EQ(request.query_value("empty"), "");
  EXPECT_EQ(request.query_value("flag"), "");
  EXPECT_EQ(request.query_value("bad"), std::nullopt);
  EXPECT_EQ(request.query_value("none"), std::nullopt);
}

TEST(message, cookies_are_read_by_their_whole_name) {
  Request request;
  request.headers = {
      {"cookie", "xa=1; a=2;b=; a=3"}, {"x", "d=1"}, {"cookie", "d"}, {"cookie", "d=4="}};
  EXPECT_EQ(request.cookie("a"), "2");
  EXPECT_EQ(request.cookie("b"), "");
  EXPECT_EQ(request.cookie("c"), std::nullopt);
  EXPECT_EQ(request.cookie("d"), "4=");
}

TEST(message, headers_and_media_type) {
  Request request;
  EXPECT_EQ(request.media_type(), "");
  request.headers = {{"x", "1"}, {"content-type", "Application/JSON ; charset=utf-8"}, {"x", "2"}};
  EXPECT_EQ(request.header("x"), "1");
  EXPECT_EQ(request.header("y"), std::nullopt);
  EXPECT_EQ(request.count_headers("x"), 2U);
  EXPECT_EQ(request.media_type(), "application/json");
}

}  // namespace
}  // namespace limen::http
