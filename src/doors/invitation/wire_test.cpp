// The invitation door's bodies, read without a store.
#include "doors/invitation/wire.hpp"

#include <gtest/gtest.h>

namespace limen::doors {
namespace {

json::object object_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? value->as_object() : json::object{};
}

std::string errors_of(std::string_view text) {
  const auto read = read_invitee(object_of(text));
  return read ? "" : bad_request(read.error()).body;
}

// s1, 400: the seed's own example, byte for byte.
TEST(InvitationWire, A11_all_errors_at_once_in_order) {
  const std::string want =
      R"({"code":400,"errors":[)"
      R"({"field":"email","code":"isNotEmpty","hint":"email should not be empty"},)"
      R"({"field":"firstName","code":"isNotEmpty","hint":"firstName should not be empty"},)"
      R"({"field":"lastName","code":"isNotEmpty","hint":"lastName should not be empty"}]})";
  EXPECT_EQ(errors_of("{}"), want);
  EXPECT_EQ(errors_of(R"({"email":"","first_name":"","last_name":""})"), want);
  EXPECT_EQ(errors_of(R"({"email":" ","firstName":"John","lastName":"Doe"})"), want);
}

TEST(InvitationWire, one_field) {
  struct Case {
    const char* name;
    std::string body;
    std::string_view want;
  };
  const auto with_first = [](std::string_view value) {
    return R"({"email":"a@example.com","last_name":"Doe","first_name":)" + std::string(value) + "}";
  };
  constexpr std::string_view no_text =
      R"({"field":"firstName","code":"isString","hint":"firstName must be a string"})";
  const std::string longest = '"' + std::string(65, 'a') + '"';
  const Case cases[] = {
      {"A12 number", with_first("7"), no_text},
      {"A12 array", with_first("[]"), no_text},
      {"A12 null", with_first("null"), no_text},
      {"object", with_first("{}"), no_text},
      {"boolean", with_first("true"), no_text},
      {"too long", with_first(longest),
       R"({"field":"firstName","code":"maxLength","hint":"firstName must be shorter than or equal )"
       R"(to 64 characters"})"},
      {"A13", R"({"email":"not-an-email","first_name":"John","last_name":"Doe"})",
       R"({"field":"email","code":"isEmail","hint":"email must be an email"})"},
  };
  for (const Case& c : cases)
    EXPECT_EQ(errors_of(c.body), "{\"code\":400,\"errors\":[" + std::string(c.want) + "]}")
        << c.name;
}

TEST(InvitationWire, seed_example_is_read) {
  const auto read = read_invitee(object_of(
      R"({"email":"john@example.com","first_name":"John","last_name":"Smith","extra":1})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->email, "john@example.com");
  EXPECT_EQ(read->first_name, "John");
  EXPECT_EQ(read->last_name, "Smith");
}

TEST(InvitationWire, language_is_one_we_have_or_none) {
  const auto with = [](const std::string& language) {
    return read_invitee(object_of(
        R"({"email":"john@example.com","first_name":"John","last_name":"Smith")" + language + "}"));
  };
  EXPECT_EQ(with("")->language, "");
  EXPECT_EQ(with(R"(,"language":"uk-UA")")->language, "uk-UA");
  const std::string known =
      "language must be one of the following values: ar-SA, cs-CZ, da-DK, de-DE, en-US, es-ES, "
      "fi-FI, fr-CA, fr-FR, hu-HU, jp-JP, lv-LV, pt-PT, ro-RO, sk-SK, sv-SE, uk-UA";
  for (const char* wrong : {R"("tlh")", R"("de")", R"("DE-de")", R"("")"}) {
    const auto read = with(std::string(",\"language\":") + wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error(), (FieldHints{{"language", "isIn", known}})) << wrong;
  }
  for (const char* wrong : {"null", "5", "[]"}) {
    const auto read = with(std::string(",\"language\":") + wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error(), (FieldHints{{"language", "isString", "language must be a string"}}));
  }
}

TEST(InvitationWire, code_and_email) {
  const auto good = read_code_and_email(object_of(R"({"onboarding_token":"S","email":"e"})"));
  ASSERT_TRUE(good);
  EXPECT_EQ(good->code, "S");
  const auto bad = read_code_and_email(object_of(R"({"onboarding_token":7})"));
  ASSERT_FALSE(bad);
  const FieldHints want{
      {"onboardingToken", "isString", "onboardingToken must be a string"},
      {"email", "isNotEmpty", "email should not be empty"},
  };
  EXPECT_EQ(bad.error(), want);
}

TEST(InvitationWire, consent_is_explicit) {
  EXPECT_EQ(read_consent(object_of(R"({"data_sharing_agreed":true})"))->decision,
            onboard::Consent::agreed);
  EXPECT_EQ(read_consent(object_of(R"({"data_sharing_agreed":false})"))->decision,
            onboard::Consent::withdrawn);
  EXPECT_EQ(
      read_consent(object_of(R"({"data_sharing_agreed":true,"dob":"2004-07-09"})"))->date_of_birth,
      "2004-07-09");
  for (const char* text : {"{}", R"({"data_sharing_agreed":"true"})",
                           R"({"data_sharing_agreed":null})", R"({"data_sharing_agreed":1})"}) {
    const auto read = read_consent(object_of(text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error()[0].code, "isBoolean") << text;
  }
}

TEST(InvitationWire, errors_do_not_outgrow_the_request) {
  const FieldHints many(1000, FieldHint{"a", "b", "c"});
  EXPECT_LT(bad_request(many).body.size(), 2000U);
}

}  // namespace
}  // namespace limen::doors
