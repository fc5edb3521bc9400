// Columns of JSON: what goes in comes out, and a damaged column throws instead of lying.
#include "store/codec.hpp"

#include <gtest/gtest.h>

#include "store/connection.hpp"

namespace limen::store {
namespace {

using journey::Answers;

TEST(Codec, answers_keep_their_order_and_types) {
  const Answers answers = {{"z", std::string("ä\"\\\n\x01 \U0001F600")},
                           {"a", false},
                           {"b", true},
                           {"mrz", std::vector<std::string>{"", "I<UTO<<"}},
                           {"none", std::vector<std::string>{}},
                           {"", std::string()}};
  EXPECT_EQ(decode_answers(encode(answers)), answers);
  EXPECT_EQ(decode_answers(encode(Answers{})), Answers{});
}

TEST(Codec, names) {
  const std::vector<std::string> names = {"a", "", "b,c", "\"d\""};
  EXPECT_EQ(decode_names(encode(names)), names);
  EXPECT_TRUE(decode_names(encode(std::vector<std::string>{})).empty());
}

TEST(Codec, an_applicant) {
  const journey::Applicant a{"Ada", "Lovelace", "King", "1815-12-10", true};
  EXPECT_EQ(decode_applicant(encode(a)), a);
  EXPECT_EQ(decode_applicant(encode(journey::Applicant{})), journey::Applicant{});
}

TEST(Codec, a_decision) {
  using journey::Level;
  const journey::Decision d{Level::high,
                            "1",
                            {{"document", Level::low, 0, "forged"},
                             {"face", Level::unavailable, {}, ""},
                             {"data", Level::medium, 100, "é"}},
                            from_ms(1'750'000'000'123)};
  EXPECT_EQ(decode_decision(encode(d)), d);
}

TEST(Codec, a_review) {
  const journey::Review r{"operator", "why\nnot", from_ms(-1)};
  EXPECT_EQ(decode_review(encode(r)), r);
}

TEST(Codec, what_is_damaged_throws) {
  for (const std::string_view text : {"", "{", "[]", "1", "null", R"({"a":1})", R"({"a":[1]})",
                                      R"({"a":null})", R"({"a":{}})", R"({"a":"b","a":"b"})"})
    EXPECT_THROW(decode_answers(text), StoreError) << text;
  for (const std::string_view text : {"", "{}", "[1]", "[[]]", "[null]"})
    EXPECT_THROW(decode_names(text), StoreError) << text;
  EXPECT_THROW(decode_applicant(R"({"first_name":"a"})"), StoreError);
  EXPECT_THROW(decode_decision(R"({"level":"high"})"), StoreError);
  EXPECT_THROW(decode_decision(R"({"level":1,"rules_version":"1","at_ms":1,"factors":[1]})"),
               StoreError);
  // No level, and not the level 0 that its last eight bits are.
  for (const std::string_view level : {"256", "-1", "5", "4294967296"})
    EXPECT_THROW(decode_decision(R"({"level":)" + std::string(level) +
                                 R"(,"rules_version":"1","at_ms":1,"factors":[]})"),
                 StoreError)
        << level;
  EXPECT_THROW(decode_decision(R"({"level":1,"rules_version":"1","at_ms":1,"factors":[)"
                               R"({"name":"a","level":0,"explanation":"","score":4294967296}]})"),
               StoreError);
  for (const std::string_view asked :
       {"1", "{}", "[1]", "[{}]", R"([{"step":"a","zone":1}])", R"([{"step":"a","zone":true}])",
        R"([{"zone":true,"documents":[],"faces":[],"pictures":[]}])",
        R"([{"step":"a","zone":true,"documents":[1],"faces":[],"pictures":[]}])"})
    EXPECT_THROW(decode_decision(R"({"level":1,"rules_version":"1","at_ms":1,"factors":[],)"
                                 R"("asked":)" +
                                 std::string(asked) + "}"),
                 StoreError)
        << asked;
  EXPECT_THROW(decode_review("[]"), StoreError);
}

TEST(Codec, a_decision_made_before_what_was_asked_was_kept_is_read) {
  const auto decision =
      decode_decision(R"({"level":1,"rules_version":"1","at_ms":1,"factors":[]})");
  EXPECT_TRUE(decision.asked.empty());
  EXPECT_EQ(decode_decision(encode(decision)), decision);
}

}  // namespace
}  // namespace limen::store
