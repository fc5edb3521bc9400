// The specimens of ICAO Doc 9303 (holder of the fictitious state Utopia) in all five forms, that of
// the French card, and the known blind spots of a check digit, enumerated.
#include "journey/mrz.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "journey/given_test.hpp"

namespace limen::journey {
namespace {

using namespace std::chrono_literals;

// Parts 4, 5 and 7, and part 11, D.2 for the long number; the short ones are in given_test.hpp.
const Lines td1_long = {"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
                        "STEVENSON<<PETER<JOHN<<<<<<<<<"};
const Lines td2_long = {"I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<",
                        "D23145890<UTO3407127M95071227349<<<8"};
const Lines mrv_a = {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                     "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<"};
const Lines mrv_b = {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
                     "L898902C<3UTO6908061F9406236ZE184226"};

TEST(mrz, reads_the_specimens) {
  struct Case {
    const char* name;
    Lines given;
    MrzForm form;
    const char *code, *primary, *secondary, *number;
    Date birth;
    char sex;
    Date expiry;
    const char* optional;
    std::size_t checks;
  };
  const Case cases[] = {
      {"TD3", td3, MrzForm::td3, "P", "ERIKSSON", "ANNA MARIA", "L898902C3", 1974y / 8 / 12, 'F',
       2012y / 4 / 15, "ZE184226B", 5},
      {"TD1", td1, MrzForm::td1, "I", "ERIKSSON", "ANNA MARIA", "D23145890", 1974y / 8 / 12, 'F',
       2012y / 4 / 15, "", 4},
      {"TD1, long number", td1_long, MrzForm::td1, "I", "STEVENSON", "PETER JOHN", "D23145890734",
       1934y / 7 / 12, 'M', 1995y / 7 / 12, "", 4},
      {"TD2", td2, MrzForm::td2, "I", "ERIKSSON", "ANNA MARIA", "D23145890", 1974y / 8 / 12, 'F',
       2012y / 4 / 15, "", 4},
      {"TD2, long number", td2_long, MrzForm::td2, "I", "STEVENSON", "PETER JOHN", "D23145890734",
       1934y / 7 / 12, 'M', 1995y / 7 / 12, "", 4},
      {"MRV-A", mrv_a, MrzForm::mrv_a, "V", "ERIKSSON", "ANNA MARIA", "L898902C", 1969y / 8 / 6,
       'F', 1994y / 6 / 23, "ZE184226B", 3},
      {"MRV-B", mrv_b, MrzForm::mrv_b, "V", "ERIKSSON", "ANNA MARIA", "L898902C", 1969y / 8 / 6,
       'F', 1994y / 6 / 23, "ZE184226", 3},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto mrz = read_mrz(c.given, today);
    ASSERT_TRUE(mrz);
    EXPECT_EQ(mrz->form, c.form);
    EXPECT_EQ(mrz->code, c.code);
    EXPECT_EQ(mrz->issuer, "UTO");
    EXPECT_EQ(mrz->nationality, "UTO");
    EXPECT_EQ(mrz->primary, c.primary);
    EXPECT_EQ(mrz->secondary, c.secondary);
    EXPECT_FALSE(mrz->names_are_cut);
    EXPECT_EQ(mrz->number, c.number);
    EXPECT_EQ(mrz->birth.date, c.birth);
    EXPECT_EQ(mrz->sex, c.sex);
    // 1995 and 1994 are within fifty years of today, so they are not 2095 and 2094.
    EXPECT_EQ(mrz->expiry.date, c.expiry);
    EXPECT_EQ(mrz->optional, c.optional);
    EXPECT_EQ(mrz->checks.size(), c.checks);
    EXPECT_TRUE(mrz->all_hold());
  }
}

// A card of the size of TD2 that is none: no expiry, no nationality, names in two places.
TEST(mrz, reads_the_french_card_of_before_2021) {
  struct Case {
    const char* name;
    Lines given;
    const char *primary, *secondary, *number, *optional;
    bool is_cut;
  };
  const Case cases[] = {
      {"specimen", fra, "BERTHIER", "CORINNE", "880692310285", "", false},
      {"office and further names",
       zone_of(
           MrzForm::fra,
           {.names = "LE<GOFF<<MALO<<ALAIN<<J", .number = "130567500750", .optional = "675034"}),
       "LE GOFF", "MALO ALAIN J", "130567500750", "675034", false},
      {"consulate",
       zone_of(MrzForm::fra,
               {.names = "MARTIN<<ROBERTA", .number = "1710GVA12345", .optional = "0CHE02"}),
       "MARTIN", "ROBERTA", "1710GVA12345", "0CHE02", false},
      {"no given name", zone_of(MrzForm::fra, {.names = "MARTIN", .number = "130567500750"}),
       "MARTIN", "", "130567500750", "", false},
      {"a last name that fills its field",
       zone_of(MrzForm::fra,
               {.names = "MARTIN<D<ARDI<DE<LA<POCOT<<CORINNE", .number = "130567500750"}),
       "MARTIN D ARDI DE LA POCOT", "CORINNE", "130567500750", "", true},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto mrz = read_mrz(c.given, today);
    ASSERT_TRUE(mrz);
    EXPECT_EQ(mrz->form, MrzForm::fra);
    EXPECT_EQ(mrz->code, "ID");
    EXPECT_EQ(mrz->issuer, "FRA");
    EXPECT_EQ(mrz->nationality, "FRA");
    EXPECT_EQ(mrz->primary, c.primary);
    EXPECT_EQ(mrz->secondary, c.secondary);
    EXPECT_EQ(mrz->number, c.number);
    EXPECT_EQ(mrz->optional, c.optional);
    EXPECT_EQ(mrz->names_are_cut, c.is_cut);
    EXPECT_EQ(mrz->sex, 'F');
    EXPECT_TRUE(mrz->expiry.is_unknown());
    EXPECT_EQ(mrz->checks.size(), 3U);
    EXPECT_TRUE(mrz->all_hold());
  }
  EXPECT_EQ(read_mrz(fra, today)->birth.date, 1965y / 12 / 6);
  // The card of 2021 is TD1, and another state's ID of two lines is TD2.
  Lines other = td2;
  other[0].replace(0, 5, "IDROU");
  EXPECT_EQ(read_mrz(other, today)->form, MrzForm::td2);
  Lines newer = td1;
  newer[0].replace(0, 5, "IDFRA");
  EXPECT_EQ(read_mrz(newer, today)->form, MrzForm::td1);
}

// Part 3, appendix A.
TEST(mrz_check_digit, computes_the_examples_of_the_standard) {
  struct Case {
    const char* given;
    std::optional<char> want;
  };
  const Case cases[] = {
      {"520727", '3'},
      {"AB2134<<<", '5'},
      {"HA672242<658022549601086<<<<<<<<<<<<<<0", '8'},
      {"D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", '2'},
      {"HA672242<658022549601086<<<<<<<", '8'},
      {"", '0'},
      {"<<<<<<", '0'},
      {"a", std::nullopt},
      {"1 2", std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(mrz_check_digit(c.given), c.want) << c.given;
}

struct Change {
  std::size_t line, at;
  char from, to;
};
constexpr std::string_view letters = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

int value_of(char c) {
  const std::size_t place = letters.find(c);
  return place == 0 ? 0 : static_cast<int>(place) - 1;
}

// Every change of one character that leaves all check digits right.
std::vector<Change> unseen_changes(const Lines& specimen, std::size_t& tried) {
  std::vector<Change> out;
  for (std::size_t line = 0; line < specimen.size(); ++line)
    for (std::size_t at = 0; at < specimen[line].size(); ++at)
      for (const char to : letters) {
        Lines changed = specimen;
        if (changed[line][at] == to) continue;
        changed[line][at] = to;
        ++tried;
        const auto mrz = read_mrz(changed, today);
        if (mrz && mrz->all_hold()) out.push_back({line, at, specimen[line][at], to});
      }
  return out;
}

// What no check digit covers (parts 4 to 7): names, document code, issuer, nationality and sex; of
// a visa the optional element, too.
bool is_covered(const std::string& form, std::size_t line, std::size_t at) {
  if (form == "FRA") return line == 1 || at >= 5;  // another head is another form
  if (form == "TD1")
    return (line == 0 && at >= 5) || (line == 1 && at != 7 && (at < 15 || at > 17));
  const bool is_checked = line == 1 && (at < 10 || at > 12) && at != 20;
  return form.starts_with("MRV") ? is_checked && at < 28 : is_checked;
}

// The sum is taken modulo 10 and every weight has an inverse there, so within a covered field
// exactly those changes are unseen that change the value by a multiple of 10: < 0 A K U, 1 B L V, …
TEST(mrz, sees_every_change_of_one_character_but_the_known_blind_spots) {
  const std::map<std::string, Lines> specimens = {{"TD1", td1},     {"TD2", td2},     {"TD3", td3},
                                                  {"MRV-A", mrv_a}, {"MRV-B", mrv_b}, {"FRA", fra}};
  for (const auto& [form, specimen] : specimens) {
    SCOPED_TRACE(form);
    std::size_t tried = 0, blind = 0;
    for (const Change& change : unseen_changes(specimen, tried)) {
      if (!is_covered(form, change.line, change.at)) continue;
      ++blind;
      EXPECT_EQ((value_of(change.from) - value_of(change.to)) % 10, 0)
          << form << " line " << change.line << " at " << change.at << ": " << change.from
          << " became " << change.to << " unseen";
    }
    EXPECT_EQ(tried, specimen.size() * specimen[0].size() * 36);
    EXPECT_GT(blind, 0U);
  }
}

TEST(mrz, sees_every_changed_digit_of_a_checked_field) {
  // VD10: "one changed digit fails the check".
  for (const Lines& specimen : {td1, td1_long, td2, td2_long, td3, fra}) {
    std::size_t tried = 0;
    const std::string form = specimen.size() == 3       ? "TD1"
                             : specimen == fra          ? "FRA"
                             : specimen[0].size() == 36 ? "TD2"
                                                        : "TD3";
    for (const Change& change : unseen_changes(specimen, tried)) {
      const bool is_digit_pair =
          change.from >= '0' && change.from <= '9' && change.to >= '0' && change.to <= '9';
      EXPECT_FALSE(is_digit_pair && is_covered(form, change.line, change.at))
          << specimen[0] << " line " << change.line << " at " << change.at;
    }
  }
}

TEST(mrz, names_the_check_digit_that_fails) {
  struct Case {
    const char* name;
    std::size_t at;
    char to;
    std::set<std::string_view> want;
  };
  const Case cases[] = {
      {"number", 0, 'M', {"document number", "composite"}},
      {"its digit", 9, '7', {"document number", "composite"}},
      {"birth", 13, '8', {"date of birth", "composite"}},
      {"expiry", 26, '6', {"date of expiry", "composite"}},
      {"personal number", 29, 'F', {"personal number", "composite"}},
      {"composite", 43, '1', {"composite"}},
      {"nationality", 10, 'A', {}},
      {"sex", 20, 'M', {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Lines lines = td3;
    lines[1][c.at] = c.to;
    const auto mrz = read_mrz(lines, today);
    ASSERT_TRUE(mrz);
    std::set<std::string_view> wrong;
    for (const MrzCheck& check : mrz->checks)
      if (!check.holds) wrong.insert(check.name);
    EXPECT_EQ(wrong, c.want);
  }
}

TEST(mrz, takes_zero_or_filler_for_an_unused_personal_number) {
  Lines lines = {td3[0], "HA672242<6UTO5802254M9601086<<<<<<<<<<<<<<08"};
  EXPECT_TRUE(read_mrz(lines, today)->all_hold());
  lines[1][42] = '<';
  EXPECT_TRUE(read_mrz(lines, today)->all_hold());
  lines[1][42] = '1';
  EXPECT_FALSE(read_mrz(lines, today)->all_hold());
}

Mrz with_dates(std::string_view birth, std::string_view expiry, Date at = today) {
  Lines lines = td3;
  lines[1].replace(13, 6, birth);
  lines[1].replace(21, 6, expiry);
  return *read_mrz(lines, at);
}

TEST(mrz, settles_the_century_by_the_day_it_is_read) {
  struct Case {
    const char* name;
    const char* given;
    std::optional<Date> birth, expiry;
    Date at = today;
  };
  const Case cases[] = {
      {"this year, past", "261120", 2026y / 11 / 20, 2026y / 11 / 20},
      {"today", "261121", 2026y / 11 / 21, 2026y / 11 / 21},
      {"tomorrow", "261122", 1926y / 11 / 22, 2026y / 11 / 22},
      {"fifty years on", "761121", 1976y / 11 / 21, 2076y / 11 / 21},
      {"fifty-one years on", "771121", 1977y / 11 / 21, 1977y / 11 / 21},
      {"turn of the century", "991231", 1999y / 12 / 31, 1999y / 12 / 31},
      {"leap day", "240229", 2024y / 2 / 29, 2024y / 2 / 29},
      {"no leap day", "230229", std::nullopt, std::nullopt},
      {"month 13", "741312", std::nullopt, std::nullopt},
      {"day 0", "740800", std::nullopt, std::nullopt},
      {"letters", "74O812", std::nullopt, std::nullopt},
      {"unknown day", "7408<<", std::nullopt, std::nullopt},
      {"unknown", "<<<<<<", std::nullopt, std::nullopt},
      {"unknown month", "74<<12", std::nullopt, std::nullopt},
      {"unknown year", "<<0812", std::nullopt, std::nullopt},
      {"read in 2060, next century", "050101", 2005y / 1 / 1, 2105y / 1 / 1, 2060y / 6 / 1},
      {"read in 2060, fifty years on", "101231", 2010y / 12 / 31, 2110y / 12 / 31, 2060y / 6 / 1},
      {"read in 2060, less ago", "110101", 2011y / 1 / 1, 2011y / 1 / 1, 2060y / 6 / 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Mrz mrz = with_dates(c.given, c.given, c.at);
    EXPECT_EQ(mrz.birth.date, c.birth);
    EXPECT_EQ(mrz.expiry.date, c.expiry);
    EXPECT_EQ(mrz.birth.text, c.given);
  }
  EXPECT_EQ(with_dates("000229", "000229", 2100y / 6 / 1).birth.is_readable, false);
}

TEST(mrz, tells_unknown_from_unreadable) {
  EXPECT_TRUE(with_dates("<<<<<<", "7408<<").birth.is_unknown());
  EXPECT_TRUE(with_dates("<<<<<<", "7408<<").birth.is_readable);
  EXPECT_TRUE(with_dates("<<<<<<", "7408<<").expiry.is_readable);
  EXPECT_FALSE(with_dates("<<<<<<", "7408<<").expiry.is_unknown());
  for (const char* text : {"74O812", "741312", "740832", "7<0812", "230229"})
    EXPECT_FALSE(with_dates(text, "120415").birth.is_readable) << text;
}

TEST(mrz, splits_names) {
  struct Case {
    const char *name, *field, *primary, *secondary;
    bool is_cut;
  };
  // Part 4, 4.2.3.
  const Case cases[] = {
      {"usual", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "ERIKSSON", "ANNA MARIA", false},
      {"hyphen", "VAN<DER<MUELLEN<<MARIA<CORNELIA<<<<<<<<", "VAN DER MUELLEN", "MARIA CORNELIA",
       false},
      {"one name only", "ARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", "ARKFREITH", "", false},
      {"cut words", "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "NILAVADHANANANDA",
       "CHAYAPA DEJTHAMRONG K", true},
      {"one name, cut", "NILAVADHANANANDACHAYAPADEJTHAMRONGKRASU",
       "NILAVADHANANANDACHAYAPADEJTHAMRONGKRASU", "", true},
      {"stray filler", "<ERIKSSON<<ANNA<<MARIA<<<<<<<<<<<<<<<<<", "ERIKSSON", "ANNA MARIA", false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Lines lines = td3;
    lines[0].replace(5, 39, c.field);
    const auto mrz = read_mrz(lines, today);
    ASSERT_TRUE(mrz);
    EXPECT_EQ(mrz->primary, c.primary);
    EXPECT_EQ(mrz->secondary, c.secondary);
    EXPECT_EQ(mrz->names_are_cut, c.is_cut);
  }
}

TEST(mrz, refuses_what_is_no_zone) {
  const std::string nobody = "P<UTO<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<";
  struct Case {
    const char* name;
    Lines given;
  };
  const Case cases[] = {
      {"nothing", {}},
      {"empty lines", {"", ""}},
      {"one line", {td3[0]}},
      {"uneven", {td3[0], td3[1] + "<"}},
      {"two lines of 30", {td1[0], td1[1]}},
      {"three lines of 44", {td3[0], td3[1], td3[1]}},
      {"three lines of a visa's letter", {"V" + td1[0].substr(1), td1[1], td1[2]}},
      {"small letters", {td3[0], "l" + td3[1].substr(1)}},
      {"a blank", {td3[0], " " + td3[1].substr(1)}},
      {"begins with a digit", {"1" + td3[0].substr(1), td3[1]}},
      {"begins with a filler", {"<" + td3[0].substr(1), td3[1]}},
      {"names nobody", {nobody, td3[1]}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto mrz = read_mrz(c.given, today);
    ASSERT_FALSE(mrz);
    EXPECT_EQ(mrz.error().field, "mrz");
    EXPECT_FALSE(mrz.error().detail.empty());
  }
}

// Parts 5 and 6: where the optional elements and a long number stand.
TEST(mrz, reads_the_optional_elements_of_a_card) {
  struct Case {
    const char *name, *first, *second;  // positions 15 to 30 of line 1, 19 to 29 of line 2
    const char *number, *optional;
  };
  const Case cases[] = {
      {"none", "7<<<<<<<<<<<<<<<", "<<<<<<<<<<<", "D23145890", ""},
      {"first", "7AB<12<<<<<<<<<<", "<<<<<<<<<<<", "D23145890", "AB 12"},
      {"second", "7<<<<<<<<<<<<<<<", "XY<<<<<<<<<", "D23145890", "XY"},
      {"both", "7AB<<<<<<<<<<<<<", "XY<<<<<<<<<", "D23145890", "AB XY"},
      {"long number and both", "<7349<AB<<<<<<<<", "XY<<<<<<<<<", "D23145890734", "AB XY"},
      {"no digit and no rest", "<7<<<<<<<<<<<<<<", "<<<<<<<<<<<", "D23145890", "7"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Lines lines = td1;
    lines[0].replace(14, 16, c.first);
    lines[1].replace(18, 11, c.second);
    const auto mrz = read_mrz(lines, today);
    ASSERT_TRUE(mrz);
    EXPECT_EQ(mrz->number, c.number);
    EXPECT_EQ(mrz->optional, c.optional);
  }
}

TEST(mrz, reads_german_and_long_issuers) {
  Lines lines = td3;
  lines[0].replace(0, 5, "P<D<<");
  EXPECT_EQ(read_mrz(lines, today)->issuer, "D");
  lines[0].replace(0, 5, "PDRKS");
  EXPECT_EQ(read_mrz(lines, today)->code, "PD");
  EXPECT_EQ(read_mrz(lines, today)->issuer, "RKS");
}

}  // namespace
}  // namespace limen::journey
