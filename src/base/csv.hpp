// Comma-separated values as people's spreadsheets write and read them: RFC 4180, with the semicolon
// some write instead, in UTF-8 with or without a byte-order mark. What a column means is the
// caller's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace limen {

struct CsvRow {
  std::size_t line = 1;  // where it begins, from 1
  std::vector<std::string> cells{};
};

// All rows, the header among them; empty lines are none. invalid_field `file` when the text is not
// UTF-8, a quote is where none may be, or none ends, or there are more than `rows_max` rows.
Result<std::vector<CsvRow>> parse_csv(std::string_view text, std::size_t rows_max);

// One row with its line end. A cell that a spreadsheet could take for a formula begins with an
// apostrophe: it comes from people we do not know.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace limen
