// RFC 4180's own examples, what spreadsheets make of them, and cells that must not become formulas.
#include "base/csv.hpp"

#include <gtest/gtest.h>

namespace limen {
namespace {

using Cells = std::vector<std::vector<std::string>>;

TEST(Csv, is_read_as_rfc_4180_says) {
  struct Row {
    std::string name, text;
    Cells want;
  };
  const Row rows[] = {
      {"two rows",
       "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n",
       {{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}},
      {"no line end at the end", "a,b\r\nc,d", {{"a", "b"}, {"c", "d"}}},
      {"line feeds alone", "a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
      {"quoted, with a line end inside",
       "\"aaa\",\"b\r\nbb\",\"ccc\"\r\n",
       {{"aaa", "b\r\nbb", "ccc"}}},
      {"a doubled quote", "\"b\"\"bb\",c\r\n", {{"b\"bb", "c"}}},
      {"semicolons", "a;b\r\n\"c,d\";e\r\n", {{"a", "b"}, {"c,d", "e"}}},
      {"a byte-order mark",
       "\xEF\xBB\xBF"
       "a,b\n",
       {{"a", "b"}}},
      {"empty lines are none", "a,b\n\n\r\nc,d\n", {{"a", "b"}, {"c", "d"}}},
      {"empty cells are some", ",\n", {{"", ""}}},
      {"nothing", "", {}},
      {"one column", "a\nb\n", {{"a"}, {"b"}}},
  };
  for (const Row& row : rows) {
    const auto found = parse_csv(row.text, 100);
    ASSERT_TRUE(found) << row.name;
    Cells cells;
    for (const auto& one : *found) cells.push_back(one.cells);
    EXPECT_EQ(cells, row.want) << row.name;
  }
}

TEST(Csv, lines_are_counted_as_an_editor_counts_them) {
  const auto rows = parse_csv("a,b\n\n\"c\nd\",e\nf,g\n", 100);
  ASSERT_TRUE(rows && rows->size() == 3U);
  EXPECT_EQ((*rows)[0].line, 1U);
  EXPECT_EQ((*rows)[1].line, 3U);
  EXPECT_EQ((*rows)[2].line, 5U);
}

TEST(Csv, that_is_none_is_refused_with_the_line) {
  struct Row {
    std::string name, text, detail;
  };
  const Row rows[] = {{"not UTF-8", "a,\xFF\n", "the file must be UTF-8"},
                      {"no end of a quote", "a,b\n\"c,d\n", "the quote of line 2 does not end"},
                      {"text behind a quote", "a,b\n\"c\"d,e\n", "line 2 has text behind a quote"},
                      {"a quote within", "a,b\nc\"d,e\n", "line 2 has a quote within a cell"},
                      {"too many rows", "a\nb\nc\nd\n", "the file has more than 3 rows"}};
  for (const Row& row : rows) {
    const auto found = parse_csv(row.text, 3);
    ASSERT_FALSE(found) << row.name;
    EXPECT_EQ(found.error().detail, row.detail) << row.name;
    EXPECT_EQ(found.error().field, "file") << row.name;
  }
}

TEST(Csv, cells_are_no_formulas_and_read_back) {
  EXPECT_EQ(csv_line({"a", "b"}), "\"a\",\"b\"\r\n");
  EXPECT_EQ(csv_line({"", "say \"hi\""}), "\"\",\"say \"\"hi\"\"\"\r\n");
  for (const std::string cell : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"}) {
    const auto back = parse_csv(csv_line({cell}), 1);
    ASSERT_TRUE(back) << cell;
    EXPECT_EQ((*back)[0].cells[0], "'" + cell);
  }
  EXPECT_EQ(csv_line({"a=b"}), "\"a=b\"\r\n");
}

}  // namespace
}  // namespace limen
