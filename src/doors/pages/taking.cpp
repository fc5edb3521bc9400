// See taking.hpp.
#include "doors/pages/taking.hpp"

#include "base/problem_codes.hpp"
#include "doors/pages/fields.hpp"
#include "doors/session_view.hpp"
#include "onboard/answer.hpp"
#include "onboard/attach.hpp"
#include "onboard/inspect.hpp"

namespace limen::doors::pages {
namespace {

std::optional<words::Key> complaint_about(const Problem& problem) {
  if (problem.code == codes::missing_fields) return words::Key("form.picture_missing");
  if (problem.code == codes::empty_upload) return words::Key("form.picture_empty");
  if (problem.code == codes::unreadable_upload) return words::Key("form.picture_unreadable");
  if (problem.code == codes::missing_upload) return words::Key("form.picture_missing");
  // A form sent twice, or from a page that is no longer the current one.
  const bool is_stale = problem.code == codes::invalid_step ||
                        problem.code == codes::unknown_step || problem.code == codes::conflict ||
                        (problem.code == codes::session_over && problem.fault == Fault::conflict);
  if (is_stale) return words::Key("form.sent_before");
  return std::nullopt;
}

// Everything that is wrong with a step's answers at once; what the use case refused came first.
std::vector<Flaw> flaws_of(const Desk& desk, const Visit& visit, const Problem& problem,
                           const Form& form) {
  const journey::StepRule* rule = visit.skill->step(form.get("step"));
  const bool is_about_fields =
      problem.code == codes::missing_fields || problem.code == codes::invalid_field;
  if (rule != nullptr && is_about_fields) {
    auto flaws = flaws_in(visit.look, *rule, form, date_of(desk.at.now));
    if (!flaws.empty()) return flaws;
  }
  if (const auto key = complaint_about(problem)) return {{visit.look.say(*key), {}}};
  if (problem.code == codes::invalid_field) return {{visit.look.say("rule.text"), {}}};
  return {};
}

// The same page once more with what was wrong, from the session as it is now.
Result<Response> complain(Desk& desk, Visit visit, const Problem& problem, const Form& form) {
  auto flaws = flaws_of(desk, visit, problem, form);
  if (flaws.empty()) return refuse(problem);
  visit.session = TRY(onboard::find_session(desk, visit.caller, to_string(visit.session.id)));
  const int status = problem.fault == Fault::malformed ? 400 : 409;
  const Complaint complaint{status, std::move(flaws), &form};
  return show_journey(visit, &complaint);
}

// The digest that tells a form sent twice from two forms (Law 8): of what was answered, not of the
// boundary that a browser draws anew.
seal::Digest digest_of(std::string_view step, const journey::Answers& answers) {
  json::array parts{step};
  for (const auto& [name, value] : answers) parts.push_back(json::array{name, value_json(value)});
  return seal::sha256(json::serialize(parts));
}

Result<Id> submit(Desk& desk, Visit& visit, const Form& form) {
  const std::string_view step = form.get("step");
  onboard::StepInput input;
  const std::string session_id = to_string(visit.session.id);
  input.session_id = session_id;
  input.step = step;
  if (const journey::StepRule* rule = visit.skill->step(step))
    input.answers = answers_in(form, *rule);
  input.request = digest_of(step, input.answers);
  auto answer = TRY(onboard::answer_own(desk, visit.caller, input));
  visit.session = std::move(answer.session);
  return answer.step_id;
}

Result<onboard::Keep> attach(Desk& desk, Visit& visit, std::string_view step_id,
                             const Request& request, const Form& form) {
  if (!request.file) return refuse(Fault::malformed, codes::missing_fields, {}, "picture");
  const onboard::FileInput file = file_input(request, desk, std::string(form.get("type")));
  auto attached =
      TRY(onboard::attach_own(desk, visit.caller, to_string(visit.session.id), step_id, file));
  visit.session = std::move(attached.session);
  return attached.keep;
}

Response next(const Visit& visit) {
  if (visit.way.is_by_cookie) return see_other(visit.look, visit.way.action);
  return show_journey(visit, nullptr);
}

}  // namespace

bool brings_something(const Request& request, const Form& form) {
  return request.file || !form.get("step").empty() || !form.get("stepId").empty();
}

Result<Response> take(Desk& desk, Visit visit, const Request& request, const Form& form) {
  std::string step_id(form.get("stepId"));
  if (!form.get("step").empty()) {
    const auto submitted = submit(desk, visit, form);
    if (!submitted) return complain(desk, std::move(visit), submitted.error(), form);
    step_id = to_string(*submitted);
    if (!request.file) return next(visit);
  }
  const auto kept = attach(desk, visit, step_id, request, form);
  if (!kept) return complain(desk, std::move(visit), kept.error(), form);
  Response response = next(visit);
  response.keep_file = *kept == onboard::Keep::yes;
  return response;
}

}  // namespace limen::doors::pages
