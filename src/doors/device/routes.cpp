// The device door: s3's ephemeral token and session, the capture calls of their holder, and the
// back end's view of the outcome. JSON in and out; who may do what is decided in onboard/.
#include <algorithm>
#include <limits>

#include "base/problem_codes.hpp"
#include "doors/device/keys.hpp"
#include "doors/device/wire.hpp"
#include "doors/door.hpp"
#include "doors/members.hpp"
#include "doors/reading.hpp"
#include "doors/repeat.hpp"
#include "doors/session_view.hpp"
#include "onboard/answer.hpp"
#include "onboard/attach.hpp"
#include "onboard/inspect.hpp"
#include "onboard/lend.hpp"
#include "onboard/notices.hpp"
#include "onboard/onward.hpp"
#include "onboard/open.hpp"

namespace limen::doors {
namespace {

using grant::Scope;
using onboard::Caller;
using onboard::Session;

std::string file_root(const Desk& desk) { return desk.settings.base_url + "/api/sessions/"; }

const std::string& session_id_of(const Request& request) {
  return request.params.find("session_id")->second;
}

// s3: --data '{ "ttl": 3600 }' with an API key; {"authorization": "<token>"} comes back.
Result<Response> lend(const Request& request, Desk& desk, const Caller& caller) {
  const json::object body = TRY(optional_json_body(request));
  // A number too big for any type of ours is still a whole number out of range.
  const json::value* given = member(body, "ttl");
  const bool is_huge = given != nullptr && given->is_uint64();
  const auto ttl = is_huge ? std::optional(std::numeric_limits<std::int64_t>::max())
                           : TRY(optional_integer(body, "ttl"));
  const grant::Issued issued = TRY(onboard::lend(desk, caller, ttl));
  return json_response(200, json::object{{"authorization", issued.secret.reveal()}});
}

Result<Response> post_ephemeral(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_api_key(request, desk, Scope::lend));
  return once_per_key(request, desk, caller, [&] { return lend(request, desk, caller); });
}

Result<std::string> metadata_in(const json::object& body) {
  const json::value* metadata = member(body, "metadata");
  if (metadata == nullptr || metadata->is_null()) return std::string();
  if (!metadata->is_object()) return refuse(invalid("metadata", "metadata must be an object"));
  return json::serialize(*metadata);
}

// s3: "your backend initiates a session for a specific workflow. At this step, you can pass
// metadata into the session from your backend."
Result<Response> begin(const Request& request, Desk& desk, const Caller& caller) {
  const std::string workflow = request.query_value("workflowId").value_or(std::string());
  if (workflow.empty()) return refuse(missing("workflowId"));
  onboard::Opening opening;
  opening.door = journey::Door::device;
  opening.skill = workflow;
  const json::object body = TRY(optional_json_body(request));
  opening.metadata = TRY(metadata_in(body));
  auto session = onboard::open_session(desk, caller, opening);
  if (!session) {
    // C11: unknown → 404. One that is not registered for this organisation looks the same.
    Problem problem = std::move(session).error();
    if (problem.code == codes::unknown_skill || problem.code == codes::unregistered_skill)
      problem = {Fault::absent, codes::unknown_skill, "workflowId", "no such workflow", {}, {}};
    return refuse(std::move(problem));
  }
  const std::string id = to_string(session->id);
  // The token that was just shown is what the URL must hold; it is not kept anywhere.
  const std::string text = TRY(device::own_token_text(request));
  return json_response(
      201, json::object{{"id", id},
                        {"sessionId", id},
                        {"workflowId", session->skill},
                        {"status", onboard::device_status(*session)},
                        {"handoffUrl", device::hand_off_url(desk.settings.base_url, text, id)}});
}

Result<Response> post_session(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_own_token(request, desk, Scope::open));
  if (caller.grant.kind != grant::Kind::device)
    return refuse(Fault::forbidden, codes::insufficient_scope,
                  "only an ephemeral token starts sessions here");
  return once_per_key(request, desk, caller, [&] { return begin(request, desk, caller); });
}

// Every session of the organisation, oldest first, for who may read them all.
Result<Response> get_sessions(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_api_key(request, desk, Scope::read_all));
  const onboard::Page page = TRY(page_of(request));
  onboard::SessionFilter filter;
  filter.external_id = request.query_value("externalId");
  auto rows = onboard::sessions(desk, caller.tenant(), filter, with_one_more(page));
  const json::value next = cut_page(rows, page);
  json::array items;
  for (const Session& session : rows) {
    if (!onboard::is_shared(desk, session)) continue;
    items.push_back(json::object{{"id", to_string(session.id)},
                                 {"sessionId", public_id(session)},
                                 {"workflowId", session.skill},
                                 {"status", onboard::device_status(session)},
                                 {"externalId", text_or_null(session.external_id)},
                                 {"createdAt", iso_millis(session.created)}});
  }
  return json_response(200, json::object{{"items", std::move(items)}, {"next", next}});
}

Result<Response> get_session(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_any_reader(request, desk));
  const Session session = TRY(onboard::find_session(desk, caller, session_id_of(request)));
  const View view = device::is_own_token(caller) ? View::own : View::full;
  return json_response(200, session_json(session, view, file_root(desk)));
}

// For the back end only: it speaks of the decision, which the session's own token may not see.
Result<Response> get_session_receipt(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_any_reader(request, desk));
  const Session session = TRY(onboard::find_session(desk, caller, session_id_of(request)));
  if (device::is_own_token(caller))
    return refuse(Fault::forbidden, codes::insufficient_scope,
                  "a receipt is for the back end, with session_all:read");
  const onboard::Receipt receipt = TRY(onboard::receipt_of(desk, session));
  return json_response(200, receipt_json(receipt));
}

