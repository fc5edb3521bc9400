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
    "error, created_ms";
constexpr char new_webhook[] =
    "INSERT INTO webhooks (id, tenant, url, events, state, generation, previous_until_ms, "
    "password, failures, free_ms, error, created_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
constexpr char update_webhook[] =
    "UPDATE webhooks SET url = $2, events = $3, state = $4, generation = $5, "
    "previous_until_ms = $6, password = $7, failures = $8, free_ms = $9, error = $10 WHERE id = $1";
constexpr auto webhook_by_id = join("SELECT ", webhook_columns, " FROM webhooks WHERE id = $1");
constexpr auto webhooks_of =
    join("SELECT ", webhook_columns, " FROM webhooks WHERE tenant = $1 ORDER BY id");
constexpr char drop_webhook[] = "DELETE FROM webhooks WHERE id = $1";
constexpr char drop_notices_to[] = "DELETE FROM notices WHERE webhook = $1";

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
// A state of -1 is any.
constexpr auto notices_of =
    join("SELECT ", notice_columns,
         " FROM notices WHERE tenant = $1 AND ($2 IS NULL OR id < $2) "
         "AND ($3 IS NULL OR webhook = $3) AND ($4 < 0 OR state = $4) ORDER BY id DESC LIMIT $5");
constexpr auto notices_about =
    join("SELECT ", notice_columns,
         " FROM notices WHERE session = $6 AND tenant = $1 AND ($2 IS NULL OR id < $2) "
         "AND ($3 IS NULL OR webhook = $3) AND ($4 < 0 OR state = $4) ORDER BY id DESC LIMIT $5");
constexpr char first_free[] =
    "SELECT w.id FROM webhooks w WHERE w.state = 0 AND w.free_ms <= $1 AND EXISTS "
    "(SELECT 1 FROM notices n WHERE n.webhook = w.id AND n.state = 0 AND n.due_ms <= $1) "
    "ORDER BY w.free_ms LIMIT 1";
constexpr auto take_webhook =
    join("UPDATE webhooks SET free_ms = $2 WHERE id = $1 RETURNING ", webhook_columns);
constexpr auto first_notice =
    join("SELECT ", notice_columns,
         " FROM notices WHERE webhook = $1 AND state = 0 AND due_ms <= $2 ORDER BY due_ms, id "
         "LIMIT 1");
constexpr char hurry_notices[] =
    "UPDATE notices SET due_ms = created_ms + event WHERE webhook = $1 AND state = 0";
constexpr char next_notice_due[] =
    "SELECT min(CASE WHEN w.free_ms > q.due_ms THEN w.free_ms ELSE q.due_ms END) "
    "FROM webhooks w JOIN (SELECT v.id AS webhook, (SELECT min(n.due_ms) FROM notices n "
    "WHERE n.webhook = v.id AND n.state = 0) AS due_ms FROM webhooks v) q ON q.webhook = w.id "
    "WHERE w.state = 0 AND q.due_ms IS NOT NULL";
constexpr char notices_waiting[] = "SELECT count(*) FROM notices WHERE state = 0";
constexpr char drop_notices[] = "DELETE FROM notices WHERE session = $1";

static_assert(static_cast<int>(WebhookState::active) == 0);
static_assert(static_cast<int>(NoticeState::queued) == 0);

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
          text_at(rows, 10),
          time_at(rows, 11)};
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

Value id_or_null(const std::optional<Id>& id) { return id ? Value(*id) : Value(); }

}  // namespace

void SqlWebhooks::add(const Webhook& w) {
  connection_.exec(new_webhook, {w.id, w.tenant, w.url, w.events, number_of(w.state), w.generation,
                                 ms_or_null(w.previous_until), bytes_or_null(w.password),
                                 w.failures, ms_of(w.free), w.error, ms_of(w.created)});
}

bool SqlWebhooks::save(const Webhook& w) {
  has_added_ = true;  // it may be active again
  return connection_.exec(update_webhook, {w.id, w.url, w.events, number_of(w.state), w.generation,
                                           ms_or_null(w.previous_until), bytes_or_null(w.password),
                                           w.failures, ms_of(w.free), w.error}) > 0;
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

void SqlWebhooks::remove(const Id& id) {
  connection_.exec(drop_notices_to, {id});
  connection_.exec(drop_webhook, {id});
}

void SqlWebhooks::add_notice(const Notice& n) {
  has_added_ = true;
  connection_.exec(new_notice,
                   {n.id, n.tenant, n.webhook, n.session, number_of(n.event), number_of(n.state),
                    n.attempts, ms_of(n.created), ms_of(n.due), ms_or_null(n.ended), n.error});
}

bool SqlWebhooks::save_notice(const Notice& n) {
  if (n.state == NoticeState::queued) has_added_ = true;
  return connection_.exec(update_notice, {n.id, number_of(n.state), n.attempts, ms_of(n.due),
                                          ms_or_null(n.ended), n.error}) > 0;
}

std::optional<Notice> SqlWebhooks::notice(const Id& id) {
  Rows rows = connection_.query(notice_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return read_notice(rows);
}

std::vector<Notice> SqlWebhooks::notices(const Id& tenant, const onboard::NoticeFilter& filter,
                                         const onboard::NoticePage& page) {
  const Value state(filter.state ? static_cast<std::int64_t>(*filter.state) : std::int64_t{-1});
  std::vector<Notice> out;
  Rows rows = filter.session
                  ? connection_.query(notices_about,
                                      {tenant, id_or_null(page.after), id_or_null(filter.webhook),
                                       state, limit_of(page.limit), *filter.session})
                  : connection_.query(notices_of,
                                      {tenant, id_or_null(page.after), id_or_null(filter.webhook),
                                       state, limit_of(page.limit)});
  while (rows.next()) out.push_back(read_notice(rows));
  return out;
}

std::optional<std::pair<Notice, Webhook>> SqlWebhooks::claim(Time now, Time until) {
  std::optional<Id> id;
  if (Rows rows = connection_.query(first_free, {ms_of(now)}); rows.next()) id = id_at(rows, 0);
  if (!id) return std::nullopt;
  std::optional<Webhook> webhook;
  {
    Rows rows = connection_.query(take_webhook, {*id, ms_of(until)});
    while (rows.next()) webhook = read_webhook(rows);
  }
  Rows rows = connection_.query(first_notice, {*id, ms_of(now)});
  if (!webhook || !rows.next()) return std::nullopt;
  return std::pair{read_notice(rows), std::move(*webhook)};
}

void SqlWebhooks::hurry(const Id& webhook) {
  has_added_ = true;
  connection_.exec(hurry_notices, {webhook});
}

std::optional<Time> SqlWebhooks::next_due() {
  Rows rows = connection_.query(next_notice_due, {});
  if (!rows.next()) return std::nullopt;
  return time_or_none(rows, 0);
}

std::size_t SqlWebhooks::waiting() {
  Rows rows = connection_.query(notices_waiting, {});
  return rows.next() ? number_at<std::size_t>(rows, 0) : 0;
}

void SqlWebhooks::drop_of(const Id& session) { connection_.exec(drop_notices, {session}); }

}  // namespace limen::store
