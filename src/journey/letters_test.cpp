// The letters and their spellings, letter by letter; whole names are pairs_test.cpp's.
#include "journey/letters.hpp"

#include <gtest/gtest.h>

#include "journey/sounds.hpp"

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
      {U'Ü', "UE|U|UXX|YU"},
      {U'ü', "UE|U|UXX|YU"},
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
      {U'đ', "D|DJ"},
      {U'ệ', "E"},
      {U'ự', "U"},
      {U'ḥ', "H"},
      {U'ș', "S"},
      {U'Щ', "SHCH|SHT|SCH"},
      {U'ю', "IU|YU"},
      {U'ё', "E|IO|YO"},
      {U'ѐ', "E|YE"},
      {U'ѝ', "I|Y"},
      {U'Ω', "O"},
      {U'ώ', "O"},
      {U'ΰ', "Y"},
      {U'ღ', "GH"},
      {U'Ღ', "GH"},
      {U'ش', "XSH"},
      {U'Ａ', "A"},
      {U'-', ""},
      {U'’', ""},
      {U'\u0301', ""},
      {U'\u200B', ""},
      {U'1', std::nullopt},
      {U'×', std::nullopt},
      {U'張', std::nullopt},
      {U'ひ', std::nullopt},
      {U'ב', std::nullopt},
      {U'\u038B', std::nullopt},
      {U'\u0387', std::nullopt},
      {U'\u1E9A', std::nullopt},
      {U'\n', std::nullopt},
  };
  for (const Case& c : cases)
    EXPECT_EQ(spellings_of(c.given), c.want) << std::hex << std::uint32_t(c.given);
}

TEST(spellings_of, gives_letters_of_a_zone_only) {
  std::size_t known = 0;
  for (char32_t point = 0; point < 0x11000; ++point) {
    const auto spellings = spellings_of(point);
    if (!spellings) continue;
    ++known;
    for (const char c : *spellings)
      EXPECT_TRUE((c >= 'A' && c <= 'Z') || c == '|') << std::hex << std::uint32_t(point);
  }
  EXPECT_GT(known, 900U);
}

TEST(letters_of, makes_one_of_what_keyboards_send_apart) {
  struct Case {
    const char* given;
    std::u32string want;
  };
  const Case cases[] = {
      {"u\u0308", U"ü"}, {"\u0308u", U"u"}, {"e\u0301", U"e"},       {"И\u0306", U"Й"},
      {"ώ", U"Ω"},       {"υ\u0308", U"Ϋ"}, {"Ａｚ", U"Az"},         {"𝐀", U"𝐀"},
      {"", U""},         {"Ა", U"ა"},     {"u\u0308\u0301", U"ü"},
  };
  for (const Case& c : cases) EXPECT_EQ(letters_of(c.given), c.want) << c.given;
}

TEST(sound_of, hears_less_the_duller_the_ear) {
  struct Case {
    const char *given, *sharp, *dull, *deaf;
  };
  const Case cases[] = {
      {"", "", "", ""},
      {"MOHAMMED", "MOHAMED", "MOHAMAD", "MAHAMAD"},
      {"MUHAMMAD", "MUHAMAD", "MOHAMAD", "MAHAMAD"},
      {"SHCHERBAKOV", "SCERBAKOV", "SCARBAKOV", "SARBAKAV"},
      {"SCHMIDT", "SMIT", "SMAT", "SMAT"},
      {"FATIMAH", "FATIMA", "FATAMA", "VATAM"},
      {"AH", "AH", "AH", "AH"},
      {"BACH", "BAC", "BAC", "BAS"},
      {"XIAO", "SIAO", "SAO", "S"},
      {"HSIAO", "SIAO", "SAO", "S"},
      {"ALEX", "ALEKS", "ALAKS", "ALAKS"},
      {"CARL", "KARL", "KARL", "KARL"},
      {"CECIL", "CECIL", "CACAL", "SASAL"},
      {"GERGOG", "IERGOG", "ARGOG", "ARKAK"},
      {"C", "K", "K", "K"},
      {"G", "G", "G", "K"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(sound_of(c.given, Ear::sharp), c.sharp) << c.given;
    EXPECT_EQ(sound_of(c.given, Ear::dull), c.dull) << c.given;
    EXPECT_EQ(sound_of(c.given, Ear::deaf), c.deaf) << c.given;
  }
}

TEST(may_be_one_name, needs_enough_that_is_heard) {
  struct Case {
    const char *a, *b;
    bool want;
  };
  const Case cases[] = {
      {"MUELLER", "MULLER", true},
      {"SAID", "SAEED", true},
      {"EVA", "IVA", false},
      {"HASSAN", "HUSSEIN", true},
      {"LENA", "LUNA", false},
      {"LEE", "YI", true},
      {"YI", "LEE", true},
      {"LEE", "PARK", false},
      {"ROSSI", "RUSSO", false},
      {"A", "ABCDE", false},
      {"ABCDE", "A", false},
      {"WEBER", "WAGNER", false},
      {"", "", true},
      {"YUSUF", "YOUSSEF", true},
      {"ISA", "ESE", false},
  };
  for (const Case& c : cases) EXPECT_EQ(may_be_one_name(c.a, c.b), c.want) << c.a << ' ' << c.b;
}

}  // namespace
}  // namespace limen::journey
