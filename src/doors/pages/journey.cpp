// The pages a journey is walked on: /capture and /mobile with s3's ephemeral token, /web-enrolment/
// with s4's reference token. A GET changes nothing, whoever opens it: mail scanners and link
// previews do. The secret that a POST needs stands in its body, so no page holds a cookie.
#include <array>

#include "base/problem_codes.hpp"
#include "doors/pages/hand_off.hpp"
#include "doors/pages/handlers.hpp"
#include "doors/pages/steps.hpp"
#include "doors/session_view.hpp"
#include "journey/advance.hpp"
#include "onboard/answer.hpp"
#include "onboard/attach.hpp"
#include "onboard/inspect.hpp"

namespace limen::doors::pages {
namespace {

using grant::Scope;
using onboard::Caller;
using onboard::Session;

// One person on the way: who asks, for which session, and where the forms go.
struct Traveller {
  Caller caller;
  Session session;
  const journey::Skill* skill;
  Way way;
};

Result<Traveller> traveller(Desk& desk, Caller caller, std::string_view session_id, Way way) {
  Session session = TRY(onboard::find_session(desk, caller, session_id));
  if (has_run_out(session, desk.at.now)) return refuse(run_out());
  const journey::Skill* skill = TRY(onboard::skill_of(desk, session));
  return Traveller{std::move(caller), std::move(session), skill, std::move(way)};
}

Result<Traveller> by_link(Desk& desk, const HandOff& link, Scope wanted) {
  Caller caller = TRY(onboard::by_device(desk, link.authorization, wanted));
  Way way{"/mobile", {{"authorization", link.authorization}, {"sessionId", link.session_id}}};
  return traveller(desk, std::move(caller), link.session_id, std::move(way));
}

Result<Traveller> by_page_token(Desk& desk, std::string_view token, Scope wanted) {
  if (token.empty()) return refuse(Fault::absent, codes::absent);
  Caller caller = TRY(onboard::by_reference(desk, token, wanted));
  const std::string session_id = to_string(caller.grant.terms.bond.to);
  Way way{"/web-enrolment/", {{"token", std::string(token)}}};
  return traveller(desk, std::move(caller), session_id, std::move(way));
}

Response show(const Traveller& who) {
  return show_journey(who.session, *who.skill, who.way, nullptr);
}

// What a person can mend is said on the form; everything else is a page of its own.
std::optional<std::string> complaint_about(const Problem& problem) {
  const std::string label = label_of(problem.field);
  if (problem.code == codes::missing_fields) return "Please fill in: " + label + ".";
  if (problem.code == codes::invalid_field) return label + ": " + problem.detail + ".";
  if (problem.code == codes::empty_upload) return "The picture is empty. Please choose another.";
  if (problem.code == codes::unreadable_upload)
    return "This file is no picture we can read. Please choose a JPEG, PNG or WebP picture.";
  if (problem.code == codes::missing_upload) return "A picture is still missing.";
  // A form sent twice, or from a page that is no longer the current one.
  const bool is_stale = problem.code == codes::invalid_step ||
                        problem.code == codes::unknown_step || problem.code == codes::conflict ||
                        (problem.code == codes::session_over && problem.fault == Fault::conflict);
  if (is_stale) return "This was sent before. Here is what comes next.";
  return std::nullopt;
}

// The same page once more with what was wrong, from the session as it is now.
Result<Response> complain(Desk& desk, const Traveller& who, const Problem& problem,
                          const Form& form) {
  auto sentence = complaint_about(problem);
  if (!sentence) return refuse(problem);
  const Session now = TRY(onboard::find_session(desk, who.caller, to_string(who.session.id)));
  const int status = problem.fault == Fault::malformed ? 400 : 409;
  const Complaint complaint{status, std::move(*sentence), &form};
  return show_journey(now, *who.skill, who.way, &complaint);
}

// The digest that tells a form sent twice from two forms (Law 8): of what was answered, not of the
// boundary that a browser draws anew.
seal::Digest digest_of(std::string_view step, const journey::Answers& answers) {
  json::array parts{step};
  for (const auto& [name, value] : answers) parts.push_back(json::array{name, value_json(value)});
  return seal::sha256(json::serialize(parts));
}

Result<Id> submit(Desk& desk, Traveller& who, const Form& form) {
  const std::string_view step = form.get("step");
  onboard::StepInput input;
  const std::string session_id = to_string(who.session.id);
  input.session_id = session_id;
  input.step = step;
  if (const journey::StepRule* rule = who.skill->step(step))
    input.answers = answers_in(form, *rule);
  input.request = digest_of(step, input.answers);
  auto answer = TRY(onboard::answer_own(desk, who.caller, input));
  who.session = std::move(answer.session);
  return answer.step_id;
}

Result<onboard::Keep> attach(Desk& desk, Traveller& who, std::string_view step_id,
                             const Request& request, const Form& form) {
  if (!request.file) return refuse(Fault::malformed, codes::missing_fields, {}, "picture");
  const onboard::FileInput file = file_input(*request.file, std::string(form.get("type")));
  auto attached =
      TRY(onboard::attach_own(desk, who.caller, to_string(who.session.id), step_id, file));
  who.session = std::move(attached.session);
  return attached.keep;
}

// A form holds a step's answers, a picture for a step that was submitted, or a step without fields
// together with its first picture.
Result<Response> take(Desk& desk, Traveller who, const Request& request, const Form& form) {
  std::string step_id(form.get("stepId"));
  if (!form.get("step").empty()) {
    const auto submitted = submit(desk, who, form);
    if (!submitted) return complain(desk, who, submitted.error(), form);
    step_id = to_string(*submitted);
    if (!request.file) return show(who);
  }
  const auto kept = attach(desk, who, step_id, request, form);
  if (!kept) return complain(desk, who, kept.error(), form);
  Response response = show(who);
  response.keep_file = *kept == onboard::Keep::yes;
  return response;
}

}  // namespace

// s3: "https://<IDV_HOST>/capture?url=<URL_ENCODED_LINK>". The link is ours or it is refused; what
// it names is shown here, so that the token is written into no further address.
Result<Response> get_capture(const Request& request, Desk& desk) {
  const auto url = request.query_value("url");
  if (!url) return refuse(Fault::malformed, codes::missing_fields, "url is required", "url");
  const HandOff link = TRY(hand_off_at(*url, desk.settings.base_url));
  const Traveller who = TRY(by_link(desk, link, Scope::read_own));
  return show(who);
}

Result<Response> get_mobile(const Request& request, Desk& desk) {
  const HandOff link = TRY(hand_off_in(request.query));
  const Traveller who = TRY(by_link(desk, link, Scope::read_own));
  return show(who);
}

Result<Response> post_mobile(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  const HandOff link{std::string(form.get("authorization")), std::string(form.get("sessionId"))};
  Traveller who = TRY(by_link(desk, link, Scope::submit | Scope::upload));
  return take(desk, std::move(who), request, form);
}

// s4: "/web-enrolment/?token=…" with "a reference token (not an access token!)"
Result<Response> get_enrolment(const Request& request, Desk& desk) {
  const std::string token = request.query_value("token").value_or(std::string());
  const Traveller who = TRY(by_page_token(desk, token, Scope::preview));
  return show(who);
}

Result<Response> post_enrolment(const Request& request, Desk& desk) {
  const Form form = TRY(Form::read(request));
  Traveller who = TRY(by_page_token(desk, form.get("token"), Scope::submit | Scope::upload));
  return take(desk, std::move(who), request, form);
}

}  // namespace limen::doors::pages
