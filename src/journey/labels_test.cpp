// Whose word a name is shown with, and how a skill file gives it.
#include "journey/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/catalogue.hpp"

namespace limen::journey {
namespace {

using enum words::Language;

TEST(labels, are_the_operators_own_first) {
  struct Case {
    const char* why;
    const char* name;
    Labels labels;
    words::Language language;
    const char* want;
  };
  const Case cases[] = {
      {"a word everybody knows", "first_name", {}, de_DE, "Vorname"},
      {"a name nobody knows", "shoe_size", {}, de_DE, "Shoe size"},
      {"own, in that language", "first_name", {{de_DE, "Rufname"}}, de_DE, "Rufname"},
      {"own, in the fallback", "first_name", {{de_DE, "Rufname"}, {en_US, "Call"}}, cs_CZ, "Call"},
      {"own, in whatever there is", "first_name", {{de_DE, "Rufname"}}, cs_CZ, "Rufname"},
  };
  for (const Case& c : cases) {
    Field field;
    field.name = c.name;
    field.labels = c.labels;
    EXPECT_EQ(label_of(field, c.language), c.want) << c.why;
  }
}

TEST(labels, are_for_every_kind_of_name) {
  EXPECT_EQ(label_of(StepRule{"selfie"}, sv_SE), "Selfie");
  EXPECT_EQ(label_of(UploadRule{"document_back"}, de_DE), "Rückseite des Dokuments");
  Skill skill;
  skill.title = "Identity check";
  EXPECT_EQ(label_of(skill, de_DE), "Identity check");
  skill.labels = {{de_DE, "Identitätsprüfung"}};
  EXPECT_EQ(label_of(skill, de_DE), "Identitätsprüfung");
}

TEST(labels, name_options) {
  Field field;
  field.one_of = {"passport", "red"};
  field.option_labels = {{"red", {{de_DE, "rot"}}}};
  EXPECT_EQ(option_label(field, "passport", de_DE), "Reisepass");
  EXPECT_EQ(option_label(field, "red", de_DE), "rot");
}

TEST(labels, are_read) {
  const SkillFile file = read_skills(R"([[skill]]
name = "it"
[skill.label]
en-US = "Club membership"
[[skill.step]]
name = "one"
label = { de-DE = "Eins", fr-CA = "Un" }
[[skill.step.field]]
name = "shade"
type = "text"
one_of = ["red", "deep blue"]
[skill.step.field.label]
en-US = "Shade"
de-DE = "Farbton"
[skill.step.field.option_label."deep blue"]
de-DE = "tiefblau"
[[skill.step.upload]]
type = "proof"
[skill.step.upload.label]
de-DE = "Beleg"
)",
                                     "s.toml");
  ASSERT_TRUE(file.errors.empty()) << to_string(file.errors[0]);
  const Skill& skill = file.skills.at(0);
  using enum words::Language;
  EXPECT_EQ(skill.labels, (Labels{{en_US, "Club membership"}}));
  const StepRule& step = skill.steps.at(0);
  EXPECT_EQ(step.labels, (Labels{{de_DE, "Eins"}, {fr_CA, "Un"}}));
  EXPECT_EQ(step.fields.at(0).labels, (Labels{{de_DE, "Farbton"}, {en_US, "Shade"}}));
  EXPECT_EQ(step.fields.at(0).option_labels,
            (std::vector<OptionLabels>{{"deep blue", {{de_DE, "tiefblau"}}}}));
  EXPECT_EQ(step.uploads.at(0).labels, (Labels{{de_DE, "Beleg"}}));
}

TEST(labels, broken_ones_are_named_by_line) {
  struct Case {
    const char* name;
    std::string given, want;
  };
  const auto in_field = [](std::string_view rest) {
    return "[[skill]]\nname='it'\n[[skill.step]]\nname='one'\n[[skill.step.field]]\nname='f'\n" +
           std::string(rest);
  };
  const Case cases[] = {
      {"label a text", in_field("type='text'\nlabel='Colour'\n"),
       "s.toml:8: `label` must be a table of language = \"text\""},
      {"label in a language nobody reads", in_field("type='text'\nlabel={de='Farbe'}\n"),
       "s.toml:8: `label` knows no language `de`; did you mean `de-DE`?"},
      {"label in a misspelt language", in_field("type='text'\nlabel={de-De='Farbe'}\n"),
       "s.toml:8: `label` knows no language `de-De`; did you mean `de-DE`?"},
      {"label that is a number", in_field("type='text'\nlabel={de-DE=1}\n"),
       "s.toml:8: `label` must hold lines of 1 to 200 characters"},
      {"label of a blank", in_field("type='text'\nlabel={de-DE=' '}\n"),
       "s.toml:8: `label` must hold lines of 1 to 200 characters"},
      {"label of two lines", in_field("type='text'\nlabel={de-DE=\"a\\nb\"}\n"),
       "s.toml:8: `label` must hold lines of 1 to 200 characters"},
      {"label that turns the line", in_field("type='text'\nlabel={de-DE=\"\\u202Ea\"}\n"),
       "s.toml:8: `label` must hold lines of 1 to 200 characters"},
      {"label of 201", in_field("type='text'\nlabel={de-DE='" + std::string(201, 'x') + "'}\n"),
       "s.toml:8: `label` must hold lines of 1 to 200 characters"},
      {"labels of options a text", in_field("type='text'\none_of=['a']\noption_label='A'\n"),
       "s.toml:9: `option_label` must hold a table for each option"},
      {"label of an option that is none",
       in_field("type='text'\none_of=['red']\noption_label={rad={en-US='Red'}}\n"),
       "s.toml:9: `one_of` has no option `rad`; did you mean `red`?"},
      {"label of an option a text",
       in_field("type='text'\none_of=['red']\noption_label={red='Red'}\n"),
       "s.toml:9: `red` must be a table of language = \"text\""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> errors;
    for (const FileError& error : read_skills(c.given, "s.toml").errors)
      errors.push_back(to_string(error));
    EXPECT_THAT(errors, testing::ElementsAre(c.want));
  }
}

}  // namespace
}  // namespace limen::journey
