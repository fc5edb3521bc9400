// The enrolment door: s4's initialize, and the data a customer's back end fetches afterwards. Every
// call is Basic; the page behind webEnrolmentUrl is the pages' business.
#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/door.hpp"
#include "doors/enrolment/wire.hpp"
#include "doors/members.hpp"
#include "doors/repeat.hpp"
#include "doors/session_view.hpp"
#include "onboard/inspect.hpp"
#include "onboard/onward.hpp"
#include "onboard/open.hpp"
#include "onboard/rules.hpp"

namespace limen::doors {
namespace {

using onboard::Caller;
using onboard::Session;

// s4: "Authorization: 'Basic ' + Base64.encode(username + ':' + password)". An operator's password
// is Basic, too, but no credential of this door: here it is a wrong one (D02).
Result<Caller> by_customer(const Request& request, Desk& desk) {
  const auto basic = basic_credentials(request);
  if (!basic) return refuse(Fault::unauthenticated, codes::unauthenticated);
  auto caller = onboard::by_password(desk, basic->username, basic->password, grant::Scope::enrol);
  if (!caller && caller.error().code == codes::insufficient_scope)
    return refuse(Fault::unauthenticated, codes::unauthenticated);
  return caller;
}

// D29: "Non-JSON or broken body → 400"; JSON under another name is the wrong media type.
Result<json::object> body_of(const Request& request) {
  auto value = TRY(parse_json(request.body));
  if (!value.is_object())
    return refuse(Fault::malformed, codes::malformed_json, "the body must be a JSON object");
  if (request.media_type() != "application/json")
    return refuse(Fault::malformed, codes::wrong_media_type, "the body must be application/json");
  return std::move(value.get_object());
}

Result<Response> initialize(const Request& request, Desk& desk, const Caller& caller) {
  const json::object body = TRY(body_of(request));
  const onboard::Opening opening = TRY(enrolment::opening_of(body));
  auto session = onboard::open_session(desk, caller, opening);
  if (!session) {
    Problem problem = enrolment::in_own_words(std::move(session).error());
    // The caller named no skill, so it cannot be the caller's mistake.
    const bool is_ours =
        problem.code == codes::unknown_skill || problem.code == codes::unregistered_skill;
    if (is_ours) problem.fault = Fault::forbidden;
    if (is_ours) problem.detail = "enrolment is not registered for this organisation";
    return refuse(std::move(problem));
  }
  const auto tokens = onboard::enrolment_tokens(desk, *session);
  return json_response(
      200, json::object{{"accessToken", tokens.access_token.reveal()},
                        {"sessionId", session->caller_id},
                        {"webEnrolmentUrl", web_enrolment_url(desk, tokens.reference)}});
}

Result<Response> post_initialize(const Request& request, Desk& desk) {
  const Caller caller = TRY(by_customer(request, desk));
  return once_per_key(request, desk, caller, [&] { return initialize(request, desk, caller); });
}

// The customer's own session by its GUID; another customer's is as good as none (VD3).
Result<Session> asked_for(const Request& request, Desk& desk) {
  const Caller caller = TRY(by_customer(request, desk));
  Session session =
      TRY(onboard::find_session(desk, caller, request.params.find("sessionId")->second));
  if (session.door != journey::Door::enrolment)
    return refuse(Fault::absent, codes::unknown_session, "no such session");
  return session;
}

Result<Response> get_status(const Request& request, Desk& desk) {
  const Session session = TRY(asked_for(request, desk));
  return json_response(200,
                       json::object{{"status", onboard::enrolment_status(session, desk.at.now)}});
}

Result<Response> get_decision(const Request& request, Desk& desk) {
  const Session session = TRY(asked_for(request, desk));
  const auto rules = onboard::rules_of(desk, session, desk.catalogue.find(session.skill));
  return json_response(200, enrolment::decision_json(session, rules ? &*rules : nullptr));
}

Result<Response> get_document(const Request& request, Desk& desk) {
  static const journey::Skill none;  // its file may be gone; then no picture shows a document
  const Session session = TRY(asked_for(request, desk));
  const journey::Skill* skill = desk.catalogue.find(session.skill);
  const Time when = session.decision ? session.decision->at : desk.at.now;
  return json_response(200, enrolment::document_json(session, skill ? *skill : none, when));
}

Result<Response> get_face(const Request& request, Desk& desk) {
  const Session session = TRY(asked_for(request, desk));
  return json_response(200, enrolment::face_json(session));
}

Result<Response> get_images(const Request& request, Desk& desk) {
  const Session session = TRY(asked_for(request, desk));
  const std::string root = desk.settings.base_url + "/api/v1/data/" + session.caller_id + "/image/";
  return json_response(200, json::object{{"sessionId", session.caller_id},
                                         {"images", enrolment::images_json(session, root)}});
}

Result<Response> get_image(const Request& request, Desk& desk) {
  const Session session = TRY(asked_for(request, desk));
  const auto& name = request.params.find("imageName")->second;
  const journey::Upload upload = TRY(enrolment::image_named(session, name));
  return file_response(desk, upload);
}

// Ours, not s4's: what a third party believes without asking anybody (docs/wire/receipts.md).
Result<Response> get_data_receipt(const Request& request, Desk& desk) {
  const Session session = TRY(asked_for(request, desk));
  const onboard::Receipt receipt = TRY(onboard::receipt_of(desk, session));
  return json_response(200, receipt_json(receipt));
}

// s4: externalId "can be used for filtering purposes later on"
Result<Response> get_list(const Request& request, Desk& desk) {
  const Caller caller = TRY(by_customer(request, desk));
  const onboard::Page page = TRY(page_of(request));
  onboard::SessionFilter filter;
  filter.door = journey::Door::enrolment;
  filter.external_id = request.query_value("externalId");
  auto rows = onboard::sessions(desk, caller.tenant(), filter, with_one_more(page));
  const json::value next = cut_page(rows, page);
  json::array sessions;
  for (const Session& session : rows) {
    if (!onboard::is_shared(desk, session)) continue;
    sessions.push_back(json::object{{"sessionId", session.caller_id},
                                    {"externalId", text_or_null(session.external_id)},
                                    {"status", onboard::enrolment_status(session, desk.at.now)},
                                    {"createdAt", iso_millis(session.created)}});
  }
  return json_response(200, json::object{{"sessions", std::move(sessions)}, {"next", next}});
}

}  // namespace

std::vector<Route> enrolment_routes() {
  constexpr auto reads = Access::reads;
  constexpr auto writes = Access::writes;
  constexpr auto none = Body::none;
  constexpr auto text = Body::text;
  constexpr auto tongue = Tongue::problem;
  // clang-format off
  return {
      {{"POST", "/api/v1/enrolment/initialize", writes, text}, tongue, post_initialize},
      {{"GET", "/api/v1/data/{sessionId}/status", reads, none}, tongue, get_status},
      {{"GET", "/api/v1/data/{sessionId}/decision/results", reads, none}, tongue, get_decision},
      {{"GET", "/api/v1/data/{sessionId}/document/result", reads, none}, tongue, get_document},
      {{"GET", "/api/v1/data/{sessionId}/face/result", reads, none}, tongue, get_face},
      {{"GET", "/api/v1/data/{sessionId}/images", reads, none}, tongue, get_images},
      {{"GET", "/api/v1/data/{sessionId}/image/{imageName}", reads, none}, tongue, get_image},
      {{"GET", "/api/v1/data/{sessionId}/receipt", reads, none}, tongue, get_data_receipt},
      {{"GET", "/api/v1/data/session/list/", reads, none}, tongue, get_list},
      {{"GET", "/api/v1/data/session/list", reads, none}, tongue, get_list},
  };
  // clang-format on
}

}  // namespace limen::doors
