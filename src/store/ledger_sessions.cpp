// Sessions, their steps and uploads, and enrolments in SQL. A session is saved by compare-and-swap,
// and only what is new of it is written. Which change is allowed is journey's business.
#include <tuple>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "store/codec.hpp"
#include "store/columns.hpp"
#include "store/ledger.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using journey::Session;
using journey::SessionId;
using journey::Step;
using journey::Upload;

constexpr char session_columns[] =
    "id, tenant, owner, door, skill, state, version, created_ms, updated_ms, expires_ms, "
    "caller_id, external_id, person, return_url, theme, metadata, applicant, completed_ms, "
    "decision, review, settled_ms, settle_request, rules, duplicates, faces";

constexpr char new_session[] =
    "INSERT INTO sessions (id, tenant, owner, door, skill, state, version, created_ms, "
    "updated_ms, expires_ms, caller_id, caller_key, external_id, person, return_url, theme, "
    "metadata, applicant, completed_ms, decision, review, settled_ms, settle_request, erase_ms, "
    "rules, duplicates, faces) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
    "$20, $21, $22, $23, $24, $25, $26, $27) ON CONFLICT DO NOTHING";
// $3 is nothing while the session is open. An erasure that is set already (by an enrolment) stays.
constexpr char swap_session[] =
    "UPDATE sessions SET version = version + 1, owner = $4, skill = $5, state = $6, "
    "updated_ms = $7, expires_ms = $8, external_id = $9, person = $10, return_url = $11, "
    "theme = $12, metadata = $13, applicant = $14, completed_ms = $15, decision = $16, "
    "review = $17, settled_ms = $18, settle_request = $19, rules = $20, duplicates = $21, faces = "
    "$22, "
    "erase_ms = coalesce(erase_ms, $3) "
    "WHERE id = $1 AND version = $2";
// A step went in, or the hand-over was exchanged: no column here is in an index, and SQLite
// rewrites the entries of every index whose column is named, changed or not.
constexpr char move_session[] =
    "UPDATE sessions SET version = version + 1, updated_ms = $3, settled_ms = $4, "
    "settle_request = $5 WHERE id = $1 AND version = $2";
constexpr auto session_by_id = join("SELECT ", session_columns, " FROM sessions WHERE id = $1");
constexpr auto session_by_caller =
    join("SELECT ", session_columns, " FROM sessions WHERE tenant = $1 AND caller_key = $2");
constexpr char session_by_step[] = "SELECT session FROM steps WHERE id = $1";

// Lists. A door of -1 is any door.
constexpr auto sessions_of = join("SELECT ", session_columns,
                                  " FROM sessions WHERE tenant = $1 AND id > $2 "
                                  "AND ($3 < 0 OR door = $3) ORDER BY id LIMIT $4");
constexpr auto sessions_of_external =
    join("SELECT ", session_columns,
         " FROM sessions WHERE tenant = $1 AND id > $2 AND ($3 < 0 OR door = $3) "
         "AND external_id <> '' AND external_id = $5 ORDER BY id LIMIT $4");

constexpr char put_step[] =
    "INSERT INTO steps (session, position, id, name, answers, request, submitted_ms, "
    "consent_texts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (session, position) DO "
    "UPDATE SET "
    "id = excluded.id, name = excluded.name, answers = excluded.answers, "
    "request = excluded.request, submitted_ms = excluded.submitted_ms, "
    "consent_texts = excluded.consent_texts";
constexpr char steps_of[] =
    "SELECT id, name, answers, request, submitted_ms, consent_texts FROM steps "
    "WHERE session = $1 ORDER BY position";
constexpr char put_upload[] =
    "INSERT INTO uploads (session, step, position, id, type, file, bytes, sha256, media_type, "
    "received_ms, reading) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "
    "ON CONFLICT (session, step, position) DO UPDATE SET id = excluded.id, type = excluded.type, "
    "file = excluded.file, bytes = excluded.bytes, sha256 = excluded.sha256, "
    "media_type = excluded.media_type, received_ms = excluded.received_ms, "
    "reading = excluded.reading";
