// See wire.hpp. s1's vocabulary is class-validator's; its defaults are kept word for word, so that
// a client written against s1's server understands ours.
#include "doors/invitation/wire.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace limen::doors {
namespace {

constexpr std::size_t errors_max = 32;  // an answer must not outgrow its request

// The text of a member: absent is empty (class-validator reports both as isNotEmpty); of another
// type is noted. A12: "Number/array/null for a field → 400 naming that field."
std::string text_in(const json::object& body, std::string_view name, FieldHints& errors) {
  const json::value* value = member(body, name);
  if (value == nullptr) return {};
  if (const auto* text = value->if_string()) return std::string(*text);
  errors.push_back(hint_of(camel(name), "isString"));
  return {};
}

std::string needed_text_in(const json::object& body, std::string_view name, FieldHints& errors) {
  const std::size_t before = errors.size();
  std::string text = text_in(body, name, errors);
  if (trim(text).empty() && errors.size() == before)
    errors.push_back(hint_of(camel(name), "isNotEmpty"));
  return text;
}

std::string languages() {
  std::string out;
  for (const auto code : words::language_codes) out.append(out.empty() ? "" : ", ").append(code);
  return out;
}

std::string rule_text(std::string_view rule) {
  if (rule == "isNotEmpty") return "should not be empty";
  if (rule == "isString") return "must be a string";
  if (rule == "isEmail") return "must be an email";
  if (rule == "isBoolean") return "must be a boolean value";
  if (rule == "isObject") return "must be an object";
  if (rule == "isArray") return "must be an array";
  if (rule == "isInt") return "must be an integer number";
  if (rule == "isIn") return "must be one of the following values: " + languages();
  if (rule == "isIso8601") return "must be a valid ISO 8601 date string";
  if (rule == "isName") return "must be a name, without links, markup or control characters";
  if (rule != "maxLength") return "is not valid";
  return "must be shorter than or equal to " + std::to_string(limits::name_points) + " characters";
}

}  // namespace

Response bad_request(const FieldHints& errors) {
  json::array list;
  list.reserve(std::min(errors.size(), errors_max));
  for (const FieldHint& error : errors) {
    if (list.size() == errors_max) break;
    list.push_back({{"field", error.field}, {"code", error.code}, {"hint", error.hint}});
  }
  // s1, 400: `code` (number, required), `errors` (array, required); no timestamp, path or method.
  return json_response(400, {{"code", 400}, {"errors", std::move(list)}});
}

FieldHint hint_of(std::string field, std::string_view rule) {
  // s1: "email should not be empty"
  std::string hint = field + ' ' + rule_text(rule);
  return {std::move(field), std::string(rule), std::move(hint)};
}

std::string camel(std::string_view snake) {
  std::string out;
  out.reserve(snake.size());
  bool is_head = false;
  for (const char c : snake) {
    const bool is_lower = c >= 'a' && c <= 'z';
    if (c == '_') is_head = true;
    else out += is_head && is_lower ? static_cast<char>(c - 'a' + 'A') : c;
    if (c != '_') is_head = false;
  }
  return out;
}

Read<onboard::Invitee> read_invitee(const json::object& body) {
  FieldHints ill_typed;
  onboard::Invitee invitee{
      text_in(body, "email", ill_typed), text_in(body, "first_name", ill_typed),
      text_in(body, "last_name", ill_typed), text_in(body, "language", ill_typed)};
  const json::value* language = member(body, "language");
  // Absent is the organisation's; an empty text is a language nobody knows.
  const bool is_blank = language != nullptr && invitee.language.empty();
  const auto broken = onboard::check_invitee(invitee);
  if (broken.empty() && ill_typed.empty() && !is_blank) return invitee;
  // check_invitee keeps s1's order and took an ill-typed field for an empty one.
  FieldHints errors;
  for (const onboard::FieldError& error : broken) {
    std::string field = camel(error.field);
    const auto found = std::ranges::find(ill_typed, field, &FieldHint::field);
    const std::string_view rule =
        found == ill_typed.end() ? std::string_view(error.rule) : std::string_view(found->code);
    errors.push_back(hint_of(std::move(field), rule));
  }
  if (is_blank) errors.push_back(hint_of("language", language->is_string() ? "isIn" : "isString"));
  return std::unexpected(std::move(errors));
}

Read<CodeAndEmail> read_code_and_email(const json::object& body) {
  FieldHints errors;
  CodeAndEmail out{needed_text_in(body, "onboarding_token", errors),
                   needed_text_in(body, "email", errors)};
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return out;
}

Read<ConsentWords> read_consent(const json::object& body) {
  FieldHints errors;
  ConsentWords out;
  const json::value* agreed = member(body, "data_sharing_agreed");
  // s0: "explicit consent must be granted": neither an absent member nor "yes" is explicit.
  if (agreed == nullptr || !agreed->is_bool())
    errors.push_back(hint_of("dataSharingAgreed", "isBoolean"));
  else if (agreed->get_bool()) out.decision = onboard::Consent::agreed;
  out.date_of_birth = text_in(body, "dob", errors);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return out;
}

}  // namespace limen::doors
