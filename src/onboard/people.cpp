// user-status: a table of columns, each with the function that reads it from a connection. Rows are
// streamed and judged here, so a filter is the same rule on every store.
#include "onboard/people.hpp"

#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "onboard/invite.hpp"

namespace limen::onboard {

namespace {

using Read = Cell (*)(const Connection&, const Organisation&, Time);

Cell nothing(const Connection&, const Organisation&, Time) { return {}; }
Cell read_id(const Connection& c, const Organisation&, Time) { return to_string(c.id); }
Cell read_email(const Connection& c, const Organisation&, Time) { return c.email; }
Cell read_first(const Connection& c, const Organisation&, Time) { return c.first_name; }
Cell read_last(const Connection& c, const Organisation&, Time) { return c.last_name; }
Cell read_name(const Connection& c, const Organisation&, Time) {
  return c.first_name + " " + c.last_name;
}
Cell read_dob(const Connection& c, const Organisation&, Time) {
  const auto date = parse_date(c.date_of_birth);
  if (!date) return {};
  return Time{std::chrono::sys_days{*date}};
}
Cell read_age(const Connection& c, const Organisation&, Time now) {
  const auto date = parse_date(c.date_of_birth);
  if (!date) return {};
  return std::int64_t{years_between(*date, date_of(now))};
}
Cell read_active(const Connection&, const Organisation&, Time) { return std::string("active"); }
Cell read_agreed(const Connection& c, const Organisation&, Time) {
  return c.consent == Consent::agreed;
}
Cell read_connection(const Connection&, const Organisation&, Time) {
  return std::string("connected");
}
Cell read_decided(const Connection& c, const Organisation&, Time) {
  return c.decided ? Cell{*c.decided} : Cell{};
}
Cell read_deleted(const Connection&, const Organisation&, Time) { return false; }
Cell read_org_id(const Connection&, const Organisation& o, Time) { return to_string(o.id); }
Cell read_org_name(const Connection&, const Organisation& o, Time) { return o.name; }
Cell read_created(const Connection& c, const Organisation&, Time) { return c.created; }
Cell read_updated(const Connection& c, const Organisation&, Time) { return c.updated; }

struct ColumnSource {
  Column column;
  Read read;
};

constexpr auto text = CellType::text;
constexpr auto number = CellType::number;

// The keys of user-status (VA6 to VA10), in its order; what Limen does not know is null, never a
// guess.
constexpr std::array<ColumnSource, 39> sources = {{
    {{"id", text, true}, read_id},
    {{"email", text, true}, read_email},
    {{"first_name", text, true}, read_first},
    {{"last_name", text, true}, read_last},
    {{"registration_status", text, true}, read_active},
    {{"connection_status", text, true}, read_connection},
    {{"data_sharing_agreed", CellType::boolean, true}, read_agreed},
    {{"created_at", CellType::time, true}, read_created},
    {{"updated_at", CellType::time, true}, read_updated},
    {{"name", text, false}, read_name},
    {{"middle_name", text, false}, nothing},
    {{"phone", text, false}, nothing},
    {{"dob", CellType::time, false}, read_dob},
    {{"age", number, false}, read_age},
    {{"full_address", text, false}, nothing},
    {{"address1", text, false}, nothing},
    {{"address2", text, false}, nothing},
    {{"city", text, false}, nothing},
    {{"state", text, false}, nothing},
    {{"country", text, false}, nothing},
    {{"postcode", text, false}, nothing},
    {{"guardian_name", text, false}, nothing},
    {{"guardian_dob", CellType::time, false}, nothing},
    {{"guardian_age", number, false}, nothing},
    {{"override_status", text, false}, nothing},
    {{"override_notes", text, false}, nothing},
    {{"is_deleted", CellType::boolean, false}, read_deleted},
    {{"selfie_liveness_score", number, false}, nothing},
    {{"fmc_score", number, false}, nothing},
    {{"gbg_high_level_result", text, false}, nothing},
    {{"high_level_result", text, false}, nothing},
    {{"document_overall_validation", text, false}, nothing},
    {{"registration_submitted", CellType::boolean, false}, nothing},
    {{"mobile_registration_status", text, false}, nothing},
    {{"organization_id", text, false}, read_org_id},
    {{"organization_name", text, false}, read_org_name},
    {{"id3_match_status", text, false}, nothing},
    {{"id3_pep_sanction_result", text, false}, nothing},
    {{"connection_status_updated_at", CellType::time, false}, read_decided},
}};

constexpr auto columns = [] {
  std::array<Column, sources.size()> out{};
  for (std::size_t i = 0; i < sources.size(); ++i) out[i] = sources[i].column;
  return out;
}();

Cell cell_of(const Column* column, const Connection& connection, const Organisation& organisation,
             Time now) {
  return sources[static_cast<std::size_t>(column - columns.data())].read(connection, organisation,
                                                                         now);
}

bool holds(const Condition& condition, const Cell& cell) {
  // Nothing matches no condition: an unknown age is neither over nor under 18.
  if (cell.index() == 0 || cell.index() != condition.value.index()) return false;
  switch (condition.compare) {
    case Compare::eq: return cell == condition.value;
    case Compare::gte: return cell >= condition.value;
    case Compare::lte: return cell <= condition.value;
    case Compare::gt: return cell > condition.value;
    case Compare::lt: return cell < condition.value;
  }
  return false;
}

// An exact e-mail filter narrows the rows before they are read.
std::optional<std::string> email_wanted(const PeopleQuery& query) {
  for (const auto& filter : query.filters)
    if (filter.column->name == "email")
      for (const auto& condition : filter.conditions)
        if (const auto* email = std::get_if<std::string>(&condition.value))
          return fold_email(*email);
  return std::nullopt;
}

}  // namespace

std::span<const Column> people_columns() { return columns; }

const Column* people_column(std::string_view name) {
  const auto at =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return at == columns.end() ? nullptr : &*at;
}

Result<PeoplePage> people(Desk& desk, const Caller& caller, const PeopleQuery& query) {
  const auto organisation = organisation_of(desk, caller.tenant());
  PeoplePage page;
  page.keys = query.keys;
  if (page.keys.empty())
    for (const Column& column : columns)
      if (column.by_default) page.keys.push_back(&column);
  const auto matches = [&](const Connection& connection) {
    return std::all_of(query.filters.begin(), query.filters.end(), [&](const PeopleFilter& filter) {
      const Cell cell = cell_of(filter.column, connection, *organisation, desk.at.now);
      return std::all_of(filter.conditions.begin(), filter.conditions.end(),
                         [&](const Condition& condition) { return holds(condition, cell); });
    });
  };
  desk.ledger.each_connected(
      caller.tenant(), email_wanted(query), [&](const Connection& connection) {
        if (!matches(connection)) return;
        const std::size_t at = page.total++;
        if (at < query.offset || page.rows.size() >= query.limit) return;
        auto& row = page.rows.emplace_back();
        for (const Column* key : page.keys)
          row.push_back(cell_of(key, connection, *organisation, desk.at.now));
      });
  return page;
}

}  // namespace limen::onboard
