// The sweep: what is over goes away in small bounded portions, each found through an index or by
// walking on from where the last one stopped, never by a full scan. What "over" means in days is
// limits.hpp's; what it means for a person is onboard's.
#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "seal/entropy.hpp"
#include "store/columns.hpp"
#include "store/ledger.hpp"

namespace limen::store {

using onboard::SweepPart;

namespace {

// How long a letter stays after its end, for the operator's eyes.
constexpr auto keep_letter = std::chrono::days{30};

// Device grants are gone with their expiry (C06), tombstones of access tokens when the token they
// revoke would have expired by itself; transfers and phones like devices. The kinds are told as
// grants_by_expiry tells them, or SQLite would not find by it.
constexpr char drop_expired[] =
    "DELETE FROM grants WHERE serial IN (SELECT serial FROM grants "
    "WHERE (kind = 1 OR kind = 6 OR kind = 10 OR kind = 11) AND expires_ms <= $1 "
    "ORDER BY expires_ms LIMIT $2)";
constexpr char walk_grants[] =
    "SELECT serial, kind, created_ms, expires_ms FROM grants WHERE serial > $1 "
    "ORDER BY serial LIMIT $2";
// A serial is a code, so it must never be given twice, and the next one is the largest plus one. So
// the newest of the rows that do not go with their expiry stays, however old it is. Of what may lie
// above one, 500 rows are looked at: millions of device tokens may, and where none of 500 lasts the
// answer comes when they are gone, after a month at most.
constexpr char lasting_above[] =
    "SELECT 1 FROM (SELECT kind FROM grants WHERE serial > $1 ORDER BY serial LIMIT 500) AS above "
    "WHERE kind NOT IN (1, 6, 10, 11) LIMIT 1";
constexpr char drop_grant[] = "DELETE FROM grants WHERE serial = $1";
constexpr char expire_sessions[] =
    "UPDATE sessions SET state = 5, version = version + 1, updated_ms = $1, "
    "erase_ms = coalesce(erase_ms, $2) WHERE id IN (SELECT id FROM sessions "
    "WHERE state = 0 AND expires_ms <= $1 ORDER BY expires_ms LIMIT $3)";
constexpr char sessions_to_erase[] =
    "SELECT id FROM sessions WHERE erase_ms <= $1 ORDER BY erase_ms LIMIT $2";
constexpr char files_of[] = "SELECT file FROM uploads WHERE session = $1";
constexpr char drop_uploads[] = "DELETE FROM uploads WHERE session = $1";
constexpr char drop_steps[] = "DELETE FROM steps WHERE session = $1";
constexpr char drop_seed[] = "DELETE FROM receipt_seeds WHERE session = $1";
constexpr char drop_session[] = "DELETE FROM sessions WHERE id = $1";
// The oldest letters lead the table. Those sent again by hand stand among them with a new age, and
// are stepped over; nothing younger than $3 is looked at.
constexpr char drop_letters[] =
    "DELETE FROM letters WHERE id IN (SELECT id FROM letters WHERE id < $3 AND state <> 0 "
    "AND created_ms <= $1 ORDER BY id LIMIT $2)";
constexpr char drop_alarms[] =
    "DELETE FROM alarms WHERE id IN (SELECT id FROM alarms "
    "WHERE at_ms <= $1 ORDER BY at_ms LIMIT $2)";
constexpr char connections_over[] =
    "SELECT id, tenant, invitation, consent FROM connections "
    "WHERE consent <> 1 AND updated_ms <= $1 ORDER BY updated_ms LIMIT $2";
constexpr char enrolments_over[] =
    "SELECT e.id, g.serial FROM enrolments e LEFT JOIN grants g ON g.id = e.id "
    "WHERE e.retention_ms <= $1 ORDER BY e.retention_ms LIMIT $2";
constexpr char drop_enrolment[] = "DELETE FROM enrolments WHERE id = $1";

constexpr char walk_budgets[] =
    "SELECT key, until_ms FROM budgets WHERE key > $1 ORDER BY key LIMIT $2";
constexpr char drop_budget[] = "DELETE FROM budgets WHERE key = $1";
constexpr char drop_answers[] =
    "DELETE FROM answers WHERE row IN (SELECT row FROM answers WHERE until_ms <= $1 "
    "ORDER BY until_ms LIMIT $2)";

// Whether a newer row than this one keeps its serial from being given again.
bool is_covered(Connection& connection, std::int64_t serial) {
  return connection.query(lasting_above, {serial}).next();
}

static_assert(static_cast<int>(grant::Kind::access) == 1);
static_assert(static_cast<int>(grant::Kind::invitation) == 2);
static_assert(static_cast<int>(grant::Kind::device) == 6);
static_assert(static_cast<int>(grant::Kind::transfer) == 10);
static_assert(static_cast<int>(grant::Kind::phone) == 11);
static_assert(static_cast<int>(journey::State::open) == 0);
static_assert(static_cast<int>(journey::State::expired) == 5);
static_assert(static_cast<int>(onboard::Consent::agreed) == 1);
static_assert(static_cast<int>(onboard::LetterState::queued) == 0);
static_assert(static_cast<int>(onboard::LetterState::sent) == 1);
static_assert(static_cast<int>(onboard::LetterState::dead) == 2);

}  // namespace

onboard::Swept SqlLedger::sweep_part(SweepPart part, Time now, std::size_t limit) {
  onboard::Swept swept;
  swept.rows = sweep_rows(part, now, limit, swept.files);
  return swept;
}

std::size_t SqlLedger::sweep_rows(SweepPart part, Time now, std::size_t limit,
                                  std::vector<std::string>& files) {
  const Value most = limit_of(limit);
  const Time old = now - limits::finished_keep;
  const Time sent = now - keep_letter;
  const auto drop = [&](const char* sql, Values values) {
    return static_cast<std::size_t>(connection_.exec(sql, values));
  };
  switch (part) {
    case SweepPart::lent_grants: return drop(drop_expired, {ms_of(now), most});
    case SweepPart::invitations: return sweep_invitations(now, limit);
    case SweepPart::connections: return sweep_connections(now, limit);
    case SweepPart::open_sessions:
      return drop(expire_sessions, {ms_of(now), ms_of(now + limits::finished_keep), most});
    case SweepPart::sessions: return sweep_sessions(now, limit, files);
    case SweepPart::enrolments: return sweep_enrolments(now, limit);
    case SweepPart::parcels: return sweep_parcels(now, limit, files);
    case SweepPart::alarms: return drop(drop_alarms, {ms_of(old), most});
    case SweepPart::budgets: return sweep_budgets(now, limit);
    case SweepPart::webhooks: return webhooks_.sweep(limit);
    case SweepPart::sign_ins: return static_cast<std::size_t>(office_.sweep(now, limit));
    case SweepPart::answers: return drop(drop_answers, {ms_of(now), most});
    case SweepPart::letters:
      return drop(drop_letters, {ms_of(sent), most, seal::first_id_at(sent + Millis{1})});
  }
  return 0;
}

// A person who did not agree, or no longer does, is forgotten; who has withdrawn also as the
// addressee of the invitation, and with what they went on with.
std::size_t SqlLedger::sweep_connections(Time now, std::size_t limit) {
  struct Over {
    Id id, tenant, invitation;
    onboard::Consent consent;
  };
  std::vector<Over> over;
  {
    Rows rows =
        connection_.query(connections_over, {ms_of(now - limits::finished_keep), limit_of(limit)});
    while (rows.next())
      over.push_back(
          {id_at(rows, 0), id_at(rows, 1), id_at(rows, 2), number_at<onboard::Consent>(rows, 3)});
  }
  for (const Over& one : over) {
    const auto session = session_by_caller_id(one.tenant, to_string(one.id));
    if (session && session->owner == one.id) erase_session(session->id, now);
    if (one.consent == onboard::Consent::withdrawn) forget_addressee(one.invitation);
    drop_connection(one.id);
  }
  return over.size();
}

// An enrolment outlasts the data it speaks of by the time a finished thing is kept, so that its
// client still reads that it was deleted; then it goes with its credential. A credential that was
// given the newest serial waits until another has it.
std::size_t SqlLedger::sweep_enrolments(Time now, std::size_t limit) {
  struct Over {
    Id id;
    std::int64_t serial;  // of its credential; 0 when it never had one
  };
  std::vector<Over> over;
  {
    Rows rows =
        connection_.query(enrolments_over, {ms_of(now - limits::finished_keep), limit_of(limit)});
    while (rows.next()) {
      over.push_back({id_at(rows, 0), rows.is_null(1) ? 0 : rows.number(1)});
    }
  }
  const auto last = std::ranges::max_element(over, {}, &Over::serial);
  if (last != over.end() && last->serial != 0 && !is_covered(connection_, last->serial))
    over.erase(last);
  for (const auto& [id, serial] : over) {
    if (serial != 0) connection_.exec(drop_grant, {serial});
    connection_.exec(drop_enrolment, {id});
  }
  return over.size();
}

// Invitations have no index on their expiry: it would cost every invitation for what is done once.
// Serials count up with time, so the walk starts at the oldest row, goes on where it stopped, and
// starts over when a portion has young rows and none that was issued long enough ago. Rows from the
// future tell nothing: the clock was ahead when they were issued, and what follows them may be old.
std::size_t SqlLedger::sweep_invitations(Time now, std::size_t limit) {
  const Time over = now - limits::invitation_kept;
  std::vector<std::int64_t> old;
  std::size_t seen = 0;
  bool has_young = false, has_old = false;
  std::int64_t at = std::exchange(swept_to_, 0);
  {
    Rows rows = connection_.query(walk_grants, {at, limit_of(limit)});
    while (rows.next()) {
      ++seen;
      at = rows.number(0);
      const Time created = time_at(rows, 2);
      has_old = has_old || created <= over;
      has_young = has_young || (created > over && created <= now);
      const bool is_over = created <= over && time_at(rows, 3) <= over;
      const bool is_invitation = number_at<grant::Kind>(rows, 1) == grant::Kind::invitation;
      if (is_invitation && is_over) old.push_back(at);
    }
  }
  if (seen == limit && (has_old || !has_young)) swept_to_ = at;
  if (!old.empty() && !is_covered(connection_, old.back())) {
    const auto last = grant_by_serial(static_cast<std::uint64_t>(old.back()));
    if (!last->subject.empty()) forget_addressee(last->id);
    old.pop_back();
  }
  for (const std::int64_t serial : old) connection_.exec(drop_grant, {serial});
  return old.size();
}

// An index on the time would cost every letter for what is done once: the walk goes by key, a
// portion at a time, and starts over at the end, or when a row cannot be read.
std::size_t SqlLedger::sweep_budgets(Time now, std::size_t limit) {
  std::vector<Id> over;
  std::size_t seen = 0;
  Id at = std::exchange(budgets_swept_to_, Id{});
  {
    Rows rows = connection_.query(walk_budgets, {at, limit_of(limit)});
    while (rows.next()) {
      ++seen;
      at = id_at(rows, 0);
      if (time_at(rows, 1) <= now) over.push_back(at);
    }
  }
  if (seen == limit) budgets_swept_to_ = at;
  for (const Id& key : over) connection_.exec(drop_budget, {key});
  return over.size();
}

std::size_t SqlLedger::sweep_sessions(Time now, std::size_t limit,
                                      std::vector<std::string>& files) {
  std::vector<Id> over;
  {
    Rows rows = connection_.query(sessions_to_erase, {ms_of(now), limit_of(limit)});
    while (rows.next()) over.push_back(id_at(rows, 0));
  }
  for (const Id& id : over) {
    {
      Rows rows = connection_.query(files_of, {id});
      while (rows.next()) files.push_back(text_at(rows, 0));
    }
    drop_parcels_of(id, files);
    drop_traces_of(id);
    checks_.drop_of(id);
    webhooks_.drop_of(id);
    connection_.exec(drop_uploads, {id});
    connection_.exec(drop_steps, {id});
    connection_.exec(drop_seed, {id});
    connection_.exec(drop_session, {id});
  }
  return over.size();
}

}  // namespace limen::store
