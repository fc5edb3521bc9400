// The transitions of a journey. Each takes a session by value and gives the next one or a refusal,
// so a caller that is refused still holds what it had. Nothing here asks who is calling, reads a
// clock or writes: time is given (Law 9), and saving is a compare-and-swap on `version` elsewhere.
#include "journey/advance.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "journey/replay.hpp"

namespace limen::journey {
namespace {

// The submitted step that still misses a required upload, with the rule that asks for it. Steps are
// looked up by name: an operator who edits a skill must not turn a running session into nonsense.
struct Gap {
  const Step* step = nullptr;
  const StepRule* rule = nullptr;
  std::string_view upload{};
};
Gap gap_of(const Session& session, const Skill& skill) {
  for (const Step& step : session.steps) {
    const StepRule* rule = skill.step(step.name);
    if (rule == nullptr) continue;
    const std::string_view upload = missing_upload(step, *rule);
    if (!upload.empty()) return {&step, rule, upload};
  }
  return {};
}

const StepRule* next_rule(const Session& session, const Skill& skill) {
  const std::size_t done = session.steps.size();
  return done < skill.steps.size() ? &skill.steps[done] : nullptr;
}

Problem wrong_step(const Session& session, const Skill& skill, std::string_view given) {
  std::string detail;
  const Gap gap = gap_of(session, skill);
  if (const StepRule* rule = next_rule(session, skill))
    detail = "the next step is " + ticked(rule->name);
  else if (gap.step != nullptr)
    detail = "no step is left to submit; step " + ticked(gap.step->name) + " still needs upload " +
             ticked(gap.upload);
  else detail = "no step is left to submit";
  const std::string note = "given " + std::string(given.substr(0, 64));
  return {Fault::conflict, codes::invalid_step, "step", detail, note, {}};
}

// Every change that is saved counts.
void touch(Session& session, Time now) {
  ++session.version;
  session.updated = now;
}

// "The last step returns step_id and temp_token; if it still misses a required upload, the
// temp_token comes with the upload that completes it." (contract, Uploads before going on)
void complete_if_done(Session& session, const Skill& skill, Time now) {
  if (next_rule(session, skill) != nullptr || gap_of(session, skill).step != nullptr) return;
  session.state = State::completed;
  session.completed = now;
}

}  // namespace

std::string_view missing_upload(const Step& step, const StepRule& rule) {
  for (const UploadRule& upload : rule.uploads) {
    const bool is_there = std::ranges::any_of(
        step.uploads, [&](const Upload& given) { return given.type == upload.type; });
    if (upload.required && !is_there) return upload.type;
  }
  return {};
}

Problem over(const Session& session) {
  // An open session can only be over by its time.
  if (session.state == State::expired || session.state == State::open)
    return {Fault::gone, codes::session_over, {}, "this session has expired", {}, {}};
  return {Fault::conflict, codes::session_over, {}, "this session is finished", {}, {}};
}

bool is_over(const Session& session, Time now) {
  return session.state != State::open || now >= session.expires;
}

Wanted wanted(const Session& session, const Skill& skill) {
  Wanted out;
  out.total = skill.steps.size();
  const Gap gap = gap_of(session, skill);
  out.done = std::min(session.steps.size(), out.total);
  if (gap.step != nullptr) --out.done;  // a step without its uploads is not done
  if (session.state != State::open) {
    out.finished = true;
    return out;
  }
  out.pending = gap.step;
  out.pending_rule = gap.rule;
  out.rule = next_rule(session, skill);
  if (out.rule != nullptr) out.step = out.rule->name;
  out.finished = out.rule == nullptr && out.pending == nullptr;
  return out;
}

Result<Session> answered(Session session, const Skill& skill, Answered event, Time now) {
  if (is_over(session, now)) return refuse(over(session));
  const StepRule* rule = next_rule(session, skill);
  if (rule == nullptr || rule->name != event.step)
    return refuse(wrong_step(session, skill, event.step));
  // "The next step can be submitted only when the required uploads of the one before are in
  // (400 invalid_step, the message names the upload)." (contract, Uploads before going on)
  if (const Gap gap = gap_of(session, skill); gap.step != nullptr)
    return refuse(Fault::conflict, codes::missing_upload,
                  "step " + ticked(gap.step->name) + " still needs upload " + ticked(gap.upload),
                  std::string(gap.upload));
  session.steps.push_back({event.step_id,
                           rule->name,
                           std::move(event.answers),
                           event.request,
                           now,
                           {},
                           event.consent_texts});
  touch(session, now);
  complete_if_done(session, skill, now);
  return session;
}

Result<Session> attached(Session session, const Skill& skill, const Id& step_id, Upload upload,
                         Time now) {
  const auto step = std::ranges::find(session.steps, step_id, &Step::id);
  if (step == session.steps.end())
    return refuse(Fault::absent, codes::unknown_step, "this session has no such step");
  if (is_over(session, now)) return refuse(over(session));
  const StepRule* rule = skill.step(step->name);
  if (rule == nullptr || rule->upload(upload.type) == nullptr)
    return refuse(Fault::malformed, codes::invalid_field,
                  "step " + ticked(step->name) + " takes no upload of this type", "type");
  if (step->uploads.size() >= uploads_per_step)
    return refuse(Fault::malformed, codes::invalid_field,
                  "step " + ticked(step->name) + " has " + std::to_string(uploads_per_step) +
                      " uploads already",
                  "file");
  step->uploads.push_back(std::move(upload));
  touch(session, now);
  complete_if_done(session, skill, now);
  return session;
}

Session sent_again(Session session, const Id& upload, const std::optional<Reading>& reading,
                   Time now) {
  if (is_over(session, now)) return session;
  bool is_news = false;
  for (Step& step : session.steps) {
    const auto known = std::ranges::find(step.uploads, upload, &Upload::id);
    if (known == step.uploads.end()) continue;
    const bool was_read = known->reading && known->reading->is_readable();
    if (!was_read && reading && reading->is_readable()) {
      known->reading = reading;
      is_news = true;
    }
    if (std::ranges::find(known + 1, step.uploads.end(), known->type, &Upload::type) !=
        step.uploads.end()) {
      std::rotate(known, known + 1, step.uploads.end());
      is_news = true;
    }
  }
  if (is_news) touch(session, now);
  return session;
}

Session expired(Session session, Time now) {
  if (session.state != State::open || now < session.expires) return session;
  session.state = State::expired;
  touch(session, now);
  return session;
}

Session decided(Session session, const Skill& skill, Time now) {
  ASSERT(session.state == State::completed);
  session.decision = decide(session, skill, now);
  return session;
}

Session looked_at(Session session, Faces faces, const Rules& rules, Time now) {
  ASSERT(session.faces && session.faces->state == Faces::State::waiting);
  const Skill skill = skill_of(session.faces->asked, rules);
  touch(session, now);
  session.faces = std::move(faces);
  return decided(std::move(session), skill, now);
}

Result<Session> reviewed(Session session, ReviewVerdict verdict, Review review) {
  if (session.state != State::completed)
    return refuse(Fault::conflict, codes::conflict, "only a completed session can be reviewed");
  if (!session.decision)
    return refuse(Fault::conflict, codes::conflict, "this session waits for its decision");
  session.state = verdict == ReviewVerdict::approve ? State::approved : State::rejected;
  touch(session, review.at);
  session.review = std::move(review);
  return session;
}

}  // namespace limen::journey
