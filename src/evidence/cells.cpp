// Light differs along a zone, so each cell has its own ground; ink is as dark as it is around, for
// an empty cell would otherwise be stretched until its noise looks like strokes.
#include "evidence/cells.hpp"

#include <algorithm>
#include <cmath>

namespace limen::evidence {
namespace {

constexpr float samples_a_pitch = 16;
constexpr float contrast_min = 6;  // grey levels: less is a blank, not a pale character
constexpr int around = 3;          // cells on each side that tell how dark ink is

// The halving whose pixels are about as large as a sample, never larger.
int level_for(const Pyramid& picture, float sample) {
  int level = 0;
  while (sample >= 2 && level < picture.last()) sample /= 2, ++level;
  return level;
}

Cell sampled(const Pyramid& picture, const Grid& grid, int column, int line) {
  const auto c = static_cast<float>(column), r = static_cast<float>(line);
  const Point middle = grid.place(c, r), along = grid.along(c, r), down = grid.down(c, r);
  const float pitch = std::hypot(along.x, along.y), height = std::hypot(down.x, down.y);
  const Point right = {along.x / samples_a_pitch, along.y / samples_a_pitch};
  const float shrink = height > 0 ? pitch / height / samples_a_pitch : 0;
  const Point below = {down.x * shrink, down.y * shrink};
  const int level = level_for(picture, pitch / samples_a_pitch);
  const Grey& pixels = picture.level(level);
  const float scale = static_cast<float>(1 << level), shift = (scale - 1) / 2;
  Cell cell;
  std::size_t at = 0;
  for (int v = 0; v < cell_height; ++v) {
    for (int u = 0; u < cell_width; ++u) {
      const float a = static_cast<float>(u) - (cell_width - 1) / 2.0F;
      const float b = static_cast<float>(v) - (cell_height - 1) / 2.0F;
      const float x = middle.x + a * right.x + b * below.x;
      const float y = middle.y + a * right.y + b * below.y;
      const float grey = pixels.between((x - shift) / scale, (y - shift) / scale);
      cell[at++] = static_cast<std::uint8_t>(std::clamp(grey + 0.5F, 0.0F, 255.0F));
    }
  }
  return cell;
}

float share(const Cell& cell, double part) {
  Cell sorted = cell;
  const auto at = static_cast<long>(part * (cell_size - 1));
  std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
  return sorted[static_cast<std::size_t>(at)];
}

float middle_of(std::vector<float> values) {
  const auto at = values.begin() + static_cast<long>(values.size() / 2);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void normalise(Cell& cell, float ground, float contrast) {
  for (std::uint8_t& value : cell) {
    const float darkness = (ground - static_cast<float>(value)) / contrast;
    value = static_cast<std::uint8_t>(std::clamp(48 + 160 * darkness, 0.0F, 255.0F));
  }
}

}  // namespace

std::vector<Cell> cut_line(const Pyramid& picture, const Grid& grid, int line, int first,
                           int count) {
  std::vector<Cell> cells;
  std::vector<float> grounds, contrasts;
  for (int i = 0; i < count; ++i) {
    cells.push_back(sampled(picture, grid, first + i, line));
    grounds.push_back(share(cells.back(), 0.75));
    contrasts.push_back(grounds.back() - share(cells.back(), 0.05));
  }
  for (int i = 0; i < count; ++i) {
    const auto begin = contrasts.begin() + std::max(0, i - around);
    const auto end = contrasts.begin() + std::min(count, i + around + 1);
    const float contrast = std::max(contrast_min, middle_of({begin, end}));
    normalise(cells[static_cast<std::size_t>(i)], grounds[static_cast<std::size_t>(i)], contrast);
  }
  return cells;
}

Cell turned(const Cell& cell) {
  Cell out = cell;
  std::ranges::reverse(out);
  return out;
}

}  // namespace limen::evidence
