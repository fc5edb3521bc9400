// Whether a document's edges are cut: where they are is told from its zone, which ICAO Doc 9303
// prints at a known place of a page of known size. Grey values alone cannot tell it: a page that
// fills the picture and one that is cut look the same. Without a zone nothing is said.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "evidence/grid.hpp"
#include "evidence/quality.hpp"

namespace limen::evidence {

// Of a part of a page, in its zone's measure: columns from the middle of the first character, lines
// from the middle of the first line.
struct Extent {
  float left, right, top, bottom;
};
// Of the whole page around a zone of `lines` of `width` characters, 3 of 30, 2 of 36 or 2 of 44
// (ICAO Doc 9303 parts 4 to 7). Lines stand 5 % nearer or farther than the nominal 6.35 mm, so the
// page's upper edge is that uncertain.
Extent page_extent(std::size_t lines, std::size_t width, bool is_visa);

// 50 where a sixteenth of the page is beyond the picture: less may be the measure's own error.
constexpr TraitRow cut_row = {Trait::cut, "cut", 0.0F, 0.0625F, 0.3F};

// The share of the page with these corners, in their order around it, that lies beyond a picture of
// that size, 0 to 1. Nothing when they are no corners of a page seen from its front.
std::optional<float> share_beyond(const std::array<Point, 4>& page, int width, int height);

}  // namespace limen::evidence
