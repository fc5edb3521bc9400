// user-status: a table of columns, each with the function that reads it from a connection. Rows are
// streamed and judged here, so a filter is the same rule on every store.
#include "onboard/people.hpp"

#include <algorithm>
#include <array>

#include "base/problem_codes.hpp"
#include "onboard/inspect.hpp"
#include "onboard/invite.hpp"
#include "onboard/onward.hpp"

namespace limen::onboard {

namespace {

// What cells are read from. The session the person went on with is looked up for those that want
// it.
class Row {
 public:
  Row(Desk& desk, const Connection& from, const Organisation& of)
      : connection(from), organisation(of), now(desk.at.now), desk_(desk) {}
  const std::optional<Session>& onward() const {
    if (!is_looked_up_) onward_ = onward_session(desk_, connection);
    is_looked_up_ = true;
    return onward_;
  }
  const Connection& connection;
  const Organisation& organisation;
  const Time now;

 private:
  Desk& desk_;
  mutable bool is_looked_up_ = false;
  mutable std::optional<Session> onward_;
};
using Read = Cell (*)(const Row&);

Cell nothing(const Row&) { return {}; }
Cell read_id(const Row& row) { return to_string(row.connection.id); }
Cell read_email(const Row& row) { return row.connection.email; }
Cell read_first(const Row& row) { return row.connection.first_name; }
Cell read_last(const Row& row) { return row.connection.last_name; }
Cell read_name(const Row& row) {
  return row.connection.first_name + " " + row.connection.last_name;
}
Cell read_dob(const Row& row) {
  const auto date = parse_date(row.connection.date_of_birth);
  if (!date) return {};
  return Time{std::chrono::sys_days{*date}};
}
Cell read_age(const Row& row) {
  const auto date = parse_date(row.connection.date_of_birth);
  if (!date) return {};
  return std::int64_t{years_between(*date, date_of(row.now))};
}
Cell read_active(const Row&) { return std::string("active"); }
Cell read_agreed(const Row& row) { return row.connection.consent == Consent::agreed; }
Cell read_connection(const Row&) { return std::string("connected"); }
Cell read_decided(const Row& row) {
  return row.connection.decided ? Cell{*row.connection.decided} : Cell{};
}
Cell read_deleted(const Row&) { return false; }
Cell read_org_id(const Row& row) { return to_string(row.organisation.id); }
Cell read_org_name(const Row& row) { return row.organisation.name; }
Cell read_created(const Row& row) { return row.connection.created; }
Cell read_updated(const Row& row) { return row.connection.updated; }

// What ran out undone has no status of the contract's.
Cell read_progress(const Row& row) {
  if (!row.onward()) return {};
  const std::string_view status = enrolment_status(*row.onward(), row.now);
  constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"PENDING", "PENDING_ID_VERIFICATION"},     {"AUTO_APPROVED", "VERIFICATION_PASSED"},
      {"MANUAL_APPROVED", "VERIFICATION_PASSED"}, {"AUTO_REJECTED", "VERIFICATION_FAILED"},
      {"MANUAL_REJECTED", "VERIFICATION_FAILED"}, {"WAITING_FOR_MANUAL_APPROVE", "ADMIN_REVIEW"},
  };
  for (const auto& [ours, theirs] : words)
    if (status == ours) return std::string(theirs);
  return {};
}
Cell read_result(const Row& row) {
  if (!row.onward() || !row.onward()->decision) return {};
  return std::string(journey::to_string(row.onward()->decision->level));
}
Cell read_submitted(const Row& row) {
  if (!row.onward()) return {};
  return row.onward()->completed.has_value();
}

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
    {{"high_level_result", text, false}, read_result},
    {{"document_overall_validation", text, false}, nothing},
    {{"registration_submitted", CellType::boolean, false}, read_submitted},
    {{"mobile_registration_status", text, false}, read_progress},
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

const ColumnSource& source_of(const Column* column) {
  return sources[static_cast<std::size_t>(column - columns.data())];
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

std::vector<Cell> cells_of(const PeoplePage& page, const Row& row) {
  std::vector<Cell> cells;
  for (const Column* key : page.keys) cells.push_back(source_of(key).read(row));
  return cells;
}

}  // namespace

std::span<const Column> people_columns() { return columns; }

const Column* people_column(std::string_view name) {
  const auto at =
      std::find_if(columns.begin(), columns.end(), [&](const Column& c) { return c.name == name; });
  return at == columns.end() ? nullptr : &*at;
}

bool is_about_one_address(const PeopleQuery& query) { return email_wanted(query).has_value(); }

Result<PeoplePage> people(Desk& desk, const Caller& caller, const PeopleQuery& query) {
  const auto organisation = organisation_of(desk, caller.tenant());
  PeoplePage page;
  page.keys = query.keys;
  if (page.keys.empty())
    for (const Column& column : columns)
      if (column.by_default) page.keys.push_back(&column);
  if (query.filters.empty()) {  // all of them: nobody has to be looked at to be counted
    page.total = desk.ledger.count_connected(caller.tenant());
    for (const Connection& each : desk.ledger.connected(caller.tenant(), query.offset, query.limit))
      page.rows.push_back(cells_of(page, Row(desk, each, *organisation)));
    return page;
  }
  const auto matches = [&](const Row& row) {
    return std::all_of(query.filters.begin(), query.filters.end(), [&](const PeopleFilter& filter) {
      const Cell cell = source_of(filter.column).read(row);
      return std::all_of(filter.conditions.begin(), filter.conditions.end(),
                         [&](const Condition& condition) { return holds(condition, cell); });
    });
  };
  desk.ledger.each_connected(caller.tenant(), email_wanted(query),
                             [&](const Connection& connection) {
                               const Row row(desk, connection, *organisation);
                               if (!matches(row)) return;
                               const std::size_t at = page.total++;
                               if (at < query.offset || page.rows.size() >= query.limit) return;
                               page.rows.push_back(cells_of(page, row));
                             });
  return page;
}

}  // namespace limen::onboard
