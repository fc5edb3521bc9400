// The value: what counts as what, and the text that names it. Reading is rules_file.cpp's.
#include "journey/rules.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace limen::journey {
namespace {

bool is_required(const Rules& rules, std::string_view factor) {
  return std::ranges::find(rules.required, factor) != rules.required.end();
}

// A basic string of TOML; what is read holds no control character.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

template <class Rows>
Rows sorted(Rows rows) {
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

Level counted(const Rules& rules, std::string_view factor, Level level) {
  for (const Rules::Fold& fold : rules.folds)
    if (fold.level == level && fold.factor == factor) return fold.as;
  if (level == Level::unknown) return Level::medium;
  if (level == Level::unavailable) return is_required(rules, factor) ? Level::medium : Level::high;
  return level;
}

// Every part in the order of its letters and not of a list of ours, which grows.
std::string to_text(const Rules& rules) {
  std::string out = "version = " + quoted(rules.version) + '\n';
  std::string list;
  for (const std::string& name : sorted(rules.required))
    list.append(list.empty() ? "" : ", ").append(quoted(name));
  if (!list.empty()) out += "required = [" + list + "]\n";
  if (rules.age_min != 0) out += "minimum_age = " + std::to_string(rules.age_min) + '\n';
  if (rules.validity_days != 0)
    out += "validity_days = " + std::to_string(rules.validity_days) + '\n';

  std::vector<std::pair<std::string, int>> measures;
  for (const auto& [measure, score] : rules.quality) measures.emplace_back(measure, score);
  if (!measures.empty()) out += "[quality]\n";
  for (const auto& [measure, score] : sorted(measures))
    out += measure + " = " + std::to_string(score) + '\n';

  std::vector<std::tuple<std::string, Level, Level>> folds;
  for (const auto& [factor, level, as] : rules.folds) folds.emplace_back(factor, level, as);
  std::string_view head;
  folds = sorted(std::move(folds));
  for (const auto& [factor, level, as] : folds) {
    if (head != factor) out += "[fold." + quoted(factor) + "]\n";
    head = factor;
    out += std::string(to_string(level)) + " = " + quoted(to_string(as)) + '\n';
  }
  return out;
}

seal::Digest digest_of(const Rules& rules) { return seal::sha256(to_text(rules)); }

}  // namespace limen::journey
