// See wire.hpp.
#include "doors/enrolment/wire.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "doors/members.hpp"
#include "doors/session_view.hpp"
#include "journey/statements.hpp"

namespace limen::doors::enrolment {
namespace {

using journey::Session;
using journey::Step;
using journey::Upload;

// s4: the table writes `WebEnrolmentTheme`, the example `webEnrolmentTheme`. Exactly these two.
Result<std::string> theme_in(const json::object& body) {
  const auto theme = TRY(optional_text(body, "webEnrolmentTheme"));
  const auto other = TRY(optional_text(body, "WebEnrolmentTheme"));
  if (theme && other && *theme != *other)
    return refuse(invalid("webEnrolmentTheme", "webEnrolmentTheme is given twice and differs"));
  return theme ? *theme : other.value_or(std::string());
}

std::string in_form(std::string_view name) { return "applicantForm." + std::string(name); }

// s4: "optional section to be provided if the applicant's names and DOB were collected before
// session initialization"
Result<std::optional<journey::Applicant>> applicant_in(const json::object& body) {
  const json::value* given = member(body, "applicantForm");
  if (given == nullptr || given->is_null()) return std::nullopt;
  if (!given->is_object())
    return refuse(invalid("applicantForm", "applicantForm must be an object"));
  const json::object& form = given->get_object();
  journey::Applicant applicant;
  for (const auto& [name, target] :
       {std::pair{"firstName", &applicant.first_name}, std::pair{"lastName", &applicant.last_name},
        std::pair{"additionalNames", &applicant.additional_names},
        std::pair{"dateOfBirth", &applicant.date_of_birth}}) {
    auto text = optional_text(form, name);
    if (!text) {
      text.error().field = in_form(name);
      return refuse(std::move(text).error());
    }
    *target = std::move(*text).value_or(std::string());
  }
  // An empty text is inside what absent is; a date that was sent must be one.
  const json::value* born = member(form, "dateOfBirth");
  if (applicant.date_of_birth.empty() && born != nullptr && born->is_string())
    return refuse(invalid(in_form("dateOfBirth"), "dateOfBirth must be a date, as YYYY-MM-DD"));
  // s4: "Default value is 'false'"
  auto skip = optional_bool(form, "skipIntegrityCheck");
  if (!skip) {
    skip.error().field = in_form("skipIntegrityCheck");
    return refuse(std::move(skip).error());
  }
  applicant.skip_integrity_check = skip->value_or(false);
  return applicant;
}

const Step* step_named(const Session& session, std::string_view name) {
  const auto at = std::ranges::find(session.steps, name, &Step::name);
  return at == session.steps.end() ? nullptr : &*at;
}

json::value answer_json(const Step* step, std::string_view name) {
  if (step == nullptr) return nullptr;
  const auto at = std::ranges::find(step->answers, name, &journey::Answer::name);
  return at == step->answers.end() ? json::value() : value_json(at->value);
}

json::array types_of(const Step* step) {
  json::array types;
  if (step == nullptr) return types;
  for (const Upload& upload : step->uploads) {
    const bool is_listed = std::ranges::any_of(
        types, [&](const json::value& type) { return type.get_string() == upload.type; });
    if (!is_listed) types.emplace_back(std::string_view(upload.type));
  }
  return types;
}

// Of the factors of a decision those on the face, or all others: they are on the document.
json::array factors_about(const Session& session, bool is_face) {
  json::array about;
  if (!session.decision) return about;
  for (json::value& factor : factors_json(*session.decision)) {
    const std::string_view name = factor.get_object()["name"].get_string();
    if (name.starts_with("Face ") == is_face) about.push_back(std::move(factor));
  }
  return about;
}

// What became of reading the pictures of the document.
journey::Level reading_level(const Session& session) {
  if (session.decision)
    for (const journey::Factor& factor : session.decision->factors)
      if (factor.name == "Document reading") return factor.level;
  return journey::Level::unavailable;
}

const Upload* upload_with(const Session& session, const std::optional<Id>& id) {
  for (const Step& step : session.steps)
    for (const Upload& upload : step.uploads)
      if (upload.id == id) return &upload;
  return nullptr;
}

// The lines of the zone that a picture of the statement shows.
json::array zone_json(const Session& session, const journey::Statement& statement) {
  const Upload* upload = upload_with(session, statement.upload);
  const bool is_there = upload != nullptr && upload->reading && upload->reading->zone;
  return is_there ? array_of(upload->reading->zone->lines) : json::array();
}

// By picture; what was not read with certainty nobody should take for what the document says.
json::object ocr_json(const Session& session, const std::vector<journey::Statement>& statements) {
  json::object out;
  for (const journey::Statement& statement : statements) {
    const bool is_read = statement.source == journey::Source::zone && statement.is_certain;
    if (is_read) out[upload_with(session, statement.upload)->type] = zone_json(session, statement);
  }
  return out;
}

// "document number" becomes documentNumber.
std::string member_of(std::string_view what) {
  std::string out;
  bool is_next = false;
  for (const char c : what) {
    if (c != ' ') out += is_next ? static_cast<char>(c - 'a' + 'A') : c;
    is_next = c == ' ';
  }
  return out;
}

json::object attributes_json(const journey::Statement& document) {
  json::object out{{"source", journey::to_string(document.source)}};
  for (const journey::Stated& field : document.fields) out[member_of(field.what)] = field.value;
  return out;
}

}  // namespace

Result<onboard::Opening> opening_of(const json::object& body) {
  onboard::Opening opening;
  opening.door = journey::Door::enrolment;
  // The workflow behind the page has a fixed name; see skills/enrolment.toml.
  opening.skill = "enrolment";
  opening.caller_id = TRY(required_text(body, "sessionId"));
  opening.return_url = TRY(required_text(body, "returnUrl"));
  const auto external_id = TRY(optional_text(body, "externalId"));
  opening.external_id = external_id.value_or(std::string());
  opening.theme = TRY(theme_in(body));
  opening.applicant = TRY(applicant_in(body));
  return opening;
}

Problem in_own_words(Problem problem) {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"session_id", "sessionId"},
      {"return_url", "returnUrl"},
      {"external_id", "externalId"},
      {"theme", "webEnrolmentTheme"},
      {"first_name", "applicantForm.firstName"},
      {"last_name", "applicantForm.lastName"},
      {"additional_names", "applicantForm.additionalNames"},
      {"date_of_birth", "applicantForm.dateOfBirth"},
  };
  for (const auto& [ours, theirs] : names)
    if (problem.field == ours) problem.field = theirs;
  return problem;
}

