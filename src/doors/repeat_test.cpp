// The header as clients send it, and answers as bytes and back.
#include "doors/repeat.hpp"

#include <gtest/gtest.h>

#include "base/problem_codes.hpp"

namespace limen::doors {
namespace {

TEST(IdempotencyKey, is_one_printable_text_quoted_or_not) {
  struct Case {
    const char* name;
    std::vector<std::string> sent;
    std::optional<std::string> want;  // nothing: refused, but for "absent"
  };
  const Case cases[] = {
      {"bare", {"8e03978e-40d5-43e8-bc93-6894a57f9324"}, "8e03978e-40d5-43e8-bc93-6894a57f9324"},
      {"quoted", {"\"8e03978e\""}, "8e03978e"},
      {"quoted, with a blank", {"\"a b\""}, "a b"},
      {"escapes", {R"("a\"b\\c")"}, R"(a"b\c)"},
      {"longest", {std::string(255, 'k')}, std::string(255, 'k')},
      {"too long", {std::string(256, 'k')}, std::nullopt},
      {"empty", {""}, std::nullopt},
      {"empty in quotes", {"\"\""}, std::nullopt},
      {"blank outside quotes", {"a b"}, std::nullopt},
      {"not closed", {"\"a"}, std::nullopt},
      {"more behind it", {"\"a\"b"}, std::nullopt},
      {"a parameter behind it", {"\"a\";p"}, std::nullopt},
      {"bad escape", {R"("a\n")"}, std::nullopt},
      {"escape at the end", {R"("a\)"}, std::nullopt},
      {"not ASCII", {"\u00e9"}, std::nullopt},
      {"control", {"\"a\x01\""}, std::nullopt},
      {"twice", {"a", "a"}, std::nullopt},
  };
  for (const Case& c : cases) {
    Request request;
    for (const std::string& value : c.sent) request.headers.emplace_back("idempotency-key", value);
    const auto key = idempotency_key(request);
    if (!c.want) {
      ASSERT_FALSE(key) << c.name;
      EXPECT_EQ(key.error().code, codes::invalid_field) << c.name;
      EXPECT_EQ(key.error().field, "Idempotency-Key") << c.name;
      continue;
    }
    ASSERT_TRUE(key) << c.name;
    EXPECT_EQ(*key, c.want) << c.name;
  }
  EXPECT_EQ(idempotency_key({}).value(), std::nullopt);
}

TEST(IdempotencyKey, an_answer_comes_back_as_it_was) {
  Response response;
  response.status = 201;
  response.headers = {{"Content-Type", "application/json"}, {"Location", "/a/\"b\""}};
  response.body = "{\"name\":\"Zo\u00eb \\ \"}";
  const Response back = from_kept_form(kept_form(response));
  EXPECT_EQ(back.status, response.status);
  EXPECT_EQ(back.headers, response.headers);
  EXPECT_EQ(back.body, response.body);
}

}  // namespace
}  // namespace limen::doors
