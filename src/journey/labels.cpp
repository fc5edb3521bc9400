// Own labels first, then the locales.
#include "journey/labels.hpp"

#include <algorithm>

namespace limen::journey {
namespace {

const std::string* own(const Labels& labels, words::Language language) {
  for (const auto wanted : {language, words::fallback}) {
    const auto found = std::ranges::find(labels, wanted, &Label::language);
    if (found != labels.end()) return &found->text;
  }
  return labels.empty() ? nullptr : &labels.front().text;
}

std::string either(const Labels& labels, words::Language language, std::string_view room,
                   std::string_view name) {
  const std::string* text = own(labels, language);
  return text != nullptr ? *text : words::label(language, room, name);
}

}  // namespace

std::string label_of(const Skill& skill, words::Language language) {
  const std::string* text = own(skill.labels, language);
  return text != nullptr ? *text : skill.title;
}

std::string label_of(const StepRule& step, words::Language language) {
  return either(step.labels, language, "step", step.name);
}

std::string label_of(const Field& field, words::Language language) {
  return either(field.labels, language, "field", field.name);
}

std::string label_of(const UploadRule& upload, words::Language language) {
  return either(upload.labels, language, "upload", upload.type);
}

std::string option_label(const Field& field, std::string_view option, words::Language language) {
  const auto found = std::ranges::find(field.option_labels, option, &OptionLabels::option);
  const Labels none;
  const Labels& labels = found == field.option_labels.end() ? none : found->labels;
  return either(labels, language, "option", option);
}

}  // namespace limen::journey
