// Which language a request gets, and what a text becomes. That every language has every text is
// checked by tools/words.py, in tools/tidy.py.
#include "base/words.hpp"

#include <gtest/gtest.h>

namespace limen::words {
namespace {

struct Asked {
  const char* why;
  Wishes wishes;
  Language wanted;
};

TEST(words, negotiates) {
  const Asked rows[] = {
      {"nothing said", {}, Language::en_US},
      {"the exact code", {"fr-CA", "", ""}, Language::fr_CA},
      {"in any case", {"FR-ca", "", ""}, Language::fr_CA},
      {"underscore for hyphen", {"uk_UA", "", ""}, Language::uk_UA},
      {"another region", {"de-AT", "", ""}, Language::de_DE},
      {"the language alone", {"fr", "", ""}, Language::fr_FR},
      {"a script between", {"uk-Cyrl-UA", "", ""}, Language::uk_UA},
      {"an extension goes with what it introduces", {"fr-CA-u-ca", "", ""}, Language::fr_CA},
      {"the contract's word for Japanese", {"jp-JP", "", ""}, Language::jp_JP},
      {"the standard's word for Japanese", {"ja", "", ""}, Language::jp_JP},
      {"and its region", {"ja-JP", "", ""}, Language::jp_JP},
      {"an unknown parameter leaves the rest", {"tlh", "ro-RO", "de"}, Language::ro_RO},
      {"the parameter goes first", {"cs-CZ", "ro-RO", "de"}, Language::cs_CZ},
      {"the cookie goes before the browser", {"", "ro-RO", "de"}, Language::ro_RO},
      {"the browser's first", {"", "", "sv, de"}, Language::sv_SE},
      {"the browser's best", {"", "", "sv;q=0.5, de;q=0.9, en;q=0.1"}, Language::de_DE},
      {"blanks and case", {"", "", " sv ; Q=0.5 ,DE-de;q=0.500,fi;q=0.501"}, Language::fi_FI},
      {"no quality is the best", {"", "", "sv;q=0.9, hu"}, Language::hu_HU},
      {"refused", {"", "", "sv;q=0, da;q=0.001"}, Language::da_DK},
      {"all refused", {"", "", "sv;q=0"}, Language::en_US},
      {"any", {"", "", "*"}, Language::en_US},
      {"any, but rather", {"", "", "*;q=0.1, lv;q=0.2"}, Language::lv_LV},
      {"unknown ones are passed over", {"", "", "zh-CN, zh;q=0.9, pt-BR;q=0.8"}, Language::pt_PT},
      {"broken qualities count nothing", {"", "", "sv;q=2, de;q=x, fi;q=0.1234"}, Language::en_US},
      {"no list", {"", "", ",;=,,q"}, Language::en_US},
      {"hyphens alone", {"-", "--", "-,a-,-b"}, Language::en_US},
  };
  for (const auto& [why, wishes, wanted] : rows)
    EXPECT_EQ(about(negotiate(wishes)).code, about(wanted).code) << why;
}

TEST(words, know_seventeen_languages_by_their_codes) {
  EXPECT_EQ(language_codes.size(), 17U);
  for (const auto code : language_codes) {
    ASSERT_TRUE(language_of(code)) << code;
    EXPECT_EQ(about(*language_of(code)).code, code);
    EXPECT_FALSE(about(*language_of(code)).own_name.empty());
  }
  EXPECT_FALSE(language_of("de-de"));
  EXPECT_FALSE(language_of("de"));
  EXPECT_EQ(about(Language::jp_JP).html_lang, "ja");
  EXPECT_EQ(about(Language::ar_SA).direction(), "rtl");
  EXPECT_EQ(about(Language::uk_UA).direction(), "ltr");
}

TEST(words, are_filled_in) {
  EXPECT_EQ(fill_in(Language::en_US, "{a} and {b}{a}", {{"a", "x"}, {"b", "{a}"}}), "x and {a}x");
  EXPECT_EQ(fill_in(Language::en_US, "{a} {", {}), "{a} {");
  EXPECT_EQ(fill_in(Language::ar_SA, "{a}/{n}", {{"a", "x"}, {"n", "12"}}), "\u2068x\u2069/12");
  EXPECT_EQ(say(Language::en_US, "form.optional", {{"label", "Name"}}), "Name (optional)");
}

TEST(words, have_keys) {
  ASSERT_TRUE(Key::find("form.optional"));
  EXPECT_EQ(*Key::find("form.optional"), Key("form.optional"));
  EXPECT_EQ(Key::find("form.optional")->name(), "form.optional");
  EXPECT_FALSE(Key::find("form.optiona"));
  EXPECT_FALSE(Key::find(""));
  EXPECT_FALSE(Key::find("zzz"));
  EXPECT_EQ(keys_of("").size(), key_names.size());
  EXPECT_FALSE(keys_of("rule.").empty());
  for (const Key key : keys_of("rule.")) EXPECT_TRUE(key.name().starts_with("rule."));
}

TEST(words, are_all_there) {
  for (const auto code : language_codes)
    for (const Key key : keys_of(""))
      EXPECT_FALSE(pattern(*language_of(code), key).empty()) << code << " " << key.name();
}

TEST(words, name_what_data_name) {
  EXPECT_EQ(label(Language::de_DE, "field", "first_name"), "Vorname");
  EXPECT_EQ(label(Language::jp_JP, "option", "passport"), "パスポート");
  EXPECT_EQ(label(Language::de_DE, "field", "favourite_colour"), "Favourite colour");
  EXPECT_EQ(label(Language::de_DE, "option", "EUR"), "EUR");
  EXPECT_EQ(label(Language::de_DE, "field", ""), "");
}

TEST(words, tell_dates) {
  const Date day{std::chrono::year{2026}, std::chrono::month{12}, std::chrono::day{5}};
  const Time time{std::chrono::sys_days{day} + std::chrono::minutes{14 * 60 + 5}};
  struct Row {
    Language language;
    const char *day, *time;
  };
  const Row rows[] = {
      {Language::en_US, "5 December 2026", "Saturday, 5 December 2026, 14:05 UTC"},
      {Language::de_DE, "5. Dezember 2026", "Samstag, 5. Dezember 2026, 14:05 Uhr UTC"},
      {Language::cs_CZ, "5. prosince 2026", "sobota 5. prosince 2026 v 14:05 UTC"},
      {Language::hu_HU, "2026. december 5.", "2026. december 5., szombat, 14:05 UTC"},
      {Language::jp_JP, "2026年12月5日", "2026年12月5日（土曜日） 14:05（UTC）"},
      {Language::ar_SA, "5 ديسمبر 2026",
       "السبت، 5 ديسمبر 2026، الساعة 14:05 بالتوقيت العالمي المنسق (UTC)"},
  };
  for (const auto& [language, in_day, in_time] : rows) {
    EXPECT_EQ(in_words(language, day), in_day);
    EXPECT_EQ(in_words(language, time), in_time);
  }
}

TEST(words, name_countries_in_the_order_of_the_language) {
  for (const auto code : language_codes)
    EXPECT_EQ(countries(*language_of(code)).size(), 249U) << code;
  const auto german = countries(Language::de_DE);
  EXPECT_EQ(german[0].name, "Afghanistan");
  EXPECT_EQ(german[1].name, "Ägypten");
  EXPECT_EQ(german[1].code, "EG");
}

}  // namespace
}  // namespace limen::words
