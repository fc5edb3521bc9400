// A page of the rows that fit, out of a list the store cannot narrow itself. It exists so that a
// filtered list pages like any other. It looks at a bounded number of rows per call; the cursor
// says where to go on, so a page may be short although more follow.
#pragma once

#include <utility>
#include <vector>

#include "doors/members.hpp"

namespace limen::doors::operators {

template <class Row>
struct Scanned {
  std::vector<Row> rows;
  json::value next;
};

// `fetch(page)` gives rows in the order of the list; `fits(row)` keeps one.
template <class Row, class Fetch, class Fits>
Scanned<Row> scan(onboard::Page page, Fetch fetch, Fits fits) {
  constexpr std::size_t rounds_max = 50;
  Scanned<Row> out;
  const std::size_t wanted = page.limit;
  page.limit = limits::page_rows;
  for (std::size_t round = 0; round < rounds_max; ++round) {
    std::vector<Row> rows = fetch(page);
    for (Row& row : rows) {
      if (out.rows.size() == wanted) {
        out.next = json::string(to_string(*page.after));
        return out;
      }
      page.after = row.id;
      if (fits(row)) out.rows.push_back(std::move(row));
    }
    if (rows.size() < page.limit) return out;  // that was the end of the list
  }
  out.next = json::string(to_string(*page.after));
  return out;
}

}  // namespace limen::doors::operators
