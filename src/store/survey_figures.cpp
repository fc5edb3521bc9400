// Counting, for the console's overview. Each question reads a window of rows once, in the order
// they lie in, and adds up here: no table of counters to keep true on the way of an invitation.
#include <algorithm>

#include "seal/entropy.hpp"
#include "store/sql.hpp"
#include "store/survey.hpp"
#include "store/survey_rules.hpp"

namespace limen::store {
namespace {

using onboard::Figures;
using onboard::Window;

constexpr char serial_and_time[] =
    "SELECT serial, created_ms FROM grants WHERE serial >= $1 AND kind = 2 ORDER BY serial LIMIT 1";
constexpr char serial_bounds[] = "SELECT min(serial), max(serial) FROM grants";
constexpr auto invitations_since =
    join("SELECT ", invitation_facts,
         " FROM grants WHERE kind = 2 AND tenant = $1 AND serial >= $2 ORDER BY serial DESC "
         "LIMIT $3");
// By the primary key: with `+` the index of the organisation is out of question.
constexpr char connections_since[] =
    "SELECT consent, count(*) FROM (SELECT consent FROM connections WHERE id >= $2 "
    "AND +tenant = $1 ORDER BY id DESC LIMIT $3) GROUP BY consent";
constexpr auto sessions_since =
    join("SELECT ", session_facts,
         " FROM sessions WHERE tenant = $1 AND id >= $2 ORDER BY id DESC LIMIT $3");
constexpr char steps_since[] =
    "SELECT session, count(*) FROM steps WHERE session >= $1 GROUP BY session ORDER BY session "
    "DESC LIMIT $2";
constexpr char letters_since[] =
    "SELECT state, count(*) FROM (SELECT state FROM letters WHERE id >= $2 AND +tenant = $1 "
    "ORDER BY id DESC LIMIT $3) GROUP BY state";
constexpr char alarms_there[] = "SELECT count(*) FROM alarms WHERE tenant = $1";

std::size_t bucket_of(const Window& window, Time at, std::size_t buckets) {
  const auto past = std::chrono::duration_cast<Seconds>(at - window.from) / window.bucket;
  return std::min(static_cast<std::size_t>(std::max<std::int64_t>(past, 0)), buckets - 1);
}

}  // namespace

// Serials count up with time, and no index knows the time: halving finds the first one.
std::int64_t SqlSurvey::first_serial_since(Time from) {
  std::int64_t low = 0, high = 0;
  {
    Rows rows = connection_.query(serial_bounds, {});
    if (!rows.next() || rows.is_null(0)) return 0;
    low = rows.number(0);
    high = rows.number(1) + 1;
  }
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    Rows rows = connection_.query(serial_and_time, {middle});
    const bool is_late = !rows.next() || time_at(rows, 1) >= from;
    if (is_late) high = middle;
    else low = rows.number(0) + 1;
  }
  return low;
}

void SqlSurvey::count_invitations(const Id& tenant, const Window& window, Figures& out) {
  const Value most = limit_of(figure_rows);
  const std::int64_t first = first_serial_since(window.from);
  std::size_t seen = 0;
  {
    Rows rows = connection_.query(invitations_since, {tenant, first, most});
    for (; rows.next(); ++seen) {
      const Time created = time_at(rows, InvitationFacts::created);
      ++out.invitations[invitation_state(rows, window.to)];
      ++out.buckets[bucket_of(window, created, out.buckets.size())].invited;
    }
  }
  if (seen == figure_rows) out.is_partial = true;
  Rows rows = connection_.query(connections_since, {tenant, seal::first_id_at(window.from), most});
  while (rows.next()) {
    const auto count = number_at<std::size_t>(rows, 1);
    out.opened += count;
    if (number_at<onboard::Consent>(rows, 0) == onboard::Consent::agreed) out.agreed += count;
  }
}

// Sessions and steps both come by id, newest first: they are read side by side.
void SqlSurvey::count_sessions(const Id& tenant, const Window& window, Figures& out) {
  const Id first = seal::first_id_at(window.from);
  const Value most = limit_of(figure_rows);
  Rows steps = connection_.query(steps_since, {first, most});
  // Steps are everybody's: those of other organisations use the limit up as well.
  std::size_t drawn = 0;
  bool has_step = false;
  const auto next_step = [&] {
    has_step = steps.next();
    if (has_step) ++drawn;
  };
  next_step();
  Rows rows = connection_.query(sessions_since, {tenant, first, most});
  std::size_t seen = 0;
  for (; rows.next(); ++seen) {
    const Id id = id_at(rows, SessionFacts::id);
    auto& skill = out.skills[text_at(rows, SessionFacts::skill)];
    ++skill.begun;
    ++out.sessions[session_status(rows, window.to)];
    const Time created = time_at(rows, SessionFacts::created);
    ++out.buckets[bucket_of(window, created, out.buckets.size())].begun;
    while (has_step && id_at(steps, 0) > id) next_step();
    if (has_step && id_at(steps, 0) == id) {
      const auto count = number_at<std::size_t>(steps, 1);
      if (skill.submitted.size() < count) skill.submitted.resize(count);
      for (std::size_t i = 0; i < count; ++i) ++skill.submitted[i];
    }
    const auto completed = time_or_none(rows, SessionFacts::completed);
    if (!completed) continue;
    ++skill.completed;
    if (const auto level = session_level(rows)) ++out.levels[*level];
    ++out.buckets[bucket_of(window, *completed, out.buckets.size())].completed;
    out.seconds_to_finish.push_back(
        std::chrono::duration_cast<Seconds>(*completed - created).count());
  }
  if (seen == figure_rows || drawn == figure_rows) out.is_partial = true;
  std::ranges::sort(out.seconds_to_finish);
}

void SqlSurvey::count_letters(const Id& tenant, const Window& window, Figures& out) {
  {
    Rows rows = connection_.query(letters_since,
                                  {tenant, seal::first_id_at(window.from), limit_of(figure_rows)});
    while (rows.next())
      out.letters[number_at<std::uint8_t>(rows, 0)] = number_at<std::size_t>(rows, 1);
  }
  Rows rows = connection_.query(alarms_there, {tenant});
  if (rows.next()) out.alarms = number_at<std::size_t>(rows, 0);
}

Figures SqlSurvey::figures(const Id& tenant, const Window& window) {
  Figures out;
  const auto span = std::chrono::ceil<Seconds>(window.to - window.from);
  out.buckets.resize(static_cast<std::size_t>(std::max<std::int64_t>(span / window.bucket, 1)));
  count_invitations(tenant, window, out);
  count_sessions(tenant, window, out);
  count_letters(tenant, window, out);
  return out;
}

}  // namespace limen::store
