// Loading, checking and rendering of templates. A small scanner looks at every tag before Mustache
// does: kainjow/mustache would take an unknown variable for an empty text, a partial for a template
// (a name could be one), and {{{x}}} for permission not to escape.
#include "outbox/templates.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <kainjow/mustache.hpp>
#include <sstream>
#include <system_error>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "outbox/templates_built_in.hpp"

namespace limen::outbox {
namespace {

using Texts = Templates::Texts;

constexpr std::size_t template_bytes = 64 * 1024;

struct Part {
  std::string_view file;
  std::string Texts::*text;
};
constexpr std::array<Part, 3> parts = {{
    {"invitation.subject.mustache", &Texts::subject},
    {"invitation.text.mustache", &Texts::text},
    {"invitation.html.mustache", &Texts::html},
}};

std::unexpected<Problem> broken(std::string_view file, const std::string& rule) {
  return refuse(Fault::malformed, codes::invalid_field, std::string(file) + ": " + rule,
                std::string(file));
}

bool is_known(std::string_view name) {
  const auto& names = variable_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string known_names() {
  std::string out;
  for (const auto name : variable_names()) out += (out.empty() ? "" : ", ") + std::string(name);
  return out;
}

// What one tag breaks, or nothing. `tag` is the text between the braces.
std::string rule_broken_by(std::string_view tag) {
  if (!tag.empty() && tag.front() == '!') return {};
  if (!tag.empty() && std::string_view("{&>=").find(tag.front()) != std::string_view::npos)
    return "tag {{" + std::string(tag) +
           "}}: unescaped values, partials and other delimiters are not allowed";
  if (!tag.empty() && std::string_view("#^/").find(tag.front()) != std::string_view::npos)
    tag.remove_prefix(1);
  const auto name = trim(tag);
  if (is_known(name)) return {};
  return "unknown variable {{" + std::string(name) + "}}; known are " + known_names();
}

Result<void> check_tags(std::string_view file, std::string_view text) {
  for (std::size_t at = text.find("{{"); at != text.npos; at = text.find("{{", at)) {
    const std::size_t end = text.find("}}", at + 2);
    if (end == text.npos) return broken(file, "a tag is opened with {{ and not closed");
    const auto rule = rule_broken_by(text.substr(at + 2, end - at - 2));
    if (!rule.empty()) return broken(file, rule);
    at = end + 2;
  }
  return {};
}

Result<void> check_characters(std::string_view file, std::string_view text) {
  if (text.size() > template_bytes) return broken(file, "larger than 64 KiB");
  if (!is_utf8(text)) return broken(file, "not UTF-8");
  std::string visible(text);
  std::erase_if(visible, [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  if (has_control(visible)) return broken(file, "holds a control character");
  return {};
}

std::string render_one(const std::string& text, const Variables& variables, bool is_html) {
  kainjow::mustache::mustache form(text);
  // Values of the text part are one line of valid UTF-8 each (letter.cpp); there is no markup they
  // could be.
  if (!is_html) form.set_custom_escape([](const std::string& value) { return value; });
  kainjow::mustache::data values;
  for (const auto& [name, value] : variables) {
    // An empty value is a false section: {{#last_name}} … {{/last_name}}.
    if (value.empty()) values.set(std::string(name), kainjow::mustache::data::type::bool_false);
    else values.set(std::string(name), value);
  }
  return form.render(values);
}

// The sample a template must survive: every variable has a value that is found again.
Variables sample() {
  Variables out;
  for (const auto name : variable_names()) out.emplace_back(name, "sample-" + std::string(name));
  return out;
}

Result<void> check_sample(const Texts& source) {
  for (const auto& part : parts) {
    const kainjow::mustache::mustache form(source.*part.text);
    if (!form.is_valid()) return broken(part.file, form.error_message());
  }
  const auto rendered = [&](const Part& part) {
    return render_one(source.*part.text, sample(), part.text == &Texts::html);
  };
  const std::string subject = rendered(parts[0]);
  const auto first = subject.find_first_not_of(" \t\r\n");
  const auto last = subject.find_last_not_of(" \t\r\n");
  if (first == subject.npos) return broken(parts[0].file, "the subject is empty");
  if (subject.substr(first, last - first).find_first_of("\r\n") != subject.npos)
    return broken(parts[0].file, "the subject has more than one line");
  for (const auto& part : {parts[1], parts[2]})
    if (rendered(part).find("sample-code") == std::string::npos)
      return broken(part.file, "{{code}} is missing: nobody could use the invitation");
  return {};
}

Result<std::string> read(const std::filesystem::path& path, std::string_view file) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf())) return broken(file, "cannot be read, or is empty");
  return std::move(content).str();
}

const Part* part_of(const std::string& file) {
  const auto found =
      std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.file == file; });
  return found == parts.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<std::string_view>& variable_names() {
  static const std::vector<std::string_view> names = {
      "first_name", "last_name", "organisation", "code", "code_plain", "link", "expires", "site"};
  return names;
}

Templates Templates::built_in() {
  Templates out;
  out.source_ = {built_in_subject, built_in_text, built_in_html};
  return out;
}

Result<Templates> Templates::load(const std::filesystem::path& folder) {
  Templates out = built_in();
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) return broken(folder.string(), "the folder cannot be read: " + error.message());
  for (const auto& entry : entries) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(".mustache")) continue;
    const Part* part = part_of(file);
    if (part == nullptr) return broken(file, "no letter has a template of this name");
    out.source_.*(part->text) = TRY(read(entry.path(), file));
    CHECK_OK(check_characters(file, out.source_.*(part->text)));
    CHECK_OK(check_tags(file, out.source_.*(part->text)));
  }
  CHECK_OK(check_sample(out.source_));
  return out;
}

Templates::Texts Templates::render(const Variables& variables) const {
  return {render_one(source_.subject, variables, false), render_one(source_.text, variables, false),
          render_one(source_.html, variables, true)};
}

}  // namespace limen::outbox
