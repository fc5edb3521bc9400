// The skills door: sessions, steps with nonce chaining, uploads, and the switch to the server side.
// It exists to translate s2's calls into use cases; every rule is in onboard/. docs/wire/skills.md
// is its page.
#include "base/problem_codes.hpp"
#include "doors/reading.hpp"
#include "doors/repeat.hpp"
#include "doors/session_view.hpp"
#include "doors/skills/wire.hpp"

namespace limen::doors {
namespace {

using grant::Scope;
using onboard::Caller;

Result<Response> begin(Desk& desk, const Caller& client, const onboard::Opening& opening) {
  const onboard::Session session = TRY(onboard::open_session(desk, client, opening));
  const seal::Secret nonce = onboard::nonce_of(desk, session, 0);
  return json_response(200, {{"nonce", nonce.reveal()},
                             {"session_id", to_string(session.id)},
                             {"status", "SESSION_CREATED"}});
}

Result<Response> post_session(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  // s2: "It has to include three elements": client_id, client_app_key, skill.
  CHECK_OK(need_texts(body, {"client_id", "client_app_key", "skill"}));
  onboard::Opening opening;
  opening.door = journey::Door::skills;
  opening.skill = text_member(body, "skill");
  if (const json::value* person = member(body, "tenant_user_id")) {
    if (!person->is_string())
      return refuse(Fault::malformed, codes::invalid_field, "tenant_user_id must be a string",
                    "tenant_user_id");
    opening.person = std::string_view(person->get_string());
  }
  const Caller client = TRY(
      onboard::by_client(desk, {text_member(body, "client_id"), text_member(body, "client_app_key"),
                                Scope::open, codes::invalid_app_key}));
  return once_per_key(request, desk, client, [&] { return begin(desk, client, opening); });
}

Result<Response> post_step(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  CHECK_OK(need_members(body, {"client_id", "nonce", "skill", "step", "data"}));
  CHECK_OK(need_texts(body, {"client_id", "nonce", "skill", "step"}));
  onboard::StepInput input;
  input.session_id = request.params.at("session_id");
  input.step = text_member(body, "step");
  input.answers = TRY(read_data(body));
  // Law 8: the digest is over the bytes as they came, so only the very same request is a repeat.
  input.request = seal::sha256(request.body);
  const onboard::StepAnswer answer = TRY(onboard::answer_by_nonce(
      desk,
      {text_member(body, "client_id"), text_member(body, "nonce"), text_member(body, "skill")},
      input));
  return json_response(200, step_body(answer));
}

// Nobody who may not attach a picture has one read.
Result<std::unique_ptr<Prepared>> read_upload(const Request& request, Desk& desk) {
  CHECK_OK(need_upload(request));
  const auto place = TRY(onboard::place_by_nonce(desk, request.fields.find("client_id")->second,
                                                 request.fields.find("nonce")->second,
                                                 request.params.at("step_id")));
  return read_upload_of(request, desk, place.session, request.fields.find("type")->second);
}

Result<Response> post_upload(const Request& request, Desk& desk) {
  CHECK_OK(need_upload(request));
  const onboard::FileInput file = file_input(request, desk, request.fields.find("type")->second);
  const onboard::Attached attached = TRY(onboard::attach_by_nonce(
      desk, request.fields.find("client_id")->second, request.fields.find("nonce")->second,
      request.params.at("step_id"), file));
  Response response = json_response(201, upload_body(attached));
  response.keep_file = attached.keep == onboard::Keep::yes;
  return response;
}

// s2: "The call to /token is authenticated by using the client_id and client_secret."
Result<Caller> by_secret(const json::object& body, Desk& desk) {
  return onboard::by_client(
      desk, {text_member(body, "client_id"), text_member(body, "client_secret"), Scope::settle,
             codes::invalid_client_secret});
}

Result<Response> post_token(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  CHECK_OK(need_texts(body, {"client_id", "client_secret", "temp_token"}));
  const Caller client = TRY(by_secret(body, desk));
  const onboard::Settled settled = TRY(
      onboard::settle(desk, client, text_member(body, "temp_token"), seal::sha256(request.body)));
  return json_response(200, token_body(settled));
}

// The client's name as its organisation knows it.
std::string name_of(Desk& desk, const onboard::Enrolment& enrolment) {
  const auto client = onboard::live_client(desk, to_string(enrolment.client));
  return client ? client->subject : std::string();
}

Result<Response> post_consents_get(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  CHECK_OK(need_texts(body, {"client_id", "client_secret", "credentials_id", "access_token"}));
  const Caller client = TRY(by_secret(body, desk));
  const onboard::Enrolment enrolment = TRY(onboard::enrolment_by_credential(
      desk, client, text_member(body, "credentials_id"), text_member(body, "access_token")));
  const std::string name = name_of(desk, enrolment);
  return json_response(200, consent_body({enrolment, name, desk.at.now}));
}

// Ours, in s2's manner: what a third party believes without asking anybody (docs/wire/receipts.md).
Result<Response> post_consents_receipt(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  CHECK_OK(need_texts(body, {"client_id", "client_secret", "credentials_id", "access_token"}));
  const Caller client = TRY(by_secret(body, desk));
  const onboard::Enrolment enrolment = TRY(onboard::enrolment_by_credential(
      desk, client, text_member(body, "credentials_id"), text_member(body, "access_token")));
  const onboard::Receipt receipt = TRY(onboard::receipt_of(desk, enrolment));
  return json_response(200, receipt_body(receipt));
}

Result<Response> post_consents_delete(const Request& request, Desk& desk) {
  const json::object body = TRY(json_body(request));
  CHECK_OK(need_texts(body, {"client_id", "client_secret", "credentials_id", "access_token"}));
  const Caller client = TRY(by_secret(body, desk));
  const std::int64_t keep_min = TRY(read_retention(body));
  const onboard::Enrolment enrolment =
      TRY(onboard::delete_enrolment(desk, client, text_member(body, "credentials_id"),
                                    text_member(body, "access_token"), keep_min));
  const std::string name = name_of(desk, enrolment);
  return json_response(200, deleted_body({enrolment, name, desk.at.now}));
}

// s2: "This is taken from the skills catalog published and updated on our docs."
Result<Response> get_skills(const Request&, Desk& desk) {
  return json_response(200, skills_body(desk.catalogue));
}

}  // namespace

std::vector<Route> skills_routes() {
  using enum Access;
  constexpr auto mine = Tongue::skills;
  constexpr auto text = Body::text;
  constexpr auto none = Body::none;
  constexpr auto parts = Body::multipart;
  std::vector<Route> rows = {
      {{"POST", "/sessions", writes, text}, mine, post_session},
      {{"POST", "/sessions/{session_id}/steps", writes, text}, mine, post_step},
      {{"POST", "/steps/{step_id}/upload", writes, parts}, mine, post_upload},
      {{"POST", "/token", writes, text}, mine, post_token},
      {{"POST", "/consents/get", reads, text}, mine, post_consents_get},
      {{"POST", "/consents/receipt", reads, text}, mine, post_consents_receipt},
      {{"POST", "/consents/delete", writes, text}, mine, post_consents_delete},
      {{"GET", "/skills", reads, none}, mine, get_skills},
      // The same under /v1, as the same vendor's API pages write them.
      {{"POST", "/v1/sessions", writes, text}, mine, post_session},
      {{"POST", "/v1/sessions/{session_id}/steps", writes, text}, mine, post_step},
      {{"POST", "/v1/steps/{step_id}/upload", writes, parts}, mine, post_upload},
      {{"POST", "/v1/token", writes, text}, mine, post_token},
      {{"POST", "/v1/tokens", writes, text}, mine, post_token},
      {{"POST", "/v1/consents/get", reads, text}, mine, post_consents_get},
      {{"POST", "/v1/consents/receipt", reads, text}, mine, post_consents_receipt},
      {{"POST", "/v1/consents/delete", writes, text}, mine, post_consents_delete},
      {{"GET", "/v1/skills", reads, none}, mine, get_skills},
  };
  read_first<read_upload>(rows, post_upload);
  return rows;
}

}  // namespace limen::doors
