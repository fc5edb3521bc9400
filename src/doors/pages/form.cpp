// See form.hpp.
#include "doors/pages/form.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::doors::pages {
namespace {

using journey::FieldType;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    // HTML section 4.10.22.4: a form sends line breaks as CR LF.
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!trim(line).empty()) lines.emplace_back(trim(line));
  }
  return lines;
}

// Arabic and Persian keyboards write these digits where we ask for ours: U+0660 to U+0669 are D9 A0
// to D9 A9, U+06F0 to U+06F9 are DB B0 to DB B9.
std::string with_our_digits(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto follows = [&](char lead, unsigned first) {
      const unsigned byte = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0;
      const bool is = text[0] == lead && byte >= first && byte <= first + 9;
      if (is) out += static_cast<char>('0' + (byte - first));
      return is;
    };
    if (follows('\xD9', 0xA0) || follows('\xDB', 0xB0)) {
      text.remove_prefix(2);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

// What our own forms carry beside the answers.
constexpr std::string_view own_names[] = {"authorization", "sessionId", "token",  "step", "stepId",
                                          "type",          "file",      "iframe", "lang", "device",
                                          "crossDevice",   "onlyMobile"};

}  // namespace

std::string input_name(const journey::Field& field) {
  const bool is_taken = std::ranges::find(own_names, field.name) != std::end(own_names);
  return is_taken ? "data." + field.name : field.name;
}

Result<Form> Form::read(const Request& request) {
  Form form;
  const std::string type = request.media_type();
  if (type == "multipart/form-data") {
    form.fields_ = request.fields;
    return form;
  }
  if (type != "application/x-www-form-urlencoded")
    return refuse(Fault::malformed, codes::wrong_media_type, "the body must be a form");
  auto pairs = http::parse_form(request.body);
  if (!pairs)
    return refuse(Fault::malformed, codes::malformed_request,
                  "the form is not percent-encoded UTF-8");
  for (auto& [name, value] : *pairs)
    if (!form.fields_.emplace(std::move(name), std::move(value)).second)
      return refuse(Fault::malformed, codes::malformed_request, "the form has a field twice");
  return form;
}

std::string_view Form::get(std::string_view name) const {
  const auto at = fields_.find(name);
  return at == fields_.end() ? std::string_view() : std::string_view(at->second);
}

std::string date_in(const Form& form, std::string_view name) {
  const std::string_view whole = trim(form.get(name));
  if (!whole.empty()) return with_our_digits(whole);
  const auto part = [&](std::string_view which, std::size_t digits) {
    std::string text =
        with_our_digits(trim(form.get(std::string(name) + "." + std::string(which))));
    while (!text.empty() && text.size() < digits) text.insert(0, "0");
    return text;
  };
  const std::string day = part("day", 2), month = part("month", 2), year = part("year", 1);
  if (day.empty() && month.empty() && year.empty()) return {};
  return year + "-" + month + "-" + day;
}

journey::Answers answers_in(const Form& form, const journey::StepRule& rule) {
  journey::Answers answers;
  for (const journey::Field& field : rule.fields) {
    const std::string text = field.type == FieldType::date
                                 ? date_in(form, input_name(field))
                                 : std::string(form.get(input_name(field)));
    if (field.type == FieldType::boolean) {
      answers.push_back({field.name, text == "true"});
      continue;
    }
    if (trim(text).empty()) continue;
    if (field.type == FieldType::mrz) answers.push_back({field.name, lines_of(text)});
    else if (field.type == FieldType::country)
      answers.push_back({field.name, upper_ascii(trim(text))});
    else answers.push_back({field.name, field.digits_only ? with_our_digits(text) : text});
  }
  return answers;
}

}  // namespace limen::doors::pages
