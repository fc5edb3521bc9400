// Pictures that have no zone, and pictures that are hardly pictures: nothing is read, nothing
// breaks. That real zones are read is measured on rendered documents (test/documents).
#include "evidence/zone.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace limen::evidence {
namespace {

Grey drawn(int width, int height, const std::function<int(int, int)>& shade) {
  Grey grey(width, height);
  for (int y = 0; y < grey.height(); ++y)
    for (int x = 0; x < grey.width(); ++x) grey.set(x, y, static_cast<std::uint8_t>(shade(x, y)));
  return grey;
}

// Blots as wide apart as letters of a book face. The finder may take a row of them for a lattice;
// the reader sees no characters on it.
Grey printed_proportionally() {
  Grey page = drawn(1000, 700, [](int, int) { return 220; });
  std::mt19937 widths(3);
  for (int line = 0; line < 8; ++line) {
    int left = 60;
    for (int i = 0; i < 40; ++i, left += 13 + static_cast<int>(widths() % 14))
      for (int y = 0; y < 14; ++y)
        for (int x = 0; x < 10; ++x) page.set(left + x, 100 + 50 * line + y, 30);
  }
  return page;
}

TEST(zone, is_not_in_what_has_none) {
  std::mt19937 random(7);
  const auto noise = [&](int, int) { return static_cast<int>(random() % 256); };
  struct Case {
    const char* name;
    Grey picture;
  };
  const Case cases[] = {
      {"nothing at all", Grey()},
      {"one pixel", drawn(1, 1, [](int, int) { return 5; })},
      {"a line", drawn(5000, 1, noise)},
      {"a column", drawn(1, 5000, noise)},
      {"two by two", drawn(2, 2, noise)},
      {"the widest", drawn(16'384, 3, noise)},
      {"black", drawn(800, 600, [](int, int) { return 0; })},
      {"white", drawn(800, 600, [](int, int) { return 255; })},
      {"noise", drawn(1200, 900, noise)},
      {"stripes", drawn(1200, 900, [](int x, int) { return x / 8 % 2 * 255; })},
      {"squares", drawn(1200, 900, [](int x, int y) { return (x / 9 + y / 9) % 2 * 255; })},
      {"dots", drawn(1200, 900, [](int x, int y) { return x % 18 < 9 && y % 40 < 12 ? 0 : 255; })},
      {"proportional type", printed_proportionally()},
      {"slope", drawn(1200, 900, [](int x, int y) { return (x + y) / 9; })},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_FALSE(read_zone(c.picture));
  }
}

}  // namespace
}  // namespace limen::evidence