constexpr char uploads_of[] =
    "SELECT step, id, type, file, bytes, sha256, media_type, received_ms, reading FROM uploads "
    "WHERE session = $1 ORDER BY step, position";
constexpr char put_seed[] = "INSERT INTO receipt_seeds (session, seed) VALUES ($1, $2)";
constexpr char seed_of[] = "SELECT seed FROM receipt_seeds WHERE session = $1";
constexpr char put_agreed_texts[] =
    "INSERT INTO consent_texts (digest, text) VALUES ($1, $2) ON CONFLICT DO NOTHING";
constexpr char agreed_texts[] = "SELECT text FROM consent_texts WHERE digest = $1";

constexpr char file_is_known[] =
    "SELECT 1 FROM uploads WHERE file = $1 UNION ALL "
    "SELECT 1 FROM pieces WHERE file = $1 LIMIT 1";

constexpr char new_rules[] =
    "INSERT INTO rules (digest, text, first_ms) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
constexpr char rules_by_digest[] = "SELECT text FROM rules WHERE digest = $1";

constexpr char enrolment_columns[] =
    "id, tenant, session, client, skill, created_ms, updated_ms, consent_ms, retention_ms, "
    "deleted_ms";
constexpr char new_enrolment[] =
    "INSERT INTO enrolments (id, tenant, session, client, skill, created_ms, updated_ms, "
    "consent_ms, retention_ms, deleted_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
constexpr char update_enrolment[] =
    "UPDATE enrolments SET updated_ms = $2, consent_ms = $3, retention_ms = $4, deleted_ms = $5 "
    "WHERE id = $1";
// What a session holds is kept as long as the enrolment says, no longer and no shorter.
constexpr char keep_session[] = "UPDATE sessions SET erase_ms = $2 WHERE id = $1";
constexpr auto enrolment_by_id =
    join("SELECT ", enrolment_columns, " FROM enrolments WHERE id = $1");
// A session ends in one enrolment; an ORDER BY here would be paid for with a sort.
constexpr auto enrolment_by_session =
    join("SELECT ", enrolment_columns, " FROM enrolments WHERE session = $1 LIMIT 1");

std::optional<std::string> caller_key(const std::string& caller_id) {
  if (caller_id.empty()) return std::nullopt;
  return lower_ascii(caller_id);
}

template <class T>
std::optional<std::string> text_of(const std::optional<T>& part) {
  if (!part) return std::nullopt;
  return encode(*part);
}

std::optional<Time> erase_at(const Session& s) {
  if (s.state == journey::State::open) return std::nullopt;
  return s.updated + limits::finished_keep;
}

// Whether all that move_session leaves alone is as it was.
bool has_only_moved(const Session& before, const Session& after) {
  const auto rest = [](const Session& s) {
    return std::tie(s.owner, s.skill, s.state, s.expires, s.external_id, s.person, s.return_url,
                    s.theme, s.metadata, s.applicant, s.completed, s.decision, s.review, s.rules,
                    s.duplicates, s.faces);
  };
  return rest(before) == rest(after);
}

