// See filters.hpp. Names that are ours are spelled as s1 spells them in errors; names that are data
// (columns, operators, what we do not know) are echoed as they were sent.
#include "doors/invitation/filters.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace limen::doors {
namespace {

using onboard::Cell;
using onboard::CellType;
using onboard::Column;
using onboard::Compare;
using onboard::PeopleFilter;
using onboard::PeopleQuery;

constexpr std::array<std::pair<std::string_view, Compare>, 5> operators = {{
    {"eq", Compare::eq},
    {"gte", Compare::gte},
    {"lte", Compare::lte},
    {"gt", Compare::gt},
    {"lt", Compare::lt},
}};

// class-validator's words for a member that is not part of the contract.
FieldHint unknown_member(std::string name) {
  std::string hint = "property " + name + " should not exist";
  return {std::move(name), "whitelistValidation", std::move(hint)};
}

std::optional<std::int64_t> whole_number(const json::value& value) {
  if (const auto* number = value.if_int64()) return *number;
  return std::nullopt;
}

std::optional<Cell> operand(const Column& column, const json::value& value) {
  if (column.type == CellType::number) {
    const auto number = whole_number(value);
    return number ? std::optional<Cell>(*number) : std::nullopt;
  }
  const auto* text = value.if_string();
  const auto time = text != nullptr ? parse_time(*text) : std::nullopt;
  return time ? std::optional<Cell>(*time) : std::nullopt;
}

// The guide of user-status: "numbers and dates by operator object {gte,lte,gt,lt,eq}; eq is
// mandatory for an exact match on number/date".
void read_operators(const Column& column, const json::value& value, PeopleFilter& filter,
                    FieldHints& errors) {
  const std::string field = "filters." + std::string(column.name);
  const json::object* object = value.if_object();
  if (object == nullptr) {
    errors.push_back({field, "isObject", field + " must be an object of eq, gte, lte, gt or lt"});
    return;
  }
  if (object->empty()) errors.push_back(hint_of(field, "isNotEmpty"));
  for (const auto& [name, given] : *object) {
    std::string path = field + '.' + shown(name);
    const auto known = std::ranges::find(operators, std::string_view(name),
                                         &std::pair<std::string_view, Compare>::first);
    if (known == operators.end()) {
      errors.push_back(unknown_member(std::move(path)));
      continue;
    }
    auto cell = operand(column, given);
    if (cell) filter.conditions.push_back({known->second, std::move(*cell)});
    else
      errors.push_back(
          hint_of(std::move(path), column.type == CellType::number ? "isInt" : "isIso8601"));
  }
}

void read_filter(const Column& column, const json::value& value, PeopleQuery& query,
                 FieldHints& errors) {
  PeopleFilter filter{&column, {}};
  const std::string field = "filters." + std::string(column.name);
  switch (column.type) {
    case CellType::text:
      // The guide of user-status: "strings exact and case-sensitive"
      if (const auto* text = value.if_string())
        filter.conditions.push_back({Compare::eq, std::string(*text)});
      else errors.push_back(hint_of(field, "isString"));
      break;
    case CellType::boolean:
      if (const bool* yes = value.if_bool()) filter.conditions.push_back({Compare::eq, *yes});
      else errors.push_back(hint_of(field, "isBoolean"));
      break;
    case CellType::number:
    case CellType::time: read_operators(column, value, filter, errors); break;
  }
  query.filters.push_back(std::move(filter));
}

void read_filters(const json::value& value, PeopleQuery& query, FieldHints& errors) {
  const json::object* object = value.if_object();
  if (object == nullptr) {
    errors.push_back(hint_of("filters", "isObject"));
    return;
  }
  for (const auto& [name, given] : *object) {
    const Column* column = onboard::people_column(name);
    if (column != nullptr) read_filter(*column, given, query, errors);
    else errors.push_back(unknown_member("filters." + shown(name)));
  }
}

void read_result_keys(const json::value& value, PeopleQuery& query, FieldHints& errors) {
  const json::array* names = value.if_array();
  if (names == nullptr) {
    errors.push_back(hint_of("resultKeys", "isArray"));
    return;
  }
  for (const json::value& name : *names) {
    const auto* text = name.if_string();
    if (text == nullptr) {
      errors.push_back({"resultKeys", "isString", "each value in resultKeys must be a string"});
      continue;
    }
    const Column* column = onboard::people_column(*text);
    if (column == nullptr)
      errors.push_back({"resultKeys", "isIn", "resultKeys has no key " + shown(*text)});
    else if (std::ranges::find(query.keys, column) == query.keys.end())
      query.keys.push_back(column);  // asked twice is answered once: an object has a name once
  }
}

// A whole number of at least `least` and at most `most`, in class-validator's words otherwise.
std::size_t read_number(const std::string& field, const json::value& value,
                        std::pair<std::int64_t, std::int64_t> range, FieldHints& errors) {
  const auto number = whole_number(value);
  const auto [least, most] = range;
  if (!number) errors.push_back(hint_of(field, "isInt"));
  else if (*number < least)
    errors.push_back({field, "min", field + " must not be less than " + std::to_string(least)});
  else if (*number > most)
    errors.push_back({field, "max", field + " must not be greater than " + std::to_string(most)});
  else return static_cast<std::size_t>(*number);
  return 0;
}

void read_pagination(const json::value& value, PeopleQuery& query, FieldHints& errors) {
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  constexpr auto rows = static_cast<std::int64_t>(limits::page_rows);
  const json::object* object = value.if_object();
  if (object == nullptr) {
    errors.push_back(hint_of("pagination", "isObject"));
    return;
  }
  for (const auto& [name, given] : *object) {
    if (name == "limit") query.limit = read_number("pagination.limit", given, {1, rows}, errors);
    else if (name == "offset")
      query.offset = read_number("pagination.offset", given, {0, most}, errors);
    else errors.push_back(unknown_member("pagination." + shown(name)));
  }
}

// A date of birth has no time of day; everything else that is a time is s1's timestamp.
json::value cell_json(const Column& column, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return json::value(*text);
  if (const auto* yes = std::get_if<bool>(&cell)) return json::value(*yes);
  if (const auto* number = std::get_if<std::int64_t>(&cell)) return json::value(*number);
  if (const auto* time = std::get_if<Time>(&cell)) {
    const bool is_birth = column.name.ends_with("dob");
    return json::value(is_birth ? iso_date(date_of(*time)) : iso_millis(*time));
  }
  return json::value(nullptr);
}

}  // namespace

