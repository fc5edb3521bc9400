// Checking what a person answered against the definition of a step. Every rule here can be broken
// by input, so each is a refusal with the field's name and a sentence that says the rule; nothing
// is repaired but what has one obvious spelling (a country's case, the lines of a machine-readable
// zone).
#include "journey/skill.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::journey {
namespace {

using Lines = std::vector<std::string>;
using Checked = Result<Value>;

constexpr std::array<std::string_view, 3> shows_names = {"picture", "document", "face"};
constexpr std::array<std::string_view, 5> type_names = {"text", "boolean", "date", "country",
                                                        "mrz"};

Problem broken(const Field& field, const std::string& rule) {
  return {Fault::malformed, codes::invalid_field, field.name, field.name + " " + rule, {}, {}};
}
std::unexpected<Problem> refuse_field(const Field& field, const std::string& rule) {
  return refuse(broken(field, rule));
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// A page posts what was left empty as an empty text; that is the same as not posting it.
bool is_blank(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return trim(*text).empty();
  if (const auto* lines = std::get_if<Lines>(&value)) return lines->empty();
  return false;
}

Checked check_text(const Field& field, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return refuse_field(field, "must be a text");
  if (!is_utf8(*text) || has_control(*text))
    return refuse_field(field, "must be text without control characters");
  if (trim(*text).empty()) return refuse_field(field, "must not be empty");
  const std::size_t most = field.points_max > 0 ? field.points_max : limits::field_points;
  if (count_points(*text) > most)
    return refuse_field(field, "must have at most " + std::to_string(most) + " characters");
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (field.digits_only && !std::ranges::all_of(*text, is_digit))
    return refuse_field(field, "must have digits only");
  if (!field.one_of.empty() && std::ranges::find(field.one_of, *text) == field.one_of.end())
    return refuse_field(field, "must be one of " + listed(field.one_of));
  return *text;
}

Checked check_boolean(const Field& field, const Value& value) {
  const auto* yes = std::get_if<bool>(&value);
  if (yes == nullptr) return refuse_field(field, "must be true or false");
  if (field.must_be_true && !*yes) return refuse_field(field, "must be true");
  return *yes;
}

Checked check_date(const Field& field, const Value& value, Date today) {
  const auto* text = std::get_if<std::string>(&value);
  const auto date = text != nullptr ? parse_date(*text) : std::nullopt;
  if (!date) return refuse_field(field, "must be an existing date written YYYY-MM-DD");
  if (field.must_be_past && *date >= today) return refuse_field(field, "must be before today");
  if (field.must_be_past && date->year() < std::chrono::year{1900})
    return refuse_field(field, "must not be before 1900");
  return *text;
}

Checked check_country(const Field& field, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  std::string code = text != nullptr ? upper_ascii(*text) : std::string();
  if (!is_country(code))
    return refuse_field(field, "must be a country code of ISO 3166-1, alpha-2 or alpha-3");
  return code;
}

// The lines of a text, without what line ends leave behind; empty lines at either end go.
Lines split_lines(std::string_view text) {
  Lines out;
  while (true) {
    const std::size_t end = text.find('\n');
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}
Lines tidied(Lines lines) {
  for (std::string& line : lines) {
    if (line.ends_with('\r')) line.pop_back();
    line = std::string(trim(line));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  while (!lines.empty() && lines.front().empty()) lines.erase(lines.begin());
  return lines;
}

// ICAO Doc 9303 part 3, 4.2.2: a machine-readable zone has two lines of 44 or 36 characters or
// three of 30, in the letters A-Z, the digits and the filler <.
Checked check_mrz(const Field& field, const Value& value) {
  Lines lines;
  if (const auto* given = std::get_if<Lines>(&value)) lines = tidied(*given);
  if (const auto* text = std::get_if<std::string>(&value)) lines = tidied(split_lines(*text));
  const auto is_mrz = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<';
  };
  for (const std::string& line : lines)
    if (!std::ranges::all_of(line, is_mrz))
      return refuse_field(field, "must have only the characters A to Z, 0 to 9 and <");
  const std::size_t width = lines.empty() ? 0 : lines.front().size();
  const bool is_shape =
      (lines.size() == 3 && width == 30) || (lines.size() == 2 && (width == 36 || width == 44));
  const bool is_even =
      std::ranges::all_of(lines, [&](const std::string& line) { return line.size() == width; });
  if (!is_shape || !is_even)
    return refuse_field(field, "must be three lines of 30 characters, or two of 36 or of 44");
  return lines;
}

Checked check_one(const Field& field, const Value& value, Date today) {
  switch (field.type) {
    case FieldType::text: return check_text(field, value);
    case FieldType::boolean: return check_boolean(field, value);
    case FieldType::date: return check_date(field, value, today);
    case FieldType::country: return check_country(field, value);
    case FieldType::mrz: break;
  }
  return check_mrz(field, value);
}

const Answer* find_answer(const Answers& answers, std::string_view name) {
  const auto found = std::ranges::find(answers, name, &Answer::name);
  return found == answers.end() ? nullptr : &*found;
}

// Fields the step does not have, or has once and was given twice.
std::optional<Problem> find_unknown(const StepRule& rule, const Answers& given) {
  for (const Answer& answer : given) {
    const bool is_known =
        std::ranges::find(rule.fields, answer.name, &Field::name) != rule.fields.end();
    const std::string name = shown(answer.name);
    if (!is_known)
      return Problem{Fault::malformed,
                     codes::unknown_fields,
                     name,
                     name + " is not a field of step " + rule.name,
                     {},
                     {}};
    if (std::ranges::count(given, answer.name, &Answer::name) > 1)
      return Problem{
          Fault::malformed, codes::invalid_field, name, name + " must be given once", {}, {}};
  }
  return std::nullopt;
}

std::optional<Problem> find_missing(const StepRule& rule, const Answers& given) {
  std::vector<std::string> names;
  for (const Field& field : rule.fields)
    if (field.required && find_answer(given, field.name) == nullptr) names.push_back(field.name);
  if (names.empty()) return std::nullopt;
  return Problem{Fault::malformed,
                 codes::missing_fields,
                 names.front(),
                 "step " + rule.name + " needs " + listed(names),
                 {},
                 {}};
}

}  // namespace

std::string_view to_string(FieldType type) { return type_names[static_cast<std::size_t>(type)]; }

std::optional<FieldType> field_type_of(std::string_view name) {
  const auto found = std::ranges::find(type_names, name);
  if (found == type_names.end()) return std::nullopt;
  return static_cast<FieldType>(found - type_names.begin());
}

std::string_view to_string(Shows shows) { return shows_names[static_cast<std::size_t>(shows)]; }

std::optional<Shows> shows_of(std::string_view name) {
  const auto found = std::ranges::find(shows_names, name);
  if (found == shows_names.end()) return std::nullopt;
  return static_cast<Shows>(found - shows_names.begin());
}

const UploadRule* StepRule::upload(std::string_view type) const {
  const auto found = std::ranges::find(uploads, type, &UploadRule::type);
  return found == uploads.end() ? nullptr : &*found;
}

const StepRule* Skill::step(std::string_view wanted) const {
  const auto found = std::ranges::find(steps, wanted, &StepRule::name);
  return found == steps.end() ? nullptr : &*found;
}

bool Skill::has_uploads() const {
  return std::ranges::any_of(steps, [](const StepRule& step) { return !step.uploads.empty(); });
}

std::string_view text_of(const Answers& answers, std::string_view name) {
  const Answer* answer = find_answer(answers, name);
  const auto* text = answer == nullptr ? nullptr : std::get_if<std::string>(&answer->value);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

Result<Answers> check_answers(const StepRule& rule, const Answers& given, Date today) {
  if (auto problem = find_unknown(rule, given)) return refuse(std::move(*problem));
  if (auto problem = find_missing(rule, given)) return refuse(std::move(*problem));
  Answers out;
  for (const Field& field : rule.fields) {
    const Answer* answer = find_answer(given, field.name);
    if (answer == nullptr || (!field.required && is_blank(answer->value))) continue;
    out.push_back({field.name, TRY(check_one(field, answer->value, today))});
  }
  return out;
}

}  // namespace limen::journey