Result<Response> get_file(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_any_reader(request, desk));
  const Session session = TRY(onboard::find_session(desk, caller, session_id_of(request)));
  return file_response(desk, TRY(find_upload(session, request)));
}

Result<Response> get_next(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_own_token(request, desk, Scope::read_own));
  const Session session = TRY(onboard::find_session(desk, caller, session_id_of(request)));
  if (onboard::has_run_out(session, desk.at.now)) return refuse(run_out());
  const journey::Skill* skill = TRY(onboard::skill_of(desk, session));
  onboard::note_opened(desk, session);
  return json_response(200, next_json(session, *skill));
}

Result<Response> post_step(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_own_token(request, desk, Scope::submit));
  const json::object body = TRY(json_body(request));
  const std::string step = TRY(required_text(body, "step"));
  const json::value* data = member(body, "data");
  if (data != nullptr && !data->is_object())
    return refuse(invalid("data", "data must be an object"));
  onboard::StepInput input;
  input.session_id = session_id_of(request);
  input.step = step;
  if (data != nullptr) input.answers = TRY(answers_of(data->get_object()));
  input.request = seal::sha256(request.body);
  const auto answer = TRY(onboard::answer_own(desk, caller, input));
  const journey::Skill* skill = TRY(onboard::skill_of(desk, answer.session));
  return json_response(200, json::object{{"stepId", to_string(answer.step_id)},
                                         {"next", next_json(answer.session, *skill)}});
}

Result<std::unique_ptr<Prepared>> read_file(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_own_token(request, desk, Scope::upload));
  const auto type = request.fields.find("type");
  if (type == request.fields.end()) return refuse(missing("type"));
  const auto session = TRY(onboard::find_session(desk, caller, session_id_of(request)));
  return read_upload_of(request, desk, session, type->second);
}

Result<Response> post_file(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_own_token(request, desk, Scope::upload));
  const auto type = request.fields.find("type");
  if (type == request.fields.end() || type->second.empty()) return refuse(missing("type"));
  if (!request.file) return refuse(missing("file"));
  const onboard::FileInput file = file_input(request, desk, type->second);
  const auto attached = TRY(onboard::attach_own(desk, caller, session_id_of(request),
                                                request.params.find("step_id")->second, file));
  Response response = json_response(201, upload_json(attached.upload, attached.step_id));
  response.keep_file = attached.keep == onboard::Keep::yes;
  return response;
}

// VC7: the same definitions as GET /skills, in the words of this door.
Result<Response> get_workflows(const Request& request, Desk& desk) {
  const Caller caller = TRY(device::by_api_key(request, desk, Scope::none));
  const auto organisation = desk.ledger.organisation(caller.tenant());
  json::array items;
  for (const auto& skill : desk.catalogue.all()) {
    const bool is_registered =
        organisation &&
        std::ranges::find(organisation->skills, skill.name) != organisation->skills.end();
    if (!is_registered) continue;
    // By custom the version stands behind the '#' of the name.
    const std::size_t mark = skill.name.find('#');
    const bool has_version = mark != std::string::npos;
    items.push_back(json::object{{"id", skill.name},
                                 {"name", skill.title},
                                 {"version", has_version ? skill.name.substr(mark + 1) : "1"},
                                 {"description", skill.title},
                                 {"defaultLocale", "en"}});
  }
  return json_response(200, json::object{{"items", std::move(items)}, {"next", nullptr}});
}

}  // namespace

std::vector<Route> device_routes() {
  constexpr auto reads = Access::reads;
  constexpr auto writes = Access::writes;
  constexpr auto none = Body::none;
  constexpr auto text = Body::text;
  constexpr auto file = Body::multipart;
  constexpr auto tongue = Tongue::problem;
  // clang-format off
  std::vector<Route> rows = {
      {{"POST", "/api/device/ephemeral", writes, text}, tongue, post_ephemeral},
      {{"POST", "/api/sessions", writes, text}, tongue, post_session},
      {{"GET", "/api/sessions", reads, none}, tongue, get_sessions},
      {{"GET", "/api/sessions/{session_id}", reads, none}, tongue, get_session},
      {{"GET", "/api/sessions/{session_id}/files/{upload_id}", reads, none}, tongue, get_file},
      {{"GET", "/api/sessions/{session_id}/receipt", reads, none}, tongue, get_session_receipt},
      {{"GET", "/api/sessions/{session_id}/next", reads, none}, tongue, get_next},
      {{"POST", "/api/sessions/{session_id}/steps", writes, text}, tongue, post_step},
      {{"POST", "/api/sessions/{session_id}/steps/{step_id}/files", writes, file}, tongue,
       post_file},
      {{"GET", "/api/workflows", reads, none}, tongue, get_workflows},
      {{"POST", "/api/apikey", writes, text}, tongue, device::post_key},
      {{"GET", "/api/apikey", reads, none}, tongue, device::get_keys},
      {{"DELETE", "/api/apikey/{id}", writes, none}, tongue, device::delete_key},
      {{"POST", "/api/security/apikey", writes, text}, tongue, device::post_key},
      {{"GET", "/api/security/apikey", reads, none}, tongue, device::get_keys},
      {{"DELETE", "/api/security/apikey/{id}", writes, none}, tongue, device::delete_key},
  };
  // clang-format on
  read_first<read_file>(rows, post_file);
  return rows;
}

}  // namespace limen::doors