Session read_session(const Rows& rows) {
  Session s;
  s.id = id_at(rows, 0);
  s.tenant = id_at(rows, 1);
  s.owner = id_at(rows, 2);
  s.door = number_at<journey::Door>(rows, 3);
  s.skill = text_at(rows, 4);
  s.state = number_at<journey::State>(rows, 5);
  s.version = number_at<std::uint32_t>(rows, 6);
  s.created = time_at(rows, 7);
  s.updated = time_at(rows, 8);
  s.expires = time_at(rows, 9);
  s.caller_id = text_at(rows, 10);
  s.external_id = text_at(rows, 11);
  s.person = text_at(rows, 12);
  s.return_url = text_at(rows, 13);
  s.theme = text_at(rows, 14);
  s.metadata = text_at(rows, 15);
  if (!rows.is_null(16)) s.applicant = decode_applicant(rows.text(16));
  s.completed = time_or_none(rows, 17);
  if (!rows.is_null(18)) s.decision = decode_decision(rows.text(18));
  if (!rows.is_null(19)) s.review = decode_review(rows.text(19));
  s.settled = time_or_none(rows, 20);
  s.settle_request = digest_at(rows, 21);
  s.rules = digest_at(rows, 22);
  if (!rows.is_null(23)) s.duplicates = decode_duplicates(rows.text(23));
  if (!rows.is_null(24)) s.faces = decode_faces(rows.text(24));
  return s;
}

std::optional<onboard::Enrolment> read_enrolment(Rows rows) {
  if (!rows.next()) return std::nullopt;
  return onboard::Enrolment{id_at(rows, 0),       id_at(rows, 1),   id_at(rows, 2),
                            id_at(rows, 3),       text_at(rows, 4), time_at(rows, 5),
                            time_at(rows, 6),     time_at(rows, 7), time_at(rows, 8),
                            time_or_none(rows, 9)};
}

std::optional<journey::Reading> reading_at(const Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  auto reading = journey::reading_of(rows.text(column));
  if (!reading) throw StoreError(StoreError::Cause::other, "a column holds no reading");
  return reading;
}

}  // namespace

bool SqlLedger::add_session(const Session& s) {
  const auto key = caller_key(s.caller_id);
  const auto applicant = text_of(s.applicant);
  const auto decision = text_of(s.decision);
  const auto review = text_of(s.review);
  const auto duplicates = text_of(s.duplicates);
  const auto faces = text_of(s.faces);
  const bool is_new = connection_.exec(new_session, {s.id,
                                                     s.tenant,
                                                     s.owner,
                                                     number_of(s.door),
                                                     s.skill,
                                                     number_of(s.state),
                                                     s.version,
                                                     ms_of(s.created),
                                                     ms_of(s.updated),
                                                     ms_of(s.expires),
                                                     s.caller_id,
                                                     text_or_null(key),
                                                     s.external_id,
                                                     s.person,
                                                     s.return_url,
                                                     s.theme,
                                                     s.metadata,
                                                     text_or_null(applicant),
                                                     ms_or_null(s.completed),
                                                     text_or_null(decision),
                                                     text_or_null(review),
                                                     ms_or_null(s.settled),
                                                     digest_or_null(s.settle_request),
                                                     ms_or_null(erase_at(s)),
                                                     digest_or_null(s.rules),
                                                     text_or_null(duplicates),
                                                     text_or_null(faces)}) > 0;
  if (is_new) write_steps(Session{}, s);
  return is_new;
}

bool SqlLedger::save_session(const Session& before, const Session& after) {
  const bool did =
      has_only_moved(before, after)
          ? connection_.exec(move_session,
                             {after.id, before.version, ms_of(after.updated),
                              ms_or_null(after.settled), digest_or_null(after.settle_request)}) > 0
          : swap(before, after);
  if (did) write_steps(before, after);
  if (did) announce(after.id);
  return did;
}

void SqlLedger::announce(const SessionId& id) {
  constexpr std::size_t most = 1024;
  if (!announced_.empty() && announced_.back() == id) return;
  if (announced_.size() < most) announced_.push_back(id);
  else has_announced_all_ = true;
}

void SqlLedger::tell_announced(Touched& touched) const {
  touched.sessions = announced_;
  touched.all_sessions = has_announced_all_;
}

void SqlLedger::forget_announced() {
  announced_.clear();
  has_announced_all_ = false;
}

