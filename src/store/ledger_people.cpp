// Organisations and people's connections to them in SQL. Who may see whom is onboard's question;
// here every statement about people carries the organisation (Law 10).
#include "base/text.hpp"
#include "seal/entropy.hpp"
#include "store/codec.hpp"
#include "store/columns.hpp"
#include "store/ledger.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using onboard::Organisation;
using Person = onboard::Connection;

constexpr char organisation_columns[] =
    "id, name, handle, prefix, skills, return_hosts, created_ms, language, invited_skill";
constexpr char new_organisation[] =
    "INSERT INTO organisations (id, name, handle, prefix, skills, return_hosts, created_ms, "
    "language, invited_skill) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
constexpr char update_organisation[] =
    "UPDATE organisations SET name = $2, handle = $3, prefix = $4, skills = $5, "
    "return_hosts = $6, language = $7, invited_skill = $8 WHERE id = $1";
constexpr auto organisation_by_id =
    join("SELECT ", organisation_columns, " FROM organisations WHERE id = $1");
constexpr auto organisation_of_handle =
    join("SELECT ", organisation_columns, " FROM organisations WHERE handle = $1");
constexpr auto organisation_of_prefix =
    join("SELECT ", organisation_columns, " FROM organisations WHERE prefix = $1");
constexpr auto all_organisations =
    join("SELECT ", organisation_columns, " FROM organisations ORDER BY id");

constexpr char person_columns[] =
    "id, tenant, invitation, email, first_name, last_name, date_of_birth, consent, decided_ms, "
    "created_ms, updated_ms";
constexpr char new_person[] =
    "INSERT INTO connections (id, tenant, invitation, email, first_name, last_name, "
    "date_of_birth, consent, decided_ms, created_ms, updated_ms, person_key) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
constexpr char update_person[] =
    "UPDATE connections SET email = $2, first_name = $3, last_name = $4, date_of_birth = $5, "
    "consent = $6, decided_ms = $7, updated_ms = $8, person_key = $9 WHERE id = $1";
constexpr auto person_by_id = join("SELECT ", person_columns, " FROM connections WHERE id = $1");
constexpr auto person_by_invitation = join(
    "SELECT ", person_columns, " FROM connections WHERE invitation = $1 ORDER BY id DESC LIMIT 1");
// Newest first; the address is compared by the caller.
constexpr auto people_by_key =
    join("SELECT ", person_columns,
         " FROM connections WHERE person_key = $1 AND tenant = $2 ORDER BY id DESC");
constexpr char drop_person[] = "DELETE FROM connections WHERE id = $1";
constexpr char forget_invitee[] = "UPDATE grants SET subject = '', person_key = NULL WHERE id = $1";
// The one that was written as the person was invited: its key has that time (survey.cpp). A relay
// may have named the address as it refused.
constexpr char forget_recipient[] =
    "UPDATE letters SET recipient = '', first_name = '', last_name = '', error = '' "
    "WHERE id >= $1 AND id < $2 AND invitation = $3";
constexpr auto people_agreed =
    join("SELECT ", person_columns,
         " FROM connections WHERE tenant = $1 AND consent = 1 AND id > $2 ORDER BY id LIMIT $3");
constexpr auto people_from =
    join("SELECT ", person_columns,
         " FROM connections WHERE tenant = $1 AND consent = 1 ORDER BY id LIMIT $2 OFFSET $3");
// The index that people_agreed walks holds all that is asked.
constexpr char count_agreed[] =
    "SELECT count(*) FROM connections WHERE tenant = $1 AND consent = 1";

// Rows held at once by each_connected.
constexpr std::size_t people_per_page = 200;

Organisation read_organisation(const Rows& rows) {
  return {id_at(rows, 0),   text_at(rows, 1),           text_at(rows, 2),
          text_at(rows, 3), decode_names(rows.text(4)), decode_names(rows.text(5)),
          time_at(rows, 6), text_at(rows, 7),           text_at(rows, 8)};
}

Person read_person(const Rows& rows) {
  Person p;
  p.id = id_at(rows, 0);
  p.tenant = id_at(rows, 1);
  p.invitation = id_at(rows, 2);
  p.email = text_at(rows, 3);
  p.first_name = text_at(rows, 4);
  p.last_name = text_at(rows, 5);
  p.date_of_birth = text_at(rows, 6);
  p.consent = number_at<onboard::Consent>(rows, 7);
  p.decided = time_or_none(rows, 8);
  p.created = time_at(rows, 9);
  p.updated = time_at(rows, 10);
  return p;
}

std::optional<Organisation> one_organisation(Rows rows) {
  if (!rows.next()) return std::nullopt;
  return read_organisation(rows);
}

std::optional<Person> one_person(Rows rows) {
  if (!rows.next()) return std::nullopt;
  return read_person(rows);
}

