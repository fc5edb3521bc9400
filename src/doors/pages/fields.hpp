// The fields of a step as a person fills them in: the right keyboard, a date nobody can mistype, a
// country by its name, and beside each what is wrong with it. Everything follows from the skill's
// rules; no field is known by name but to the words of a language.
#pragma once

#include <string>
#include <vector>

#include "base/time.hpp"
#include "doors/pages/form.hpp"
#include "doors/pages/html.hpp"
#include "doors/pages/page.hpp"
#include "journey/skill.hpp"

namespace limen::doors::pages {

// What stands beside one field: what was given before, what is wrong with that, and whether the
// step takes a picture of a document, which its fields then speak of.
struct Filled {
  const Form* given = nullptr;
  const std::vector<Flaw>* flaws = nullptr;
  bool has_document = false;
};
Markup field_row(const Look& look, const journey::Field& field, const Filled& filled);

// Three parts under one heading; `autofill` is "bday" or nothing.
struct DateField {
  std::string name;  // of the input; its parts are name.day, name.month, name.year
  std::string legend;
  std::string hint;
  std::string autofill{};
  bool is_required = false;
};
Markup date_row(const Look& look, const DateField& field, const Filled& filled);

// The id of the part that comes first in the language: where a complaint leads.
std::string first_part(const Look& look, std::string_view name);

// Every rule of `rule` that the form breaks, in the order of the fields, each with the id of its
// control. `today` decides about past dates.
std::vector<Flaw> flaws_in(const Look& look, const journey::StepRule& rule, const Form& form,
                           Date today);

// An answer as a person reads it: a country by its name, a date in words, a choice by its label.
std::string answer_text(const Look& look, const journey::Field& field, const journey::Value& value);

}  // namespace limen::doors::pages
