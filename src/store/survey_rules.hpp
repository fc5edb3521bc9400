// What the columns of an invitation and a session say about their state, for the two files of the
// survey: the same as onboard's state_of and enrolment_status say of the whole value (a test of
// onboard compares them).
#pragma once

#include "onboard/ledger.hpp"
#include "onboard/survey.hpp"
#include "store/columns.hpp"

namespace limen::store {

// Rows one question looks at, at most.
constexpr std::size_t survey_rows = 30'000;
constexpr std::size_t figure_rows = 250'000;

constexpr char invitation_facts[] =
    "id, serial, subject, created_ms, spent, revoked_ms, expires_ms, misses, missed";
struct InvitationFacts {
  static constexpr int id = 0, serial = 1, subject = 2, created = 3, spent = 4, revoked = 5,
                       expires = 6, misses = 7, missed = 8;
};
onboard::InvitationState invitation_state(const Rows& rows, Time now);

// The level is the first member of the decision's text (codec.cpp).
constexpr char session_facts[] =
    "id, state, expires_ms, substr(decision, 10, 1), door, skill, created_ms, completed_ms";
struct SessionFacts {
  static constexpr int id = 0, state = 1, expires = 2, level = 3, door = 4, skill = 5, created = 6,
                       completed = 7;
};
onboard::SessionStatus session_status(const Rows& rows, Time now);
std::optional<journey::Level> session_level(const Rows& rows);

}  // namespace limen::store
