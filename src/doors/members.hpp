// Members of JSON bodies read as what they must be, and pages of lists. It exists so that a
// missing, a null and an ill-typed member get the same words at every door that speaks
// problem+json. What a value means, and whether it is allowed, is the use case's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "doors/door.hpp"
#include "onboard/ledger.hpp"

namespace limen::doors {

// missing_fields when absent or null, invalid_field when no text.
Result<std::string> required_text(const json::object& body, std::string_view name);
// Absent and null are nothing; every other type is invalid_field.
Result<std::optional<std::string>> optional_text(const json::object& body, std::string_view name);
Result<std::optional<std::int64_t>> optional_integer(const json::object& body,
                                                     std::string_view name);
Result<std::optional<bool>> optional_bool(const json::object& body, std::string_view name);
Result<std::optional<std::vector<std::string>>> optional_texts(const json::object& body,
                                                               std::string_view name);
// A point in time, YYYY-MM-DDThh:mm:ss[.mmm]Z, or a date.
Result<std::optional<Time>> optional_time(const json::object& body, std::string_view name);

Problem missing(std::string_view name);
Problem invalid(std::string_view name, std::string detail);

// A {name} of the route as an id; a text that is none names nothing: the refusal given.
Result<Id> id_param(const Request& request, std::string_view name, Problem otherwise);

// ?limit= (1 to limits::page_rows, 20 by default) and ?cursor= (the `next` of the page before).
Result<onboard::Page> page_of(const Request& request);

// ?name= as a point in time, YYYY-MM-DDThh:mm:ss[.mmm]Z or a date; invalid_field otherwise.
Result<std::optional<Time>> time_query(const Request& request, std::string_view name);

// Lists are asked for one row more than a page holds; that row only says that there is a next page.
inline onboard::Page with_one_more(onboard::Page page) {
  ++page.limit;
  return page;
}
// Cuts `rows` to the page and returns the cursor of the next one, null when this was the last.
template <class Row>
json::value cut_page(std::vector<Row>& rows, const onboard::Page& page) {
  if (rows.size() <= page.limit) return nullptr;
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(page.limit), rows.end());
  return json::string(to_string(rows.back().id));
}

// Null for an empty text: what was never given is not "".
json::value text_or_null(std::string_view text);
json::value time_or_null(const std::optional<Time>& time);
json::array array_of(const std::vector<std::string>& texts);

}  // namespace limen::doors