bool SqlLedger::swap(const Session& before, const Session& after) {
  const auto applicant = text_of(after.applicant);
  const auto decision = text_of(after.decision);
  const auto review = text_of(after.review);
  const auto duplicates = text_of(after.duplicates);
  const auto faces = text_of(after.faces);
  return connection_.exec(swap_session, {after.id,
                                         before.version,
                                         ms_or_null(erase_at(after)),
                                         after.owner,
                                         after.skill,
                                         number_of(after.state),
                                         ms_of(after.updated),
                                         ms_of(after.expires),
                                         after.external_id,
                                         after.person,
                                         after.return_url,
                                         after.theme,
                                         after.metadata,
                                         text_or_null(applicant),
                                         ms_or_null(after.completed),
                                         text_or_null(decision),
                                         text_or_null(review),
                                         ms_or_null(after.settled),
                                         digest_or_null(after.settle_request),
                                         digest_or_null(after.rules),
                                         text_or_null(duplicates),
                                         text_or_null(faces)}) > 0;
}

// Steps are submitted once and stay; only what differs is written.
void SqlLedger::write_steps(const Session& before, const Session& after) {
  static const Step none;
  for (std::size_t i = 0; i < after.steps.size(); ++i) {
    const Step& was = i < before.steps.size() ? before.steps[i] : none;
    const Step& is = after.steps[i];
    const bool is_same = was.id == is.id && was.name == is.name && was.answers == is.answers &&
                         was.request == is.request && was.submitted == is.submitted &&
                         was.consent_texts == is.consent_texts;
    if (!is_same)
      connection_.exec(put_step,
                       {after.id, i, is.id, is.name, encode(is.answers), digest_or_null(is.request),
                        ms_of(is.submitted), digest_or_null(is.consent_texts)});
    write_uploads(after.id, i, was.uploads, is.uploads);
  }
}

void SqlLedger::write_uploads(const SessionId& session, std::size_t step,
                              const std::vector<Upload>& before, const std::vector<Upload>& after) {
  for (std::size_t i = 0; i < after.size(); ++i) {
    const Upload& u = after[i];
    if (i < before.size() && before[i] == u) continue;
    const auto reading = u.reading ? std::optional(journey::to_text(*u.reading)) : std::nullopt;
    connection_.exec(put_upload,
                     {session, step, i, u.id, u.type, u.file, u.bytes, digest_of(u.sha256),
                      u.media_type, ms_of(u.received), text_or_null(reading)});
  }
}

void SqlLedger::load_steps(Session& session) {
  {
    Rows rows = connection_.query(steps_of, {session.id});
    while (rows.next()) {
      session.steps.push_back({id_at(rows, 0),
                               text_at(rows, 1),
                               decode_answers(rows.text(2)),
                               digest_at(rows, 3),
                               time_at(rows, 4),
                               {},
                               digest_at(rows, 5)});
    }
  }
  if (session.steps.empty()) return;
  Rows rows = connection_.query(uploads_of, {session.id});
  while (rows.next()) {
    session.steps.at(number_at<std::size_t>(rows, 0))
        .uploads.push_back({id_at(rows, 1), text_at(rows, 2), text_at(rows, 3),
                            number_at<std::uint64_t>(rows, 4), digest_at(rows, 5), text_at(rows, 6),
                            time_at(rows, 7), reading_at(rows, 8)});
  }
}

std::optional<Session> SqlLedger::session(const SessionId& id) {
  std::optional<Session> found;
  {
    Rows rows = connection_.query(session_by_id, {id});
    if (rows.next()) found = read_session(rows);
  }
  if (found) load_steps(*found);
  return found;
}

std::optional<Session> SqlLedger::session_by_caller_id(const grant::TenantId& tenant,
                                                       const std::string& caller_id) {
  std::optional<Session> found;
  {
    Rows rows = connection_.query(session_by_caller, {tenant, lower_ascii(caller_id)});
    if (rows.next()) found = read_session(rows);
  }
  if (found) load_steps(*found);
  return found;
}

