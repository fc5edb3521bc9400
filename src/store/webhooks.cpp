// See webhooks.hpp. The queue is asked webhook by webhook: one that is down may have a long line
// behind it, and nobody walks along it.
#include "store/webhooks.hpp"

#include "store/columns.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using onboard::Notice;
using onboard::NoticeState;
using onboard::Webhook;
using onboard::WebhookState;

constexpr char webhook_columns[] =
    "id, tenant, url, events, state, generation, previous_until_ms, password, failures, free_ms, "
    "claimed_until_ms, error, created_ms, failing_since_ms";
constexpr char new_webhook[] =
    "INSERT INTO webhooks (id, tenant, url, events, state, generation, previous_until_ms, "
    "password, failures, free_ms, claimed_until_ms, error, created_ms, failing_since_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
constexpr char update_webhook[] =
    "UPDATE webhooks SET url = $2, events = $3, state = $4, generation = $5, "
    "previous_until_ms = $6, password = $7, failures = $8, free_ms = $9, claimed_until_ms = $10, "
    "error = $11, failing_since_ms = $12 WHERE id = $1 AND state < 3";
constexpr auto webhook_by_id =
    join("SELECT ", webhook_columns, " FROM webhooks WHERE id = $1 AND state < 3");
constexpr auto webhooks_of =
    join("SELECT ", webhook_columns, " FROM webhooks WHERE tenant = $1 AND state < 3 ORDER BY id");
constexpr char remove_webhook[] =
    "UPDATE webhooks SET state = 3, password = NULL, url = '' WHERE id = $1";
constexpr char first_removed[] = "SELECT id FROM webhooks WHERE state = 3 LIMIT 1";
constexpr char drop_webhook[] = "DELETE FROM webhooks WHERE id = $1";
constexpr char drop_notices_to[] =
    "DELETE FROM notices WHERE id IN (SELECT id FROM notices WHERE webhook = $1 LIMIT $2)";

constexpr char notice_columns[] =
    "id, tenant, webhook, session, event, state, attempts, created_ms, due_ms, ended_ms, error";
constexpr char new_notice[] =
    "INSERT INTO notices (id, tenant, webhook, session, event, state, attempts, created_ms, "
    "due_ms, ended_ms, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "ON CONFLICT DO NOTHING";
constexpr char update_notice[] =
    "UPDATE notices SET state = $2, attempts = $3, due_ms = $4, ended_ms = $5, error = $6 "
    "WHERE id = $1";
constexpr auto notice_by_id = join("SELECT ", notice_columns, " FROM notices WHERE id = $1");
constexpr char not_removed[] = "AND webhook NOT IN (SELECT id FROM webhooks WHERE state = 3) ";
// A state of -1 is any. Each list walks the index of what it is narrowed by: a plus keeps the
// planner from the organisation's.
constexpr auto notices_of =
    join("SELECT ", notice_columns,
         " FROM notices WHERE tenant = $1 AND id < $2 AND ($4 < 0 OR state = $4) ", not_removed,
         "ORDER BY id DESC LIMIT $3");
constexpr auto dead_notices_of =
    join("SELECT ", notice_columns, " FROM notices WHERE tenant = $1 AND id < $2 AND state = 2 ",
         not_removed, "ORDER BY id DESC LIMIT $3");
constexpr auto notices_to = join(
    "SELECT ", notice_columns,
    " FROM notices WHERE webhook = $5 AND +tenant = $1 AND id < $2 AND ($4 < 0 OR state = $4) ",
    not_removed, "ORDER BY id DESC LIMIT $3");
constexpr auto notices_about =
    join("SELECT ", notice_columns,
         " FROM notices WHERE session = $6 AND +tenant = $1 AND id < $2 AND ($4 < 0 OR state = $4) "
         "AND ($5 IS NULL OR webhook = $5) ",
         not_removed, "ORDER BY id DESC LIMIT $3");
constexpr char first_free[] =
    "SELECT w.id FROM webhooks w WHERE w.state = 0 AND w.free_ms <= $1 AND w.claimed_until_ms <= "
    "$1 AND EXISTS (SELECT 1 FROM notices n WHERE n.webhook = w.id AND n.state = 0 AND n.due_ms <= "
    "$1) "
    "AND (SELECT count(*) FROM webhooks o WHERE o.tenant = w.tenant AND o.claimed_until_ms > $1) "
    "< $2 ORDER BY w.free_ms LIMIT 1";
