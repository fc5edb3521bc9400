// One page, made worse in one way at a time: the trait that names it falls below its limit, and no
// other does.
#include "evidence/quality.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "evidence/drawn_test.hpp"

namespace limen::evidence {
namespace {

// Words of strokes on light paper that lies on a darker table.
Grey page(int width = 1600, int height = 1200) {
  Grey out(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const bool is_paper =
          x > width / 20 && x < width * 19 / 20 && y > height / 10 && y < height * 9 / 10;
      const bool is_line = (y / 24) % 2 == 1 && (x / 90) % 4 != 3;
      const bool is_ink = is_paper && is_line && ((x / 5) % 3 == 0 || (y % 24) / 5 == 2);
      out.set(x, y, is_ink ? 50 : is_paper ? 215 : 90);
    }
  return out;
}

using Change = std::function<int(int value, int x, int y)>;

Grey changed(const Grey& from, const Change& change) {
  Grey out(from.width(), from.height());
  for (int y = 0; y < out.height(); ++y)
    for (int x = 0; x < out.width(); ++x)
      out.set(x, y, static_cast<std::uint8_t>(std::clamp(change(from.at(x, y), x, y), 0, 255)));
  return out;
}

int noise_at(int x, int y) {
  const auto mixed =
      static_cast<std::uint32_t>(x) * 2654435761U ^ static_cast<std::uint32_t>(y) * 40503U;
  return static_cast<int>((mixed * 1664525U + 1013904223U) >> 16) % 25 - 12;
}

TEST(quality, names_what_is_wrong) {
  const Grey good = page();
  struct Case {
    const char* name;
    Grey picture;
    std::string bad;  // words, in the order of the table
  };
  const Case cases[] = {
      {"as it should be", good, ""},
      {"more pixels", page(3200, 2400), ""},
      {"a little out of focus", blurred(good, 1.5F), ""},
      {"noise", changed(good, [](int v, int x, int y) { return v + noise_at(x, y); }), ""},
      {"evening", changed(good, [](int v, int, int) { return v / 6; }), "dark"},
      {"burnt", changed(good, [](int v, int, int) { return 2 * v; }), "bright glare"},
      {"out of focus", blurred(good, 5), "blurred"},
      {"a reflection",
       changed(good,
               [](int v, int x, int y) { return std::hypot(x - 800, y - 600) < 160 ? 255 : v; }),
       "glare"},
      {"small", page(700, 500), "far"},
  };
  for (const Case& c : cases) {
    std::string bad, all;
    const Quality quality = judge_quality(c.picture);
    for (std::size_t i = 0; i < traits.size(); ++i) {
      EXPECT_EQ(quality[i].trait, traits[i].trait);
      all += std::string(traits[i].word) + " " + std::to_string(quality[i].measure) + " ";
      if (quality[i].is_bad()) bad += (bad.empty() ? "" : " ") + std::string(traits[i].word);
    }
    EXPECT_EQ(bad, c.bad) << c.name << ": " << all;
  }
}

TEST(quality, scores_fall_through_the_limit) {
  for (const TraitRow& row : traits) {
    SCOPED_TRACE(row.word);
    EXPECT_EQ(score_of(row, row.good), 100);
    EXPECT_EQ(score_of(row, row.limit), score_limit);
    EXPECT_EQ(score_of(row, row.worst), 0);
    EXPECT_EQ(score_of(row, 2 * row.good - row.limit), 100);
    EXPECT_EQ(score_of(row, 2 * row.worst - row.limit), 0);
    EXPECT_EQ(score_of(row, (row.good + row.limit) / 2), 75);
    EXPECT_EQ(score_of(row, (row.worst + row.limit) / 2), 25);
  }
}

TEST(quality, of_no_picture_is_bad) {
  for (const TraitScore& score : judge_quality(Grey())) EXPECT_TRUE(score.is_bad());
  for (const auto& [width, height] : {std::pair{1, 1}, {1, 4000}, {4000, 1}, {7, 9}})
    EXPECT_TRUE(judge_quality(Grey(width, height)).back().is_bad());
}

}  // namespace
}  // namespace limen::evidence
