// Rules from TOML. A factor, a level or a measure that does not exist is an error with its line: a
// misspelt rule would be trusted and never applied.
#include "journey/rules_file.hpp"

#include <algorithm>
#include <optional>

namespace limen::journey {
namespace {

constexpr int age_most = 120, score_most = 100, validity_days_most = 3650;
constexpr std::size_t version_points = 200;

// How the keys are spelt that stand in a skill, too.
struct Keys {
  std::string_view version, required;
};
constexpr Keys own_keys = {"version", "required"};
constexpr Keys short_keys = {"rules_version", "required_factors"};

constexpr std::array<Level, 5> levels = {Level::high, Level::medium, Level::low, Level::unavailable,
                                         Level::unknown};

void say_no_factor(Tables& tables, const toml::source_region& where, std::string_view name) {
  if (std::ranges::find(factor_names, name) == factor_names.end())
    tables.say(where, "there is no factor " + ticked(name) + suggestion(name, factor_names));
}

void read_basics(Tables& tables, const toml::table& table, const Keys& keys, Rules& out) {
  if (table.contains(keys.version)) {
    out.version = tables.read_text(table, keys.version);
    if (has_control(out.version) || count_points(out.version) > version_points)
      tables.say(Tables::place(table, keys.version),
                 ticked(keys.version) + " must be one line of at most 200 characters");
  }
  out.age_min = static_cast<int>(tables.read_number(table, "minimum_age", 1, age_most, 0));
  out.required = tables.read_list(table, keys.required);
  for (const std::string& factor : out.required)
    say_no_factor(tables, Tables::place(table, keys.required), factor);
}

void read_quality(Tables& tables, const toml::table& table, Rules& out) {
  const toml::node* node = table.get("quality");
  if (node == nullptr) return;
  const toml::table* measures = node->as_table();
  if (measures == nullptr)
    return tables.say(node->source(), "`quality` must be a table of measure = least score");
  tables.check_keys(*measures, "`quality`", {"dark", "bright", "blurred", "glare", "far", "cut"});
  for (const std::string_view name : measure_names)
    if (measures->contains(name))
      out.quality.push_back({std::string(name), static_cast<int>(tables.read_number(
                                                    *measures, name, 0, score_most, 0))});
}

void read_fold(Tables& tables, const toml::table& levels_of, const std::string& factor,
               Rules& out) {
  tables.check_keys(levels_of, "a fold", {"HIGH", "MEDIUM", "LOW", "UNAVAILABLE", "UNKNOWN"});
  for (const Level level : levels) {
    const std::string_view key = to_string(level);
    if (!levels_of.contains(key)) continue;
    const std::string word = tables.read_text(levels_of, key);
    const auto* as = std::find_if(levels.begin(), levels.begin() + 3,
                                  [&](Level one) { return to_string(one) == word; });
    const auto& place = Tables::place(levels_of, key);
    if (as == levels.begin() + 3) {
      tables.say(place, ticked(key) + " must be \"HIGH\", \"MEDIUM\" or \"LOW\"");
      continue;
    }
    if (level == Level::unavailable && *as == Level::high &&
        std::ranges::find(out.required, factor) != out.required.end())
      tables.say(place, ticked(factor) + " is required, so its absence cannot count as HIGH");
    out.folds.push_back({factor, level, *as});
  }
}

void read_folds(Tables& tables, const toml::table& table, Rules& out) {
  const toml::node* node = table.get("fold");
  if (node == nullptr) return;
  const toml::table* factors = node->as_table();
  if (factors == nullptr)
    return tables.say(node->source(), "`fold` must hold a table for each factor");
  for (const auto& [factor, inner] : *factors) {
    say_no_factor(tables, factor.source(), factor.str());
    if (const toml::table* levels_of = inner.as_table())
      read_fold(tables, *levels_of, std::string(factor.str()), out);
    else tables.say(inner.source(), ticked(factor.str()) + " must be a table of level = level");
  }
}

}  // namespace

Rules rules_in(Tables& tables, const toml::table& table) {
  tables.check_keys(table, "rules",
                    {"version", "required", "minimum_age", "validity_days", "quality", "fold"});
  Rules out;
  read_basics(tables, table, own_keys, out);
  out.validity_days = static_cast<int>(
      tables.read_number(table, "validity_days", -validity_days_most, validity_days_most, 0));
  read_quality(tables, table, out);
  read_folds(tables, table, out);
  return out;
}

Rules short_rules_in(Tables& tables, const toml::table& skill) {
  Rules out;
  read_basics(tables, skill, short_keys, out);
  return out;
}

RulesFile read_rules(std::string_view text, std::string_view file) {
  RulesFile out;
  Tables tables(file);
  const toml::parse_result parsed = toml::parse(text, file);
  if (parsed) out.rules = rules_in(tables, parsed.table());
  else tables.say_no_toml(parsed.error());
  out.errors = tables.take_errors();
  return out;
}

}  // namespace limen::journey
