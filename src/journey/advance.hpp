// The state machine of a journey: what is wanted next, and what an event makes of a session. Total
// and pure: every (state, event) pair has an answer, and no clock is read. Whether the one who asks
// may do so is grant/'s business.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "journey/session.hpp"

namespace limen::journey {

// Files one step may hold; beyond it an upload is refused with invalid_field (`file`).
constexpr std::size_t uploads_per_step = 20;

// What the journey wants next. Points into the session and the skill it was asked about.
struct Wanted {
  bool finished = false;    // nothing: all is in, or the session ended some other way
  std::string_view step{};  // name to submit; empty while uploads of the last step are wanted
  const StepRule* rule = nullptr;  // its definition
  const Step* pending = nullptr;   // the submitted step whose required uploads are missing
  const StepRule* pending_rule = nullptr;
  std::size_t done = 0, total = 0;  // steps with all they need, steps there are
};
Wanted wanted(const Session& session, const Skill& skill);

// Answers for a step, already checked against its definition.
struct Answered {
  Id step_id;
  std::string_view step;
  Answers answers;
  Digest request;
  Digest consent_texts{};
};
// Refuses, in this order, with session_over, invalid_step (names the expected step) and
// missing_upload (`field` is the upload). Completes the session when nothing is left; it is decided
// apart, because a decision also needs what the session itself does not hold.
Result<Session> answered(Session session, const Skill& skill, Answered event, Time now);

// A file for a submitted step. Refuses, in this order, with unknown_step, session_over,
// invalid_field (`type`) and invalid_field (`file`: too many). Completes the session when nothing
// is left.
Result<Session> attached(Session session, const Skill& skill, const Id& step_id, Upload upload,
                         Time now);

// An upload's file has come again. Of a type the newest counts, so who sent A, by mistake B, and A
// once more means A: it becomes the newest, under the id it has. A picture that could not be looked
// at, for a fault of ours perhaps, is what `reading` says now. A session that is over, one without
// that upload, and one it says nothing new to stay as they are.
Session sent_again(Session session, const Id& upload, const std::optional<Reading>& reading,
                   Time now);

// Time ran out; anything but an open session past its end stays as it is.
Session expired(Session session, Time now);

// A completed session with the decision that its facts make at `now`.
Session decided(Session session, const Skill& skill, Time now);

// What came of asking an engine, and with it the decision of a session that waited for it: from
// what its skill asked for when it was completed.
Session looked_at(Session session, Faces faces, const Rules& rules, Time now);

enum class ReviewVerdict : std::uint8_t { approve, reject };
// An operator's word on a completed session. Refuses with conflict unless it is completed and
// decided.
Result<Session> reviewed(Session session, ReviewVerdict verdict, Review review);

// Whether the session is over at `now`, by its end or by its time.
bool is_over(const Session& session, Time now);
// The session_over of a session that is over: gone when late, conflict when finished.
Problem over(const Session& session);

// Name of the first required upload that `step` still misses; empty when none.
std::string_view missing_upload(const Step& step, const StepRule& rule);

}  // namespace limen::journey
