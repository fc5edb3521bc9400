// Searching, for the console. A search walks back from the newest row through the one index there
// is and stops after a bounded number of rows; nothing here costs an invitation or a session an
// index of its own.
#include "store/survey.hpp"

#include "seal/entropy.hpp"
#include "store/sql.hpp"
#include "store/survey_rules.hpp"

namespace limen::store {
namespace {

using onboard::Found;
using onboard::InvitationState;
using onboard::SearchPage;
using onboard::SessionStatus;

constexpr auto invitations_before =
    join("SELECT ", invitation_facts,
         " FROM grants WHERE kind = 2 AND tenant = $1 AND serial < $2 AND serial >= $3 "
         "ORDER BY serial DESC LIMIT $4");
constexpr auto invitations_of_person =
    join("SELECT ", invitation_facts,
         " FROM grants WHERE person_key = $1 AND tenant = $2 AND kind = 2 AND serial < $3 "
         "ORDER BY serial DESC LIMIT $4");
constexpr char serial_of[] = "SELECT serial FROM grants WHERE id = $1";

constexpr auto sessions_before =
    join("SELECT ", session_facts,
         " FROM sessions WHERE tenant = $1 AND id < $2 AND id >= $3 ORDER BY id DESC LIMIT $4");
// $4 and $5 bound the external id from below (with) and above (without).
constexpr auto sessions_of_external =
    join("SELECT ", session_facts,
         " FROM sessions WHERE id IN (SELECT id FROM sessions WHERE external_id <> '' "
         "AND tenant = $1 AND external_id >= $4 AND external_id < $5 AND id < $2 AND id >= $3 "
         "ORDER BY id DESC LIMIT $6) ORDER BY id DESC");
constexpr char letters_at[] =
    "SELECT id FROM letters WHERE id >= $1 AND id < $2 AND invitation = $3 ORDER BY id LIMIT 1";

// Above every text that begins with `prefix`: no byte of UTF-8 is 0xFF.
std::string above(std::string prefix) { return prefix + '\xFF'; }

std::string_view address_of(std::string_view subject) {
  return subject.substr(0, subject.find('\n'));
}

bool fits(const Rows& rows, const onboard::InvitationSearch& search, Time now) {
  const Time created = time_at(rows, InvitationFacts::created);
  if (search.to && created >= *search.to) return false;
  if (search.from && created < *search.from) return false;
  const std::string_view address = address_of(rows.text(InvitationFacts::subject));
  if (search.email && address != *search.email) return false;
  if (search.prefix && !address.starts_with(*search.prefix)) return false;
  return !search.state || invitation_state(rows, now) == *search.state;
}

bool fits(const Rows& rows, const onboard::SessionSearch& search, Time now) {
  if (search.door && number_at<journey::Door>(rows, SessionFacts::door) != *search.door)
    return false;
  if (search.skill && rows.text(SessionFacts::skill) != *search.skill) return false;
  if (search.level && session_level(rows) != search.level) return false;
  return !search.status || session_status(rows, now) == *search.status;
}

// Takes what fits out of `rows` until the page is full or `most` rows were seen.
template <class Fits>
Found collect(Rows rows, const SearchPage& page, std::size_t most, Fits fits) {
  Found found;
  std::size_t seen = 0;
  Id last;
  while (rows.next()) {
    if (found.ids.size() == page.limit) {
      found.next = found.ids.back();
      return found;
    }
    last = id_at(rows, 0);
    ++seen;
    if (fits(rows)) found.ids.push_back(last);
  }
  if (seen == most) found.next = last;
  return found;
}

}  // namespace

InvitationState invitation_state(const Rows& rows, Time now) {
  const auto spent = number_at<grant::Scope>(rows, InvitationFacts::spent);
  if (grant::intersects(spent, grant::Scope::complete)) return InvitationState::used;
  if (!rows.is_null(InvitationFacts::revoked)) return InvitationState::revoked;
  if (now >= time_at(rows, InvitationFacts::expires)) return InvitationState::expired;
  const std::int64_t misses = rows.number(InvitationFacts::misses);
  if (misses > 0 && rows.number(InvitationFacts::missed) >= misses) return InvitationState::locked;
  return InvitationState::issued;
}

std::optional<journey::Level> session_level(const Rows& rows) {
  if (rows.is_null(SessionFacts::level)) return std::nullopt;
  const std::string_view digit = rows.text(SessionFacts::level);
  if (digit.empty()) return std::nullopt;
  return static_cast<journey::Level>(digit[0] - '0');
}

SessionStatus session_status(const Rows& rows, Time now) {
  switch (number_at<journey::State>(rows, SessionFacts::state)) {
    case journey::State::open:
      return now >= time_at(rows, SessionFacts::expires) ? SessionStatus::expired
                                                         : SessionStatus::pending;
    case journey::State::abandoned:
    case journey::State::expired: return SessionStatus::expired;
    case journey::State::approved: return SessionStatus::manual_approved;
    case journey::State::rejected: return SessionStatus::manual_rejected;
    case journey::State::completed: break;
  }
  const auto level = session_level(rows);
  if (!level) return SessionStatus::pending;
  if (*level == journey::Level::high) return SessionStatus::auto_approved;
  return *level == journey::Level::low ? SessionStatus::auto_rejected
                                       : SessionStatus::waiting_for_manual_approve;
}

Found SqlSurvey::invitations(const Id& tenant, const onboard::InvitationSearch& search, Time now,
                             const SearchPage& page) {
  std::int64_t before = INT64_MAX;
  if (page.after) {
    Rows cursor = connection_.query(serial_of, {*page.after});
    before = cursor.next() ? cursor.number(0) : 0;
  }
  const auto wanted = [&](const Rows& rows) { return fits(rows, search, now); };
  const Value most = limit_of(survey_rows);
  if (search.email)
    return collect(connection_.query(invitations_of_person,
                                     {person_key(tenant, *search.email), tenant, before, most}),
                   page, survey_rows, wanted);
  // Serials count up with time: nothing before the first one of `from` is looked at.
  const std::int64_t first = search.from ? first_serial_since(*search.from) : 0;
  return collect(connection_.query(invitations_before, {tenant, before, first, most}), page,
                 survey_rows, wanted);
}

Found SqlSurvey::sessions(const Id& tenant, const onboard::SessionSearch& search, Time now,
                          const SearchPage& page) {
  Id before = page.after.value_or(last_id);
  if (search.to) before = std::min(before, seal::first_id_at(*search.to));
  const Id from = seal::first_id_at(search.from.value_or(Time{}));
  const auto wanted = [&](const Rows& rows) { return fits(rows, search, now); };
  const Value most = limit_of(survey_rows);
  if (search.external_id && search.prefix && !search.external_id->starts_with(*search.prefix))
    return {};
  if (search.external_id || search.prefix) {
    const std::string low = search.external_id ? *search.external_id : *search.prefix;
    // Exactly this one: nothing sorts between a text and the same with a NUL behind it.
    const std::string high = search.external_id ? low + '\0' : above(low);
    return collect(connection_.query(sessions_of_external, {tenant, before, from, low, high, most}),
                   page, survey_rows, wanted);
  }
  return collect(connection_.query(sessions_before, {tenant, before, from, most}), page,
                 survey_rows, wanted);
}

std::optional<Id> SqlSurvey::first_letter(const grant::Grant& invitation) {
  Rows rows = connection_.query(letters_at,
                                {seal::first_id_at(invitation.created),
                                 seal::first_id_at(invitation.created + Millis{1}), invitation.id});
  if (!rows.next()) return std::nullopt;
  return id_at(rows, 0);
}

}  // namespace limen::store
