// Rules: every key and every way to get it wrong, what counts as what, and one text for one set of
// rules.
#include "journey/rules.hpp"

#include <gmock/gmock.h>

#include "base/text.hpp"
#include "journey/catalogue.hpp"

namespace limen::journey {
namespace {

using testing::ElementsAre;

constexpr std::string_view every_rule = R"(version = "7 \"seven\" \\"
required = ["MRZ check digits", "Applicant integrity"]
minimum_age = 18
validity_days = -30
[quality]
glare = 0
dark = 35
[fold."Image quality"]
MEDIUM = "HIGH"
UNKNOWN = "LOW"
[fold."Document expiry"]
LOW = "MEDIUM"
)";

Rules all_of_them() {
  using enum Level;
  Rules rules;
  rules.version = "7 \"seven\" \\";
  rules.required = {"MRZ check digits", "Applicant integrity"};
  rules.age_min = 18;
  rules.validity_days = -30;
  rules.quality = {{"dark", 35}, {"glare", 0}};
  // Tables of TOML come in the order of their keys.
  rules.folds = {{"Document expiry", low, medium},
                 {"Image quality", medium, high},
                 {"Image quality", unknown, low}};
  return rules;
}

std::vector<std::string> rule_errors_of(std::string_view text) {
  std::vector<std::string> out;
  for (const FileError& error : read_rules(text, "r.toml").errors) out.push_back(to_string(error));
  return out;
}

TEST(read_rules, reads_every_rule) {
  const RulesFile file = read_rules(every_rule, "r.toml");
  ASSERT_THAT(rule_errors_of(every_rule), ElementsAre());
  EXPECT_EQ(file.rules, all_of_them());
}

TEST(read_rules, has_defaults) {
  EXPECT_EQ(read_rules("", "r.toml").rules, Rules{});
  EXPECT_TRUE(read_rules("# nothing\n", "r.toml").errors.empty());
  EXPECT_EQ(Rules{}.version, "1");
}

TEST(read_rules, is_the_same_in_a_skill) {
  std::string text = "[[skill]]\nname='it'\n[skill.rules]\n";
  std::string inner(every_rule);
  for (const std::string_view head : {"[quality]", "[fold."})
    for (std::size_t at = inner.find(head); at != std::string::npos;
         at = inner.find(head, at + head.size() + 12))
      inner.replace(at, 1, "[skill.rules.");
  text += inner + "[[skill.step]]\nname='a'\n";
  const SkillFile file = read_skills(text, "s.toml");
  ASSERT_TRUE(file.errors.empty()) << to_string(file.errors[0]);
  EXPECT_EQ(file.skills.at(0).rules, all_of_them());
}

TEST(read_rules, reads_the_keys_of_older_skills) {
  const SkillFile file = read_skills(
      "[[skill]]\nname='it'\nrules_version='7'\nminimum_age=18\n"
      "required_factors=['Image quality']\n[[skill.step]]\nname='a'\n",
      "s.toml");
  ASSERT_TRUE(file.errors.empty()) << to_string(file.errors[0]);
  Rules want;
  want.version = "7";
  want.age_min = 18;
  want.required = {"Image quality"};
  EXPECT_EQ(file.skills.at(0).rules, want);
}

TEST(read_rules, names_every_broken_rule_with_its_line) {
  struct Case {
    const char* name;
    std::string text, want;
  };
  const std::string keys =
      "rules has no key `requird` (it has version, required, minimum_age, validity_days, quality, "
      "fold); did you mean `required`?";
  const Case cases[] = {
      {"no TOML", "version",
       "r.toml:1: not TOML: Error while parsing key-value pair: encountered "
       "end-of-file"},
      {"unknown key", "requird = ['Age']", "r.toml:1: " + keys},
      {"a number for a version", "version = 2", "r.toml:1: `version` must be a text"},
      {"version of two lines", "version = \"a\\nb\"",
       "r.toml:1: `version` must be one line of at most 200 characters"},
      {"version of 201", "version = '" + std::string(201, 'x') + "'",
       "r.toml:1: `version` must be one line of at most 200 characters"},
      {"unknown factor", "\nrequired = ['MRZ check digit']",
       "r.toml:2: there is no factor `MRZ check digit`; did you mean `MRZ check digits`?"},
      {"age 0", "minimum_age = 0", "r.toml:1: `minimum_age` must be a number from 1 to 120"},
      {"age 121", "minimum_age = 121", "r.toml:1: `minimum_age` must be a number from 1 to 120"},
      {"validity", "validity_days = 3651",
       "r.toml:1: `validity_days` must be a number from -3650 to 3650"},
      {"validity before", "validity_days = -3651",
       "r.toml:1: `validity_days` must be a number from -3650 to 3650"},
      {"quality as a number", "quality = 5",
       "r.toml:1: `quality` must be a table of measure = least score"},
      {"unknown measure", "[quality]\nblured = 5",
       "r.toml:2: `quality` has no key `blured` (it has dark, bright, blurred, glare, far, cut); "
       "did "
       "you "
       "mean `blurred`?"},
      {"score of 101", "[quality]\nfar = 101", "r.toml:2: `far` must be a number from 0 to 100"},
      {"fold as a text", "fold = 'LOW'", "r.toml:1: `fold` must hold a table for each factor"},
      {"fold of a factor that is none", "[fold.Aged]\nLOW = 'MEDIUM'",
       "r.toml:1: there is no factor `Aged`; did you mean `Age`?"},
      {"fold of a factor as a text", "[fold]\nAge = 'LOW'",
       "r.toml:2: `Age` must be a table of level = level"},
      {"no level", "[fold.Age]\nlow = 'MEDIUM'",
       "r.toml:2: a fold has no key `low` (it has HIGH, MEDIUM, LOW, UNAVAILABLE, UNKNOWN)"},
      {"counts as no result", "[fold.Age]\nLOW = 'UNKNOWN'",
       "r.toml:2: `LOW` must be \"HIGH\", \"MEDIUM\" or \"LOW\""},
      {"counts as a number", "[fold.Age]\nLOW = 1", "r.toml:2: `LOW` must be a text"},
      {"required and not", "required = ['Age']\n[fold.Age]\nUNAVAILABLE = 'HIGH'",
       "r.toml:3: `Age` is required, so its absence cannot count as HIGH"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto errors = rule_errors_of(c.text);
    ASSERT_FALSE(errors.empty());
    EXPECT_EQ(errors.front(), c.want);
  }
  EXPECT_EQ(rule_errors_of("a = 1\n[fold.Age]\nLOW = ''\nb = 1").size(), 3U);
}

TEST(read_rules, of_a_skill_stand_in_one_place) {
  struct Case {
    const char *name, *rules, *want;
  };
  const Case cases[] = {
      {"as a text", "rules = 'x'\n", "s.toml:3: `rules` must be written as [skill.rules]"},
      {"version twice", "rules_version = '2'\n[skill.rules]\n",
       "s.toml:3: `rules_version` stands in [skill.rules] where there is one"},
      {"required twice", "required_factors = ['Age']\n[skill.rules]\n",
       "s.toml:3: `required_factors` stands in [skill.rules] where there is one"},
      {"age twice", "minimum_age = 3\n[skill.rules]\n",
       "s.toml:3: `minimum_age` stands in [skill.rules] where there is one"},
      {"unknown key", "[skill.rules]\nage = 3\n",
       "s.toml:4: rules has no key `age` (it has version, required, minimum_age, validity_days, "
       "quality, fold)"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string text =
        std::string("[[skill]]\nname='it'\n") + c.rules + "[[skill.step]]\nname='a'\n";
    const SkillFile file = read_skills(text, "s.toml");
    ASSERT_EQ(file.errors.size(), 1U);
    EXPECT_EQ(to_string(file.errors[0]), c.want);
  }
}

TEST(counted, is_the_level_itself_unless_the_rules_say_more) {
  using enum Level;
  constexpr Level none = unavailable;
  Rules rules;
  rules.required = {"Face verification"};
  rules.folds = {{"Document expiry", low, medium},
                 {"Image quality", medium, high},
                 {"Age", none, low},
                 {"Cross-check", high, medium}};
  struct Case {
    const char* factor;
    Level given, want;
  };
  const Case cases[] = {
      {"MRZ check digits", high, high},
      {"MRZ check digits", medium, medium},
      {"MRZ check digits", low, low},
      {"MRZ check digits", unknown, medium},
      {"MRZ check digits", none, high},
      {"Face verification", none, medium},
      {"Face verification", high, high},
      {"Document expiry", low, medium},
      {"Document expiry", high, high},
      {"Image quality", medium, high},
      {"Image quality", unknown, medium},
      {"Image quality", low, low},
      {"Age", none, low},
      {"Age", low, low},
      {"Cross-check", high, medium},
  };
  for (const Case& c : cases)
    EXPECT_EQ(counted(rules, c.factor, c.given), c.want) << c.factor << " " << to_string(c.given);
}

TEST(fold, counts_what_is_not_there_where_rules_speak_of_it) {
  using enum Level;
  constexpr Level none = unavailable;
  Rules rules;
  const std::vector<Factor> one = {{"Image quality", medium, {}, ""}};
  EXPECT_EQ(fold(one, rules), medium);
  rules.folds = {{"Image quality", medium, high}};
  EXPECT_EQ(fold(one, rules), high);
  rules.folds.push_back({"Age", none, low});
  EXPECT_EQ(fold(one, rules), low);
  rules.folds = {{"Image quality", medium, high}};
  rules.required = {"Age"};
  EXPECT_EQ(fold(one, rules), medium);
}

TEST(to_text, is_read_as_the_same_rules) {
  for (const Rules& rules : {Rules{}, all_of_them()}) {
    const std::string text = to_text(rules);
    const RulesFile read = read_rules(text, "r.toml");
    ASSERT_TRUE(read.errors.empty()) << text;
    EXPECT_EQ(to_text(read.rules), text);
    EXPECT_EQ(digest_of(read.rules), digest_of(rules));
  }
  EXPECT_EQ(to_text(Rules{}), "version = \"1\"\n");
}

TEST(to_text, does_not_know_in_which_order_rules_were_written) {
  Rules other = all_of_them();
  std::ranges::reverse(other.required);
  std::ranges::reverse(other.quality);
  std::ranges::reverse(other.folds);
  EXPECT_EQ(to_text(other), to_text(all_of_them()));
  EXPECT_EQ(digest_of(other), digest_of(all_of_them()));
}

TEST(digest_of, differs_with_every_part) {
  const Rules rules = all_of_them();
  std::vector<Rules> others(6, rules);
  others[0].version = "8";
  others[1].required.pop_back();
  others[2].age_min = 17;
  others[3].validity_days = 30;
  others[4].quality[0].score = 34;
  others[5].folds[0].as = Level::high;
  for (const Rules& other : others) EXPECT_NE(digest_of(other), digest_of(rules));
}

}  // namespace
}  // namespace limen::journey
