// Letters, alarms, the dev inbox, settings of this installation, budgets and kept
// answers in SQL. When a letter
// is due and when it is given up are outbox's rules; here they are rows.
#include <algorithm>

#include "store/columns.hpp"
#include "store/ledger.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using onboard::Alarm;
using onboard::Letter;
using onboard::LetterState;
using onboard::Mail;
using onboard::Page;

constexpr char letter_columns[] =
    "id, tenant, invitation, recipient, first_name, last_name, state, attempts, created_ms, "
    "due_ms, error, language";
constexpr char new_letter[] =
    "INSERT INTO letters (id, tenant, invitation, recipient, first_name, last_name, state, "
    "attempts, created_ms, due_ms, error, language) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
constexpr auto claim_due = join(
    "UPDATE letters SET due_ms = $2 WHERE id IN (SELECT id FROM letters "
    "WHERE state = 0 AND due_ms <= $1 ORDER BY due_ms LIMIT $3) RETURNING ",
    letter_columns);
constexpr char update_letter[] =
    "UPDATE letters SET state = $2, attempts = $3, created_ms = $4, due_ms = $5, error = $6 "
    "WHERE id = $1";
constexpr auto letter_by_id = join("SELECT ", letter_columns, " FROM letters WHERE id = $1");
constexpr char next_due[] = "SELECT min(due_ms) FROM letters WHERE state = 0";

// Lists, newest first; the cursor is a letter's id. Of all organisations:
constexpr auto all_letters =
    join("SELECT ", letter_columns, " FROM letters WHERE id < $1 ORDER BY id DESC LIMIT $2");
constexpr auto sent_letters = join("SELECT ", letter_columns,
                                   " FROM letters WHERE state = 1 AND id < $1 "
                                   "ORDER BY id DESC LIMIT $2");
// Of one. Most letters are sent, so walking back from its newest finds a page soon.
constexpr auto letters_of = join("SELECT ", letter_columns,
                                 " FROM letters WHERE tenant = $3 AND id < $1 "
                                 "ORDER BY id DESC LIMIT $2");
constexpr auto sent_letters_of = join("SELECT ", letter_columns,
                                      " FROM letters WHERE tenant = $3 AND state = 1 AND id < $1 "
                                      "ORDER BY id DESC LIMIT $2");
// The dead, and the queue in the order it will be sent: chosen within the index alone, whoever's
// they are ($4 is nothing).
constexpr auto dead_letters =
    join("SELECT ", letter_columns,
         " FROM letters WHERE id IN (SELECT id FROM letters WHERE state = 2 "
         "AND (created_ms, id) < ($1, $2) AND ($4 IS NULL OR tenant = $4) "
         "ORDER BY created_ms DESC, id DESC LIMIT $3) ORDER BY created_ms DESC, id DESC");
constexpr auto queued_letters =
    join("SELECT ", letter_columns,
         " FROM letters WHERE id IN (SELECT id FROM letters WHERE state = 0 "
         "AND (due_ms, id) > ($1, $2) AND ($4 IS NULL OR tenant = $4) "
         "ORDER BY due_ms, id LIMIT $3) ORDER BY due_ms, id");

constexpr char new_alarm[] =
    "INSERT INTO alarms (id, tenant, at_ms, what, about, detail, count) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant, what, about) DO UPDATE SET "
    "at_ms = excluded.at_ms, detail = excluded.detail, count = alarms.count + excluded.count";
constexpr char all_alarms[] =
    "SELECT id, tenant, at_ms, what, about, detail, count FROM alarms WHERE id < $1 "
    "ORDER BY id DESC LIMIT $2";
constexpr char alarms_of[] =
    "SELECT id, tenant, at_ms, what, about, detail, count FROM alarms "
    "WHERE tenant = $3 AND id < $1 ORDER BY id DESC LIMIT $2";

constexpr char budget_until[] = "SELECT until_ms FROM budgets WHERE key = $1";
constexpr char move_budget[] =
    "INSERT INTO budgets (key, until_ms) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET "
    "until_ms = excluded.until_ms WHERE budgets.until_ms < excluded.until_ms";

constexpr char kept_answer[] = "SELECT request, locked, until_ms FROM answers WHERE row = $1";
constexpr char put_answer[] =
    "INSERT INTO answers (row, request, locked, until_ms) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (row) DO UPDATE SET request = excluded.request, locked = excluded.locked, "
    "until_ms = excluded.until_ms";

constexpr char new_mail[] =
    "INSERT INTO mails (id, recipient, sender, subject, body_text, body_html, received_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7)";
constexpr char all_mails[] =
    "SELECT id, recipient, sender, subject, body_text, body_html, received_ms FROM mails "
    "ORDER BY id DESC";
constexpr char no_mails[] = "DELETE FROM mails";

constexpr char setting_value[] = "SELECT value FROM settings WHERE name = $1";
constexpr char put_setting[] =
    "INSERT INTO settings (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value";

Letter read_letter(const Rows& rows) {
  Letter l;
  l.id = id_at(rows, 0);
  l.tenant = id_at(rows, 1);
  l.invitation = id_at(rows, 2);
  l.to = text_at(rows, 3);
  l.first_name = text_at(rows, 4);
  l.last_name = text_at(rows, 5);
  l.state = number_at<LetterState>(rows, 6);
  l.attempts = number_at<std::uint32_t>(rows, 7);
  l.created = time_at(rows, 8);
  l.due = time_at(rows, 9);
  l.error = text_at(rows, 10);
  l.language = text_at(rows, 11);
  return l;
}

