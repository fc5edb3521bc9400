// Pages whole, cut at each side and all beyond; and corners that are none.
#include "evidence/edges.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace limen::evidence {
namespace {

TEST(edges, beyond_the_picture_are_a_share_of_the_page) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  struct Case {
    const char* name;
    std::array<Point, 4> page;
    std::optional<float> share;
  };
  const Case cases[] = {
      {"whole", {{{10, 10}, {90, 10}, {90, 60}, {10, 60}}}, 0.0F},
      {"fills the picture", {{{0, 0}, {100, 0}, {100, 80}, {0, 80}}}, 0.0F},
      {"a quarter above", {{{10, -10}, {90, -10}, {90, 30}, {10, 30}}}, 0.25F},
      {"half to the right", {{{50, 10}, {150, 10}, {150, 60}, {50, 60}}}, 0.5F},
      {"a fifth below", {{{10, 50}, {90, 50}, {90, 87.5F}, {10, 87.5F}}}, 0.2F},
      {"a tenth to the left", {{{-10, 10}, {90, 10}, {90, 60}, {-10, 60}}}, 0.1F},
      {"upside down", {{{90, 60}, {10, 60}, {10, 10}, {90, 10}}}, 0.0F},
      {"around the picture", {{{50, -50}, {150, 40}, {50, 130}, {-50, 40}}}, 1 - 8000 / 18000.0F},
      {"all beyond", {{{110, 10}, {190, 10}, {190, 60}, {110, 60}}}, 1.0F},
      {"mirrored", {{{90, 10}, {10, 10}, {10, 60}, {90, 60}}}, std::nullopt},
      {"crossed", {{{10, 10}, {90, 60}, {90, 10}, {10, 60}}}, std::nullopt},
      {"a line", {{{10, 10}, {90, 10}, {50, 10}, {20, 10}}}, std::nullopt},
      {"nowhere", {{{nan, 10}, {90, 10}, {90, 60}, {10, 60}}}, std::nullopt},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto share = share_beyond(c.page, 100, 80);
    ASSERT_EQ(share.has_value(), c.share.has_value());
    EXPECT_NEAR(share.value_or(-1), c.share.value_or(-1), 1e-5F);
  }
}

TEST(edges, of_a_page_stand_around_its_zone) {
  struct Case {
    const char* name;
    std::size_t lines, width;
    bool is_visa;
    float columns, rows, below;  // of the page, and below the middle of the last line
  };
  const Case cases[] = {
      {"TD1", 3, 30, false, 85.6F / 2.54F, 54 / 6.35F, 5.5F / 6.35F},
      {"TD2", 2, 36, false, 105 / 2.54F, 74 / 6.35F, 7.5F / 6.35F},
      {"TD3", 2, 44, false, 125 / 2.54F, 88 / 6.35F, 9.4F / 6.35F},
      {"MRV-A", 2, 44, true, 120 / 2.54F, 80 / 6.35F, 9.4F / 6.35F},
      {"MRV-B", 2, 36, true, 105 / 2.54F, 74 / 6.35F, 7.5F / 6.35F},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Extent page = page_extent(c.lines, c.width, c.is_visa);
    EXPECT_NEAR(page.right - page.left, c.columns, 1e-4F);
    EXPECT_NEAR(page.bottom - page.top, c.rows, 1e-4F);
    EXPECT_NEAR(page.bottom, static_cast<float>(c.lines) - 1 + c.below, 1e-4F);
    EXPECT_NEAR(-page.left, page.right - static_cast<float>(c.width) + 1, 1e-4F);
  }
}

TEST(edges, a_score_is_50_where_a_sixteenth_is_cut) {
  EXPECT_EQ(score_of(cut_row, 0.0F), 100);
  EXPECT_EQ(score_of(cut_row, 0.0625F), score_limit);
  EXPECT_EQ(score_of(cut_row, 0.3F), 0);
}

}  // namespace
}  // namespace limen::evidence
