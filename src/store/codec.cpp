// JSON texts of columns, written and read with the one JSON library of base/.
#include "store/codec.hpp"

#include <array>
#include <limits>

#include "base/json.hpp"
#include "store/connection.hpp"

namespace limen::store {
namespace {

using journey::Answer;
using journey::Answers;

[[noreturn]] void broken(std::string_view what) {
  throw StoreError(StoreError::Cause::other, "a column does not hold " + std::string(what));
}

json::value parse(std::string_view text, std::string_view what) {
  auto value = parse_json(text);
  if (!value) broken(what);
  return std::move(*value);
}

json::object parse_object(std::string_view text, std::string_view what) {
  json::value value = parse(text, what);
  if (!value.is_object()) broken(what);
  return std::move(value.get_object());
}

const json::array& array_of(const json::value* value, std::string_view what) {
  if (value == nullptr || !value->is_array()) broken(what);
  return value->get_array();
}

std::string text_of(const json::value& value, std::string_view what) {
  if (!value.is_string()) broken(what);
  const auto& text = value.get_string();
  return {text.data(), text.size()};
}

std::string text_in(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr) broken(name);
  return text_of(*value, name);
}

std::int64_t number_in(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr || !value->is_int64()) broken(name);
  return value->get_int64();
}

bool flag_in(const json::object& object, std::string_view name) {
  const json::value* value = member(object, name);
  if (value == nullptr || !value->is_bool()) broken(name);
  return value->get_bool();
}

// A small number of the file as T; one that T does not hold is no other number.
template <class T>
T small_in(const json::object& object, std::string_view name, T least, T most) {
  const std::int64_t number = number_in(object, name);
  if (number < static_cast<std::int64_t>(least) || number > static_cast<std::int64_t>(most))
    broken(name);
  return static_cast<T>(number);
}

journey::Level level_in(const json::object& object) {
  return small_in(object, "level", journey::Level::high, journey::Level::unknown);
}

// The three findings with their names, to be read or written.
template <class Faces>
auto findings_of(Faces& faces) {
  using Place = decltype(&faces.presence);
  return std::array<std::pair<std::string_view, Place>, 3>{
      {{"presence", &faces.presence}, {"match", &faces.match}, {"liveness", &faces.liveness}}};
}

json::array array_of_texts(const std::vector<std::string>& texts) {
  json::array array;
  array.reserve(texts.size());
  for (const auto& text : texts) array.emplace_back(text);
  return array;
}

std::vector<std::string> texts_of(const json::array& array) {
  std::vector<std::string> texts;
  texts.reserve(array.size());
  for (const auto& value : array) texts.push_back(text_of(value, "a list of texts"));
  return texts;
}

json::value value_of(const journey::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return json::string(*text);
  if (const auto* flag = std::get_if<bool>(&value)) return *flag;
  return array_of_texts(std::get<std::vector<std::string>>(value));
}

journey::Value value_of(const json::value& value) {
  if (value.is_bool()) return value.get_bool();
  if (value.is_array()) return texts_of(value.get_array());
  return text_of(value, "an answer");
}

json::array asked_json(const std::vector<journey::Asked>& asked) {
  json::array out;
  for (const journey::Asked& one : asked) {
    json::object step{{"step", one.step}, {"zone", one.has_zone}};
    step.emplace("documents", array_of_texts(one.documents));
    step.emplace("faces", array_of_texts(one.faces));
    step.emplace("pictures", array_of_texts(one.pictures));
    out.emplace_back(std::move(step));
  }
  return out;
}

std::vector<journey::Asked> asked_of(const json::array& array) {
  std::vector<journey::Asked> out;
  for (const auto& value : array) {
    if (!value.is_object()) broken("what a step asked for");
    const json::object& step = value.get_object();
    const json::value* zone = member(step, "zone");
    if (zone == nullptr || !zone->is_bool()) broken("zone");
    const auto types = [&](std::string_view name) {
      return texts_of(array_of(member(step, name), name));
    };
    out.push_back({text_in(step, "step"), zone->get_bool(), types("documents"), types("faces"),
                   types("pictures")});
  }
  return out;
}

}  // namespace

std::string encode(const std::vector<std::string>& names) {
  return json::serialize(array_of_texts(names));
}
std::vector<std::string> decode_names(std::string_view text) {
  if (text == "[]") return {};
  const json::value value = parse(text, "a list of names");
  return texts_of(array_of(&value, "a list of names"));
}

// An object whose members keep their order; names are unique by the step's definition.
std::string encode(const Answers& answers) {
  json::object object;
  object.reserve(answers.size());
  for (const Answer& answer : answers) object.emplace(answer.name, value_of(answer.value));
  return json::serialize(object);
}
Answers decode_answers(std::string_view text) {
  const json::object object = parse_object(text, "answers");
  Answers answers;
  answers.reserve(object.size());
  for (const auto& [name, value] : object)
    answers.push_back({std::string(name.data(), name.size()), value_of(value)});
  return answers;
}

