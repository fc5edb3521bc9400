// Tables: strict reading of TOML tables, for the files operators write. Nothing is guessed and
// nothing is passed over: an unknown key is an error with the nearest known one, a value of another
// type than asked for is an error, and reading goes on, so that an author sees every broken rule at
// once. What a key means is its reader's business (catalogue.cpp, rules_file.cpp). Private to the
// room.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "journey/file_error.hpp"
#include "journey/toml.hpp"

namespace limen::journey {

using Names = std::initializer_list<std::string_view>;

// "; did you mean `required`?", or nothing when no known name is near.
std::string suggestion_from(std::string_view given, const std::vector<std::string_view>& known);
template <class Range>
std::string suggestion(std::string_view given, const Range& known) {
  return suggestion_from(given, {std::begin(known), std::end(known)});
}

class Tables {
 public:
  explicit Tables(std::string_view file) : file_(file) {}

  std::string_view file() const { return file_; }
  // In the order of lines; none is left here.
  std::vector<FileError> take_errors();

  void say(const toml::source_region& where, std::string rule);
  void say_no_toml(const toml::parse_error& error);
  // Where the value of `key`, which is there, stands.
  static const toml::source_region& place(const toml::table& table, std::string_view key) {
    return table.get(key)->source();
  }

  // `what` the table is, with its article: "a step".
  void check_keys(const toml::table& table, std::string_view what, Names known);

  // Calls `visit` for each table of an array of tables; anything else under that key is an error.
  // `path` is how a file writes it: "skill.step".
  template <class Visit>
  void each_table(const toml::table& table, std::string_view path, Visit visit) {
    const std::string_view key = path.substr(path.rfind('.') + 1);
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    const std::string rule = ticked(key) + " must be written as [[" + std::string(path) + "]]";
    const toml::array* array = node->as_array();
    if (array == nullptr) return say(node->source(), rule);
    for (const toml::node& element : *array) {
      const toml::table* inner = element.as_table();
      if (inner == nullptr) say(element.source(), rule);
      else visit(*inner);
    }
  }

  std::string read_text(const toml::table& table, std::string_view key);
  bool read_flag(const toml::table& table, std::string_view key, bool otherwise);
  std::vector<std::string> read_list(const toml::table& table, std::string_view key);
  // `least` to `most`; `otherwise` when it is not there, or no such number.
  std::int64_t read_number(const toml::table& table, std::string_view key, std::int64_t least,
                           std::int64_t most, std::int64_t otherwise);

 private:
  std::string file_;
  std::vector<FileError> errors_{};
};

}  // namespace limen::journey