// Asked again as it is taken: of two that found it free one has it.
constexpr auto take_webhook = join(
    "UPDATE webhooks SET claimed_until_ms = $3 "
    "WHERE id = $1 AND state = 0 AND free_ms <= $2 AND claimed_until_ms <= $2 RETURNING ",
    webhook_columns);
constexpr auto take_notice = join(
    "UPDATE notices SET due_ms = $3 WHERE id = (SELECT id FROM notices "
    "WHERE webhook = $1 AND state = 0 AND due_ms <= $2 ORDER BY due_ms, id LIMIT 1) RETURNING ",
    notice_columns);
constexpr char hurry_notices[] =
    "UPDATE notices SET due_ms = created_ms + event WHERE webhook = $1 AND state = 0 "
    "AND attempts > 0";
constexpr char give_up_notices[] =
    "UPDATE notices SET state = 2, ended_ms = $3, error = $4 WHERE id IN (SELECT id FROM notices "
    "WHERE webhook = $1 AND state = 0 AND due_ms < $2 LIMIT $5)";
constexpr char next_notice_due[] =
    "SELECT min(CASE WHEN q.free_ms > q.due_ms THEN q.free_ms ELSE q.due_ms END) FROM "
    "(SELECT CASE WHEN w.claimed_until_ms > w.free_ms THEN w.claimed_until_ms ELSE w.free_ms END "
    "AS free_ms, (SELECT min(n.due_ms) FROM notices n WHERE n.webhook = w.id AND n.state = 0) "
    "AS due_ms FROM webhooks w WHERE w.state = 0) q WHERE q.due_ms IS NOT NULL";
constexpr char notices_waiting[] =
    "SELECT count(*) FROM (SELECT 1 FROM webhooks w JOIN notices n ON n.webhook = w.id "
    "WHERE w.state = 0 AND n.state = 0 LIMIT $1) AS counted";
constexpr char drop_notices[] = "DELETE FROM notices WHERE session = $1";

static_assert(static_cast<int>(WebhookState::active) == 0);
static_assert(static_cast<int>(WebhookState::removed) == 3);
static_assert(static_cast<int>(NoticeState::queued) == 0);
static_assert(static_cast<int>(NoticeState::dead) == 2);

Webhook read_webhook(const Rows& rows) {
  const BytesView password = rows.blob(7);
  return {id_at(rows, 0),
          id_at(rows, 1),
          text_at(rows, 2),
          number_at<onboard::WebhookEvents>(rows, 3),
          number_at<WebhookState>(rows, 4),
          number_at<std::uint32_t>(rows, 5),
          time_or_none(rows, 6),
          Bytes(password.begin(), password.end()),
          number_at<std::uint32_t>(rows, 8),
          time_at(rows, 9),
          time_at(rows, 10),
          text_at(rows, 11),
          time_at(rows, 12),
          time_or_none(rows, 13)};
}

Notice read_notice(const Rows& rows) {
  return {id_at(rows, 0),
          id_at(rows, 1),
          id_at(rows, 2),
          id_at(rows, 3),
          number_at<onboard::WebhookEvent>(rows, 4),
          number_at<NoticeState>(rows, 5),
          number_at<std::uint32_t>(rows, 6),
          time_at(rows, 7),
          time_at(rows, 8),
          time_or_none(rows, 9),
          text_at(rows, 10)};
}

Value bytes_or_null(const Bytes& bytes) {
  return bytes.empty() ? Value() : Value(BytesView(bytes));
}

}  // namespace

void SqlWebhooks::add(const Webhook& w) {
  connection_.exec(new_webhook, {w.id, w.tenant, w.url, w.events, number_of(w.state), w.generation,
                                 ms_or_null(w.previous_until), bytes_or_null(w.password),
                                 w.failures, ms_of(w.free), ms_of(w.claimed_until), w.error,
                                 ms_of(w.created), ms_or_null(w.failing_since)});
}

bool SqlWebhooks::save(const Webhook& w) {
  return connection_.exec(update_webhook, {w.id, w.url, w.events, number_of(w.state), w.generation,
                                           ms_or_null(w.previous_until), bytes_or_null(w.password),
                                           w.failures, ms_of(w.free), ms_of(w.claimed_until),
                                           w.error, ms_or_null(w.failing_since)}) > 0;
}

