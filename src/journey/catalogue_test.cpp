// Reading skill files: every rule with its line, and the sample catalogue against the published
// table of skills.
#include "journey/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "journey/decision.hpp"

namespace limen::journey {
namespace {

using testing::ElementsAre;

std::vector<std::string> errors_of(std::string_view text) {
  std::vector<std::string> out;
  for (const FileError& error : read_skills(text, "s.toml").errors) out.push_back(to_string(error));
  return out;
}

// A correct skill up to where a test goes on: lines 1 to 4.
constexpr std::string_view head = "[[skill]]\nname = \"it\"\n[[skill.step]]\nname = \"one\"\n";
std::string after_head(std::string_view rest) { return std::string(head) + std::string(rest); }
// … and up to a field: lines 5 and 6.
std::string in_field(std::string_view rest) {
  return after_head("[[skill.step.field]]\nname = \"f\"\n" + std::string(rest));
}

// A file is refused, never the process ended, and each error stays one line that can be printed.
TEST(read_skills, what_is_no_toml_is_an_error) {
  const std::string cases[] = {
      "[\x14[skill]]\n",     // a control character begins a table's name
      "a.ii\xD2\x9D = 1\n",  // a letter beyond ASCII in a bare key
      "\xC3\xA4 = 1\n",      // … and at its start
      "name = tru\ne\n",     // the error shows the line end it met
      "\"a\\nb\" = 1\n",     // a key of two lines
      "[[skill]]\n\"\\u001b[31m\" = 1\n",
  };
  for (const std::string& text : cases) {
    const auto errors = errors_of(text);
    EXPECT_FALSE(errors.empty()) << text;
    for (const std::string& error : errors) EXPECT_FALSE(has_control(error)) << error;
  }
}

TEST(read_skills, reads_every_key) {
  const SkillFile file = read_skills(R"([[skill]]
name = "aZ9_.#-"
title = "Všetko"
session_life = "12h"
pass_life = 90
consent_life = "30d"
retention = "45d"
rules_version = "7"
minimum_age = 18
required_factors = ["Document expiry", "Face liveness"]
[[skill.step]]
name = "one"
[[skill.step.field]]
name = "t"
type = "text"
required = false
max = 5
digits = true
one_of = ["1", "22"]
[[skill.step.field]]
name = "b"
type = "boolean"
must_be_true = true
[[skill.step.field]]
name = "d"
type = "date"
past = true
[[skill.step.field]]
name = "c"
type = "country"
[[skill.step.field]]
name = "m"
type = "mrz"
[[skill.step.upload]]
type = "front"
[[skill.step.upload]]
type = "back"
required = false
[[skill.step]]
name = "two_2z"
[[skill]]
name = "b"
[[skill.step]]
name = "one"
)",
                                     "s.toml");
  ASSERT_TRUE(file.errors.empty()) << to_string(file.errors[0]);
  ASSERT_EQ(file.skills.size(), 2U);
  Skill want;
  want.name = "aZ9_.#-";
  want.title = "Všetko";
  want.session_life = std::chrono::hours{12};
  want.pass_life = Seconds{90};
  want.consent_life = std::chrono::days{30};
  want.retention = std::chrono::days{45};
  want.rules.version = "7";
  want.rules.age_min = 18;
  want.rules.required = {"Document expiry", "Face liveness"};
  want.steps = {{"one",
                 {{"t", FieldType::text, false, 5, true, {"1", "22"}, false, false},
                  {"b", FieldType::boolean, true, 0, false, {}, true, false},
                  {"d", FieldType::date, true, 0, false, {}, false, true},
                  {"c", FieldType::country, true, 0, false, {}, false, false},
                  {"m", FieldType::mrz, true, 0, false, {}, false, false}},
                 {{"front", true}, {"back", false}}},
                {"two_2z", {}, {}}};
  EXPECT_EQ(file.skills[0], want);
}

TEST(read_skills, has_defaults) {
  const Skill skill = read_skills(head, "s.toml").skills.at(0);
  EXPECT_EQ(skill.title, "it");
  EXPECT_EQ(skill.session_life, Seconds{0});  // the installation's setting counts
  EXPECT_EQ(skill.pass_life, limits::pass_life);
  EXPECT_EQ(skill.consent_life, limits::consent_life);
  EXPECT_EQ(skill.retention, limits::retention_life);
  EXPECT_EQ(skill.rules.version, "1");
  EXPECT_TRUE(skill.rules.required.empty());
  // A long consent takes the retention with it.
  const std::string longer = "[[skill]]\nname='it'\nconsent_life='400d'\n[[skill.step]]\nname='a'";
  EXPECT_EQ(read_skills(longer, "s").skills.at(0).retention, std::chrono::days{400});
  EXPECT_TRUE(read_skills("", "s").skills.empty());
  EXPECT_TRUE(read_skills("# nothing\n", "s").errors.empty());
}

TEST(read_skills, reads_lives) {
  struct Case {
    const char* given;
    std::int64_t want;  // 0: refused
  };
  const Case cases[] = {
      {"\"45s\"", 45},
      {"\"30m\"", 1800},
      {"\"12h\"", 43'200},
      {"\"14d\"", 1'209'600},
      {"3600", 3600},
      {"\"36500d\"", 3'153'600'000},
      {"\"36501d\"", 0},
      {"\"0s\"", 0},
      {"0", 0},
      {"-5", 0},
      {"\"30\"", 0},
      {"\"m\"", 0},
      {"\"\"", 0},
      {"\"30 m\"", 0},
      {"\"-30m\"", 0},
      {"\"1.5h\"", 0},
      {"\"2w\"", 0},
      {"\"30mm\"", 0},
      {"1.5", 0},
      {"true", 0},
      {"9223372036854775807", 0},
      {"\"+5m\"", 0},
      {"\"99999999999999999999d\"", 0},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.given);
    const std::string text =
        "[[skill]]\nname='it'\nsession_life=" + std::string(c.given) + "\n[[skill.step]]\nname='a'";
    const SkillFile file = read_skills(text, "s");
    EXPECT_EQ(file.errors.empty(), c.want != 0);
    if (c.want != 0) {
      EXPECT_EQ(file.skills.at(0).session_life.count(), c.want);
    } else {
      EXPECT_EQ(file.errors.at(0).line, 3U);
    }
  }
}

struct RuleCase {
  const char* name;
  std::string given, want;
};
const std::string part = "[a-z][a-z0-9_]{0,39}";
const RuleCase rule_cases[] = {
    {"unknown table", "[[skil]]\n", "s.toml:1: the file has no key `skil`; did you mean `skill`?"},
    {"unknown key far from any", "\nzzzzzzzz = 1\n", "s.toml:2: the file has no key `zzzzzzzz`"},
    {"skill as a table", "[skill]\nname = \"x\"\n",
     "s.toml:1: `skill` must be written as [[skill]]"},
    {"skill as a text", "skill = \"x\"\n", "s.toml:1: `skill` must be written as [[skill]]"},
    {"list of texts", "skill = [\"x\"]\n", "s.toml:1: `skill` must be written as [[skill]]"},
    {"no name", "[[skill]]\n[[skill.step]]\nname='a'", "s.toml:1: skill needs a `name`"},
    {"name a number", "[[skill]]\nname=5\n[[skill.step]]\nname='a'",
     "s.toml:2: `name` must be a text"},
    {"name with a blank", "[[skill]]\nname='a b'\n[[skill.step]]\nname='a'",
     "s.toml:2: skill name must match [A-Za-z0-9_.#-]{1,64}"},
    {"empty name", "[[skill]]\nname=''\n[[skill.step]]\nname='a'",
     "s.toml:2: skill name must match [A-Za-z0-9_.#-]{1,64}"},
    {"name of two lines, no title", "[[skill]]\nname=\"a\\nb\"\n[[skill.step]]\nname='a'",
     "s.toml:2: skill name must match [A-Za-z0-9_.#-]{1,64}"},
    {"name with a brace", "[[skill]]\nname='a{'\n[[skill.step]]\nname='a'",
     "s.toml:2: skill name must match [A-Za-z0-9_.#-]{1,64}"},
    {"name of 65", "[[skill]]\nname='" + std::string(65, 'a') + "'\n[[skill.step]]\nname='a'",
     "s.toml:2: skill name must match [A-Za-z0-9_.#-]{1,64}"},
    {"two skills of a name", after_head("[[skill]]\nname='it'\n[[skill.step]]\nname='a'"),
     "s.toml:6: skill `it` is there twice"},
    {"title of 201",
     after_head("[[skill]]\nname='b'\ntitle='" + std::string(201, 'x') +
                "'\n[[skill.step]]\nname='a'"),
     "s.toml:7: `title` must be one line of at most 200 characters"},
    {"title of two lines",
     after_head("[[skill]]\nname='b'\ntitle=\"a\\nb\"\n[[skill.step]]\nname='a'"),
     "s.toml:7: `title` must be one line of at most 200 characters"},
    {"no steps", "[[skill]]\nname='it'\n", "s.toml:1: a skill needs at least one [[skill.step]]"},
    {"retention too short",
     "[[skill]]\nname='it'\nconsent_life='30d'\nretention='29d'\n[[skill.step]]\nname='a'",
     "s.toml:4: `retention` must be at least `consent_life`"},
    {"unknown factor",
     "[[skill]]\nname='it'\nrequired_factors=['MRZ check digit']\n[[skill.step]]\nname='a'",
     "s.toml:3: there is no factor `MRZ check digit`; did you mean `MRZ check digits`?"},
    {"factors as a text", "[[skill]]\nname='it'\nrequired_factors='x'\n[[skill.step]]\nname='a'",
     "s.toml:3: `required_factors` must be a list of texts"},
    {"step as a table", "[[skill]]\nname='it'\n[[skill.step]]\nname='a'\nfield=1\n",
     "s.toml:5: `field` must be written as [[skill.step.field]]"},
    {"step name", after_head("[[skill.step]]\nname='Two'\n"),
     "s.toml:6: step name must match " + part},
    {"empty step name", after_head("[[skill.step]]\nname=''\n"),
     "s.toml:6: step name must match " + part},
    {"step name that begins with a brace", after_head("[[skill.step]]\nname='{a'\n"),
     "s.toml:6: step name must match " + part},
    {"step name with a brace", after_head("[[skill.step]]\nname='a{'\n"),
     "s.toml:6: step name must match " + part},
    {"step name of 41", after_head("[[skill.step]]\nname='" + std::string(41, 'a') + "'\n"),
     "s.toml:6: step name must match " + part},
    {"two steps of a name", after_head("[[skill.step]]\nname='one'\n"),
     "s.toml:6: step `one` is there twice"},
    {"step without name", after_head("[[skill.step]]\n"), "s.toml:5: step needs a `name`"},
    {"as far as it is long", in_field("type='text'\nzzz=1\n"),
     "s.toml:8: a field has no key `zzz` (it has name, type, required, max, digits, one_of, "
     "must_be_true, past, label, option_label, autofill)"},
    {"unknown key of a step", after_head("feild = 1\n"),
     "s.toml:5: a step has no key `feild` (it has name, label, field, upload); did you mean "
     "`field`?"},
    {"field without type", in_field(""), "s.toml:5: field needs a `type`"},
    {"unknown type", in_field("type='bool'\n"),
     "s.toml:7: field type must be one of text, boolean, date, country, mrz"},
    {"type a number", in_field("type=1\n"), "s.toml:7: `type` must be a text"},
    {"field name", after_head("[[skill.step.field]]\nname='1st'\ntype='text'\n"),
     "s.toml:6: field name must match " + part},
    {"two fields of a name", in_field("type='text'\n[[skill.step.field]]\nname='f'\ntype='date'\n"),
     "s.toml:9: field `f` is there twice"},
    {"required a text", in_field("type='text'\nrequired='no'\n"),
     "s.toml:8: `required` must be true or false"},
    {"misspelt required", in_field("type='text'\nrequierd=false\n"),
     "s.toml:8: a field has no key `requierd` (it has name, type, required, max, digits, one_of, "
     "must_be_true, past, label, option_label, autofill); did you mean `required`?"},
    {"minimum_age of nothing", "[[skill]]\nname='it'\nminimum_age=0\n[[skill.step]]\nname='a'\n",
     "s.toml:3: `minimum_age` must be a number from 1 to 120"},
    {"minimum_age a text", "[[skill]]\nname='it'\nminimum_age='18'\n[[skill.step]]\nname='a'\n",
     "s.toml:3: `minimum_age` must be a number from 1 to 120"},
    {"max of nothing", in_field("type='text'\nmax=0\n"),
     "s.toml:8: `max` must be a number from 1 to 1024"},
    {"max too great", in_field("type='text'\nmax=1025\n"),
     "s.toml:8: `max` must be a number from 1 to 1024"},
    {"max a text", in_field("type='text'\nmax='5'\n"),
     "s.toml:8: `max` must be a number from 1 to 1024"},
    {"max of a date", in_field("type='date'\nmax=5\n"),
     "s.toml:8: `max` belongs to a field of type text"},
    {"digits of a country", in_field("type='country'\ndigits=true\n"),
     "s.toml:8: `digits` belongs to a field of type text"},
    {"one_of on a boolean", in_field("type='boolean'\none_of=['a']\n"),
     "s.toml:8: `one_of` belongs to a field of type text"},
    {"one_of empty", in_field("type='text'\none_of=[]\n"),
     "s.toml:8: `one_of` must be a list of texts"},
    {"one_of numbers", in_field("type='text'\none_of=[1]\n"),
     "s.toml:8: `one_of` must hold texts that are not empty"},
    {"one_of with an empty text", in_field("type='text'\none_of=['a', '']\n"),
     "s.toml:8: `one_of` must hold texts that are not empty"},
    {"one_of of two lines", in_field("type='text'\none_of=[\"a\\nb\"]\n"),
     "s.toml:8: `one_of` must hold texts that are not empty"},
    {"one_of twice", in_field("type='text'\none_of=['a','a']\n"),
     "s.toml:8: `one_of` names `a` twice"},
    {"one_of against max", in_field("type='text'\nmax=1\none_of=['ab']\n"),
     "s.toml:9: `one_of` names `ab`, which the field's other rules refuse"},
    {"must_be_true of a text", in_field("type='text'\nmust_be_true=true\n"),
     "s.toml:8: `must_be_true` belongs to a field of type boolean"},
    {"past of a boolean", in_field("type='boolean'\npast=true\n"),
     "s.toml:8: `past` belongs to a field of type date"},
    {"upload without type", after_head("[[skill.step.upload]]\n"),
     "s.toml:5: upload needs a `type`"},
    {"upload type", after_head("[[skill.step.upload]]\ntype='a-b'\n"),
     "s.toml:6: upload type must match " + part},
    {"two uploads of a type",
     after_head("[[skill.step.upload]]\ntype='a'\n[[skill.step.upload]]\ntype='a'\n"),
     "s.toml:8: upload `a` is there twice"},
    {"a type that shows two things",
     after_head("[[skill.step.upload]]\ntype='a'\nshows='face'\n[[skill.step]]\nname='b'\n"
                "[[skill.step.upload]]\ntype='a'\nshows='document'\n"),
     "s.toml:12: upload `a` shows something else in step `one`; give it another type"},
    {"unknown key of an upload", after_head("[[skill.step.upload]]\ntype='a'\nmax=5\n"),
     "s.toml:7: an upload has no key `max` (it has type, required, label, shows)"},
    {"shows something else", after_head("[[skill.step.upload]]\ntype='a'\nshows='cat'\n"),
     "s.toml:7: `shows` must be one of document, face, picture"},
    {"shows a number", after_head("[[skill.step.upload]]\ntype='a'\nshows=1\n"),
     "s.toml:7: `shows` must be a text"},
    {"autofill with a capital", in_field("type='text'\nautofill='Name'\n"),
     "s.toml:8: `autofill` must be a word like \"given-name\" or \"bday\""},
    {"autofill with a blank", in_field("type='text'\nautofill='a b'\n"),
     "s.toml:8: `autofill` must be a word like \"given-name\" or \"bday\""},
    {"autofill with a brace", in_field("type='text'\nautofill='a{'\n"),
     "s.toml:8: `autofill` must be a word like \"given-name\" or \"bday\""},
    {"autofill too long", in_field("type='text'\nautofill='" + std::string(41, 'a') + "'\n"),
     "s.toml:8: `autofill` must be a word like \"given-name\" or \"bday\""},
};

TEST(read_skills, reads_what_pages_are_told) {
  const auto read = read_skills(
      after_head("[[skill.step.field]]\nname='f'\ntype='text'\nautofill='address-line1'\n"
                 "[[skill.step.upload]]\ntype='a'\nshows='document'\n"
                 "[[skill.step.upload]]\ntype='b'\nshows='face'\n"
                 "[[skill.step.upload]]\ntype='c'\nshows='picture'\n"
                 "[[skill.step.upload]]\ntype='d'\n"),
      "s.toml");
  ASSERT_TRUE(read.errors.empty());
  const StepRule& step = read.skills[0].steps[0];
  EXPECT_EQ(step.fields[0].autofill, "address-line1");
  const Shows want[] = {Shows::document, Shows::face, Shows::picture, Shows::picture};
  for (std::size_t i = 0; i < std::size(want); ++i) EXPECT_EQ(step.uploads[i].shows, want[i]);
}

TEST(read_skills, names_every_broken_rule_by_line) {
  for (const RuleCase& c : rule_cases) {
    SCOPED_TRACE(c.name);
    EXPECT_THAT(errors_of(c.given), ElementsAre(c.want));
  }
  const std::string a = "[[skill.step.upload]]\ntype='a'\n";
  EXPECT_TRUE(errors_of(after_head(a + "[[skill.step]]\nname='b'\n" + a)).empty());
}

TEST(read_skills, collects_every_error_in_the_order_of_lines) {
  EXPECT_THAT(errors_of("[[skill]]\nzz = 1\nname = ''\nsession_life = 'x'\n"),
              ElementsAre(testing::StartsWith("s.toml:1: a skill needs"),
                          testing::StartsWith("s.toml:2: a skill has no key `zz`"),
                          testing::StartsWith("s.toml:3: skill name"),
                          testing::StartsWith("s.toml:4: `session_life`")));
}

TEST(read_skills, tells_where_a_file_is_not_toml) {
  struct Case {
    const char *name, *given;
    std::size_t line;
  };
  const Case cases[] = {
      {"no value", "[[skill]]\nname =\n", 2},
      {"open table", "\n\n[[skill\n", 3},
      {"key twice", "[[skill]]\nname='a'\nname='b'\n", 3},
      {"not UTF-8", "a = 1\nb = '\xff'\n", 2},
      {"open text", "a = \"x\n", 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const SkillFile file = read_skills(c.given, "s.toml");
    ASSERT_EQ(file.errors.size(), 1U);
    EXPECT_EQ(file.errors[0].line, c.line);
    EXPECT_THAT(file.errors[0].rule, testing::StartsWith("not TOML: "));
    EXPECT_TRUE(file.skills.empty());
  }
}

TEST(catalogue, finds_by_exact_name) {
  const Catalogue catalogue(read_skills(head, "s").skills);
  EXPECT_NE(catalogue.find("it"), nullptr);
  EXPECT_EQ(catalogue.find("IT"), nullptr);
  EXPECT_EQ(catalogue.find(""), nullptr);
  EXPECT_EQ(Catalogue().find("it"), nullptr);
  EXPECT_EQ(catalogue.all().size(), 1U);
}

// --- the sample catalogue ---

std::vector<Skill> samples() {
  const auto folder = std::filesystem::path(LIMEN_JOURNEY_TESTDATA) / "../../../skills";
  std::vector<Skill> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".toml") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    SkillFile file = read_skills(text.str(), entry.path().filename().string());
    for (const FileError& error : file.errors) ADD_FAILURE() << to_string(error);
    for (Skill& skill : file.skills) out.push_back(std::move(skill));
  }
  return out;
}

// "step(field:type?,…)[upload?,…]", a question mark for what may be left out.
std::string shape_of(const Skill& skill) {
  std::string out;
  for (const StepRule& step : skill.steps) {
    out += (out.empty() ? "" : " ") + step.name + "(";
    for (const Field& field : step.fields)
      out += (out.back() == '(' ? "" : ",") + field.name + ":" +
             std::string(to_string(field.type)) + (field.required ? "" : "?");
    out += ")[";
    for (const UploadRule& upload : step.uploads)
      out += (out.back() == '[' ? "" : ",") + upload.type + (upload.required ? "" : "?");
    out += "]";
  }
  return out;
}

TEST(samples, are_the_published_catalogue) {
  const std::string document = "document(document_type:text,country:country";
  const std::string pictures = ")[document_front,document_back?]";
  const std::map<std::string, std::string> want = {
      {"xyz_aisp_sbx_#1.0", "consent(consent:boolean)[]"},
      {"xyz_sbx_#3.0",
       "product_form(value:text,currency:text,period:text)[] confirmation(accepted:boolean)[]"},
      {"card_kyc_sbx_#1.0", "personal_data(first_name:text,last_name:text,date_of_birth:date)[] " +
                                document + pictures + " selfie()[selfie]"},
      {"identity", document + pictures + " selfie()[selfie]"},
      {"enrolment", document + ",mrz:mrz?" + pictures + " face()[face]"},
  };
  std::map<std::string, std::string> found;
  for (const Skill& skill : samples()) found[skill.name] = shape_of(skill);
  EXPECT_EQ(found, want);
}

TEST(samples, take_the_published_examples) {
  const Catalogue catalogue(samples());
  const Date today{std::chrono::year{2026}, std::chrono::month{11}, std::chrono::day{21}};
  struct Case {
    const char* name;
    const char *skill, *step;
    Answers given;
    bool want;
  };
  const Case cases[] = {
      {"the seed's product",
       "xyz_sbx_#3.0",
       "product_form",
       {{"value", "100000"}, {"currency", "EUR"}, {"period", "12"}},
       true},
      {"accepted", "xyz_sbx_#3.0", "confirmation", {{"accepted", true}}, true},
      {"not accepted", "xyz_sbx_#3.0", "confirmation", {{"accepted", false}}, false},
      {"consent", "xyz_aisp_sbx_#1.0", "consent", {{"consent", true}}, true},
      {"no consent", "xyz_aisp_sbx_#1.0", "consent", {{"consent", false}}, false},
      {"passport",
       "identity",
       "document",
       {{"document_type", "passport"}, {"country", "SK"}},
       true},
      {"id card", "identity", "document", {{"document_type", "id_card"}, {"country", "SVK"}}, true},
      {"driving licence",
       "enrolment",
       "document",
       {{"document_type", "driving_licence"}, {"country", "DE"}},
       true},
      {"library card",
       "identity",
       "document",
       {{"document_type", "library_card"}, {"country", "SK"}},
       false},
      {"person",
       "card_kyc_sbx_#1.0",
       "personal_data",
       {{"first_name", "Jana"}, {"last_name", "Nová"}, {"date_of_birth", "2004-07-09"}},
       true},
      {"unborn",
       "card_kyc_sbx_#1.0",
       "personal_data",
       {{"first_name", "Jana"}, {"last_name", "Nová"}, {"date_of_birth", "2026-11-21"}},
       false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Skill* skill = catalogue.find(c.skill);
    ASSERT_NE(skill, nullptr);
    EXPECT_EQ(check_answers(*skill->step(c.step), c.given, today).has_value(), c.want);
  }
}

TEST(samples, approve_nobody_without_a_face_engine) {
  const Catalogue catalogue(samples());
  EXPECT_THAT(catalogue.find("enrolment")->rules.required,
              ElementsAre("Applicant integrity", "MRZ check digits", "Document reading",
                          "Face presence", "Face verification", "Face liveness"));
  for (const Skill& skill : catalogue.all()) {
    bool has_uploads = false;
    for (const StepRule& step : skill.steps) has_uploads |= !step.uploads.empty();
    EXPECT_EQ(skill.rules.required.empty(), !has_uploads) << skill.name;
  }
}

}  // namespace
}  // namespace limen::journey
