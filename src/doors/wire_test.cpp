// Bodies in and out, as every door reads them.
#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

Request with(std::string media_type, std::string body) {
  Request request;
  if (!media_type.empty()) request.headers.emplace_back("content-type", std::move(media_type));
  request.body = std::move(body);
  return request;
}

template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "" : std::string(result.error().code);
}

TEST(Wire, json_body) {
  struct Case {
    const char* name;
    std::string media_type, body;
    std::string_view want;
  };
  const Case cases[] = {
      {"object", "application/json", "{\"a\":1}", ""},
      {"with a charset", "Application/JSON; charset=utf-8", "{}", ""},
      {"no media type", "", "{}", codes::wrong_media_type},
      {"form", "application/x-www-form-urlencoded", "a=1", codes::wrong_media_type},
      {"array", "application/json", "[]", codes::malformed_json},
      {"text", "application/json", "\"a\"", codes::malformed_json},
      {"nothing", "application/json", "", codes::malformed_json},
      {"twice a member", "application/json", "{\"a\":1,\"a\":2}", codes::malformed_json},
      {"trailing data", "application/json", "{} {}", codes::malformed_json},
  };
  for (const Case& c : cases)
    EXPECT_EQ(code_of(json_body(with(c.media_type, c.body))), c.want) << c.name;
  EXPECT_TRUE(optional_json_body(with("", ""))->empty());
  EXPECT_EQ(code_of(optional_json_body(with("", "{}"))), codes::wrong_media_type);
}

TEST(Wire, text_fields) {
  const auto form = text_fields(with("application/x-www-form-urlencoded", "a=1%202&b=x+y&a=3"));
  ASSERT_TRUE(form);
  EXPECT_EQ(form->pairs.size(), 3U);
  EXPECT_EQ(form->get("a"), "1 2");
  EXPECT_EQ(form->get("b"), "x y");
  EXPECT_EQ(form->get("c"), "");
  const auto json = text_fields(with("application/json", R"({"a":"1","b":"x y"})"));
  ASSERT_TRUE(json);
  EXPECT_EQ(json->get("b"), "x y");
  const auto number = text_fields(with("application/json", R"({"a":1})"));
  EXPECT_EQ(code_of(number), codes::invalid_field);
  EXPECT_EQ(number.error().field, "a");
  EXPECT_EQ(code_of(text_fields(with("application/x-www-form-urlencoded", "a=%zz"))),
            codes::malformed_request);
  EXPECT_EQ(code_of(text_fields(with("text/plain", "a"))), codes::wrong_media_type);
}

TEST(Wire, answers) {
  const auto body = json_body(
      with("application/json", R"({"value":"100000","accepted":true,"mrz":["P<","12"]})"));
  const auto answers = answers_of(*body);
  ASSERT_TRUE(answers);
  const journey::Answers want{{"value", std::string("100000")},
                              {"accepted", true},
                              {"mrz", std::vector<std::string>{"P<", "12"}}};
  EXPECT_EQ(*answers, want);
  for (const char* data : {R"({"a":1})", R"({"a":null})", R"({"a":{}})", R"({"a":["x",1]})"}) {
    const auto refused = answers_of(*json_body(with("application/json", data)));
    EXPECT_EQ(code_of(refused), codes::invalid_field) << data;
    EXPECT_EQ(refused.error().field, "a") << data;
  }
}

TEST(Wire, usual_status) {
  struct Case {
    Fault fault;
    std::string_view code;
    int want;
  };
  const Case cases[] = {
      {Fault::malformed, codes::malformed_json, 400},
      {Fault::malformed, codes::wrong_media_type, 415},
      {Fault::malformed, codes::too_large, 413},
      {Fault::malformed, codes::too_slow, 408},
      {Fault::malformed, codes::target_too_long, 414},
      {Fault::malformed, codes::wrong_expectation, 417},
      {Fault::malformed, codes::head_too_large, 431},
      {Fault::malformed, codes::not_implemented, 501},
      {Fault::malformed, codes::wrong_version, 505},
      {Fault::malformed, codes::wrong_method, 405},
      {Fault::absent, codes::no_route, 404},
      {Fault::unauthenticated, codes::unauthenticated, 401},
      {Fault::forbidden, codes::insufficient_scope, 403},
      {Fault::conflict, codes::conflict, 409},
      {Fault::gone, codes::token_expired, 410},
      {Fault::limited, codes::busy, 429},
      {Fault::limited, codes::too_many_letters, 429},
      {Fault::unavailable, codes::store_unavailable, 503},
      {Fault::unavailable, codes::internal, 500},
  };
  for (const Case& c : cases) EXPECT_EQ(usual_status({c.fault, c.code}), c.want) << c.code;
}

TEST(Wire, headers_are_set_once) {
  Response response = json_response(200, json::object{});
  set_header(response, "content-type", "text/html");
  set_header(response, "Retry-After", "1");
  ASSERT_EQ(response.headers.size(), 2U);
  EXPECT_EQ(response.headers[0].second, "application/json");
}

}  // namespace
}  // namespace limen::doors
