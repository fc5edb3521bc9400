// FileError: one broken rule of a text file that an operator wrote, by file and line. It exists
// because skills and rules are read apart and their errors shown together.
#pragma once

#include <cstddef>
#include <string>

namespace limen::journey {

struct FileError {
  std::string file;
  std::size_t line = 0;
  std::string rule;
  friend bool operator==(const FileError&, const FileError&) = default;
};
// "card.toml:12: field type must be one of text, boolean, date, country, mrz"
std::string to_string(const FileError& error);

}  // namespace limen::journey
