// The query language of user-status: a query that is read keeps the language's own rules, and one
// that is not gets a list of hints that can be shown.
#include <algorithm>

#include "base/limits.hpp"
#include "doors/invitation/filters.hpp"
#include "fuzz/fuzz.hpp"

namespace limen::doors {
namespace {

using onboard::CellType;

bool fits(const onboard::Column& column, const onboard::Cell& cell) {
  switch (column.type) {
    case CellType::text: return std::holds_alternative<std::string>(cell);
    case CellType::boolean: return std::holds_alternative<bool>(cell);
    case CellType::number: return std::holds_alternative<std::int64_t>(cell);
    case CellType::time: return std::holds_alternative<Time>(cell);
  }
  return false;
}

void check_hints(const FieldHints& hints) {
  ASSERT(!hints.empty());
  for (const FieldHint& hint : hints) {
    // A member whose name is the empty text is named by it.
    ASSERT(!hint.field.empty() || hint.code == "whitelistValidation");
    ASSERT(!hint.code.empty() && !hint.hint.empty());
    ASSERT(!has_control(hint.field) && !has_control(hint.hint));
  }
  const Response response = bad_request(hints);
  ASSERT(response.status == 400);
  const auto body = parse_json(response.body);
  ASSERT(body && body->at("errors").as_array().size() <= 32);
}

void check_query(const onboard::PeopleQuery& query) {
  ASSERT(query.limit >= 1 && query.limit <= limits::page_rows);
  for (const auto& filter : query.filters) {
    ASSERT(filter.column != nullptr && !filter.conditions.empty());
    for (const auto& condition : filter.conditions) ASSERT(fits(*filter.column, condition.value));
  }
  for (const auto* key : query.keys) {
    ASSERT(key != nullptr);
    ASSERT(std::ranges::count(query.keys, key) == 1);
  }
  const auto page = people_body({query.keys, {}, 0}, query);
  ASSERT(parse_json(json::serialize(page)));
}

FUZZ(people_query) {
  const auto value = parse_json(input);
  if (!value || !value->is_object()) return;
  const json::object& body = value->get_object();
  const auto query = read_people_query(body);
  if (query) check_query(*query);
  else check_hints(query.error());
  if (const auto invitee = read_invitee(body); !invitee) check_hints(invitee.error());
  if (const auto pair = read_code_and_email(body); !pair) check_hints(pair.error());
  if (const auto consent = read_consent(body); !consent) check_hints(consent.error());
}

}  // namespace
}  // namespace limen::doors