void SqlLedger::erase_session(const SessionId& id, Time at) {
  connection_.exec(keep_session, {id, ms_of(at)});
  webhooks_.drop_of(id);
}

void SqlLedger::keep_receipt_seed(const SessionId& id, const seal::Digest& seed) {
  connection_.exec(put_seed, {id, digest_of(seed)});
}

std::optional<seal::Digest> SqlLedger::receipt_seed(const SessionId& id) {
  Rows rows = connection_.query(seed_of, {id});
  if (!rows.next()) return std::nullopt;
  return digest_at(rows, 0);
}

void SqlLedger::keep_consent_texts(const seal::Digest& digest, const std::string& text) {
  connection_.exec(put_agreed_texts, {digest_of(digest), text});
}

std::optional<std::string> SqlLedger::consent_texts(const seal::Digest& digest) {
  Rows rows = connection_.query(agreed_texts, {digest_of(digest)});
  if (!rows.next()) return std::nullopt;
  return text_at(rows, 0);
}

std::optional<SessionId> SqlLedger::session_of_step(const Id& step) {
  Rows rows = connection_.query(session_by_step, {step});
  if (!rows.next()) return std::nullopt;
  return id_at(rows, 0);
}

std::vector<Session> SqlLedger::sessions(const grant::TenantId& tenant,
                                         const onboard::SessionFilter& filter,
                                         const onboard::Page& page) {
  const Id after = page.after.value_or(Id{});
  const Value door = filter.door ? number_of(*filter.door) : Value(-1);
  const Value limit = limit_of(page.limit);
  Rows rows = filter.external_id
                  ? connection_.query(sessions_of_external,
                                      {tenant, after, door, limit, *filter.external_id})
                  : connection_.query(sessions_of, {tenant, after, door, limit});
  std::vector<Session> found;
  while (rows.next()) found.push_back(read_session(rows));
  return found;
}

std::vector<std::string> SqlLedger::knows_files(const std::vector<std::string>& files) {
  std::vector<std::string> unknown;
  for (const std::string& file : files) {
    Rows rows = connection_.query(file_is_known, {file});
    if (!rows.next()) unknown.push_back(file);
  }
  return unknown;
}

void SqlLedger::keep_rules(const seal::Digest& digest, const std::string& text, Time now) {
  connection_.exec(new_rules, {digest_of(digest), text, ms_of(now)});
}

std::optional<std::string> SqlLedger::rules(const seal::Digest& digest) {
  Rows rows = connection_.query(rules_by_digest, {digest_of(digest)});
  if (!rows.next()) return std::nullopt;
  return text_at(rows, 0);
}

void SqlLedger::add_enrolment(const onboard::Enrolment& e) {
  connection_.exec(new_enrolment, {e.id, e.tenant, e.session, e.client, e.skill, ms_of(e.created),
                                   ms_of(e.updated), ms_of(e.consent_expires),
                                   ms_of(e.retention_ends), ms_or_null(e.deleted)});
  connection_.exec(keep_session, {e.session, ms_of(e.retention_ends)});
}

bool SqlLedger::save_enrolment(const onboard::Enrolment& e) {
  const bool did =
      connection_.exec(update_enrolment, {e.id, ms_of(e.updated), ms_of(e.consent_expires),
                                          ms_of(e.retention_ends), ms_or_null(e.deleted)}) > 0;
  if (!did) return false;
  connection_.exec(keep_session, {e.session, ms_of(e.retention_ends)});
  if (e.deleted) touch_rights();
  return true;
}

std::optional<onboard::Enrolment> SqlLedger::enrolment(const Id& id) {
  return read_enrolment(connection_.query(enrolment_by_id, {id}));
}

std::optional<onboard::Enrolment> SqlLedger::enrolment_of(const SessionId& session) {
  return read_enrolment(connection_.query(enrolment_by_session, {session}));
}

}  // namespace limen::store
