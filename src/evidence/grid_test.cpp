// The finder on drawn pages: bars at one pitch in place of letters, seen straight, turned and in
// perspective. What it must find is known exactly, for the test laid it out.
#include "evidence/grid.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "evidence/search.hpp"

namespace limen::evidence {
namespace {

constexpr int width = 1000, height = 700;

// A page whose zone has so many lines and columns, as a camera with this turn and tilt sees it.
struct View {
  double angle, tilt, pitch;
  Point place(double column, double line, int columns, int lines) const {
    const double x = (column - (columns - 1) / 2.0) * pitch;
    const double y = (line - (lines - 1) / 2.0) * pitch * 2.45;
    const double turn = angle * std::numbers::pi / 180;
    const double u = x * std::cos(turn) - y * std::sin(turn);
    const double v = x * std::sin(turn) + y * std::cos(turn);
    const double depth = 1 + tilt * u / width;
    return {static_cast<float>(width / 2.0 + u / depth),
            static_cast<float>(height / 2.0 + v / depth)};
  }
};

void stain(Grey& page, Point at, double half) {
  for (int y = static_cast<int>(at.y - 1.4 * half); y <= at.y + 1.4 * half; ++y)
    for (int x = static_cast<int>(at.x - half); x <= at.x + half; ++x)
      if (x >= 0 && y >= 0 && x < page.width() && y < page.height()) page.set(x, y, 30);
}

Grey page_with(const View& view, int columns, int lines) {
  Grey page(width, height, std::vector<std::uint8_t>(std::size_t{width} * height, 220));
  for (int line = 0; line < lines; ++line)
    for (int column = 0; column < columns; ++column)
      stain(page, view.place(column, line, columns, lines), 0.25 * view.pitch);
  return page;
}

TEST(grid, lies_where_the_zone_was_laid) {
  struct Case {
    const char* name;
    View view;
    int columns, lines;
  };
  const Case cases[] = {
      {"passport", {0, 0, 20}, 44, 2},
      {"passport, askew", {5, 0, 19}, 44, 2},
      {"passport, on its side", {90, 0, 14}, 44, 2},
      {"passport, upside down", {177, 0, 20}, 44, 2},
      {"in perspective", {-8, 0.3, 18}, 44, 2},
      {"card", {3, 0.1, 26}, 30, 3},
      {"small visa", {-12, 0.2, 15}, 36, 2},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Grey page = page_with(c.view, c.columns, c.lines);
    const Pyramid pyramid(page, pyramid_levels);
    const std::vector<Grid> grids = search(pyramid);
    ASSERT_FALSE(grids.empty());
    const Grid& grid = grids.front();
    EXPECT_EQ(grid.lines, c.lines);
    EXPECT_EQ(grid.last_column - grid.first_column + 1, c.columns);
    EXPECT_EQ(grid.hits, c.columns * c.lines);
    // Counted from either end, the first and the last character are where they were drawn.
    const auto first = static_cast<float>(grid.first_column);
    const auto last = static_cast<float>(grid.last_column);
    const Point one = grid.place(first, 0),
                other = grid.place(last, static_cast<float>(c.lines - 1));
    const Point drawn = c.view.place(0, 0, c.columns, c.lines);
    const float off = std::min(std::hypot(one.x - drawn.x, one.y - drawn.y),
                               std::hypot(other.x - drawn.x, other.y - drawn.y));
    EXPECT_LT(off, 1.5F);
  }
}

TEST(grid, bridges_characters_that_are_missing) {
  const View view{4, 0.1, 20};
  Grey page = page_with(view, 44, 2);
  for (const int column : {7, 8, 20, 33})  // glare
    for (int y = -14; y <= 14; ++y)
      for (int x = -9; x <= 9; ++x) {
        const Point at = view.place(column, column % 2, 44, 2);
        page.set(static_cast<int>(at.x) + x, static_cast<int>(at.y) + y, 220);
      }
  const Pyramid pyramid(page, pyramid_levels);
  const std::vector<Grid> grids = search(pyramid);
  ASSERT_FALSE(grids.empty());
  EXPECT_EQ(grids.front().hits, 84);
  EXPECT_EQ(grids.front().last_column - grids.front().first_column + 1, 44);
}

TEST(grid, fits_nothing_to_sights_on_one_spot) {
  Grid grid;
  EXPECT_FALSE(grid.fit({}));
  EXPECT_FALSE(grid.fit(std::vector<Grid::Sight>(20, {3, 0, 10, 10})));
}

}  // namespace
}  // namespace limen::evidence
