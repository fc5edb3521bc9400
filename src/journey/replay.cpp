// See replay.hpp. The skill is put together again from what the decision kept of it.
#include "journey/replay.hpp"

#include <algorithm>

namespace limen::journey {
namespace {

void add_uploads(StepRule& step, const std::vector<std::string>& types, Shows shows) {
  for (const std::string& type : types) step.uploads.push_back({type, true, shows, {}});
}

const Factor* find(const Decision& decision, std::string_view name) {
  const auto found = std::ranges::find(decision.factors, name, &Factor::name);
  return found == decision.factors.end() ? nullptr : &*found;
}

FactorPair pair_of(const std::string& name, const Judged& before, const Judged& after) {
  const auto level_in = [&](const Judged& judged) -> std::optional<Level> {
    const Factor* factor = find(judged.decision, name);
    if (factor == nullptr) return std::nullopt;
    return factor->level;
  };
  FactorPair out{name, level_in(before), level_in(after), {}, {}};
  out.counted_before = counted(before.rules, name, out.before.value_or(Level::unavailable));
  out.counted_after = counted(after.rules, name, out.after.value_or(Level::unavailable));
  return out;
}

}  // namespace

Skill skill_of(const std::vector<Asked>& asked, const Rules& rules) {
  Skill skill;
  skill.rules = rules;
  for (const Asked& one : asked) {
    StepRule step;
    step.name = one.step;
    if (one.has_zone) step.fields.push_back({"mrz", FieldType::mrz});
    add_uploads(step, one.documents, Shows::document);
    add_uploads(step, one.faces, Shows::face);
    add_uploads(step, one.pictures, Shows::picture);
    skill.steps.push_back(std::move(step));
  }
  return skill;
}

std::optional<Decision> decide_again(const Session& session, const Rules& rules,
                                     const Skill* skill) {
  if (!session.decision) return std::nullopt;
  const Decision& made = *session.decision;
  if (made.asked.empty() && skill == nullptr) return std::nullopt;
  if (!made.asked.empty()) return decide(session, skill_of(made.asked, rules), made.at);
  Skill then = *skill;
  then.rules = rules;
  return decide(session, then, made.at);
}

std::vector<FactorPair> compare(const Judged& before, const Judged& after) {
  std::vector<FactorPair> out;
  const auto add = [&](const std::string& name) {
    if (std::ranges::find(out, name, &FactorPair::factor) == out.end())
      out.push_back(pair_of(name, before, after));
  };
  for (const Judged* judged : {&before, &after})
    for (const Factor& factor : judged->decision.factors) add(factor.name);
  // What no factor was found for counts as well, where rules speak of it.
  for (const Judged* judged : {&before, &after}) {
    for (const std::string& name : judged->rules.required) add(name);
    for (const Rules::Fold& fold : judged->rules.folds) add(fold.factor);
  }
  return out;
}

}  // namespace limen::journey