std::vector<Letter> read_letters(Rows rows) {
  std::vector<Letter> all;
  while (rows.next()) all.push_back(read_letter(rows));
  return all;
}

}  // namespace

void SqlLedger::add_letter(const Letter& l) {
  connection_.exec(new_letter, {l.id, l.tenant, l.invitation, l.to, l.first_name, l.last_name,
                                number_of(l.state), l.attempts, ms_of(l.created), ms_of(l.due),
                                l.error, l.language});
  touched_.letters = true;
}

std::vector<Letter> SqlLedger::claim_letters(Time now, Time until, std::size_t limit) {
  std::vector<Letter> claimed =
      read_letters(connection_.query(claim_due, {ms_of(now), ms_of(until), limit_of(limit)}));
  // RETURNING keeps no order.
  std::sort(claimed.begin(), claimed.end(),
            [](const Letter& a, const Letter& b) { return a.id < b.id; });
  return claimed;
}

bool SqlLedger::save_letter(const Letter& l) {
  const bool did = connection_.exec(update_letter, {l.id, number_of(l.state), l.attempts,
                                                    ms_of(l.created), ms_of(l.due), l.error}) > 0;
  // A letter that is queued again by hand must wake the outbox like a new one.
  if (did && l.state == LetterState::queued) touched_.letters = true;
  return did;
}

std::vector<Letter> SqlLedger::letters(const std::optional<grant::TenantId>& tenant,
                                       const std::optional<LetterState>& state, const Page& page) {
  const Value limit = limit_of(page.limit);
  const Id before = page.after.value_or(last_id);
  if (!state || *state == LetterState::sent) {
    if (tenant)
      return read_letters(connection_.query(state ? sent_letters_of.text : letters_of.text,
                                            {before, limit, *tenant}));
    return read_letters(
        connection_.query(state ? sent_letters.text : all_letters.text, {before, limit}));
  }
  const Value whose = tenant ? Value(*tenant) : Value();
  std::optional<Letter> last;
  if (page.after) last = letter(*page.after);
  if (page.after && !last) return {};  // swept meanwhile: nothing follows it
  if (*state == LetterState::queued) {
    const Value due = last ? ms_of(last->due) : Value(INT64_MIN);
    const Id after = page.after.value_or(Id{});
    return read_letters(connection_.query(queued_letters, {due, after, limit, whose}));
  }
  const Value created = last ? ms_of(last->created) : Value(INT64_MAX);
  return read_letters(connection_.query(dead_letters, {created, before, limit, whose}));
}

std::optional<Letter> SqlLedger::letter(const Id& id) {
  Rows rows = connection_.query(letter_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return read_letter(rows);
}

std::optional<Time> SqlLedger::next_letter_due() {
  Rows rows = connection_.query(next_due, {});
  if (!rows.next()) return std::nullopt;
  return time_or_none(rows, 0);
}

void SqlLedger::add_alarm(const Alarm& a) {
  connection_.exec(new_alarm, {a.id, a.tenant, ms_of(a.at), a.what, a.about, a.detail, a.count});
}

std::vector<Alarm> SqlLedger::alarms(const std::optional<grant::TenantId>& tenant,
                                     const Page& page) {
  const Id before = page.after.value_or(last_id);
  const Value limit = limit_of(page.limit);
  Rows rows = tenant ? connection_.query(alarms_of, {before, limit, *tenant})
                     : connection_.query(all_alarms, {before, limit});
  std::vector<Alarm> all;
  while (rows.next()) {
    all.push_back({id_at(rows, 0), id_at(rows, 1), time_at(rows, 2), text_at(rows, 3),
                   text_at(rows, 4), text_at(rows, 5), number_at<std::uint64_t>(rows, 6)});
  }
  return all;
}

void SqlLedger::add_mail(const Mail& m) {
  connection_.exec(new_mail, {m.id, m.to, m.from, m.subject, m.text, m.html, ms_of(m.received)});
}

std::vector<Mail> SqlLedger::mails() {
  Rows rows = connection_.query(all_mails, {});
  std::vector<Mail> all;
  while (rows.next()) {
    all.push_back({id_at(rows, 0), text_at(rows, 1), text_at(rows, 2), text_at(rows, 3),
                   text_at(rows, 4), text_at(rows, 5), time_at(rows, 6)});
  }
  return all;
}

void SqlLedger::clear_mails() { connection_.exec(no_mails, {}); }

std::optional<std::string> SqlLedger::setting(const std::string& name) {
  Rows rows = connection_.query(setting_value, {name});
  if (!rows.next()) return std::nullopt;
  return text_at(rows, 0);
}

void SqlLedger::set_setting(const std::string& name, const std::string& value) {
  connection_.exec(put_setting, {name, value});
}

std::optional<Time> SqlLedger::budget(const Id& key) {
  Rows rows = connection_.query(budget_until, {key});
  if (!rows.next()) return std::nullopt;
  return time_at(rows, 0);
}

void SqlLedger::raise_budget(const Id& key, Time until) {
  connection_.exec(move_budget, {key, ms_of(until)});
}

std::optional<onboard::KeptAnswer> SqlLedger::answer(const seal::Digest& row) {
  Rows rows = connection_.query(kept_answer, {digest_of(row)});
  if (!rows.next()) return std::nullopt;
  const BytesView locked = rows.blob(1);
  return onboard::KeptAnswer{row, digest_at(rows, 0), Bytes(locked.begin(), locked.end()),
                             time_at(rows, 2)};
}

void SqlLedger::keep_answer(const onboard::KeptAnswer& a) {
  connection_.exec(put_answer,
                   {digest_of(a.row), digest_of(a.request), BytesView(a.locked), ms_of(a.until)});
}

}  // namespace limen::store
