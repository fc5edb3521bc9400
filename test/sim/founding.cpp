// What a world begins with: budgets, skills and their rules, organisations, clients with a key each
// and webhooks. See world.hpp.
#include "sim/world.hpp"

namespace limen::sim {

using namespace std::chrono_literals;

namespace {

// Nobody here looks at faces, so what rules say of such a factor decides all.
journey::Rules rules_for(Model::Course course) {
  constexpr const char* factor = "Face verification";
  using journey::Level;
  switch (course) {
    case Model::Course::waits: return {.version = "2", .required = {factor}};
    case Model::Course::fails:
      return {.version = "3", .folds = {{factor, Level::unavailable, Level::low}}};
    default: return {};
  }
}

journey::Catalogue two_skills(const std::map<std::string, Model::Course>& rules) {
  journey::Skill loan{.name = "loan", .title = "Loan"};
  loan.steps = {{"form", {{.name = "value"}}, {}}, {"confirm", {{.name = "value"}}, {}}};
  loan.pass_life = 30min;
  loan.consent_life = std::chrono::days{90};
  loan.retention = std::chrono::days{365};
  journey::Skill card = loan;
  card.name = "card";
  loan.rules = rules_for(rules.at("loan"));
  card.rules = rules_for(rules.at("card"));
  card.steps = {{"document", {}, {{"front", true}}}, {"face", {}, {{"selfie", true}}}};
  return journey::Catalogue({loan, card});
}

}  // namespace

// Those of the product, and such as are used up in a short history: of a network, of all, of
// letters.
void World::set_quotas(std::uint64_t choice) {
  static constexpr Model::Quotas choices[] = {
      {}, {.network = 6, .block = 9}, {8, 12, 12, 16, 3, 1}, {2, 3, 5, 40, 2, 2}};
  using onboard::Budget;
  const Model::Quotas& q = model_.quotas = choices[choice];
  settings_.quotas = onboard::default_quotas;
  for (const auto& [budget, quota] : {std::pair{Budget::guesses_address, q.network},
                                      {Budget::guesses_block, q.block},
                                      {Budget::guesses_organisation, q.organisation},
                                      {Budget::guesses_overall, q.overall},
                                      {Budget::letters_organisation, q.letters},
                                      {Budget::letters_recipient, q.letters_to_person}})
    settings_.quotas[static_cast<std::size_t>(budget)] = quota;
}

void World::set_rules(std::uint64_t choice) {
  model_.rules = {{"loan", Model::Course(choice % 3)}, {"card", Model::Course(choice / 3 % 3)}};
  catalogue_ = two_skills(model_.rules);
}

// Two organisations and three clients with a key each, one of them next door, and in three worlds
// of four somebody who hears what becomes of the sessions.
void World::found(std::uint32_t hooks, const std::string& onward) {
  model_.onward = onward;
  organisations_.clear();
  house_job([&](onboard::Ledger& ledger) {
    for (const auto* prefix : {"OUR", "THE"}) {
      onboard::Organisation o{};
      o.id = seal::draw_id(entropy_, now_);
      o.name = "Example";
      o.handle = o.prefix = prefix;
      o.skills = {"loan", "card"};
      o.invited_skill = onward;
      o.created = now_;
      ledger.add_organisation(o);
      organisations_.push_back(o.id);
    }
  });
  for (std::uint32_t i = 0; i < 3; ++i)
    submit({{*clients_.request({static_cast<Kind>(Verb::make_key), 0, i / 2, 7})}}, 0);
  for (const Id& id : organisations_) model_.organisations.push_back(to_string(id));
  for (std::uint32_t i = 0; i < hooks; ++i)
    submit({{*clients_.request({static_cast<Kind>(Verb::listen), 0, i, 0})}}, 0);
}

}  // namespace limen::sim
