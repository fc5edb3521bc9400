// Every rule of a field as a row: what was given, and the field and the sentence that refuse it.
#include "journey/skill.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "base/problem_codes.hpp"
#include "journey/given_test.hpp"

namespace limen::journey {
namespace {

using namespace std::chrono_literals;

Field field_of(FieldType type) {
  Field field;
  field.name = "it";
  field.type = type;
  return field;
}
Field text_field(std::size_t max = 0, bool digits = false, std::vector<std::string> one_of = {}) {
  Field field = field_of(FieldType::text);
  field.points_max = max;
  field.digits_only = digits;
  field.one_of = std::move(one_of);
  return field;
}
Field consent_field() {
  Field field = field_of(FieldType::boolean);
  field.must_be_true = true;
  return field;
}
Field past_field() {
  Field field = field_of(FieldType::date);
  field.must_be_past = true;
  return field;
}
Field optional(Field field) {
  field.required = false;
  return field;
}

std::string shown(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
  std::string out;
  for (const std::string& line : std::get<Lines>(value)) out += line + "|";
  return out;
}

// What came of one answer to one field: the stored value, or "!" and the rule.
std::string checked(const Field& field, const Value& given) {
  const auto result = check_answers({"step", {field}, {}}, {{"it", given}}, today);
  if (result) return result->empty() ? "(left out)" : shown((*result)[0].value);
  EXPECT_EQ(result.error().code, codes::invalid_field);
  EXPECT_EQ(result.error().field, "it");
  EXPECT_EQ(result.error().fault, Fault::malformed);
  return "!" + result.error().detail;
}

struct FieldCase {
  const char* name;
  Field field;
  Value given;
  std::string want;
};
const Field country = field_of(FieldType::country), mrz = field_of(FieldType::mrz);
const std::string no_shape = "!it must be three lines of 30 characters, or two of 36 or of 44";
const FieldCase field_cases[] = {
    {"text", text_field(), "Ann", "Ann"},
    {"text as sent", text_field(), " Zoë  O'Hara ", " Zoë  O'Hara "},
    {"text that is a boolean", text_field(), true, "!it must be a text"},
    {"text that is lines", text_field(), td1, "!it must be a text"},
    {"empty text", text_field(), "", "!it must not be empty"},
    {"blank text", text_field(), " \t", "!it must be text without control characters"},
    {"spaces only", text_field(), "  ", "!it must not be empty"},
    {"empty optional text", optional(text_field()), "", "(left out)"},
    {"NUL in text", text_field(), std::string("a\0b", 3),
     "!it must be text without control characters"},
    {"line end in text", text_field(), "a\nb", "!it must be text without control characters"},
    {"not UTF-8", text_field(), "\xC3(", "!it must be text without control characters"},
    {"as long as allowed", text_field(3), "äöü", "äöü"},
    {"too long", text_field(3), "äöüx", "!it must have at most 3 characters"},
    {"as long as ever allowed", text_field(), std::string(limits::field_points, 'x'),
     std::string(limits::field_points, 'x')},
    {"longer than ever", text_field(), std::string(limits::field_points + 1, 'x'),
     "!it must have at most 1024 characters"},
    {"digits", text_field(0, true), "0123", "0123"},
    {"digits with a sign", text_field(0, true), "-1", "!it must have digits only"},
    {"a letter among digits", text_field(0, true), "1a", "!it must have digits only"},
    {"other digits", text_field(0, true), "١٢", "!it must have digits only"},
    {"a choice", text_field(0, false, {"a", "b"}), "b", "b"},
    {"no choice", text_field(0, false, {"a", "b"}), "B", "!it must be one of a, b"},
    {"yes", field_of(FieldType::boolean), true, "true"},
    {"no", field_of(FieldType::boolean), false, "false"},
    {"yes, optional", optional(field_of(FieldType::boolean)), true, "true"},
    {"no, optional", optional(field_of(FieldType::boolean)), false, "false"},
    {"yes as text", field_of(FieldType::boolean), "true", "!it must be true or false"},
    {"consent", consent_field(), true, "true"},
    {"no consent", consent_field(), false, "!it must be true"},
    {"a date", field_of(FieldType::date), "2028-02-29", "2028-02-29"},
    {"no such day", field_of(FieldType::date), "2004-13-40",
     "!it must be an existing date written YYYY-MM-DD"},
    {"no leap year", field_of(FieldType::date), "2026-02-29",
     "!it must be an existing date written YYYY-MM-DD"},
    {"another form", field_of(FieldType::date), "9.7.2004",
     "!it must be an existing date written YYYY-MM-DD"},
    {"a date that is yes", field_of(FieldType::date), true,
     "!it must be an existing date written YYYY-MM-DD"},
    {"yesterday", past_field(), "2026-11-20", "2026-11-20"},
    {"today", past_field(), "2026-11-21", "!it must be before today"},
    {"first day", past_field(), "1900-01-01", "1900-01-01"},
    {"before the first day", past_field(), "1899-12-31", "!it must not be before 1900"},
    {"long ago, no rule", field_of(FieldType::date), "1899-12-31", "1899-12-31"},
    {"alpha-2", country, "SK", "SK"},
    {"alpha-3 in small letters", country, "svk", "SVK"},
    {"no country", country, "XX", "!it must be a country code of ISO 3166-1, alpha-2 or alpha-3"},
    {"numeric", country, "703", "!it must be a country code of ISO 3166-1, alpha-2 or alpha-3"},
    {"a name", country, "Slovakia", "!it must be a country code of ISO 3166-1, alpha-2 or alpha-3"},
    {"a country that is yes", country, true,
     "!it must be a country code of ISO 3166-1, alpha-2 or alpha-3"},
    {"empty country", country, "", "!it must be a country code of ISO 3166-1, alpha-2 or alpha-3"},
    {"lines of a TD1", mrz, td1, td1[0] + "|" + td1[1] + "|" + td1[2] + "|"},
    {"text of a TD3", mrz, td3[0] + "\n" + td3[1], td3[0] + "|" + td3[1] + "|"},
    {"text with CRLF and an end", mrz, td3[0] + "\r\n" + td3[1] + "\r\n",
     td3[0] + "|" + td3[1] + "|"},
    {"text with empty lines about", mrz, "\n\r\n" + td3[0] + "\n" + td3[1] + "\n\n",
     td3[0] + "|" + td3[1] + "|"},
    {"an empty line inside", mrz, td3[0] + "\n\n" + td3[1], no_shape},
    {"lines of a TD2", mrz, td2, td2[0] + "|" + td2[1] + "|"},
    {"three lines of 44", mrz, Lines{td3[0], td3[1], td3[1]}, no_shape},
    {"two lines of 37", mrz, Lines{td2[0] + "<", td2[1] + "<"}, no_shape},
    {"a blank inside", mrz, Lines{"P UTO" + td3[0].substr(5), td3[1]},
     "!it must have only the characters A to Z, 0 to 9 and <"},
    {"no lines", mrz, Lines{}, no_shape},
    {"no lines, optional", optional(mrz), Lines{}, "(left out)"},
    {"one line", mrz, Lines{td3[0]}, no_shape},
    {"uneven lines", mrz, Lines{td3[0], td1[0]}, no_shape},
    {"two lines of 30", mrz, Lines{td1[0], td1[1]}, no_shape},
    {"four lines", mrz, Lines{td1[0], td1[0], td1[0], td1[0]}, no_shape},
    {"small letters", mrz, Lines{td3[0], "l898902c36uto7408122f1204159ze184226b<<<<<10"},
     "!it must have only the characters A to Z, 0 to 9 and <"},
    {"a zone that is yes", mrz, true, no_shape},
};

TEST(check_answers, checks_one_field) {
  for (const FieldCase& c : field_cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(checked(c.field, c.given), c.want);
  }
}

StepRule personal_data() {
  Field first = text_field(), last = text_field(), born = past_field();
  first.name = "first_name";
  last.name = "last_name";
  born.name = "date_of_birth";
  Field nick = optional(text_field());
  nick.name = "nick_name";
  return {"personal_data", {first, last, nick, born}, {}};
}

TEST(check_answers, tells_the_first_broken_rule_in_one_order) {
  struct Case {
    const char* name;
    Answers given;
    std::string_view code;
    const char *field, *detail;
  };
  const std::string name_64(64, 'a'), detail_64 = name_64 + " is not a field of step personal_data";
  const Case cases[] = {
      {"nothing",
       {},
       codes::missing_fields,
       "first_name",
       "step personal_data needs first_name, last_name, date_of_birth"},
      {"unknown before missing",
       {{"nonsense", "x"}},
       codes::unknown_fields,
       "nonsense",
       "nonsense is not a field of step personal_data"},
      {"missing before invalid",
       {{"first_name", ""}, {"last_name", "B"}},
       codes::missing_fields,
       "date_of_birth",
       "step personal_data needs date_of_birth"},
      {"invalid in definition order",
       {{"date_of_birth", "x"}, {"last_name", ""}, {"first_name", "A"}},
       codes::invalid_field,
       "last_name",
       "last_name must not be empty"},
      {"given twice",
       {{"first_name", "A"}, {"first_name", "B"}},
       codes::invalid_field,
       "first_name",
       "first_name must be given once"},
      {"unprintable name",
       {{std::string("a\nb"), "x"}},
       codes::unknown_fields,
       "(unprintable)",
       "(unprintable) is not a field of step personal_data"},
      {"name that is not UTF-8",
       {{std::string("\xC3("), "x"}},
       codes::unknown_fields,
       "(unprintable)",
       "(unprintable) is not a field of step personal_data"},
      {"name of 64",
       {{std::string(64, 'a'), "x"}},
       codes::unknown_fields,
       name_64.c_str(),
       detail_64.c_str()},
      {"long name",
       {{std::string(5000, 'a'), "x"}},
       codes::unknown_fields,
       "(unprintable)",
       "(unprintable) is not a field of step personal_data"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto result = check_answers(personal_data(), c.given, today);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, c.code);
    EXPECT_EQ(result.error().field, c.field);
    EXPECT_EQ(result.error().detail, c.detail);
  }
}

TEST(check_answers, gives_answers_in_the_order_of_the_definition) {
  const auto result = check_answers(
      personal_data(),
      {{"date_of_birth", "2004-07-09"}, {"last_name", "Novák"}, {"first_name", "Jana"}}, today);
  ASSERT_TRUE(result);
  EXPECT_EQ(
      *result,
      (Answers{{"first_name", "Jana"}, {"last_name", "Novák"}, {"date_of_birth", "2004-07-09"}}));
}

TEST(check_answers, takes_a_step_without_fields) {
  EXPECT_TRUE(check_answers({"selfie", {}, {}}, {}, today));
  EXPECT_EQ(check_answers({"selfie", {}, {}}, {{"x", true}}, today).error().code,
            codes::unknown_fields);
}

TEST(text_of, finds_texts_only) {
  const Answers answers = {{"a", "x"}, {"b", true}, {"c", Lines{"y"}}};
  EXPECT_EQ(text_of(answers, "a"), "x");
  EXPECT_EQ(text_of(answers, "b"), "");
  EXPECT_EQ(text_of(answers, "c"), "");
  EXPECT_EQ(text_of(answers, "d"), "");
}

TEST(skill, finds_its_parts_by_name) {
  Skill skill;
  skill.steps = {{"document", {}, {{"front", true}}}};
  ASSERT_NE(skill.step("document"), nullptr);
  EXPECT_EQ(skill.step("face"), nullptr);
  EXPECT_NE(skill.steps[0].upload("front"), nullptr);
  EXPECT_EQ(skill.steps[0].upload("back"), nullptr);
}

TEST(field_type, has_one_name_each) {
  for (const auto type :
       {FieldType::text, FieldType::boolean, FieldType::date, FieldType::country, FieldType::mrz})
    EXPECT_EQ(field_type_of(to_string(type)), type);
  EXPECT_EQ(field_type_of("number"), std::nullopt);
}

TEST(country, knows_iso_3166_1) {
  for (const char* code : {"AD", "AND", "DE", "DEU", "SK", "SVK", "SS", "SSD", "CW", "XKX", "ZW"})
    EXPECT_EQ(is_country(code), std::string_view(code) != "XKX") << code;
  // Withdrawn, reserved, user-assigned, cut or joined wrongly.
  for (const char* code :
       {"", "A", "AN", "ANT", "YU", "EU", "UK", "XK", "ZZ", "de", "D ", "DAN", "ADAN", "ADAND"})
    EXPECT_FALSE(is_country(code)) << code;
  EXPECT_EQ(alpha3_of("GB"), "GBR");
  EXPECT_EQ(alpha3_of("GBR"), "GBR");
  EXPECT_EQ(alpha3_of("UK"), "");
  int two = 0, three = 0;
  std::string code(2, 'A');
  for (code[0] = 'A'; code[0] <= 'Z'; ++code[0])
    for (code[1] = 'A'; code[1] <= 'Z'; ++code[1]) {
      two += is_country(code) ? 1 : 0;
      std::string longer = code + "A";
      for (longer[2] = 'A'; longer[2] <= 'Z'; ++longer[2]) three += is_country(longer) ? 1 : 0;
    }
  EXPECT_EQ(two, 249);
  EXPECT_EQ(three, 250);  // and the specimens' UTO
  EXPECT_TRUE(is_country("UTO"));
}

}  // namespace
}  // namespace limen::journey
