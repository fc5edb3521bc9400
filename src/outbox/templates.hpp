// The words of the invitation letter: three Mustache templates (subject, text, HTML), built into
// the binary, replaceable by an operator's files. It exists so that a wrong template is found when
// the server starts, not when the letter is due. It knows no invitation and sends nothing.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace limen::outbox {

// Names without braces, values as they should be read. Values of the HTML part are escaped.
using Variables = std::vector<std::pair<std::string_view, std::string>>;

// The variables a template may use: first_name, last_name, organisation, code, code_plain, link,
// expires, site.
const std::vector<std::string_view>& variable_names();

// A value: copyable; rendering is thread-safe.
class Templates {
 public:
  // invitation.subject.mustache, invitation.text.mustache, invitation.html.mustache.
  static Templates built_in();
  // Files of those names in `folder` replace the built-in ones; a name that is none of them is an
  // error, so that a typing error is no silence. Refuses with invalid_field: `field` is the file,
  // `detail` says which rule it breaks. Allowed tags: {{variable}}, {{#variable}}, {{^variable}},
  // {{/variable}}, {{! comment }}. Nothing unescaped, no partials, no other delimiters.
  static Result<Templates> load(const std::filesystem::path& folder);

  struct Texts {
    std::string subject, text, html;
  };
  Texts render(const Variables& variables) const;

 private:
  Texts source_;
};

}  // namespace limen::outbox
