// Staff, sign-ins and the audit trail in SQL. Who may change whom is onboard's question.
#include "store/office.hpp"

#include "store/codec.hpp"
#include "store/columns.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using onboard::AuditRow;
using onboard::Member;
using onboard::SignedIn;

constexpr char member_columns[] =
    "id, tenant, email, name, role, state, password, second_factor, step_used, recovery, link, "
    "created_ms, signed_in_ms";
constexpr char new_member[] =
    "INSERT INTO staff (id, tenant, email, name, role, state, password, second_factor, step_used, "
    "recovery, link, created_ms, signed_in_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
constexpr char update_member[] =
    "UPDATE staff SET name = $2, role = $3, state = $4, password = $5, second_factor = $6, "
    "step_used = $7, recovery = $8, link = $9, signed_in_ms = $10 WHERE id = $1";
constexpr auto member_by_id = join("SELECT ", member_columns, " FROM staff WHERE id = $1");
constexpr auto members_who_sign_in =
    join("SELECT ", member_columns,
         " FROM staff WHERE email = $1 AND ($2 IS NULL OR tenant = $2) AND state = $3 "
         "AND password <> '' LIMIT 2");
constexpr auto members_of =
    join("SELECT ", member_columns, " FROM staff WHERE tenant = $1 ORDER BY id");

constexpr char signed_in_columns[] =
    "id, member, tenant, created_ms, seen_ms, expires_ms, confirmed_ms, agent";
constexpr char new_signed_in[] =
    "INSERT INTO signed_in (id, member, tenant, created_ms, seen_ms, expires_ms, confirmed_ms, "
    "agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
constexpr auto signed_in_by_id =
    join("SELECT ", signed_in_columns, " FROM signed_in WHERE id = $1");
constexpr auto signed_in_of_tenant =
    join("SELECT ", signed_in_columns, " FROM signed_in WHERE tenant = $1 ORDER BY id DESC");
constexpr char confirm_session[] = "UPDATE signed_in SET confirmed_ms = $2 WHERE id = $1";
constexpr char end_session[] = "DELETE FROM signed_in WHERE id = $1";
constexpr char end_sessions[] = "DELETE FROM signed_in WHERE member = $1";
constexpr char see_session[] = "UPDATE signed_in SET seen_ms = $2 WHERE id = $1 AND seen_ms < $2";
constexpr char drop_sessions[] =
    "DELETE FROM signed_in WHERE id IN (SELECT id FROM signed_in WHERE expires_ms <= $1 "
    "ORDER BY expires_ms LIMIT $2)";

constexpr char audit_columns[] =
    "id, tenant, at_ms, actor, who, who_name, what, about, detail, hash, serial";
constexpr char new_audit[] =
    "INSERT INTO audit (id, tenant, at_ms, actor, who, who_name, what, about, detail, hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
constexpr char last_hash[] =
    "SELECT hash FROM audit WHERE tenant = $1 ORDER BY serial DESC LIMIT 1";
constexpr char audit_serial[] = "SELECT serial FROM audit WHERE id = $1";
// $3 to $7 narrow when they are something. Rows made by hand are no more than people have made;
// decisions (onboard/audit.hpp) are as many as sessions.
constexpr char audit_narrowed[] =
    "AND tenant = $1 AND serial < $2 AND ($3 IS NULL OR who_name = $3) "
    "AND ($4 IS NULL OR what = $4) AND ($5 IS NULL OR at_ms >= $5) AND ($6 IS NULL OR at_ms < $6) "
    "ORDER BY serial DESC LIMIT $7";
constexpr auto audit_by_hand =
    join("SELECT ", audit_columns, " FROM audit WHERE what <> 'session_decided' ", audit_narrowed);
constexpr auto audit_decisions =
    join("SELECT ", audit_columns, " FROM audit WHERE what = 'session_decided' ", audit_narrowed);
