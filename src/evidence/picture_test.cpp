// A picture's edges: what lies beyond them, and what is no picture.
#include "evidence/picture.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace limen::evidence {
namespace {

TEST(picture, takes_only_pixels_that_fit) {
  struct Case {
    const char* name;
    int width, height;
    std::size_t pixels;
    bool is_empty;
  };
  const Case cases[] = {
      {"fits", 3, 2, 6, false},
      {"one pixel", 1, 1, 1, false},
      {"too few", 3, 2, 5, true},
      {"too many", 3, 2, 7, true},
      {"no width", 0, 2, 0, true},
      {"negative", -3, -2, 6, true},
      {"too wide", 16'385, 1, 16'385, true},
      {"widest", 16'384, 1, 16'384, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Grey grey(c.width, c.height, std::vector<std::uint8_t>(c.pixels, 7));
    EXPECT_EQ(grey.is_empty(), c.is_empty);
    EXPECT_EQ(grey.width(), c.is_empty ? 0 : c.width);
  }
}

TEST(picture, beyond_an_edge_is_the_edge) {
  const Grey grey(2, 2, {10, 20, 30, 40});
  EXPECT_EQ(grey.at(-5, 0), 10);
  EXPECT_EQ(grey.at(9, 0), 20);
  EXPECT_EQ(grey.at(0, 9), 30);
  EXPECT_EQ(grey.at(std::numeric_limits<int>::max(), std::numeric_limits<int>::max()), 40);
  EXPECT_FLOAT_EQ(grey.between(0.5F, 0), 15);
  EXPECT_FLOAT_EQ(grey.between(0.5F, 0.5F), 25);
  EXPECT_FLOAT_EQ(grey.between(99, 99), 40);
  // No number and no place: something, but not a crash.
  EXPECT_FLOAT_EQ(grey.between(std::numeric_limits<float>::quiet_NaN(), 0), 10);
  EXPECT_FLOAT_EQ(grey.between(std::numeric_limits<float>::infinity(), 0), 10);
}

TEST(picture, halves_by_means_until_a_side_is_one) {
  const Grey grey(5, 3, {0, 8, 4, 4, 99, 0, 8, 4, 4, 99, 1, 1, 1, 1, 1});
  const Grey half = halved(grey);
  ASSERT_EQ(half.width(), 2);
  ASSERT_EQ(half.height(), 1);
  EXPECT_EQ(half.at(0, 0), 4);
  EXPECT_EQ(half.at(1, 0), 4);
  EXPECT_TRUE(halved(half).is_empty());
  const Pyramid pyramid(grey, 5);
  EXPECT_EQ(pyramid.last(), 1);
  EXPECT_EQ(pyramid.level(0).width(), 5);
  EXPECT_EQ(pyramid.level(7).width(), 2);
}

}  // namespace
}  // namespace limen::evidence
