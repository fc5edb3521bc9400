// Skill files: every text is either a catalogue that keeps its own rules, or a list of errors that
// can be printed a line each.
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

void check_skill(const Skill& skill) {
  ASSERT(!skill.name.empty() && skill.name.size() <= 64 && !has_control(skill.name));
  ASSERT(is_utf8(skill.title) && !has_control(skill.title));
  ASSERT(!skill.steps.empty());
  ASSERT(skill.pass_life.count() >= 0 && skill.session_life.count() >= 0);
  ASSERT(skill.retention >= skill.consent_life);
  std::set<std::string> names;
  for (const StepRule& step : skill.steps) {
    check_step(step);
    ASSERT(names.insert(step.name).second);
  }
}

FUZZ(skill_file) {
  const SkillFile file = read_skills(input, "a.toml");
  const SkillFile again = read_skills(input, "a.toml");
  ASSERT(file.skills == again.skills && file.errors == again.errors);
  for (const SkillError& error : file.errors) {
    ASSERT(!error.rule.empty() && error.file == "a.toml");
    ASSERT(!has_control(to_string(error)));
  }
  if (!file.errors.empty()) return;
  for (const Skill& skill : file.skills) check_skill(skill);
}

}  // namespace
}  // namespace limen::journey