Read<PeopleQuery> read_people_query(const json::object& body) {
  PeopleQuery query;
  FieldHints errors;
  // s0 prints the onboarding body under "POST /v1/user-status": a slip of that page (A31). Unknown
  // members are refused by name here, so that who copies it learns what is wrong instead of being
  // shown everybody.
  for (const auto& [name, given] : body) {
    if (name == "filters") read_filters(given, query, errors);
    else if (name == "result_keys") read_result_keys(given, query, errors);
    else if (name == "pagination") read_pagination(given, query, errors);
    else errors.push_back(unknown_member(shown(name)));
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return query;
}

Aside people_lane(const Request& request, const seal::Sealer&, Time) {
  // It runs on the loop, before anybody knows who asks: little of what they send is read there.
  constexpr std::size_t few_bytes = 2048;
  if (request.body.size() > few_bytes || !request.body.contains("\"email\"")) return Aside::people;
  const auto body = optional_json_body(request);
  if (!body) return Aside::people;
  const auto query = read_people_query(*body);
  return query && onboard::is_about_one_address(*query) ? Aside::none : Aside::people;
}

json::object people_body(const onboard::PeoplePage& page, const PeopleQuery& query) {
  json::array data;
  data.reserve(page.rows.size());
  for (const auto& cells : page.rows) {
    json::object row;
    row.reserve(page.keys.size());
    for (std::size_t i = 0; i < page.keys.size(); ++i)
      row.emplace(page.keys[i]->name, cell_json(*page.keys[i], cells[i]));
    data.push_back(std::move(row));
  }
  json::object pagination{{"limit", query.limit}, {"offset", query.offset}, {"total", page.total}};
  return {{"data", std::move(data)}, {"pagination", std::move(pagination)}};
}

}  // namespace limen::doors