std::string encode(const journey::Applicant& a) {
  return json::serialize(json::object{{"first_name", a.first_name},
                                      {"last_name", a.last_name},
                                      {"additional_names", a.additional_names},
                                      {"date_of_birth", a.date_of_birth},
                                      {"skip_integrity_check", a.skip_integrity_check}});
}
journey::Applicant decode_applicant(std::string_view text) {
  const json::object object = parse_object(text, "an applicant");
  return {text_in(object, "first_name"), text_in(object, "last_name"),
          text_in(object, "additional_names"), text_in(object, "date_of_birth"),
          flag_in(object, "skip_integrity_check")};
}

std::string encode(const journey::Decision& decision) {
  json::array factors;
  for (const journey::Factor& factor : decision.factors) {
    json::object object{{"name", factor.name},
                        {"level", static_cast<int>(factor.level)},
                        {"explanation", factor.explanation}};
    if (factor.score) object.emplace("score", *factor.score);
    factors.emplace_back(std::move(object));
  }
  return json::serialize(json::object{{"level", static_cast<int>(decision.level)},
                                      {"rules_version", decision.rules_version},
                                      {"at_ms", to_ms(decision.at)},
                                      {"factors", std::move(factors)},
                                      {"asked", asked_json(decision.asked)}});
}
journey::Decision decode_decision(std::string_view text) {
  const json::object object = parse_object(text, "a decision");
  journey::Decision decision;
  decision.level = level_in(object);
  decision.rules_version = text_in(object, "rules_version");
  decision.at = from_ms(number_in(object, "at_ms"));
  for (const auto& value : array_of(member(object, "factors"), "factors")) {
    if (!value.is_object()) broken("a factor");
    const json::object& factor = value.get_object();
    journey::Factor read{
        text_in(factor, "name"), level_in(factor), {}, text_in(factor, "explanation")};
    if (member(factor, "score") != nullptr)
      read.score = small_in(factor, "score", std::numeric_limits<int>::min(),
                            std::numeric_limits<int>::max());
    decision.factors.push_back(std::move(read));
  }
  if (const json::value* asked = member(object, "asked"))
    decision.asked = asked_of(array_of(asked, "what was asked for"));
  return decision;
}

std::string encode(const journey::Duplicates& duplicates) {
  json::array found;
  for (const journey::Coincidence& other : duplicates.found)
    found.push_back(json::object{{"session", to_string(other.session)},
                                 {"what", static_cast<int>(other.what)}});
  return json::serialize(json::object{{"document", duplicates.has_document},
                                      {"pictures", duplicates.has_pictures},
                                      {"found", std::move(found)}});
}
journey::Duplicates decode_duplicates(std::string_view text) {
  const json::object object = parse_object(text, "duplicates");
  journey::Duplicates out{flag_in(object, "document"), flag_in(object, "pictures"), {}};
  for (const auto& value : array_of(member(object, "found"), "coincidences")) {
    if (!value.is_object()) broken("a coincidence");
    const auto session = parse_id(text_in(value.get_object(), "session"));
    if (!session) broken("a session");
    out.found.push_back({*session, small_in(value.get_object(), "what", journey::Alike::document,
                                            journey::Alike::picture)});
  }
  return out;
}

std::string encode(const journey::Faces& faces) {
  json::object out{{"state", static_cast<int>(faces.state)}};
  for (const auto& [name, finding] : findings_of(faces)) {
    if (!*finding) continue;
    json::object said{{"level", static_cast<int>((*finding)->level)},
                      {"explanation", (*finding)->explanation}};
    if ((*finding)->score) said.emplace("score", *(*finding)->score);
    out.emplace(name, std::move(said));
  }
  if (!faces.asked.empty()) out.emplace("asked", asked_json(faces.asked));
  return json::serialize(out);
}
journey::Faces decode_faces(std::string_view text) {
  const json::object object = parse_object(text, "faces");
  journey::Faces out;
  out.state =
      small_in(object, "state", journey::Faces::State::unasked, journey::Faces::State::withdrawn);
  for (const auto& [name, finding] : findings_of(out)) {
    const json::value* said = member(object, name);
    if (said == nullptr) continue;
    if (!said->is_object()) broken("a finding");
    journey::Finding read{
        level_in(said->get_object()), {}, text_in(said->get_object(), "explanation")};
    if (member(said->get_object(), "score") != nullptr)
      read.score = small_in(said->get_object(), "score", 0, 100);
    *finding = std::move(read);
  }
  if (const json::value* asked = member(object, "asked"))
    out.asked = asked_of(array_of(asked, "what was asked for"));
  return out;
}

std::string encode(const journey::Review& review) {
  return json::serialize(
      json::object{{"by", review.by}, {"reason", review.reason}, {"at_ms", to_ms(review.at)}});
}
journey::Review decode_review(std::string_view text) {
  const json::object object = parse_object(text, "a review");
  return {text_in(object, "by"), text_in(object, "reason"), from_ms(number_in(object, "at_ms"))};
}

}  // namespace limen::store
