// Skill files and rules files: every text is either a catalogue that keeps its own rules, or a list
// of errors that can be printed a line each. Rules that can be read have one text, which says the
// same.
#include <algorithm>
#include <set>
#include <string>

#include "fuzz/fuzz.hpp"
#include "journey/catalogue.hpp"
#include "journey/decision.hpp"

namespace limen::journey {
namespace {

void check_step(const StepRule& step) {
  ASSERT(!step.name.empty() && !has_control(step.name));
  std::set<std::string> names;
  for (const Field& field : step.fields) {
    ASSERT(!field.name.empty() && names.insert(field.name).second);
    ASSERT(field_type_of(to_string(field.type)) == field.type);
    for (const std::string& value : field.one_of) ASSERT(!value.empty() && !has_control(value));
  }
  std::set<std::string> types;
  for (const UploadRule& upload : step.uploads)
    ASSERT(!upload.type.empty() && types.insert(upload.type).second);
}

void check_rules(const Rules& rules) {
  ASSERT(rules.age_min >= 0 && rules.age_min <= 120 && !has_control(rules.version));
  for (const Rules::Fold& fold : rules.folds) {
    const Level as = counted(rules, fold.factor, fold.level);
    ASSERT(as == Level::high || as == Level::medium || as == Level::low);
  }
  const RulesFile again = read_rules(to_text(rules), "a.toml");
  ASSERT(again.errors.empty());
  ASSERT(to_text(again.rules) == to_text(rules) && digest_of(again.rules) == digest_of(rules));
}

void check_skill(const Skill& skill) {
  ASSERT(!skill.name.empty() && skill.name.size() <= 64 && !has_control(skill.name));
  ASSERT(is_utf8(skill.title) && !has_control(skill.title));
  ASSERT(!skill.steps.empty());
  ASSERT(skill.pass_life.count() >= 0 && skill.session_life.count() >= 0);
  ASSERT(skill.retention >= skill.consent_life);
  check_rules(skill.rules);
  std::set<std::string> names;
  for (const StepRule& step : skill.steps) {
    check_step(step);
    ASSERT(names.insert(step.name).second);
  }
}

void check_errors(const std::vector<FileError>& errors) {
  for (const FileError& error : errors) {
    ASSERT(!error.rule.empty() && error.file == "a.toml");
    ASSERT(!has_control(to_string(error)));
  }
}

FUZZ(skill_file) {
  const RulesFile rules = read_rules(input, "a.toml");
  check_errors(rules.errors);
  if (rules.errors.empty()) check_rules(rules.rules);
  const SkillFile file = read_skills(input, "a.toml");
  const SkillFile again = read_skills(input, "a.toml");
  ASSERT(file.skills == again.skills && file.errors == again.errors);
  check_errors(file.errors);
  if (!file.errors.empty()) return;
  for (const Skill& skill : file.skills) check_skill(skill);
}

}  // namespace
}  // namespace limen::journey
