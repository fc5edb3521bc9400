// See wire.hpp. Member names and status words are s2's and those of the same vendor's public pages.
#include "doors/skills/wire.hpp"

#include <algorithm>
#include <vector>

#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::doors {
namespace {

constexpr std::string_view in_progress = "SESSION_IN_PROGRESS";
constexpr std::string_view completed = "SESSION_COMPLETED";

std::unexpected<Problem> missing(const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) (list += list.empty() ? "" : ", ") += name;
  return refuse(Fault::malformed, codes::missing_fields, "missing fields: " + list,
                std::string(names.front()));
}

std::vector<std::string_view> absent_members(const json::object& body,
                                             std::initializer_list<std::string_view> names) {
  std::vector<std::string_view> out;
  for (const std::string_view name : names) {
    const json::value* value = member(body, name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    if (value == nullptr || (text != nullptr && text->empty())) out.push_back(name);
  }
  return out;
}

std::unexpected<Problem> ill_typed(std::string_view name, std::string_view rule) {
  const std::string field(name);
  return refuse(Fault::malformed, codes::invalid_field, field + " must be " + std::string(rule),
                field);
}

json::object step_rule_body(const journey::StepRule& step) {
  json::array fields;
  for (const journey::Field& field : step.fields) {
    json::object entry{
        {"name", field.name}, {"type", to_string(field.type)}, {"required", field.required}};
    if (!field.one_of.empty())
      entry.emplace("one_of", json::array(field.one_of.begin(), field.one_of.end()));
    fields.push_back(std::move(entry));
  }
  json::array uploads;
  for (const journey::UploadRule& upload : step.uploads)
    uploads.push_back({{"type", upload.type}, {"required", upload.required}});
  return {{"step", step.name}, {"fields", std::move(fields)}, {"uploads", std::move(uploads)}};
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

}  // namespace

Result<void> need_members(const json::object& body, std::initializer_list<std::string_view> names) {
  if (const auto absent = absent_members(body, names); !absent.empty()) return missing(absent);
  return {};
}

Result<void> need_texts(const json::object& body, std::initializer_list<std::string_view> names) {
  CHECK_OK(need_members(body, names));
  for (const std::string_view name : names)
    if (!member(body, name)->is_string()) return ill_typed(name, "a string");
  return {};
}

Result<void> need_upload(const Request& request) {
  if (request.media_type() != "multipart/form-data")
    return refuse(Fault::malformed, codes::wrong_media_type,
                  "the body must be multipart/form-data");
  std::vector<std::string_view> absent;
  for (const std::string_view name : {"client_id", "nonce", "type"}) {
    const auto found = request.fields.find(name);
    if (found == request.fields.end() || found->second.empty()) absent.push_back(name);
  }
  if (!request.file || request.file->field != "file") absent.push_back("file");
  if (!absent.empty()) return missing(absent);
  return {};
}

Result<journey::Answers> read_data(const json::object& body) {
  const json::value* data = member(body, "data");
  const json::object* object = data == nullptr ? nullptr : data->if_object();
  if (object == nullptr) return ill_typed("data", "an object");
  journey::Answers answers;
  answers.reserve(object->size());
  for (const auto& [name, given] : *object) {
    auto value = answer_value(given);
    // No field type takes one empty line: text, boolean, date and country take no lines, a
    // machine-readable zone has two or three.
    if (!value) value = std::vector<std::string>{""};
    answers.push_back({std::string(name), std::move(*value)});
  }
  return answers;
}

Result<std::int64_t> read_retention(const json::object& body) {
  const json::value* value = member(body, "pcd_data_retention");
  if (value == nullptr) return 0;
  if (const auto* minutes = value->if_int64()) return *minutes;
  return refuse(Fault::malformed, codes::invalid_retention,
                "pcd_data_retention must be a whole number of minutes", "pcd_data_retention");
}

json::object skills_body(const journey::Catalogue& catalogue) {
  json::array skills;
  for (const journey::Skill& skill : catalogue.all()) {
    json::array steps;
    for (const journey::StepRule& step : skill.steps) steps.push_back(step_rule_body(step));
    skills.push_back({{"skill", skill.name}, {"title", skill.title}, {"steps", std::move(steps)}});
  }
  return {{"skills", std::move(skills)}};
}

json::object step_body(const onboard::StepAnswer& answer) {
  // s2: "at each step submission, the response message will include a step_id and the nonce for the
  // next step"; "The temp_token is generated when you submit data with the last step".
  json::object body{{"step_id", to_string(answer.step_id)}};
  if (!answer.nonce.is_empty()) body.emplace("nonce", answer.nonce.reveal());
  if (!answer.temp_token.is_empty()) body.emplace("temp_token", answer.temp_token.reveal());
  body.emplace("status", answer.finished ? completed : in_progress);
  body.emplace("data", json::object{});
  return body;
}

json::object upload_body(const onboard::Attached& attached) {
  json::object body{{"upload_id", to_string(attached.upload.id)},
                    {"step_id", to_string(attached.step_id)},
                    {"type", attached.upload.type},
                    {"bytes", attached.upload.bytes},
                    {"sha256", hex(attached.upload.sha256)}};
  if (!attached.temp_token.is_empty()) body.emplace("temp_token", attached.temp_token.reveal());
  return body;
}

json::object token_body(const onboard::Settled& settled) {
  // s2: "exchange it for an access_token along with the credentials_id"
  return {{"access_token", settled.access_token.reveal()},
          {"credentials_id", to_string(settled.enrolment.id)},
          {"consent_exp", iso_seconds(settled.enrolment.consent_expires)},
          {"max_data_retention", iso_seconds(settled.enrolment.retention_ends)}};
}

Originator originator_of(std::string_view skill) {
  const std::size_t first = skill.find('_');
  Originator out{std::string(skill.substr(0, first)), {}};
  if (first == std::string_view::npos) return out;
  const std::string_view rest = skill.substr(first + 1);
  const std::string_view second = rest.substr(0, rest.find('_'));
  if (second.size() == 2 && journey::is_country(upper_ascii(second)))
    out.country = upper_ascii(second);
  return out;
}

json::object consent_body(const ConsentView& view) {
  const onboard::Enrolment& enrolment = view.enrolment;
  const Originator origin = originator_of(enrolment.skill);
  json::object originator{{"country", text_or_null(origin.country)},
                          {"servicer", origin.servicer},
                          {"skill", enrolment.skill}};
  json::object app{{"client_id", to_string(enrolment.client)}, {"name", view.client_name}};
  return {{"op_type", "read"},
          {"code", "credentials_info"},
          {"http", 200},
          {"message", "Consent info retrieved"},
          {"result",
           {{"credentials_id", to_string(enrolment.id)},
            {"originator", std::move(originator)},
            {"status", to_string(state_of(enrolment, view.now))},
            {"tenant_app_info", std::move(app)},
            {"utc_created", iso_seconds(enrolment.created)},
            {"utc_last_update", iso_seconds(enrolment.updated)},
            {"consent_exp", iso_seconds(enrolment.consent_expires)},
            {"max_data_retention", iso_seconds(enrolment.retention_ends)}}}};
}

json::object receipt_body(const onboard::Receipt& receipt) {
  return {{"op_type", "read"},
          {"code", "credentials_receipt"},
          {"http", 200},
          {"message", "Receipt retrieved"},
          {"result",
           {{"receipt", receipt.signed_text},
            {"opening", json::value_from(receipt.opening)},
            {"consent_texts", json::value_from(receipt.consent_texts)}}}};
}

json::object deleted_body(const ConsentView& view) {
  return {{"op_type", "delete"},
          {"code", "credentials_deleted"},
          {"http", 200},
          {"message", "Consent deleted"},
          {"result",
           {{"client_id", to_string(view.enrolment.client)},
            {"credentials_id", to_string(view.enrolment.id)},
            {"status", to_string(state_of(view.enrolment, view.now))},
            {"max_data_retention", iso_seconds(view.enrolment.retention_ends)}}}};
}

}  // namespace limen::doors