constexpr auto audit_about = join(
    "SELECT ", audit_columns,
    " FROM audit WHERE tenant = $1 AND serial < $2 AND ($3 IS NULL OR who_name = $3) "
    "AND ($4 IS NULL OR what = $4) AND ($5 IS NULL OR at_ms >= $5) AND ($6 IS NULL OR at_ms < $6) "
    "AND about = $8 ORDER BY serial DESC LIMIT $7");
constexpr auto audit_from_first =
    join("SELECT ", audit_columns,
         " FROM audit WHERE tenant = $1 AND serial > $2 ORDER BY serial "
         "LIMIT 1000");

Value bytes_or_null(const Bytes& bytes) {
  return bytes.empty() ? Value() : Value(BytesView(bytes));
}

Member read_member(const Rows& rows) {
  Member m;
  m.id = id_at(rows, 0);
  m.tenant = id_at(rows, 1);
  m.email = text_at(rows, 2);
  m.name = text_at(rows, 3);
  m.role = number_at<onboard::Role>(rows, 4);
  m.state = number_at<onboard::StaffState>(rows, 5);
  m.password = text_at(rows, 6);
  const BytesView seed = rows.blob(7);
  m.second_factor.assign(seed.begin(), seed.end());
  m.step_used = number_at<std::uint64_t>(rows, 8);
  m.recovery = decode_names(rows.text(9));
  m.link = id_at(rows, 10);
  m.created = time_at(rows, 11);
  m.signed_in = time_or_none(rows, 12);
  return m;
}

SignedIn read_signed_in(const Rows& rows) {
  SignedIn s;
  s.id = id_at(rows, 0);
  s.member = id_at(rows, 1);
  s.tenant = id_at(rows, 2);
  s.created = time_at(rows, 3);
  s.seen = time_at(rows, 4);
  s.expires = time_at(rows, 5);
  s.confirmed = time_or_none(rows, 6);
  s.agent = text_at(rows, 7);
  return s;
}

AuditRow read_audit(const Rows& rows) {
  AuditRow a;
  a.id = id_at(rows, 0);
  a.tenant = id_at(rows, 1);
  a.at = time_at(rows, 2);
  a.actor = number_at<onboard::Actor>(rows, 3);
  a.who = id_at(rows, 4);
  a.who_name = text_at(rows, 5);
  a.what = text_at(rows, 6);
  a.about = text_at(rows, 7);
  a.detail = text_at(rows, 8);
  a.hash = digest_at(rows, 9);
  return a;
}

std::vector<Member> read_members(Rows rows) {
  std::vector<Member> all;
  while (rows.next()) all.push_back(read_member(rows));
  return all;
}

void add_number(seal::Sha256& hash, std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  hash.add(bytes);
}

// Over the hash before and every member of the row, each text behind its length, so that no two
// rows are the same bytes.
seal::Digest chained(const seal::Digest& before, const AuditRow& row) {
  seal::Sha256 hash;
  hash.add(before);
  hash.add(row.id.view());
  hash.add(row.tenant.view());
  add_number(hash, static_cast<std::uint64_t>(to_ms(row.at)));
  add_number(hash, static_cast<std::uint64_t>(row.actor));
  hash.add(row.who.view());
  for (const std::string* text : {&row.who_name, &row.what, &row.about, &row.detail}) {
    add_number(hash, text->size());
    hash.add(as_bytes(*text));
  }
  return hash.finish();
}

}  // namespace

bool SqlOffice::add_member(const Member& m) {
  return connection_.exec(
             new_member,
             {m.id, m.tenant, m.email, m.name, number_of(m.role), number_of(m.state), m.password,
              bytes_or_null(m.second_factor), m.step_used, encode(m.recovery), id_or_null(m.link),
              ms_of(m.created), ms_or_null(m.signed_in)}) > 0;
}

void SqlOffice::save_member(const Member& m) {
  connection_.exec(update_member, {m.id, m.name, number_of(m.role), number_of(m.state), m.password,
                                   bytes_or_null(m.second_factor), m.step_used, encode(m.recovery),
                                   id_or_null(m.link), ms_or_null(m.signed_in)});
}

