// The words everyone uses: strict decoders, strict JSON, dates, e-mail addresses, log lines.
#include <gtest/gtest.h>

#include <thread>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace limen {
namespace {

TEST(Base64url, has_one_spelling_for_each_value) {
  for (std::size_t size = 0; size < 70; ++size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + size);
    const std::string text = base64url(bytes);
    EXPECT_EQ(from_base64url(text), bytes);
    EXPECT_EQ(from_base64(base64(bytes)), bytes);
  }
  // Padding, spare bits, the other alphabet's letters, white space, one lone letter.
  for (const char* text : {"QQ==", "QR", "a+b/", "QQ ", "\nQQ", "A", "QQ="})
    EXPECT_FALSE(from_base64url(text)) << text;
  // RFC 7617 as s4 wants it: "use Base64 encoding with padding".
  EXPECT_TRUE(from_base64("aW5ub3ZhdHJpY3M6aW5ub3ZhdHJpY3M="));
  for (const char* text :
       {"aW5ub3ZhdHJpY3M6aW5ub3ZhdHJpY3M", "QQ=", "Q===", "====", "QR==", "QQ==QQ=="})
    EXPECT_FALSE(from_base64(text)) << text;
}

TEST(Id, is_the_36_letter_form_only) {
  const std::string text = "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee";
  ASSERT_TRUE(parse_id(text));
  EXPECT_EQ(to_string(*parse_id(text)), text);
  EXPECT_EQ(parse_id("AD90C821-E5EA-4385-BE5B-4FC9F9EA24EE"), parse_id(text));
  for (const char* wrong :
       {"", "ad90c821e5ea4385be5b4fc9f9ea24ee", "{ad90c821-e5ea-4385-be5b-4fc9f9ea24ee}",
        "ad90c821-e5ea-4385-be5b-4fc9f9ea24eg", "ad90c821-e5ea-4385-be5b-4fc9f9ea24e",
        "ad90c821-e5ea-4385-be5b4-fc9f9ea24ee"})
    EXPECT_FALSE(parse_id(wrong)) << wrong;
}

TEST(Json, is_judged_strictly) {
  using namespace std::string_literals;
  struct Case {
    std::string name, text;
    bool good;
  };
  // {"n1":0,…,"n40":0, and then `last`: more names than are compared one by one.
  const auto many = [](const std::string& last) {
    std::string text = "{";
    for (int i = 1; i <= 40; ++i) text += "\"n" + std::to_string(i) + "\":0,";
    return text + last + "}";
  };
  const Case cases[] = {
      {"forty names", many(R"("a":{"n1":1,"n40":1})"), true},
      {"an early one of forty again", many(R"("n1":1)"), false},
      {"a late one of forty again", many(R"("n39":1)"), false},
      {"a name again after an inner object had it", R"({"a":1,"x":{"b":1},"b":1})", true},
      {"a duplicate after an inner object", R"({"a":1,"x":{"b":1},"a":1})", false},
      {"an empty name twice", R"({"":1,"":2})", false},
      {"a name that begins another", R"({"ab":1,"a":2,"abc":3})", true},
      {"an object", R"({"a":1,"b":{"a":2}})", true},
      {"the same name at another depth", R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})", true},
      {"duplicate members", R"({"a":1,"a":2})", false},
      {"duplicate members, one escaped", R"({"a":1,"\u0061":2})", false},
      {"duplicate in a nested object", R"({"x":[{"a":1,"a":1}]})", false},
      {"NUL escaped", R"({"a":"\u0000"})", false},
      {"NUL in a name", R"({"\u0000":1})", false},
      {"NUL raw", "{\"a\":\"\0\"}"s, false},
      {"lone high surrogate", R"({"a":"\ud800"})", false},
      {"lone low surrogate", R"({"a":"\udc00"})", false},
      {"a surrogate pair", R"({"a":"\ud83d\ude00"})", true},
      {"invalid UTF-8", "{\"a\":\"\xC3\x28\"}", false},
      {"overlong UTF-8", "{\"a\":\"\xC0\xAF\"}", false},
      {"a byte-order mark", "\xEF\xBB\xBF{}", false},
      {"trailing data", "{} {}", false},
      {"trailing white space", "{} \n", true},
      {"a number no double holds", "1e400", false},
      {"one too small is 0", "1e-400", true},
      {"the biggest double", "1.7976931348623157e308", true},
      {"nothing", "", false},
      {"half", R"({"a":)", false},
      {"comment", "{/**/}", false},
      {"trailing comma", R"({"a":1,})", false},
      {"single quotes", "{'a':1}", false},
      {"NaN", R"({"a":NaN})", false},
      {"the largest number", R"({"a":-1.7976931348623157e308})", true},
      {"a number out of range", R"({"a":1e400})", false},
      {"400 digits", '[' + std::string(400, '1') + ']', false},
      {"32 deep", std::string(32, '[') + std::string(32, ']'), true},
      {"33 deep", std::string(33, '[') + std::string(33, ']'), false},
  };
  for (const auto& c : cases) EXPECT_EQ(parse_json(c.text).has_value(), c.good) << c.name;
}

TEST(Json, long_names_arrive_in_parts_and_are_still_compared) {
  const std::string name(5000, 'n');
  EXPECT_FALSE(parse_json("{\"" + name + "\":1,\"" + name + "\":2}"));
  const auto value = parse_json("{\"" + name + "\":1,\"" + name + "x\":2}");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->get_object().size(), 2U);
}

