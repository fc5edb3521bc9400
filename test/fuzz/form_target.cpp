// Percent-coding, forms and queries: what is read can be written and is read the same, a name has
// one value, and no text gets in that is not UTF-8 or holds a NUL.
#include <set>
#include <string>

#include "base/text.hpp"
#include "doors/door.hpp"
#include "doors/pages/form.hpp"
#include "fuzz/fuzz.hpp"
#include "http/message.hpp"

namespace limen::doors::pages {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

void check_text(std::string_view text) {
  ASSERT(is_utf8(text) && text.find('\0') == std::string_view::npos);
}

void check_coding(std::string_view text) {
  for (const auto plus : {http::Plus::is_plus, http::Plus::is_space}) {
    const std::string written = percent_encode(text);
    const auto read = http::percent_decode(written, plus);
    const bool is_text = is_utf8(text) && text.find('\0') == std::string_view::npos;
    ASSERT(read.has_value() == is_text);
    if (read) ASSERT(*read == text);
    if (const auto decoded = http::percent_decode(text, plus)) check_text(*decoded);
  }
}

void check_pairs(const Pairs& pairs, std::string_view text) {
  std::string written;
  http::Request request;
  request.query = text;
  for (const auto& [name, value] : pairs) {
    check_text(name);
    check_text(value);
    written += percent_encode(name) + "=" + percent_encode(value) + "&";
    const auto first = std::ranges::find(pairs, name, &Pairs::value_type::first);
    ASSERT(request.query_value(name) == first->second);
  }
  ASSERT(http::parse_form(written) == pairs);
}

journey::StepRule every_type() {
  using journey::FieldType;
  return {"step",
          {{.name = "a"},
           {.name = "token"},
           {.name = "b", .type = FieldType::boolean},
           {.name = "d", .type = FieldType::date},
           {.name = "c", .type = FieldType::country},
           {.name = "m", .type = FieldType::mrz}},
          {}};
}

void check_answers(const Form& form) {
  static const journey::StepRule rule = every_type();
  const journey::Answers answers = answers_in(form, rule);
  const Date today = *parse_date("2026-11-21");
  const auto checked = journey::check_answers(rule, answers, today);
  if (!checked) return fuzz::check_problem(checked.error());
  ASSERT(checked->size() <= rule.fields.size());
  for (const auto& answer : *checked)
    if (const auto* text = std::get_if<std::string>(&answer.value)) check_text(*text);
}

FUZZ(form) {
  check_coding(input);
  const auto pairs = http::parse_form(input);
  if (pairs) check_pairs(*pairs, input);
  Request request;
  request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
  request.body = input;
  const auto fields = text_fields(request);
  ASSERT(fields.has_value() == pairs.has_value());
  const auto form = Form::read(request);
  if (!form) return fuzz::check_problem(form.error());
  std::set<std::string_view> names;
  for (const auto& [name, value] : *pairs) {
    ASSERT(names.insert(name).second);
    ASSERT(form->get(name) == value && fields->get(name) == value);
  }
  check_answers(*form);
}

}  // namespace
}  // namespace limen::doors::pages
