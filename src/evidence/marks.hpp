// Dark marks on lighter ground, the size a printed character may have: where a search for lines of
// text begins. It knows no letters and no lines.
#pragma once

#include <vector>

#include "evidence/picture.hpp"

namespace limen::evidence {

struct Mark {
  float x, y;  // the middle of its box
  float size;  // the longer side of its box
};

constexpr std::size_t marks_max = 40'000;

// A pixel counts as dark when it is darker than the mean around it by one part in `share`: many
// parts find pale print, few keep characters apart that blur has run together. From the top on; a
// picture with more marks than marks_max gives the first ones.
std::vector<Mark> find_marks(const Grey& picture, int share);

}  // namespace limen::evidence
