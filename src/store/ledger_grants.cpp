// Grants in SQL: the port of grant/ and the questions onboard/ asks about rights. Every write is
// one guarded statement, so "was I first?" is answered by the database.
#include <array>

#include "seal/digest.hpp"
#include "store/columns.hpp"
#include "store/ledger.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using grant::Grant;
using grant::GrantId;
using grant::Kind;

constexpr char grant_columns[] =
    "serial, id, kind, tenant, parent, subject, created_ms, expires_ms, may, once, misses, "
    "bond, bond_part, digest, spent, spent_request, spent_ms, missed, revoked_ms";

constexpr char add_grant[] =
    "INSERT INTO grants (id, kind, tenant, parent, subject, created_ms, expires_ms, may, once, "
    "misses, bond, bond_part, digest, person_key, spent, spent_request, spent_ms, missed, "
    "revoked_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
constexpr auto grant_by_id = join("SELECT ", grant_columns, " FROM grants WHERE id = $1");
constexpr auto by_serial = join("SELECT ", grant_columns, " FROM grants WHERE serial = $1");
// A revoked grant cannot be spent any more, whatever was read before (Laws 1 and 4).
constexpr char spend_part[] =
    "UPDATE grants SET spent = spent | $2, spent_request = $3, spent_ms = $4 "
    "WHERE id = $1 AND (spent & $2) = 0 AND revoked_ms IS NULL";
constexpr char count_miss[] = "UPDATE grants SET missed = missed + 1 WHERE id = $1";
// Law 4: down to the children, and from those to theirs. UNION drops what was seen, so a circle
// ends. The root may be a sealed grant without a row; its children have one.
constexpr char revoke_tree[] =
    "WITH RECURSIVE fallen (id) AS ("
    "SELECT id FROM grants WHERE id = $1 OR parent = $1 "
    "UNION SELECT g.id FROM fallen f JOIN grants g ON g.parent = f.id) "
    "UPDATE grants SET revoked_ms = $2 "
    "WHERE revoked_ms IS NULL AND id IN (SELECT id FROM fallen) RETURNING expires_ms";
// The condition on person_key finds; whose it is the caller compares.
constexpr auto invitations_by_key =
    join("SELECT ", grant_columns,
         " FROM grants WHERE person_key = $1 AND tenant = $2 ORDER BY serial DESC");
constexpr auto grants_of_kind =
    join("SELECT ", grant_columns,
         " FROM grants WHERE kind <> 2 AND tenant = $1 AND kind = $2 AND serial < $3 "
         "ORDER BY serial DESC LIMIT $4");
// Most grants are invitations, so walking back from the newest finds a page soon.
constexpr auto invitations_of = join(
    "SELECT ", grant_columns,
    " FROM grants WHERE kind = 2 AND tenant = $1 AND serial < $2 ORDER BY serial DESC LIMIT $3");
constexpr auto below = join("SELECT ", grant_columns,
                            " FROM grants WHERE parent = $1 AND kind = $2 "
                            "ORDER BY serial DESC LIMIT 1");
// Law 2: what hangs below it lives no longer.
constexpr char end_sooner[] =
    "UPDATE grants SET expires_ms = $2 WHERE (id = $1 OR parent = $1) AND expires_ms > $2";
constexpr char serial_of[] = "SELECT serial FROM grants WHERE id = $1";

Grant read_grant(const Rows& rows) {
  Grant g;
  g.serial = number_at<std::uint64_t>(rows, 0);
  g.id = id_at(rows, 1);
  g.kind = number_at<Kind>(rows, 2);
  g.tenant = id_at(rows, 3);
  g.parent = id_at(rows, 4);
  g.subject = text_at(rows, 5);
  g.created = time_at(rows, 6);
  g.terms.expires = time_at(rows, 7);
  g.terms.may = number_at<grant::Scope>(rows, 8);
  g.terms.once = number_at<grant::Scope>(rows, 9);
  g.terms.misses = number_at<std::uint32_t>(rows, 10);
  g.terms.bond = {id_at(rows, 11), number_at<std::uint32_t>(rows, 12)};
  g.digest = digest_at(rows, 13);
  g.spent = number_at<grant::Scope>(rows, 14);
  g.spent_request = digest_at(rows, 15);
  g.spent_at = time_or_none(rows, 16);
  g.missed = number_at<std::uint32_t>(rows, 17);
  g.revoked = time_or_none(rows, 18);
  return g;
}

