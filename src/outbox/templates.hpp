// The form of the invitation letter: three Mustache templates (subject, text, HTML), built into the
// binary, replaceable by an operator's files, with their sentences in every language. It exists so
// that a wrong template is found when the server starts, not when the letter is due. It knows no
// invitation and sends nothing.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/words.hpp"

namespace limen::outbox {

// Names without braces, values as they should be read. Values of the HTML part are escaped.
using Variables = std::vector<std::pair<std::string_view, std::string>>;

// The variables a template may use: first_name, last_name, organisation, code, code_plain, link,
// expires, site, language (BCP 47), direction (ltr, rtl).
const std::vector<std::string_view>& variable_names();

// A value: copyable; rendering is thread-safe.
class Templates {
 public:
  // invitation.subject.mustache, invitation.text.mustache, invitation.html.mustache.
  static Templates built_in();
  // Files of those names in `folder` replace the built-in ones in every language; with a language's
  // code before the last part (invitation.text.de-DE.mustache) in that one, and go before the
  // others. A name that is none of them is an error, so that a typing error is no silence. Refuses
  // with invalid_field: `field` is the file, `detail` says which rule it breaks. Allowed tags:
  // {{variable}}, {{#variable}}, {{^variable}},
  // {{/variable}}, {{! comment }}. Nothing unescaped, no partials, no other delimiters. And the
  // sentences of the locales: [[letter.hello]] (sentences.hpp).
  static Result<Templates> load(const std::filesystem::path& folder);

  struct Texts {
    std::string subject, text, html;
  };
  Texts render(words::Language language, const Variables& variables) const;

 private:
  void put(const std::string& structure, std::string Texts::*text,
           std::optional<words::Language> only);

  std::array<Texts, words::language_codes.size()> sources_;  // by language, sentences put in
};

}  // namespace limen::outbox