std::int64_t key_of(const Person& p) { return person_key(p.tenant, lower_ascii(p.email)); }

}  // namespace

void SqlLedger::add_organisation(const Organisation& o) {
  touch_rights();
  connection_.exec(new_organisation,
                   {o.id, o.name, o.handle, o.prefix, encode(o.skills), encode(o.return_hosts),
                    ms_of(o.created), o.language, o.invited_skill});
}

bool SqlLedger::save_organisation(const Organisation& o) {
  touch_rights();
  const std::string skills = encode(o.skills);
  const std::string hosts = encode(o.return_hosts);
  return connection_.exec(update_organisation, {o.id, o.name, o.handle, o.prefix, skills, hosts,
                                                o.language, o.invited_skill}) > 0;
}

std::optional<Organisation> SqlLedger::organisation(const grant::TenantId& id) {
  return one_organisation(connection_.query(organisation_by_id, {id}));
}

std::optional<Organisation> SqlLedger::organisation_by_handle(const std::string& handle) {
  return one_organisation(connection_.query(organisation_of_handle, {handle}));
}

std::optional<Organisation> SqlLedger::organisation_by_prefix(const std::string& prefix) {
  return one_organisation(connection_.query(organisation_of_prefix, {prefix}));
}

std::vector<Organisation> SqlLedger::organisations() {
  Rows rows = connection_.query(all_organisations, {});
  std::vector<Organisation> all;
  while (rows.next()) all.push_back(read_organisation(rows));
  return all;
}

void SqlLedger::add_connection(const Person& p) {
  connection_.exec(new_person, {p.id, p.tenant, p.invitation, p.email, p.first_name, p.last_name,
                                p.date_of_birth, number_of(p.consent), ms_or_null(p.decided),
                                ms_of(p.created), ms_of(p.updated), key_of(p)});
}

bool SqlLedger::save_connection(const Person& p) {
  return connection_.exec(update_person, {p.id, p.email, p.first_name, p.last_name, p.date_of_birth,
                                          number_of(p.consent), ms_or_null(p.decided),
                                          ms_of(p.updated), key_of(p)}) > 0;
}

void SqlLedger::drop_connection(const Id& id) { connection_.exec(drop_person, {id}); }

void SqlLedger::forget_addressee(const grant::GrantId& id) {
  const auto invitation = grant(id);
  if (!invitation) return;
  connection_.exec(forget_invitee, {id});
  connection_.exec(forget_recipient, {seal::first_id_at(invitation->created),
                                      seal::first_id_at(invitation->created + Millis{1}), id});
}

std::optional<Person> SqlLedger::connection(const Id& id) {
  return one_person(connection_.query(person_by_id, {id}));
}

std::optional<Person> SqlLedger::connection_of(const grant::GrantId& invitation) {
  return one_person(connection_.query(person_by_invitation, {invitation}));
}

std::optional<Person> SqlLedger::latest_connection(const grant::TenantId& tenant,
                                                   const std::string& email) {
  Rows rows = connection_.query(people_by_key, {person_key(tenant, email), tenant});
  while (rows.next()) {
    if (lower_ascii(rows.text(3)) == email) return read_person(rows);
  }
  return std::nullopt;
}

// In pages, and none of them open while `visit` runs: it may use the ledger as it likes.
void SqlLedger::each_connected(const grant::TenantId& tenant,
                               const std::optional<std::string>& email,
                               const std::function<void(const Person&)>& visit) {
  std::vector<Person> people;
  if (email) {
    {
      Rows rows = connection_.query(people_by_key, {person_key(tenant, *email), tenant});
      while (rows.next()) {
        Person p = read_person(rows);
        if (p.consent == onboard::Consent::agreed && lower_ascii(p.email) == *email)
          people.push_back(std::move(p));
      }
    }
    for (auto p = people.rbegin(); p != people.rend(); ++p) visit(*p);
    return;
  }
  Id after;
  do {
    people.clear();
    {
      Rows rows = connection_.query(people_agreed, {tenant, after, limit_of(people_per_page)});
      while (rows.next()) people.push_back(read_person(rows));
    }
    for (const Person& p : people) visit(p);
    if (!people.empty()) after = people.back().id;
  } while (people.size() == people_per_page);
}

std::size_t SqlLedger::count_connected(const grant::TenantId& tenant) {
  Rows rows = connection_.query(count_agreed, {tenant});
  return rows.next() ? number_at<std::size_t>(rows, 0) : 0;
}

std::vector<Person> SqlLedger::connected(const grant::TenantId& tenant, std::size_t offset,
                                         std::size_t limit) {
  std::vector<Person> people;
  Rows rows = connection_.query(people_from, {tenant, limit_of(limit), Value(offset)});
  while (rows.next()) people.push_back(read_person(rows));
  return people;
}

}  // namespace limen::store