TEST(Text, names_from_outside_are_tamed) {
  EXPECT_EQ(shown("first_name"), "first_name");
  EXPECT_EQ(shown("a\nb"), "(unprintable)");
  EXPECT_EQ(shown(std::string(65, 'a')), "(unprintable)");
}

TEST(Text, single_line_by_table) {
  struct Case {
    std::string name, given, want;
  };
  const std::vector<Case> cases = {
      {"plain", "John", "John"},
      {"ends", " \tJohn\t ", "John"},
      {"crlf", "a\r\nb", "a  b"},
      {"c1", "a\xC2\x85\x62", "a b"},
      {"line separator", "a\xE2\x80\xA8\x62", "a b"},
      {"override", "a\xE2\x80\xAE\x62", "a b"},
      {"isolate", "a\xE2\x81\xA9\x62", "a b"},
      {"marks stay", "a\xE2\x80\x8F\x62", "a\xE2\x80\x8F\x62"},
      {"broken", "a\xFF\x62", "a\xEF\xBF\xBD\x62"},
      {"cut off", "a\xE2\x80", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
  };
  for (const auto& c : cases) EXPECT_EQ(single_line(c.given), c.want) << c.name;
}

TEST(Text, email_addresses) {
  for (const char* good :
       {"john@example.com", "john.doe@sqr-group.com", "a+b@x.co", "o'neil@a-b.example.org"})
    EXPECT_TRUE(is_email(good)) << good;
  const std::string long_local(65, 'a');
  const std::string long_all(250, 'a');
  for (const std::string& bad :
       {std::string(), std::string("not-an-email"), std::string("a@b"), std::string("@example.com"),
        std::string("a@"), std::string("a b@example.com"), std::string(".a@example.com"),
        std::string("a..b@example.com"), std::string("a@-x.com"), std::string("a@x..com"),
        std::string("a@example.com\r\nBcc: b@example.com"), std::string("\"a b\"@example.com"),
        std::string("a@[127.0.0.1]"), std::string("j\xC3\xB6hn@example.com"),
        long_local + "@example.com", "a@" + long_all + ".com"})
    EXPECT_FALSE(is_email(bad)) << bad;
}

TEST(Text, utf8_and_controls) {
  EXPECT_TRUE(is_utf8("Zo\xC3\xAB \xF0\x9F\x98\x80"));
  for (const char* bad : {"\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC0\x80", "\xFF"})
    EXPECT_FALSE(is_utf8(bad));
  EXPECT_EQ(count_points("Zo\xC3\xAB"), 3U);
  for (const char* bad : {"a\nb", "\x7F", "\xC2\x85", "\xE2\x80\xA8"})
    EXPECT_TRUE(has_control(bad));
  EXPECT_FALSE(has_control("O\xE2\x80\x99Neil"));
}

TEST(Time, texts_of_time) {
  const Time t = from_ms(1'752'216'685'202);
  EXPECT_EQ(iso_millis(t), "2025-07-11T06:51:25.202Z");
  EXPECT_EQ(iso_seconds(t), "2025-07-11T06:51:25Z");
  EXPECT_EQ(iso_millis(from_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_millis(from_ms(253'402'300'799'999)), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(parse_time("2025-07-11T06:51:25.202Z"), t);
  EXPECT_EQ(parse_time("2025-07-11"), Time{std::chrono::sys_days{*parse_date("2025-07-11")}});
  for (const char* bad : {"2004-13-40", "2004-02-30", "2004-2-3", "04-02-03", "2004-02-03T00:00:00",
                          "2004/02/03", "2004-02-03T24:00:00Z", ""})
    EXPECT_FALSE(parse_time(bad)) << bad;
}

TEST(Time, birthdays) {
  const auto date = [](const char* text) { return *parse_date(text); };
  EXPECT_EQ(years_between(date("2004-07-09"), date("2022-07-08")), 17);
  EXPECT_EQ(years_between(date("2004-07-09"), date("2022-07-09")), 18);
  EXPECT_EQ(years_between(date("2004-02-29"), date("2022-02-28")), 17);
  EXPECT_EQ(years_between(date("2004-02-29"), date("2022-03-01")), 18);
}

TEST(Log, no_value_starts_a_second_line) {
  std::string out;
  log::append_escaped(out, "plain ~ text");
  EXPECT_EQ(out, "\"plain ~ text\"");
  out.clear();
  log::append_escaped(out, "a\"b\\c\r\n\x1B[31m\x7F\xFF");
  EXPECT_EQ(out, R"("a\"b\\c\u000d\u000a\u001b[31m\u007f\u00ff")");
}

TEST(Log, lines_may_wait_in_one_thread_and_leave_when_they_no_longer_may) {
  int flushed = 0;
  log::install([](log::Level, std::string_view) {}, log::Level::info, [&] { ++flushed; });
  EXPECT_FALSE(log::may_wait());
  {
    const log::MayWait lines;
    EXPECT_TRUE(log::may_wait());
    std::thread([] { EXPECT_FALSE(log::may_wait()); }).join();
    log::flush();
    EXPECT_EQ(flushed, 1);
  }
  EXPECT_FALSE(log::may_wait());
  EXPECT_EQ(flushed, 2);
  log::install(nullptr, log::Level::info);
  log::flush();  // to nobody
}

}  // namespace
}  // namespace limen
