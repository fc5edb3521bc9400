// The text of a zone from what each of its cells may show. Neither place alone nor check digits
// alone decide: all texts of a form whose check digits hold are weighed at once by the probability
// of their characters, and the most probable is taken. It looks at no pixels.
#pragma once

#include <string>
#include <vector>

#include "evidence/forms.hpp"
#include "evidence/glyphs.hpp"

namespace limen::evidence {

struct Spelling {
  std::vector<std::string> lines{};
  // Of each character: the share that texts with this character here have of all texts whose check
  // digits hold, by probability.
  std::vector<std::vector<float>> confidences{};
  // The share that texts with holding check digits have of all texts of the form: near 1 when the
  // cells say so themselves, near 0 when the digits had to be talked into it.
  double consistency = 0;
  // Every character is the one its cell shows best: the check digits confirmed and rewrote nothing.
  bool is_as_seen = true;
  // Mean logarithm of the probability of a character, over all cells.
  double likelihood = 0;
};

using ScoresOfLines = std::vector<std::vector<Scores>>;

// The most probable text whose check digits hold. `cells` has the form's lines and width.
Spelling spell(const ScoresOfLines& cells, const FormOfZone& form);

// The most probable text, check digits or not; consistency is 0.
Spelling spell_freely(const ScoresOfLines& cells, const FormOfZone& form);

}  // namespace limen::evidence
