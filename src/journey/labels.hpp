// What people read for the names in a skill file: an operator's own label where there is one, else
// the word everybody knows for that name, else the name made readable. It exists so that a page
// and a preview call a field the same. It decides nothing about answers.
#pragma once

#include "journey/skill.hpp"

namespace limen::journey {

// Own labels say it in `language`, else in the fallback, else in the first language they have: a
// word of ours for the same name might mean something else.
std::string label_of(const Skill& skill, words::Language language);
std::string label_of(const StepRule& step, words::Language language);
std::string label_of(const Field& field, words::Language language);
std::string label_of(const UploadRule& upload, words::Language language);
// Of one of the values a field may have.
std::string option_label(const Field& field, std::string_view option, words::Language language);

}  // namespace limen::journey
