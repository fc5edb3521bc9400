// The letters and the comparison of names, apart from what a decision makes of them (that is
// decision_test.cpp).
#include "journey/names.hpp"

#include <gtest/gtest.h>

#include <set>

namespace limen::journey {
namespace {

TEST(spellings_of, lists_what_the_standard_recommends_and_the_bare_letter) {
  struct Case {
    char32_t given;
    std::optional<std::string_view> want;
  };
  const Case cases[] = {
      {U'a', "A"},
      {U'Z', "Z"},
      {U'Ü', "UE|U|UXX"},
      {U'ü', "UE|U|UXX"},
      {U'Å', "AA|A"},
      {U'Ñ', "N|NXX"},
      {U'ß', "SS"},
      {U'ẞ', "SS"},
      {U'Þ', "TH"},
      {U'č', "C"},
      {U'Ł', "L"},
      {U'ı', "I"},
      {U'Œ', "OE"},
      {U'ĳ', "IJ"},
      {U'ệ', "E"},
      {U'ự', "U"},
      {U'Щ', "SHCH|SHT|SCH"},
      {U'ю', "IU|YU"},
      {U'ё', "E|IO|YO"},
      {U'-', ""},
      {U'’', ""},
      {U'\u0301', ""},
      {U'1', std::nullopt},
      {U'×', std::nullopt},
      {U'張', std::nullopt},
      {U'م', std::nullopt},
      {U'Ω', std::nullopt},
      {U'\n', std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(spellings_of(c.given), c.want) << std::uint32_t(c.given);
}

TEST(spellings_of, gives_letters_of_a_zone_only) {
  for (char32_t point = 0; point < 0x3000; ++point) {
    const auto spellings = spellings_of(point);
    if (!spellings) continue;
    for (const char c : *spellings)
      EXPECT_TRUE((c >= 'A' && c <= 'Z') || c == '|') << std::uint32_t(point);
  }
}

TEST(compare_names, bears_absurd_lengths) {
  const std::string zone(1000, 'A'), typed(2000, 'a');
  EXPECT_EQ(compare_names({typed, typed, typed}, {zone, zone, true}).last, Likeness::same);
  EXPECT_EQ(compare_names({"a", "a", ""}, {zone, zone, false}).last, Likeness::different);
  EXPECT_EQ(compare_names({"", "", ""}, {"", "", false}).last, Likeness::same);
  EXPECT_EQ(compare_names({"\xC3", "\xFF", ""}, {"A", "A", false}).last, Likeness::unreadable);
}

TEST(compare_names, takes_no_zone_for_the_beginning_of_a_name) {
  EXPECT_EQ(compare_names({"Anna", "Eriksson", ""}, {"", "", true}).last, Likeness::different);
  EXPECT_EQ(compare_names({"Anna", "Eriksson", ""}, {"", "", true}).first, Likeness::unstated);
}

}  // namespace
}  // namespace limen::journey
