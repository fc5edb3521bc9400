// Parts of a picture that are drawn as densely as a bar code is: where they lie and which way their
// bars run. Text may look so, too: whoever reads finds out. It reads nothing.
#pragma once

#include <vector>

#include "evidence/picture.hpp"

namespace limen::evidence {

// A rectangle that may stand askew: its middle, half its sides, and the direction of the first of
// them, across the bars, in radians between -pi/2 and pi/2. Where no direction prevails it is 0.
struct Patch {
  float x = 0, y = 0;
  float half_width = 0, half_height = 0;
  float angle = 0;
  bool has_direction = false;
  float energy = 0;  // how much is drawn in it
};

// The most drawn first, at most `most`.
std::vector<Patch> find_patches(const Grey& picture, std::size_t most);

// What stands in it, upright or upside down, `width` pixels wide and as high as that makes it.
// Empty when it has no size.
Grey cut_patch(const Pyramid& picture, const Patch& patch, int width);

// The mean of each pixel and `reach` above and below: along bars it removes noise and nothing else.
Grey smoothed_down(const Grey& from, int reach);
// Around the mean of a surrounding wider than any bar, sharpened across the bars: what blur has
// made pale is on the right side of 128 again.
Grey evened(const Grey& from, float sharpening);

}  // namespace limen::evidence
