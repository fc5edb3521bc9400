// See steps.hpp.
#include "doors/pages/steps.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "doors/pages/page.hpp"
#include "journey/advance.hpp"

namespace limen::doors::pages {
namespace {

using journey::Field;
using journey::FieldType;
using journey::Session;
using journey::Step;
using journey::StepRule;
using journey::UploadRule;

Markup hidden_input(std::string_view name, std::string_view value) {
  return fill("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name, value);
}

Markup hidden_inputs(const Way& way) {
  Markup out;
  for (const auto& [name, value] : way.hidden) out += hidden_input(name, value);
  return out;
}

Markup required_mark(bool is_required) { return is_required ? fill(" required") : Markup(); }

std::string_view hint_of(const Field& field) {
  switch (field.type) {
    case FieldType::date: return "Year-month-day, for example 1990-12-31.";
    case FieldType::country: return "Two or three letters, for example RO or ROU.";
    case FieldType::mrz: return "The two or three lines at the bottom of the document.";
    case FieldType::text: return field.digits_only ? "Digits only." : "";
    case FieldType::boolean: break;
  }
  return "";
}

Markup choice(const Field& field, std::string_view name, std::string_view value) {
  Markup options = fill("<option value=\"\">Please choose</option>\n");
  for (const std::string& option : field.one_of) {
    const Markup selected = option == value ? fill(" selected") : Markup();
    options += fill("<option value=\"{}\"{}>{}</option>\n", option, selected, label_of(option));
  }
  return fill("<select id=\"{}\" name=\"{}\"{}>\n{}</select>\n", name, name,
              required_mark(field.required), options);
}

Markup text_input(const Field& field, std::string_view name, std::string_view value) {
  const std::size_t points_max = field.points_max > 0 ? field.points_max : limits::field_points;
  const Markup numeric = field.digits_only ? fill(" inputmode=\"numeric\"") : Markup();
  return fill("<input id=\"{}\" name=\"{}\" type=\"text\" maxlength=\"{}\" value=\"{}\"{}{}>\n",
              name, name, std::to_string(points_max), value, numeric,
              required_mark(field.required));
}

Markup control(const Field& field, std::string_view name, std::string_view value) {
  const Markup required = required_mark(field.required);
  switch (field.type) {
    case FieldType::date:
      return fill("<input id=\"{}\" name=\"{}\" type=\"date\" value=\"{}\"{}>\n", name, name, value,
                  required);
    case FieldType::country:
      return fill(
          "<input id=\"{}\" name=\"{}\" type=\"text\" minlength=\"2\" maxlength=\"3\" "
          "autocapitalize=\"characters\" value=\"{}\"{}>\n",
          name, name, value, required);
    case FieldType::mrz:
      return fill(
          "<textarea id=\"{}\" name=\"{}\" rows=\"3\" spellcheck=\"false\"{}>{}</textarea>\n", name,
          name, required, value);
    case FieldType::text:
    case FieldType::boolean: break;
  }
  return field.one_of.empty() ? text_input(field, name, value) : choice(field, name, value);
}

Markup field_row(const Field& field, const Form* given) {
  const std::string name = input_name(field);
  const std::string_view value = given == nullptr ? std::string_view() : given->get(name);
  const std::string label = label_of(field.name);
  if (field.type == FieldType::boolean) {
    const Markup checked = value == "true" ? fill(" checked") : Markup();
    return fill(
        "<label class=\"check\"><input type=\"checkbox\" name=\"{}\" value=\"true\"{}{}> "
        "<span>{}</span></label>\n",
        name, checked, required_mark(field.must_be_true), label);
  }
  const std::string text = field.required ? label : label + " (optional)";
  Markup out = fill("<label for=\"{}\">{}</label>\n", name, text);
  const std::string_view hint = hint_of(field);
  if (!hint.empty()) out += fill("<p class=\"hint\">{}</p>\n", hint);
  out += control(field, name, value);
  return out;
}

Markup file_row(const UploadRule& upload) {
  const std::string label = label_of(upload.type) + (upload.required ? "" : " (optional)");
  const std::string id = "file-" + upload.type;
  return fill(
      "<label for=\"{}\">{}</label>\n<p class=\"hint\">A picture: JPEG, PNG or WebP.</p>\n"
      "<input type=\"hidden\" name=\"type\" value=\"{}\">\n"
      "<input id=\"{}\" name=\"file\" type=\"file\" "
      "accept=\"image/jpeg,image/png,image/webp\" required>\n",
      id, label, upload.type, id);
}

Markup upload_form(const Way& way, const Step& step, const UploadRule& upload) {
  return fill(
      "<form method=\"post\" action=\"{}\" enctype=\"multipart/form-data\">\n{}{}{}"
      "<button type=\"submit\">Send picture</button>\n</form>\n",
      way.action, hidden_inputs(way), hidden_input("stepId", to_string(step.id)), file_row(upload));
}

bool has_upload(const Step& step, std::string_view type) {
  return std::ranges::any_of(step.uploads, [&](const auto& given) { return given.type == type; });
}

// Required ones first: when they are in, the journey goes on.
Markup missing_pictures(const Way& way, const Step& step, const StepRule& rule) {
  Markup required, optional;
  for (const UploadRule& upload : rule.uploads) {
    if (has_upload(step, upload.type)) continue;
    if (upload.required) required += upload_form(way, step, upload);
    else optional += upload_form(way, step, upload);
  }
  required += optional;
  return required;
}

// The form of a step. One without fields goes with its first picture, for one form holds one file.
Markup step_form(const Way& way, const StepRule& rule, const Form* given) {
  Markup rows = hidden_inputs(way);
  rows += hidden_input("step", rule.name);
  for (const Field& field : rule.fields) rows += field_row(field, given);
  const bool has_picture = rule.fields.empty() && !rule.uploads.empty();
  if (!has_picture)
    return fill(
        "<form method=\"post\" action=\"{}\">\n{}"
        "<button type=\"submit\">Continue</button>\n</form>\n",
        way.action, rows);
  rows += file_row(rule.uploads.front());
  return fill(
      "<form method=\"post\" action=\"{}\" enctype=\"multipart/form-data\">\n{}"
      "<button type=\"submit\">Send picture</button>\n</form>\n",
      way.action, rows);
}

// What the last step would still take while the next one is already asked for.
Markup optional_pictures(const Way& way, const Session& session, const journey::Skill& skill) {
  if (session.steps.empty()) return {};
  const Step& last = session.steps.back();
  const StepRule* rule = skill.step(last.name);
  if (rule == nullptr) return {};
  const Markup forms = missing_pictures(way, last, *rule);
  if (forms.is_empty()) return {};
  return fill("<h2>You may still add</h2>\n{}", forms);
}

Response finished(const Session& session) {
  // s4: returnUrl is the "custom page to be displayed by the client solution after completion of
  // the onboarding process".
  if (!session.return_url.empty()) return see_other(session.return_url);
  return render({200,
                 "Thank you",
                 fill("<p>Everything we needed has arrived.</p>\n"
                      "<p>You can close this page and go back to where you came from.</p>\n"),
                 session.theme,
                 {}});
}

}  // namespace

Response show_journey(const Session& session, const journey::Skill& skill, const Way& way,
                      const Complaint* complaint) {
  const journey::Wanted wanted = journey::wanted(session, skill);
  if (wanted.finished) return finished(session);
  Page page;
  page.theme = session.theme;
  page.leads_to = session.return_url;
  if (complaint != nullptr) {
    page.status = complaint->status;
    page.body += error_box(complaint->sentence);
  }
  page.body +=
      fill("<p>Step {} of {}</p>\n", std::to_string(wanted.done + 1), std::to_string(wanted.total));
  if (wanted.pending != nullptr) {
    page.title = label_of(wanted.pending->name);
    page.body += missing_pictures(way, *wanted.pending, *wanted.pending_rule);
    return render(page);
  }
  page.title = label_of(wanted.step);
  page.body += step_form(way, *wanted.rule, complaint == nullptr ? nullptr : complaint->given);
  page.body += optional_pictures(way, session, skill);
  return render(page);
}

}  // namespace limen::doors::pages
