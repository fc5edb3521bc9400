// See fields.hpp.
#include "doors/pages/fields.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "journey/labels.hpp"

namespace limen::doors::pages {
namespace {

using journey::Field;
using journey::FieldType;

Markup attribute(bool is_there, std::string_view text) {
  return is_there ? Markup::trusted(text) : Markup();  // text: one of the literals below
}

Markup required_mark(bool is_required) { return attribute(is_required, " required"); }

// Digits of Arabic and Persian keyboards are read as ours: see form.cpp.
Markup digits_input() {
  return Markup::trusted(
      " inputmode=\"numeric\" pattern=\"[0-9\xD9\xA0-\xD9\xA9\xDB\xB0-\xDB\xB9]*\"");
}

std::string_view flaw_at(const Filled& filled, std::string_view target) {
  if (filled.flaws == nullptr) return {};
  for (const Flaw& flaw : *filled.flaws)
    if (flaw.target == target) return flaw.sentence;
  return {};
}

// Hint and complaint of a control, tied to it by aria-describedby.
struct Notes {
  Markup hint, wrong, described;
};
Notes notes_of(std::string_view id, std::string_view hint, std::string_view wrong) {
  Notes out;
  std::string ids;
  const auto add = [&](std::string_view ending) {
    if (!ids.empty()) ids += ' ';
    ids += std::string(id) + std::string(ending);
  };
  if (!hint.empty()) {
    out.hint = fill("<p class=\"hint\" id=\"{}-hint\">{}</p>\n", id, hint);
    add("-hint");
  }
  if (!wrong.empty()) {
    out.wrong = fill("<p class=\"wrong\" id=\"{}-wrong\">{}</p>\n", id, wrong);
    add("-wrong");
  }
  if (!ids.empty()) out.described = fill(" aria-describedby=\"{}\"", ids);
  if (!wrong.empty()) out.described += fill(" aria-invalid=\"true\"");
  return out;
}

std::string hint_of(const Look& look, const Field& field, bool has_document) {
  switch (field.type) {
    case FieldType::mrz: return look.say("hint.mrz");
    case FieldType::text: return field.digits_only ? look.say("hint.digits") : std::string();
    case FieldType::country:
      // The hint speaks of the document's; a browser that fills it in knows the person's own.
      return has_document && field.autofill.empty() ? look.say("hint.country") : std::string();
    case FieldType::date:  // three controls with a label each
    case FieldType::boolean: break;
  }
  return {};
}

Markup option(std::string_view value, std::string_view text, bool is_chosen) {
  return fill("<option value=\"{}\"{}>{}</option>\n", value, attribute(is_chosen, " selected"),
              text);
}

// By name, in the alphabetical order of the language.
Markup countries(const Look& look, std::string_view value) {
  const std::string_view chosen = journey::alpha3_of(upper_ascii(trim(value)));
  Markup out = option("", look.say("form.choose"), false);
  for (const auto& [code, name] : words::countries(look.language))
    out += option(code, name, !chosen.empty() && journey::alpha3_of(code) == chosen);
  return out;
}

Markup select(std::string_view id, const Markup& attributes, const Markup& options) {
  return fill("<select id=\"{}\" name=\"{}\"{}>\n{}</select>\n", id, id, attributes, options);
}

Markup text_input(const Field& field, std::string_view id, std::string_view value,
                  const Markup& attributes) {
  const std::size_t points_max = field.points_max > 0 ? field.points_max : limits::field_points;
  Markup fills = field.autofill.empty() ? Markup() : fill(" autocomplete=\"{}\"", field.autofill);
  if (!field.digits_only && (field.autofill == "email" || field.autofill == "tel"))
    fills += fill(" inputmode=\"{}\" autocapitalize=\"none\" dir=\"ltr\"", field.autofill);
  return fill("<input id=\"{}\" name=\"{}\" type=\"text\" maxlength=\"{}\" value=\"{}\"{}{}{}>\n",
              id, id, std::to_string(points_max), value,
              field.digits_only ? digits_input() : Markup(), fills, attributes);
}

Markup control(const Look& look, const Field& field, std::string_view value,
               const Markup& attributes) {
  const std::string id = input_name(field);
  if (field.type == FieldType::country) return select(id, attributes, countries(look, value));
  if (field.type == FieldType::mrz)
    return fill(
        "<textarea id=\"{}\" name=\"{}\" rows=\"3\" dir=\"ltr\" autocomplete=\"off\" "
        "autocapitalize=\"characters\" spellcheck=\"false\"{}>{}</textarea>\n",
        id, id, attributes, value);
  if (field.one_of.empty()) return text_input(field, id, value, attributes);
  Markup options = option("", look.say("form.choose"), false);
  for (const std::string& choice : field.one_of)
    options += option(choice, journey::option_label(field, choice, look.language), choice == value);
  return select(id, attributes, options);
}

std::string text_of_label(const Look& look, const Field& field) {
  const std::string label = journey::label_of(field, look.language);
  return field.required ? label : look.say("form.optional", {{"label", label}});
}

Markup tick_row(const Look& look, const Field& field, const Filled& filled) {
  const std::string id = input_name(field);
  const bool is_ticked = filled.given != nullptr && filled.given->get(id) == "true";
  const Notes notes = notes_of(id, {}, flaw_at(filled, id));
  Markup out = fill(
      "<label class=\"check\"><input type=\"checkbox\" id=\"{}\" name=\"{}\" value=\"true\"{}{}{}> "
      "<span>{}</span></label>\n",
      id, id, attribute(is_ticked, " checked"), required_mark(field.must_be_true), notes.described,
      journey::label_of(field, look.language));
  out += notes.wrong;
  return out;
}

struct Part {
  std::string_view which;
  words::Key label;
  std::string_view size, autofill;
};
constexpr std::array<Part, 3> parts = {{{"day", "date.part_day", "2", "-day"},
                                        {"month", "date.part_month", "2", "-month"},
                                        {"year", "date.part_year", "4", "-year"}}};

std::string two_digits(int number) {
  return number < 10 ? "0" + std::to_string(number) : std::to_string(number);
}

std::string month_text(const Look& look, int month) {
  static constexpr std::array<words::Key, 12> months = {
      "date.month_1", "date.month_2",  "date.month_3",  "date.month_4",
      "date.month_5", "date.month_6",  "date.month_7",  "date.month_8",
      "date.month_9", "date.month_10", "date.month_11", "date.month_12"};
  return look.say(months[static_cast<std::size_t>(month - 1)]);
}

// The parts in the order in which the language writes a date.
std::array<std::size_t, 3> order_of(const Look& look) {
  const std::string_view pattern = words::pattern(look.language, "date.day");
  const auto place = [&](std::size_t part) {
    return pattern.find("{" + std::string(parts[part].which) + "}");
  };
  std::array<std::size_t, 3> order = {0, 1, 2};
  std::ranges::sort(order, {}, place);
  return order;
}

Markup date_part(const Look& look, const DateField& field, const Part& part, std::string_view value,
                 bool is_wrong) {
  const std::string id = field.name + "." + std::string(part.which);
  const Markup fills = field.autofill.empty()
                           ? Markup()
                           : fill(" autocomplete=\"{}{}\"", field.autofill, part.autofill);
  Markup attributes = fills;
  attributes += required_mark(field.is_required);
  attributes += attribute(is_wrong, " aria-invalid=\"true\"");
  Markup out = fill("<div><label for=\"{}\">{}</label>\n", id, look.say(part.label));
  if (part.which == "month") {
    Markup options = option("", look.say("form.choose"), false);
    for (int month = 1; month <= 12; ++month) {
      const std::string number = two_digits(month);
      options += option(number, month_text(look, month), number == value);
    }
    out += select(id, attributes, options);
  } else {
    out += fill("<input id=\"{}\" name=\"{}\" type=\"text\"{} maxlength=\"{}\" value=\"{}\"{}>\n",
                id, id, digits_input(), part.size, value, attributes);
  }
  out += fill("</div>\n");
  return out;
}

// What was given before, cut into its parts: "1990-12-31" or whatever stood there.
std::array<std::string, 3> parts_given(const Filled& filled, std::string_view name) {
  if (filled.given == nullptr) return {};
  const std::string text = date_in(*filled.given, name);
  const std::size_t first = text.find('-');
  const std::size_t second = first == text.npos ? first : text.find('-', first + 1);
  if (second == text.npos) return {};
  return {text.substr(second + 1), text.substr(first + 1, second - first - 1),
          text.substr(0, first)};
}

std::string sentence_of(const Look& look, const Field& field, const Problem& problem,
                        const Form& form) {
  const std::string label = journey::label_of(field, look.language);
  const auto wrong = [&](words::Key rule, words::Values values = {}) {
    return look.say("form.wrong", {{"label", label}, {"rule", look.say(rule, values)}});
  };
  if (field.type == FieldType::boolean) return wrong("rule.consent");
  if (problem.code == codes::missing_fields) return look.say("form.fill_in", {{"label", label}});
  switch (field.type) {
    case FieldType::date: {
      const bool is_date = parse_date(date_in(form, input_name(field))).has_value();
      return is_date ? wrong("rule.past") : wrong("rule.date");
    }
    case FieldType::country: return wrong("rule.country");
    case FieldType::mrz: return wrong("rule.mrz");
    case FieldType::text:
    case FieldType::boolean: break;
  }
  if (!field.one_of.empty()) return wrong("rule.choice");
  const std::size_t most = field.points_max > 0 ? field.points_max : limits::field_points;
  const std::string most_text = std::to_string(most);
  if (count_points(form.get(input_name(field))) > most)
    return wrong("rule.long", {{"max", most_text}});
  return field.digits_only ? wrong("rule.digits") : wrong("rule.text");
}

}  // namespace

std::string first_part(const Look& look, std::string_view name) {
  return std::string(name) + "." + std::string(parts[order_of(look)[0]].which);
}

Markup date_row(const Look& look, const DateField& field, const Filled& filled) {
  const auto given = parts_given(filled, field.name);
  const std::string_view wrong = flaw_at(filled, first_part(look, field.name));
  const Notes notes = notes_of(field.name, field.hint, wrong);
  Markup inputs;
  for (const std::size_t i : order_of(look))
    inputs += date_part(look, field, parts[i], given[i], !wrong.empty());
  return fill(
      "<fieldset{}>\n<legend>{}</legend>\n{}<div class=\"date\">\n{}</div>\n{}</fieldset>\n",
      notes.described, field.legend, notes.hint, inputs, notes.wrong);
}

Markup field_row(const Look& look, const Field& field, const Filled& filled) {
  if (field.type == FieldType::boolean) return tick_row(look, field, filled);
  const std::string id = input_name(field);
  const std::string label = text_of_label(look, field);
  const std::string hint = hint_of(look, field, filled.has_document);
  if (field.type == FieldType::date)
    return date_row(look, {id, label, hint, field.autofill, field.required}, filled);
  const std::string_view value =
      filled.given == nullptr ? std::string_view() : filled.given->get(id);
  const Notes notes = notes_of(id, hint, flaw_at(filled, id));
  Markup attributes = required_mark(field.required);
  attributes += notes.described;
  return fill("<label for=\"{}\">{}</label>\n{}{}{}", id, label, notes.hint,
              control(look, field, value, attributes), notes.wrong);
}

std::vector<Flaw> flaws_in(const Look& look, const journey::StepRule& rule, const Form& form,
                           Date today) {
  std::vector<Flaw> flaws;
  for (const Field& field : rule.fields) {
    const journey::StepRule alone{rule.name, {field}, {}};
    const auto checked = journey::check_answers(alone, answers_in(form, alone), today);
    if (checked) continue;
    std::string target = input_name(field);
    if (field.type == FieldType::date) target = first_part(look, target);
    flaws.push_back({sentence_of(look, field, checked.error(), form), std::move(target)});
  }
  return flaws;
}

std::string answer_text(const Look& look, const Field& field, const journey::Value& value) {
  if (const auto* answer = std::get_if<bool>(&value))
    return *answer ? look.say("answer.yes") : look.say("answer.no");
  if (const auto* lines = std::get_if<std::vector<std::string>>(&value)) {
    std::string out;
    for (const std::string& line : *lines) out += (out.empty() ? "" : "\n") + line;
    return out;
  }
  const std::string& text = std::get<std::string>(value);
  if (field.type == FieldType::country)
    for (const auto& [code, name] : words::countries(look.language))
      if (journey::alpha3_of(code) == journey::alpha3_of(text)) return std::string(name);
  if (field.type == FieldType::date)
    if (const auto date = parse_date(text)) return words::in_words(look.language, *date);
  return field.one_of.empty() ? text : journey::option_label(field, text, look.language);
}

}  // namespace limen::doors::pages