// The subject of an invitation begins with the case-folded address; more may follow on new lines.
std::string_view address_of(std::string_view subject) {
  return subject.substr(0, subject.find('\n'));
}

std::vector<Grant> read_all(Rows rows) {
  std::vector<Grant> all;
  while (rows.next()) all.push_back(read_grant(rows));
  return all;
}

std::optional<Grant> one_grant(Rows rows) {
  if (!rows.next()) return std::nullopt;
  return read_grant(rows);
}

}  // namespace

std::int64_t person_key(const Id& tenant, std::string_view email) {
  // An address is at most 254 bytes (limits.hpp); a longer one only makes a longer key.
  std::string text(as_text(tenant.view()));
  text += email;
  const seal::Digest digest = seal::sha256(text);
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 8; ++i) key = key << 8 | digest[i];
  return static_cast<std::int64_t>(key);
}

Touched SqlLedger::take_touched() {
  touched_.checks = checks_.take_added();
  touched_.notices = webhooks_.take_added();
  return std::exchange(touched_, {});
}

void SqlLedger::touch_rights() {
  touched_.rights = true;
  epoch_ = 0;
}

std::uint64_t SqlLedger::add(const Grant& g) {
  const bool is_invitation = g.kind == Kind::invitation;
  const Value person = is_invitation ? Value(person_key(g.tenant, address_of(g.subject))) : Value();
  const std::int64_t serial = connection_.insert(
      add_grant,
      {g.id, number_of(g.kind), g.tenant, id_or_null(g.parent), g.subject, ms_of(g.created),
       ms_of(g.terms.expires), number_of(g.terms.may), number_of(g.terms.once), g.terms.misses,
       id_or_null(g.terms.bond.to), g.terms.bond.part, digest_or_null(g.digest), person,
       number_of(g.spent), digest_or_null(g.spent_request), ms_or_null(g.spent_at), g.missed,
       ms_or_null(g.revoked)});
  // A row that is revoked from its first moment is the tombstone of a sealed grant.
  if (g.kind == Kind::key || g.revoked) touch_rights();
  return static_cast<std::uint64_t>(serial);
}

std::optional<Grant> SqlLedger::grant(const GrantId& id) {
  return one_grant(connection_.query(grant_by_id, {id}));
}

std::optional<Grant> SqlLedger::grant_by_serial(std::uint64_t serial) {
  return one_grant(connection_.query(by_serial, {static_cast<std::int64_t>(serial)}));
}

bool SqlLedger::spend(const GrantId& id, grant::Scope part, const grant::Digest& request,
                      Time now) {
  return connection_.exec(spend_part, {id, number_of(part), digest_of(request), ms_of(now)}) > 0;
}

void SqlLedger::miss(const GrantId& id) { connection_.exec(count_miss, {id}); }

void SqlLedger::shorten(const GrantId& id, Time expires) {
  connection_.exec(end_sooner, {id, ms_of(expires)});
  touch_rights();
}

int SqlLedger::revoke(const GrantId& root, Time now) {
  int live = 0;
  Rows rows = connection_.query(revoke_tree, {root, ms_of(now)});
  while (rows.next()) {
    if (time_at(rows, 0) > now) ++live;
    touch_rights();
  }
  return live;
}

std::optional<Grant> SqlLedger::latest_invitation(const grant::TenantId& tenant,
                                                  const std::string& email) {
  Rows rows = connection_.query(invitations_by_key, {person_key(tenant, email), tenant});
  while (rows.next()) {
    if (address_of(rows.text(5)) == email) return read_grant(rows);
  }
  return std::nullopt;
}

std::vector<Grant> SqlLedger::grants(const grant::TenantId& tenant, Kind kind,
                                     const onboard::Page& page) {
  std::int64_t before = INT64_MAX;
  if (page.after) {
    Rows cursor = connection_.query(serial_of, {*page.after});
    before = cursor.next() ? cursor.number(0) : 0;  // gone meanwhile: nothing follows it
  }
  const Value limit = limit_of(page.limit);
  if (kind == Kind::invitation)
    return read_all(connection_.query(invitations_of, {tenant, before, limit}));
  return read_all(connection_.query(grants_of_kind, {tenant, number_of(kind), before, limit}));
}

std::optional<Grant> SqlLedger::newest_below(const GrantId& parent, Kind kind) {
  Rows rows = connection_.query(below, {parent, number_of(kind)});
  if (!rows.next()) return std::nullopt;
  return read_grant(rows);
}

}  // namespace limen::store
