// See session_view.hpp.
#include "doors/session_view.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/members.hpp"
#include "doors/reading.hpp"
#include "journey/advance.hpp"
#include "onboard/inspect.hpp"

namespace limen::doors {
namespace {

using journey::Session;
using journey::Step;
using journey::StepRule;
using journey::Upload;

json::object steps_json(const Session& session) {
  json::object steps;
  for (const Step& step : session.steps) {
    json::object answers;
    for (const auto& [name, value] : step.answers) answers[name] = value_json(value);
    steps[step.name] = std::move(answers);
  }
  return steps;
}

json::array files_json(const Session& session, const std::string& file_root) {
  json::array files;
  for (const Step& step : session.steps) {
    for (const Upload& upload : step.uploads) {
      const std::string id = to_string(upload.id);
      json::object file{{"uploadId", id},
                        {"type", upload.type},
                        {"step", step.name},
                        {"stepId", to_string(step.id)},
                        {"bytes", upload.bytes},
                        {"sha256", hex(upload.sha256)},
                        {"mediaType", upload.media_type},
                        {"url", file_root + to_string(session.id) + "/files/" + id}};
      files.push_back(std::move(file));
    }
  }
  return files;
}

// The use case stored the text it was given as an object; null only for a session without any.
json::value metadata_json(const Session& session) {
  if (session.metadata.empty()) return nullptr;
  auto value = parse_json(session.metadata);
  return value ? std::move(*value) : json::value();
}

json::value decision_json(const Session& session) {
  if (!session.decision) return nullptr;
  return json::object{{"level", journey::to_string(session.decision->level)},
                      {"rulesVersion", session.decision->rules_version},
                      {"trustFactors", factors_json(*session.decision)},
                      {"at", iso_millis(session.decision->at)}};
}

json::value review_json(const Session& session) {
  if (!session.review) return nullptr;
  return json::object{{"by", session.review->by},
                      {"reason", session.review->reason},
                      {"at", iso_millis(session.review->at)}};
}

json::array uploads_json(const StepRule& rule, const Step* submitted) {
  json::array uploads;
  for (const auto& upload : rule.uploads) {
    const bool is_received =
        submitted != nullptr && std::ranges::any_of(submitted->uploads, [&](const Upload& given) {
          return given.type == upload.type;
        });
    uploads.push_back(json::object{
        {"type", upload.type}, {"required", upload.required}, {"received", is_received}});
  }
  return uploads;
}

}  // namespace

std::string web_enrolment_url(const Desk& desk, const seal::Secret& reference) {
  return desk.settings.base_url + "/web-enrolment/?token=" + percent_encode(reference.reveal());
}

std::string public_id(const Session& session) {
  return session.caller_id.empty() ? to_string(session.id) : session.caller_id;
}

json::value value_json(const journey::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json::string(*text);
  if (const auto* answer = std::get_if<bool>(&value)) return *answer;
  return array_of(std::get<std::vector<std::string>>(value));
}

json::array factors_json(const journey::Decision& decision) {
  json::array factors;
  for (const auto& factor : decision.factors) {
    json::value score;
    if (factor.score) score = *factor.score;
    factors.push_back(json::object{{"name", factor.name},
                                   {"level", journey::to_string(factor.level)},
                                   {"score", score},
                                   {"explanation", factor.explanation}});
  }
  return factors;
}

json::array fields_json(const StepRule& rule) {
  json::array fields;
  for (const auto& field : rule.fields) {
    fields.push_back(json::object{{"name", field.name},
                                  {"type", journey::to_string(field.type)},
                                  {"required", field.required}});
  }
  return fields;
}

json::object upload_json(const Upload& upload, const Id& step_id) {
  return {{"upload_id", to_string(upload.id)},
          {"step_id", to_string(step_id)},
          {"type", upload.type},
          {"bytes", upload.bytes},
          {"sha256", hex(upload.sha256)}};
}

json::object session_json(const Session& session, View view, const std::string& file_root) {
  json::object properties{{"steps", steps_json(session)}};
  json::object out{{"id", to_string(session.id)},
                   {"sessionId", public_id(session)},
                   {"workflowId", session.skill},
                   {"status", onboard::device_status(session)},
                   {"createdAt", iso_millis(session.created)},
                   {"updatedAt", iso_millis(session.updated)},
                   {"expiresAt", iso_millis(session.expires)},
                   {"completedAt", time_or_null(session.completed)},
                   {"files", files_json(session, file_root)}};
  if (view == View::full) {
    // "Metadata is for the back end: read with session_all:read, never with the session's own
    // token." (contract, Metadata)
    properties["metadata"] = metadata_json(session);
    out["metadata"] = properties["metadata"];
    out["externalId"] = text_or_null(session.external_id);
    out["decision"] = decision_json(session);
    out["review"] = review_json(session);
  }
  out["properties"] = std::move(properties);
  return out;
}

json::object receipt_json(const onboard::Receipt& receipt) {
  return {{"receipt", receipt.signed_text},
          {"opening", array_of(receipt.opening)},
          {"consentTexts", array_of(receipt.consent_texts)}};
}

json::object next_json(const Session& session, const journey::Skill& skill) {
  const journey::Wanted wanted = journey::wanted(session, skill);
  if (wanted.finished) return {{"finished", true}};
  json::object out{{"sessionId", public_id(session)}};
  // A submitted step whose required uploads are missing comes before the step after it.
  if (wanted.pending != nullptr) {
    out["step"] = wanted.pending->name;
    out["stepId"] = to_string(wanted.pending->id);
    out["fields"] = json::array();
    out["uploads"] = uploads_json(*wanted.pending_rule, wanted.pending);
  } else {
    out["step"] = json::string(wanted.step);
    out["fields"] = fields_json(*wanted.rule);
    out["uploads"] = uploads_json(*wanted.rule, nullptr);
  }
  out["progress"] = json::object{{"done", wanted.done}, {"total", wanted.total}};
  return out;
}

Problem run_out() {
  return {Fault::gone, codes::session_over, {}, "this session has expired", {}, std::nullopt};
}

Result<Upload> find_upload(const Session& session, const Request& request) {
  Problem absent{Fault::absent, codes::absent, {}, "no such file", {}, std::nullopt};
  const Id id = TRY(id_param(request, "upload_id", absent));
  for (const Step& step : session.steps)
    for (const Upload& upload : step.uploads)
      if (upload.id == id) return upload;
  return refuse(std::move(absent));
}

onboard::FileInput file_input(const Request& request, const Desk& desk, std::string type) {
  const http::ReceivedFile& file = *request.file;
  onboard::FileInput input;
  if (const auto* read = dynamic_cast<const PictureRead*>(desk.prepared))
    input.reading = read->reading;
  input.type = std::move(type);
  input.file = file.name;
  input.bytes = file.bytes;
  ASSERT(file.sha256.size() == input.sha256.size());
  std::ranges::copy(file.sha256, input.sha256.begin());
  input.head = file.head;
  return input;
}

// What a stranger uploaded never runs here: sniffed type, attachment, sandbox, not cached.
Response file_response(Desk& desk, const Upload& upload) {
  const std::string_view ending = upload.media_type == "image/png"    ? ".png"
                                  : upload.media_type == "image/webp" ? ".webp"
                                                                      : ".jpg";
  Response response;
  const Bytes bytes = desk.files.read(upload.file);
  response.body = std::string(as_text(bytes));
  response.headers = {
      {"Content-Type", upload.media_type},
      // `type` is one of the skill's own upload types: letters, digits and '_'.
      {"Content-Disposition", "attachment; filename=\"" + upload.type + std::string(ending) + "\""},
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Security-Policy", "default-src 'none'; sandbox"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"}};
  return response;
}

}  // namespace limen::doors
