// The two ways to submit a step meet in submit(): the right was judged, the journey advances, the
// session is saved with compare-and-swap.
#include "onboard/answer.hpp"

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"
#include "journey/advance.hpp"
#include "onboard/inspect.hpp"
#include "onboard/passes.hpp"
#include "onboard/receipt.hpp"

namespace limen::onboard {

using grant::Kind;
using grant::Scope;
using grant::Use;
using journey::Door;
using journey::Skill;

namespace {

// The answer to step number `position` (0-based), the first time and every time it is repeated.
StepAnswer answer_for(const Desk& desk, Session session, const Skill& skill,
                      std::uint32_t position) {
  StepAnswer out;
  out.step_id = session.steps[position].id;
  const bool is_last = position + 1 == skill.steps.size();
  const auto& uploads = skill.steps[position].uploads;
  const bool waits =
      std::any_of(uploads.begin(), uploads.end(), [](const auto& u) { return u.required; });
  out.finished = is_last && !waits;
  if (!is_last) out.nonce = nonce_of(desk, session, position + 1);
  if (out.finished && session.door == Door::skills) out.temp_token = temp_token_of(desk, session);
  out.session = std::move(session);
  return out;
}

Result<StepAnswer> submit(Desk& desk, Session session, const Skill& skill, const StepInput& input) {
  const journey::Wanted wanted = journey::wanted(session, skill);
  // The order is judged before the answers: they are read by the definition of the step that is
  // wanted.
  journey::Answers answers;
  std::string agreed_to;
  if (wanted.rule != nullptr && wanted.step == input.step && wanted.pending == nullptr) {
    answers = TRY(journey::check_answers(*wanted.rule, input.answers, date_of(desk.at.now)));
    agreed_to = consent_texts(skill, *wanted.rule, answers);
  }
  journey::Answered event{seal::draw_id(desk.at.entropy, desk.at.now), input.step,
                          std::move(answers), input.request};
  if (!agreed_to.empty()) event.consent_texts = seal::sha256(agreed_to);
  Session after = TRY(journey::answered(session, skill, std::move(event), desk.at.now));
  after = TRY(save(desk, session, std::move(after)));
  if (!agreed_to.empty())
    desk.ledger.keep_consent_texts(after.steps.back().consent_texts, agreed_to);
  const auto position = static_cast<std::uint32_t>(after.steps.size() - 1);
  return answer_for(desk, std::move(after), skill, position);
}

Result<Session> session_of_client(Desk& desk, const ByNonce& holder, std::string_view session_id) {
  const auto id = parse_id(session_id);
  auto session = id ? desk.ledger.session(*id) : std::nullopt;
  if (!session || session->door != Door::skills)
    return refuse(Fault::absent, codes::unknown_session, "no such session");
  const auto client = live_client(desk, holder.client_id);
  if (!client)
    return refuse(Fault::malformed, codes::unknown_client, "unknown client_id", "client_id");
  // contract: "another client's session: 404 invalid_session_id"
  if (session->owner != client->id)
    return refuse(Fault::absent, codes::unknown_session, "no such session");
  return std::move(*session);
}

}  // namespace

Result<StepAnswer> answer_by_nonce(Desk& desk, const ByNonce& holder, const StepInput& input) {
  Session session = TRY(session_of_client(desk, holder, input.session_id));
  const Pass pass = TRY(read_pass(desk, holder.nonce, session.id));
  if (holder.skill != session.skill)
    return refuse(Fault::malformed, codes::unknown_skill,
                  "the session was started for another skill", "skill");
  const Skill* skill = TRY(skill_of(desk, session));

  const grant::Grant right = journey::pass_of(session, *skill, pass.position);
  const auto redemption = grant::redeem_value(right, Scope::submit, {session.id, pass.position},
                                              input.request, desk.at.now);
  switch (redemption.use) {
    case Use::first: break;
    case Use::again: return answer_for(desk, std::move(session), *skill, pass.position);
    case Use::alarm:
      raise_alarm(desk, session, "nonce_replayed", "a nonce was used again with another body");
      [[fallthrough]];
    case Use::refused:
      if (redemption.verdict == grant::Verdict::spent)
        return refuse(Fault::conflict, codes::invalid_step, "this nonce has submitted its step",
                      "nonce");
      return refuse(Fault::unauthenticated, codes::invalid_nonce, "this nonce has expired",
                    "nonce");
  }
  if (journey::is_over(session, desk.at.now)) return refuse(journey::over(session));
  return submit(desk, std::move(session), *skill, input);
}

Result<StepAnswer> answer_own(Desk& desk, const Caller& caller, const StepInput& input) {
  Session session = TRY(find_session(desk, caller, input.session_id));
  const Skill* skill = TRY(skill_of(desk, session));
  // Law 8 without a nonce: the last step's identical body is a client that lost our answer.
  const bool is_repeat = !session.steps.empty() && session.steps.back().request == input.request &&
                         session.steps.back().name == input.step;
  if (is_repeat)
    return answer_for(desk, session, *skill, static_cast<std::uint32_t>(session.steps.size() - 1));
  if (journey::is_over(session, desk.at.now)) return refuse(journey::over(session));
  return submit(desk, std::move(session), *skill, input);
}

}  // namespace limen::onboard
