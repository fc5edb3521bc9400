// See csv.hpp.
#include "base/csv.hpp"

#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

std::unexpected<Problem> bad(std::string detail) {
  return refuse(Fault::malformed, codes::invalid_field, std::move(detail), "file");
}

// The separator is whichever of the two the first line has first outside quotes.
char separator_of(std::string_view text) {
  bool is_quoted = false;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == ',' || c == ';') return c;
    if (c == '\n' || c == '\r') break;
  }
  return ',';
}

class Reader {
 public:
  Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  bool is_at_end() const { return at_ == text_.size(); }

  Result<CsvRow> row() {
    CsvRow row;
    row.line = line_;
    while (true) {
      row.cells.push_back(TRY(cell()));
      if (is_at_end() || text_[at_] != separator_) break;
      ++at_;
    }
    end_line();
    return row;
  }

 private:
  Result<std::string> cell() {
    if (is_at_end() || text_[at_] != '"') return plain();
    const std::size_t begins = line_;
    std::string out;
    for (++at_; !is_at_end(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        out += text_[at_];
        continue;
      }
      const bool is_doubled = at_ + 1 < text_.size() && text_[at_ + 1] == '"';
      if (!is_doubled) break;
      out += '"';
      ++at_;
    }
    if (is_at_end()) return bad("the quote of line " + std::to_string(begins) + " does not end");
    ++at_;
    const bool ends = is_at_end() || text_[at_] == separator_ || is_line_end(text_[at_]);
    if (!ends) return bad("line " + std::to_string(line_) + " has text behind a quote");
    return out;
  }

  Result<std::string> plain() {
    std::string out;
    for (; !is_at_end() && text_[at_] != separator_ && !is_line_end(text_[at_]); ++at_) {
      if (text_[at_] == '"')
        return bad("line " + std::to_string(line_) + " has a quote within a cell");
      out += text_[at_];
    }
    return out;
  }

  void end_line() {
    if (is_at_end()) return;
    if (text_[at_] == '\r') ++at_;
    if (!is_at_end() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0, line_ = 1;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text, std::size_t rows_max) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  if (!is_utf8(text)) return bad("the file must be UTF-8");
  Reader reader(text, separator_of(text));
  std::vector<CsvRow> rows;
  while (!reader.is_at_end()) {
    CsvRow row = TRY(reader.row());
    if (row.cells.size() == 1 && row.cells[0].empty()) continue;
    if (rows.size() == rows_max)
      return bad("the file has more than " + std::to_string(rows_max) + " rows");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) {
    if (!line.empty() || &cell != cells.data()) line += ',';
    line += '"';
    if (!cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos)
      line += '\'';
    for (const char c : cell) {
      if (c == '"') line += '"';
      line += c;
    }
    line += '"';
  }
  return line + "\r\n";
}

}  // namespace limen
