// Asking for the data of people who consented (VA6-VA10). Nobody without consent is in the rows nor
// in the total, and no other organisation's. Filters arrive parsed; their JSON form is the door's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "onboard/caller.hpp"

namespace limen::onboard {

// A value of a person's record: nothing, text, yes or no, a whole number, a point in time.
using Cell = std::variant<std::monostate, std::string, bool, std::int64_t, Time>;
enum class CellType : std::uint8_t { text, boolean, number, time };

struct Column {
  std::string_view name;
  CellType type;
  bool by_default;  // part of the answer when no result_keys are given
};
// Every key the contract knows (A1, user-status). Keys without a source here are null, and match no
// filter.
std::span<const Column> people_columns();
const Column* people_column(std::string_view name);

enum class Compare : std::uint8_t { eq, gte, lte, gt, lt };
struct Condition {
  Compare compare;
  Cell value;  // of the column's type
};
struct PeopleFilter {
  const Column* column;
  std::vector<Condition> conditions;  // all must hold
};
struct PeopleQuery {
  std::vector<PeopleFilter> filters{};  // all must hold
  std::vector<const Column*> keys{};    // in the order asked; empty: the defaults
  std::size_t limit = 20, offset = 0;
};
struct PeoplePage {
  std::vector<const Column*> keys;
  std::vector<std::vector<Cell>> rows;  // parallel to keys
  std::size_t total = 0;
};
// An exact address is among the filters: nobody else is looked at, however many there are.
bool is_about_one_address(const PeopleQuery& query);
// The caller needs Scope::query_people.
Result<PeoplePage> people(Desk& desk, const Caller& caller, const PeopleQuery& query);

}  // namespace limen::onboard