std::optional<Webhook> SqlWebhooks::webhook(const Id& id) {
  Rows rows = connection_.query(webhook_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return read_webhook(rows);
}

std::vector<Webhook> SqlWebhooks::webhooks(const Id& tenant) {
  std::vector<Webhook> out;
  Rows rows = connection_.query(webhooks_of, {tenant});
  while (rows.next()) out.push_back(read_webhook(rows));
  return out;
}

void SqlWebhooks::remove(const Id& id) { connection_.exec(remove_webhook, {id}); }

void SqlWebhooks::add_notice(const Notice& n) {
  const auto added = connection_.exec(
      new_notice, {n.id, n.tenant, n.webhook, n.session, number_of(n.event), number_of(n.state),
                   n.attempts, ms_of(n.created), ms_of(n.due), ms_or_null(n.ended), n.error});
  if (added > 0) has_added_ = true;
}

bool SqlWebhooks::save_notice(const Notice& n) {
  return connection_.exec(update_notice, {n.id, number_of(n.state), n.attempts, ms_of(n.due),
                                          ms_or_null(n.ended), n.error}) > 0;
}

std::optional<Notice> SqlWebhooks::notice(const Id& id) {
  Rows rows = connection_.query(notice_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return read_notice(rows);
}

std::vector<Notice> SqlWebhooks::notices(const Id& tenant, const onboard::NoticeFilter& filter,
                                         const onboard::Page& page) {
  const Value state(filter.state ? static_cast<std::int64_t>(*filter.state) : std::int64_t{-1});
  const Id after = page.after.value_or(last_id);
  const Value webhook = filter.webhook ? Value(*filter.webhook) : Value();
  const Value most = limit_of(page.limit);
  const auto rows_of = [&] {
    if (filter.session)
      return connection_.query(notices_about,
                               {tenant, after, most, state, webhook, *filter.session});
    if (filter.webhook) return connection_.query(notices_to, {tenant, after, most, state, webhook});
    if (filter.state == NoticeState::dead)
      return connection_.query(dead_notices_of, {tenant, after, most});
    return connection_.query(notices_of, {tenant, after, most, state});
  };
  std::vector<Notice> out;
  Rows rows = rows_of();
  while (rows.next()) out.push_back(read_notice(rows));
  return out;
}

std::optional<std::pair<Notice, Webhook>> SqlWebhooks::claim(Time now, Time until,
                                                             std::size_t share) {
  std::optional<Id> id;
  if (Rows rows = connection_.query(first_free, {ms_of(now), limit_of(share)}); rows.next())
    id = id_at(rows, 0);
  if (!id) return std::nullopt;
  std::optional<Webhook> webhook;
  {
    Rows rows = connection_.query(take_webhook, {*id, ms_of(now), ms_of(until)});
    while (rows.next()) webhook = read_webhook(rows);
  }
  std::optional<Notice> notice;
  {
    Rows rows = connection_.query(take_notice, {*id, ms_of(now), ms_of(until)});
    while (rows.next()) notice = read_notice(rows);
  }
  if (!webhook || !notice) return std::nullopt;
  return std::pair{std::move(*notice), std::move(*webhook)};
}

void SqlWebhooks::hurry(const Id& webhook) {
  has_added_ = true;
  connection_.exec(hurry_notices, {webhook});
}

std::size_t SqlWebhooks::give_up(const Id& webhook, Time before, Time now, const std::string& why,
                                 std::size_t limit) {
  return static_cast<std::size_t>(connection_.exec(
      give_up_notices, {webhook, ms_of(before), ms_of(now), why, limit_of(limit)}));
}

std::optional<Time> SqlWebhooks::next_due() {
  Rows rows = connection_.query(next_notice_due, {});
  if (!rows.next()) return std::nullopt;
  return time_or_none(rows, 0);
}

std::size_t SqlWebhooks::waiting(std::size_t most) {
  Rows rows = connection_.query(notices_waiting, {limit_of(most)});
  return rows.next() ? number_at<std::size_t>(rows, 0) : 0;
}

std::size_t SqlWebhooks::sweep(std::size_t limit) {
  std::optional<Id> id;
  if (Rows rows = connection_.query(first_removed, {}); rows.next()) id = id_at(rows, 0);
  if (!id) return 0;
  const auto dropped =
      static_cast<std::size_t>(connection_.exec(drop_notices_to, {*id, limit_of(limit)}));
  if (dropped < limit) connection_.exec(drop_webhook, {*id});
  return dropped + 1;
}

void SqlWebhooks::drop_of(const Id& session) { connection_.exec(drop_notices, {session}); }

}  // namespace limen::store
