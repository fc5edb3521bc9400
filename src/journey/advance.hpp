// The state machine of a journey: what is wanted next, and what an event makes of a session. Total and pure: every (state, event) pair has an
// answer, and no clock is read. Whether the one who asks may do so is grant/'s business.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "journey/session.hpp"

namespace limen::journey {

// What the journey wants next.
struct Wanted {
  bool finished = false;
  std::string_view step{};                    // name to submit; empty while uploads of the last step are wanted
  const StepRule* rule = nullptr;             // its definition
  const Step* pending = nullptr;              // the submitted step whose required uploads are missing
  const StepRule* pending_rule = nullptr;
  std::size_t done = 0, total = 0;
};
Wanted wanted(const Session& session, const Skill& skill);

// Answers for a step, already checked against its definition.
struct Answered {
  Id step_id;
  std::string_view step;
  Answers answers;
  Digest request;
};
// Refuses with invalid_step (wrong order), missing_upload (names the upload), session_over. Completes the session when nothing is left.
Result<Session> answered(Session session, const Skill& skill, Answered event, Time now);

// A file for a submitted step. Refuses with unknown_step, invalid_field (`type`), session_over.
Result<Session> attached(Session session, const Skill& skill, const Id& step_id, Upload upload, Time now);

// Time ran out; anything but open stays as it is.
Session expired(Session session, Time now);

enum class ReviewVerdict : std::uint8_t { approve, reject };
// An operator's word on a completed session. Refuses with conflict unless it is completed.
Result<Session> reviewed(Session session, ReviewVerdict verdict, Review review);

// Whether the session is over at `now`, by its end or by its time.
bool is_over(const Session& session, Time now);

// Name of the first required upload that `step` still misses; empty when none.
std::string_view missing_upload(const Step& step, const StepRule& rule);

}  // namespace limen::journey
