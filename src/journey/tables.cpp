// See tables.hpp.
#include "journey/tables.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace limen::journey {
namespace {

std::string joined(Names names) {
  std::string out;
  for (const std::string_view name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out;
}

// Levenshtein's distance: how many letters were mistyped.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t same = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({same, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

std::string to_string(const FileError& error) {
  return error.file + ":" + std::to_string(error.line) + ": " + error.rule;
}

std::string suggestion_from(std::string_view given, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t least = 4;  // beyond three letters it is another word
  for (const std::string_view name : known)
    if (const std::size_t d = distance(given, name); d < least && d < name.size())
      std::tie(best, least) = std::pair{name, d};
  return best.empty() ? std::string() : "; did you mean " + ticked(best) + "?";
}

std::vector<FileError> Tables::take_errors() {
  std::ranges::stable_sort(errors_, {}, &FileError::line);
  return std::exchange(errors_, {});
}

void Tables::say(const toml::source_region& where, std::string rule) {
  errors_.push_back({file_, where.begin.line, single_line(rule)});
}

void Tables::say_no_toml(const toml::parse_error& error) {
  say(error.source(), "not TOML: " + std::string(error.description()));
}

void Tables::check_keys(const toml::table& table, std::string_view what, Names known) {
  for (const auto& [key, node] : table)
    if (std::ranges::find(known, key.str()) == known.end())
      say(key.source(), std::string(what) + " has no key " + ticked(key.str()) +
                            (known.size() == 1 ? "" : " (it has " + joined(known) + ")") +
                            suggestion(key.str(), known));
}

std::string Tables::read_text(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return {};
  const auto text = node->value_exact<std::string>();
  if (!text) say(node->source(), ticked(key) + " must be a text");
  return text.value_or("");
}

bool Tables::read_flag(const toml::table& table, std::string_view key, bool otherwise) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  const auto flag = node->value_exact<bool>();
  if (!flag) say(node->source(), ticked(key) + " must be true or false");
  return flag.value_or(otherwise);
}

std::vector<std::string> Tables::read_list(const toml::table& table, std::string_view key) {
  std::vector<std::string> out;
  const toml::node* node = table.get(key);
  if (node == nullptr) return out;
  const toml::array* array = node->as_array();
  if (array == nullptr || array->empty())
    return say(node->source(), ticked(key) + " must be a list of texts"), out;
  for (const toml::node& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text || text->empty() || has_control(*text)) {
      say(element.source(), ticked(key) + " must hold texts that are not empty");
      continue;
    }
    if (std::ranges::find(out, *text) != out.end())
      say(element.source(), ticked(key) + " names " + ticked(*text) + " twice");
    out.push_back(*text);
  }
  return out;
}

std::int64_t Tables::read_number(const toml::table& table, std::string_view key, std::int64_t least,
                                 std::int64_t most, std::int64_t otherwise) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  const auto number = node->value_exact<std::int64_t>();
  if (number && *number >= least && *number <= most) return *number;
  say(node->source(), ticked(key) + " must be a number from " + std::to_string(least) + " to " +
                          std::to_string(most));
  return otherwise;
}

}  // namespace limen::journey
