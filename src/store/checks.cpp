// See checks.hpp.
#include "store/checks.hpp"

#include <algorithm>

#include "store/columns.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using onboard::Check;
using onboard::CheckState;

constexpr char check_columns[] =
    "id, tenant, session, state, attempts, due_ms, deadline_ms, answer, error";
constexpr char new_check[] =
    "INSERT INTO checks (id, tenant, session, state, attempts, due_ms, deadline_ms, answer, error) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
constexpr char update_check[] =
    "UPDATE checks SET state = $2, attempts = $3, due_ms = $4, answer = $5, error = $6 "
    "WHERE id = $1";
constexpr auto check_by_id = join("SELECT ", check_columns, " FROM checks WHERE id = $1");
constexpr auto check_by_session = join("SELECT ", check_columns, " FROM checks WHERE session = $1");
constexpr auto claim_due_checks = join(
    "UPDATE checks SET due_ms = CASE WHEN deadline_ms < $2 THEN deadline_ms ELSE $2 END "
    "WHERE id IN (SELECT id FROM checks WHERE state < 2 AND due_ms <= $1 AND deadline_ms > $1 "
    "ORDER BY due_ms LIMIT $3) RETURNING ",
    check_columns);
constexpr char overdue_checks[] =
    "SELECT id FROM checks WHERE state < 2 AND due_ms <= $1 AND deadline_ms <= $1 "
    "ORDER BY due_ms LIMIT $2";
constexpr char next_check_due[] =
    "SELECT min(due_ms) FROM checks WHERE state < 2 AND deadline_ms > $1";
constexpr char put_off_checks[] =
    "UPDATE checks SET deadline_ms = $1 WHERE state < 2 AND deadline_ms < $1";
constexpr char checks_waiting[] = "SELECT count(*) FROM checks WHERE state < 2";
constexpr char drop_checks[] = "DELETE FROM checks WHERE session = $1";

static_assert(static_cast<int>(CheckState::done) == 2);

Check read_check(const Rows& rows) {
  return {id_at(rows, 0),
          id_at(rows, 1),
          id_at(rows, 2),
          number_at<CheckState>(rows, 3),
          number_at<std::uint32_t>(rows, 4),
          time_at(rows, 5),
          time_at(rows, 6),
          digest_at(rows, 7),
          text_at(rows, 8)};
}

}  // namespace

void SqlChecks::add(const Check& c) {
  connection_.exec(new_check, {c.id, c.tenant, c.session, number_of(c.state), c.attempts,
                               ms_of(c.due), ms_of(c.deadline), digest_or_null(c.answer), c.error});
  has_added_ = true;
}

bool SqlChecks::save(const Check& c) {
  return connection_.exec(update_check, {c.id, number_of(c.state), c.attempts, ms_of(c.due),
                                         digest_or_null(c.answer), c.error}) > 0;
}

std::optional<Check> SqlChecks::check(const Id& id) {
  Rows rows = connection_.query(check_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return read_check(rows);
}

std::optional<Check> SqlChecks::check_of(const Id& session) {
  Rows rows = connection_.query(check_by_session, {session});
  if (!rows.next()) return std::nullopt;
  return read_check(rows);
}

std::vector<Check> SqlChecks::claim(Time now, Time until, std::size_t limit) {
  std::vector<Check> claimed;
  {
    Rows rows = connection_.query(claim_due_checks, {ms_of(now), ms_of(until), limit_of(limit)});
    while (rows.next()) claimed.push_back(read_check(rows));
  }
  std::ranges::sort(claimed, {}, &Check::id);  // RETURNING keeps no order
  return claimed;
}

std::vector<Id> SqlChecks::overdue(Time now, std::size_t limit) {
  std::vector<Id> out;
  Rows rows = connection_.query(overdue_checks, {ms_of(now), limit_of(limit)});
  while (rows.next()) out.push_back(id_at(rows, 0));
  return out;
}

std::optional<Time> SqlChecks::next_due(Time now) {
  Rows rows = connection_.query(next_check_due, {ms_of(now)});
  if (!rows.next()) return std::nullopt;
  return time_or_none(rows, 0);
}

void SqlChecks::put_off(Time least) { connection_.exec(put_off_checks, {ms_of(least)}); }

std::size_t SqlChecks::waiting() {
  Rows rows = connection_.query(checks_waiting, {});
  return rows.next() ? number_at<std::size_t>(rows, 0) : 0;
}

void SqlChecks::drop_of(const Id& session) { connection_.exec(drop_checks, {session}); }

}  // namespace limen::store
