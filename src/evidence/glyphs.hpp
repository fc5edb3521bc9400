// Which character a cell shows: a small network trained by test/documents/train.py on rendered
// OCR-B, its weights compiled in (glyphs.inc). Gives probabilities, chooses nothing.
#pragma once

#include <array>
#include <string_view>

#include "evidence/cells.hpp"

namespace limen::evidence {

constexpr std::string_view glyphs = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::size_t no_glyph = glyphs.size();

// Natural logarithms of the probability of each of `glyphs` and, last, of none of them.
using Scores = std::array<float, glyphs.size() + 1>;

Scores recognise(const Cell& cell);

// The index in `glyphs`; no_glyph for what is no character of a zone.
std::size_t glyph_of(char c);

}  // namespace limen::evidence
