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
#include "outbox/sentences.hpp"
#include "outbox/templates_built_in.hpp"

namespace limen::outbox {
namespace {

using Texts = Templates::Texts;

constexpr std::size_t template_bytes = 64 * 1024;

constexpr std::string_view extension = ".mustache";

struct Part {
  std::string_view file;  // its name, without a language and the extension
  std::string Texts::*text;
  Form form;
};
constexpr std::array<Part, 3> parts = {{
    {"invitation.subject", &Texts::subject, Form::subject},
    {"invitation.text", &Texts::text, Form::text},
    {"invitation.html", &Texts::html, Form::html},
}};

// What a template of an operator replaces: a part, in one language or in all.
struct Place {
  const Part* part;
  std::optional<words::Language> language;
};

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

Result<void> check_sample(std::string_view file, const Part& part, const std::string& source) {
  const kainjow::mustache::mustache form(source);
  if (!form.is_valid()) return broken(file, form.error_message());
  const std::string text = render_one(source, sample(), part.form == Form::html);
  if (part.form != Form::subject) {
    if (text.find("sample-code") != std::string::npos) return {};
    return broken(file, "{{code}} is missing: nobody could use the invitation");
  }
  const auto first = text.find_first_not_of(" \t\r\n");
  const auto last = text.find_last_not_of(" \t\r\n");
  if (first == text.npos) return broken(file, "the subject is empty");
  if (text.substr(first, last - first).find_first_of("\r\n") != text.npos)
    return broken(file, "the subject has more than one line");
  return {};
}

Result<std::string> read(const std::filesystem::path& path, std::string_view file) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf())) return broken(file, "cannot be read, or is empty");
  return std::move(content).str();
}

std::optional<Place> place_of(std::string_view file) {
  const std::string_view name = file.substr(0, file.size() - extension.size());
  for (const Part& part : parts) {
    if (name == part.file) return Place{&part, std::nullopt};
    if (!name.starts_with(part.file) || name[part.file.size()] != '.') continue;
    const auto language = words::language_of(name.substr(part.file.size() + 1));
    if (language) return Place{&part, language};
  }
  return std::nullopt;
}

Result<std::string> load_one(const std::filesystem::path& path, std::string_view file,
                             const Part& part) {
  std::string text = TRY(read(path, file));
  CHECK_OK(check_characters(file, text));
  CHECK_OK(check_tags(file, text));
  if (const auto unknown = unknown_sentence(text); !unknown.empty())
    return broken(file, "no sentence is called [[" + unknown + "]]");
  // Sentences hold variables and no sections, so one language shows what holds for all.
  CHECK_OK(check_sample(file, part, with_sentences(text, words::fallback, part.form)));
  return text;
}

}  // namespace

const std::vector<std::string_view>& variable_names() {
  static const std::vector<std::string_view> names = {
      "first_name", "last_name", "organisation", "code",     "code_plain",
      "link",       "expires",   "site",         "language", "direction"};
  return names;
}

Templates Templates::built_in() {
  Templates out;
  const Texts built_in = {built_in_subject, built_in_text, built_in_html};
  for (const Part& part : parts) out.put(built_in.*part.text, part.text, std::nullopt);
  return out;
}

void Templates::put(const std::string& structure, std::string Texts::*text,
                    std::optional<words::Language> only) {
  const auto part = std::find_if(parts.begin(), parts.end(),
                                 [&](const Part& candidate) { return candidate.text == text; });
  for (std::size_t at = 0; at < sources_.size(); ++at) {
    const auto language = static_cast<words::Language>(at);
    if (only && *only != language) continue;
    sources_[at].*text = with_sentences(structure, language, part->form);
  }
}

Result<Templates> Templates::load(const std::filesystem::path& folder) {
  Templates out = built_in();
  std::error_code error;
  std::filesystem::directory_iterator entries(folder, error);
  if (error) return broken(folder.string(), "the folder cannot be read: " + error.message());
  std::vector<std::pair<Place, std::string>> of_one;  // they go before those of all languages
  for (const auto& entry : entries) {
    const std::string file = entry.path().filename().string();
    if (!file.ends_with(extension)) continue;
    const auto place = place_of(file);
    if (!place) return broken(file, "no letter has a template of this name");
    std::string text = TRY(load_one(entry.path(), file, *place->part));
    if (place->language) of_one.emplace_back(*place, std::move(text));
    else out.put(text, place->part->text, std::nullopt);
  }
  for (const auto& [place, text] : of_one) out.put(text, place.part->text, place.language);
  return out;
}

Templates::Texts Templates::render(words::Language language, const Variables& variables) const {
  const Texts& source = sources_[static_cast<std::size_t>(language)];
  return {render_one(source.subject, variables, false), render_one(source.text, variables, false),
          render_one(source.html, variables, true)};
}

}  // namespace limen::outbox
