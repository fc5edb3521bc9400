// The page is clipped by the picture's four sides, one after the other (Sutherland and Hodgman),
// and the areas are compared.
#include "evidence/edges.hpp"

#include <cmath>
#include <vector>

namespace limen::evidence {
namespace {

constexpr float pitch_mm = 2.54F, line_mm = 6.35F;

// Millimetres: the page, and the middle of the lowest line above its lower edge.
struct Page {
  float width, height, lowest;
};
Page page_of(std::size_t lines, std::size_t width, bool is_visa) {
  if (lines == 3) return {85.6F, 54.0F, 5.5F};                       // TD1
  if (width == 36) return {105.0F, 74.0F, 7.5F};                     // TD2, MRV-B
  return is_visa ? Page{120.0F, 80.0F, 9.4F} : Page{125, 88, 9.4F};  // MRV-A, TD3
}

using Polygon = std::vector<Point>;

// Twice the area; above 0 when the corners go around as the hands of a clock do on a screen.
double area_of(const Polygon& shape) {
  double sum = 0;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const Point &a = shape[i], &b = shape[(i + 1) % shape.size()];
    sum += static_cast<double>(a.x) * static_cast<double>(b.y) -
           static_cast<double>(b.x) * static_cast<double>(a.y);
  }
  return sum;
}

// A side of the picture: what lies at or above 0 is kept.
struct Side {
  float by_x, by_y, least;
  float height(const Point& p) const { return by_x * p.x + by_y * p.y - least; }
};

Polygon clipped(const Polygon& shape, const Side& side) {
  Polygon kept;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const Point &a = shape[i], &b = shape[(i + 1) % shape.size()];
    const float from = side.height(a), to = side.height(b);
    if (from >= 0) kept.push_back(a);
    if ((from >= 0) == (to >= 0)) continue;
    const float part = from / (from - to);
    kept.push_back({a.x + part * (b.x - a.x), a.y + part * (b.y - a.y)});
  }
  return kept;
}

bool is_convex(const std::array<Point, 4>& page) {
  for (std::size_t i = 0; i < 4; ++i) {
    const Point &a = page[i], &b = page[(i + 1) % 4], &c = page[(i + 2) % 4];
    const float turn = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
    if (!std::isfinite(turn) || turn <= 0) return false;
  }
  return true;
}

}  // namespace

Extent page_extent(std::size_t lines, std::size_t width, bool is_visa) {
  const Page page = page_of(lines, width, is_visa);
  const float beside = (page.width / pitch_mm - static_cast<float>(width)) / 2 + 0.5F;
  const float last = static_cast<float>(lines) - 1, below = page.lowest / line_mm;
  return {-beside, static_cast<float>(width) - 1 + beside, last + below - page.height / line_mm,
          last + below};
}

std::optional<float> share_beyond(const std::array<Point, 4>& page, int width, int height) {
  if (!is_convex(page)) return std::nullopt;
  const Polygon whole(page.begin(), page.end());
  const auto right = static_cast<float>(width), low = static_cast<float>(height);
  Polygon seen = whole;
  for (const Side& side : {Side{1, 0, 0}, Side{-1, 0, -right}, Side{0, 1, 0}, Side{0, -1, -low}})
    seen = clipped(seen, side);
  return static_cast<float>(1 - area_of(seen) / area_of(whole));
}

}  // namespace limen::evidence