std::optional<Member> SqlOffice::member(const Id& id) {
  Rows rows = connection_.query(member_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return read_member(rows);
}

std::vector<Member> SqlOffice::who_may_sign_in(const std::string& email,
                                               const std::optional<Id>& tenant) {
  return read_members(connection_.query(
      members_who_sign_in,
      {email, tenant ? Value(*tenant) : Value(), number_of(onboard::StaffState::active)}));
}

std::vector<Member> SqlOffice::members(const Id& tenant) {
  return read_members(connection_.query(members_of, {tenant}));
}

void SqlOffice::add_signed_in(const SignedIn& s) {
  connection_.exec(new_signed_in, {s.id, s.member, s.tenant, ms_of(s.created), ms_of(s.seen),
                                   ms_of(s.expires), ms_or_null(s.confirmed), s.agent});
}

std::optional<SignedIn> SqlOffice::signed_in(const Id& id) {
  Rows rows = connection_.query(signed_in_by_id, {id});
  if (!rows.next()) return std::nullopt;
  return read_signed_in(rows);
}

std::vector<SignedIn> SqlOffice::signed_in_of(const Id& tenant) {
  Rows rows = connection_.query(signed_in_of_tenant, {tenant});
  std::vector<SignedIn> all;
  while (rows.next()) all.push_back(read_signed_in(rows));
  return all;
}

void SqlOffice::confirm_signed_in(const Id& id, Time until) {
  connection_.exec(confirm_session, {id, ms_of(until)});
}

bool SqlOffice::end_signed_in(const Id& id) { return connection_.exec(end_session, {id}) > 0; }

void SqlOffice::end_all_of(const Id& member) { connection_.exec(end_sessions, {member}); }

void SqlOffice::see_signed_in(const Id& id, Time at) {
  connection_.exec(see_session, {id, ms_of(at)});
}

std::int64_t SqlOffice::sweep(Time now, std::size_t limit) {
  return connection_.exec(drop_sessions, {ms_of(now), limit_of(limit)});
}

void SqlOffice::add_audit(const AuditRow& row) {
  seal::Digest before{};
  {
    Rows rows = connection_.query(last_hash, {row.tenant});
    if (rows.next()) before = digest_at(rows, 0);
  }
  connection_.exec(
      new_audit, {row.id, row.tenant, ms_of(row.at), number_of(row.actor), id_or_null(row.who),
                  row.who_name, row.what, row.about, row.detail, digest_of(chained(before, row))});
}

std::vector<AuditRow> SqlOffice::audit(const Id& tenant, const onboard::AuditFilter& filter,
                                       const onboard::Page& page) {
  std::int64_t before = INT64_MAX;
  if (page.after) {
    Rows cursor = connection_.query(audit_serial, {*page.after});
    before = cursor.next() ? cursor.number(0) : 0;
  }
  const Value who = text_or_null(filter.who);
  const Value what = text_or_null(filter.what);
  const Value from = ms_or_null(filter.from);
  const Value to = ms_or_null(filter.to);
  const Value limit = limit_of(page.limit);
  Rows rows = filter.about ? connection_.query(audit_about, {tenant, before, who, what, from, to,
                                                             limit, *filter.about})
                           : connection_.query(filter.decisions ? audit_decisions : audit_by_hand,
                                               {tenant, before, who, what, from, to, limit});
  std::vector<AuditRow> all;
  while (rows.next()) all.push_back(read_audit(rows));
  return all;
}

std::optional<Id> SqlOffice::broken_audit(const Id& tenant) {
  seal::Digest before{};
  std::int64_t seen = 0;
  for (bool is_more = true; is_more;) {
    is_more = false;
    Rows rows = connection_.query(audit_from_first, {tenant, seen});
    while (rows.next()) {
      const AuditRow row = read_audit(rows);
      if (chained(before, row) != row.hash) return row.id;
      before = row.hash;
      seen = rows.number(10);
      is_more = true;
    }
  }
  return std::nullopt;
}

}  // namespace limen::store
