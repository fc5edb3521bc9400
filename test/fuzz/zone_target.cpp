// The reader of zones in pictures: whatever the picture, it comes back, and what it says is a zone.
// The first byte says how the rest is a picture: raw pixels of that width, or, for 0 and 255, blots
// of three bytes each (place and size) on a light page, which is how lattices come about; with 255
// every blot is the first of a row of thirty, two rows deep.
#include "evidence/zone.hpp"

#include <algorithm>
#include <cmath>

#include "fuzz/fuzz.hpp"

namespace limen::evidence {
namespace {

constexpr int side = 640;

void blot(Grey& page, int x, int y, int size) {
  for (int v = -size; v <= size; ++v)
    for (int u = -size / 2; u <= size / 2; ++u)
      if (x + u >= 0 && y + v >= 0) page.set(x + u, y + v, 20);
}

Grey blotted(std::string_view input, bool as_rows) {
  Grey page(side, side, std::vector<std::uint8_t>(std::size_t{side} * side, 210));
  for (int count = 0; input.size() >= 3 && count < 200; ++count) {
    const int x = fuzz::take_byte(input) * 2, y = fuzz::take_byte(input) * 2;
    const int byte = fuzz::take_byte(input), size = 2 + byte % 8, pitch = 2 * size + byte / 32;
    blot(page, x, y, size);
    for (int i = 1; as_rows && i < 60; ++i)
      blot(page, x + i % 30 * pitch, y + i / 30 * pitch * 5 / 2, size);
  }
  return page;
}

Grey picture_of(std::string_view input) {
  const int width = fuzz::take_byte(input);
  if (width == 0 || width == 255) return blotted(input, width == 255);
  const std::size_t rows = input.size() / static_cast<std::size_t>(width);
  const std::size_t size = rows * static_cast<std::size_t>(width);
  return {width,
          static_cast<int>(std::min<std::size_t>(rows, 4096)),
          {input.begin(), input.begin() + static_cast<long>(size)}};
}

FUZZ(zone) {
  const auto reading = read_zone(picture_of(input));
  if (!reading) return;
  ASSERT(reading->lines.size() == 2 || reading->lines.size() == 3);
  ASSERT(reading->lines.size() == reading->confidences.size());
  for (std::size_t i = 0; i < reading->lines.size(); ++i) {
    const std::string& line = reading->lines[i];
    ASSERT(line.size() == 30 || line.size() == 36 || line.size() == 44);
    ASSERT(line.size() == reading->confidences[i].size());
    for (const char c : line) ASSERT((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<');
    for (const float confidence : reading->confidences[i])
      ASSERT(confidence >= 0 && confidence <= 1.001F);
  }
  for (const Point& corner : reading->corners)
    ASSERT(std::isfinite(corner.x) && std::isfinite(corner.y));
  ASSERT(!reading->is_certain || reading->checks_hold);
}

}  // namespace
}  // namespace limen::evidence
