// See rules.hpp.
#include "onboard/rules.hpp"

#include <stdexcept>

namespace limen::onboard {
namespace {

// They went in with the session that names them, and no key or name of a factor is ever taken back:
// what cannot be read is a broken database.
journey::Rules stored_rules(const Desk& desk, const Digest& digest) {
  const auto text = desk.ledger.rules(digest);
  if (!text) throw std::runtime_error("the rules of a session are not there");
  journey::RulesFile read = journey::read_rules(*text, "rules");
  if (!read.errors.empty())
    throw std::runtime_error("stored rules: " + journey::to_string(read.errors.front()));
  return std::move(read.rules);
}

}  // namespace

void pin_rules(Desk& desk, Session& session, const journey::Skill& skill) {
  session.rules = journey::digest_of(skill.rules);
  desk.ledger.keep_rules(session.rules, journey::to_text(skill.rules), desk.at.now);
}

std::optional<journey::Rules> rules_of(const Desk& desk, const Session& session,
                                       const journey::Skill* skill) {
  const bool is_pinned = session.rules != Digest{};
  if (skill != nullptr && (!is_pinned || session.rules == journey::digest_of(skill->rules)))
    return skill->rules;
  if (!is_pinned) return std::nullopt;
  return stored_rules(desk, session.rules);
}

std::optional<journey::Skill> with_rules_of(const Desk& desk, const Session& session,
                                            const journey::Skill& skill) {
  if (session.rules == Digest{} || session.rules == journey::digest_of(skill.rules))
    return std::nullopt;
  journey::Skill own = skill;
  own.rules = stored_rules(desk, session.rules);
  return own;
}

}  // namespace limen::onboard