// Type and country are the person's choice. What the document says is the statement that the
// decision takes for it: of a picture, else what the app or the person sent.
json::object document_json(const Session& session, const journey::Skill& skill, Time now) {
  const Step* step = step_named(session, "document");
  const auto statements = journey::statements_of(session, skill, now);
  const auto document = std::ranges::find(statements, true, &journey::Statement::counts);
  const bool is_known = document != statements.end();
  const bool is_read = is_known && document->source == journey::Source::zone;
  return {{"sessionId", session.caller_id},
          {"status", journey::to_string(reading_level(session))},
          {"documentType", answer_json(step, "document_type")},
          {"country", answer_json(step, "country")},
          {"mrz", is_read ? json::value(zone_json(session, *document)) : answer_json(step, "mrz")},
          {"ocr", ocr_json(session, statements)},
          {"attributes", is_known ? attributes_json(*document) : json::object()},
          {"images", types_of(step)},
          {"trustFactors", factors_about(session, false)}};
}

// Whether the face is the document's, as far as an engine said so.
json::object face_json(const Session& session) {
  const auto match = session.faces ? session.faces->match : std::nullopt;
  json::value score;
  if (match && match->score) score = *match->score;
  return {{"sessionId", session.caller_id},
          {"status", journey::to_string(match ? match->level : journey::Level::unavailable)},
          {"score", score},
          {"images", types_of(step_named(session, "face"))},
          {"trustFactors", factors_about(session, true)}};
}

// s4: "one of the available verification results: HIGH, MEDIUM, LOW"; null until there is one.
json::object decision_json(const Session& session, const journey::Rules* rules) {
  json::object out{{"sessionId", session.caller_id},
                   {"decision", nullptr},
                   {"rulesVersion", nullptr},
                   {"trustFactors", json::array()}};
  if (rules != nullptr) out["rulesVersion"] = rules->version;
  if (!session.decision) return out;
  out["decision"] = journey::to_string(session.decision->level);
  out["rulesVersion"] = session.decision->rules_version;
  out["trustFactors"] = factors_json(*session.decision);
  return out;
}

json::array images_json(const Session& session, const std::string& image_root) {
  json::array images;
  for (const Step& step : session.steps) {
    for (const json::value& type : types_of(&step)) {
      const auto upload = image_named(session, type.get_string());
      images.push_back(json::object{{"name", upload->type},
                                    {"step", step.name},
                                    {"mediaType", upload->media_type},
                                    {"bytes", upload->bytes},
                                    {"sha256", hex(upload->sha256)},
                                    {"receivedAt", iso_millis(upload->received)},
                                    {"url", image_root + percent_encode(upload->type)}});
    }
  }
  return images;
}

Result<Upload> image_named(const Session& session, std::string_view name) {
  const Upload* found = nullptr;
  for (const Step& step : session.steps)
    for (const Upload& upload : step.uploads)
      if (upload.type == name) found = &upload;
  if (found == nullptr) return refuse(Fault::absent, codes::absent, "no such image");
  return *found;
}

}  // namespace limen::doors::enrolment
