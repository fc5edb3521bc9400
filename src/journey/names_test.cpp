// What kind of difference is found, and how the comparison bears absurd input. Levels of whole
// names are pairs_test.cpp's.
#include "journey/names.hpp"

#include <gtest/gtest.h>

#include <string>

namespace limen::journey {
namespace {

constexpr Likeness same = Likeness::same, spelling = Likeness::spelling, slip = Likeness::slip,
                   partly = Likeness::part, order = Likeness::order, other = Likeness::different,
                   unread = Likeness::unreadable, unstated = Likeness::unstated;

TEST(compare_names, tells_the_kinds_of_difference_apart) {
  struct Case {
    const char* name;
    TypedName typed;
    ZoneName zone;
    NameLikeness want;  // last, first, additional
  };
  const Case cases[] = {
      {"same", {"Anna", "Eriksson", ""}, {"ERIKSSON", "ANNA MARIA"}, {same, same, same}},
      {"spelling", {"Yuri", "Mueller", ""}, {"MULLER", "IURII"}, {spelling, spelling, same}},
      {"slip", {"Anna", "Erikson", ""}, {"ERIKSTON", "ANNA"}, {slip, same, same}},
      {"slip in both", {"Anne", "Hansen", ""}, {"JANSEN", "ANNA"}, {other, other, same}},
      {"part", {"Alex", "García", ""}, {"GARCIA LOPEZ", "ALEXANDER"}, {partly, partly, same}},
      {"order", {"Eriksson", "Anna", ""}, {"ERIKSSON", "ANNA"}, {order, order, same}},
      {"order of one", {"Ana", "López García", ""}, {"GARCIA LOPEZ", "ANA"}, {order, same, same}},
      {"more typed", {"Eva", "Wang", "Mei"}, {"WANG", "MEI"}, {same, partly, same}},
      {"last alone swapped", {"", "Anna Eriksson", ""}, {"ERIKSSON", "ANNA"}, {partly, same, same}},
      {"different", {"Berta", "Muster", ""}, {"ERIKSSON", "ANNA"}, {other, other, same}},
      {"additional", {"Anna", "Eriksson", "Eva"}, {"ERIKSSON", "ANNA MARIA"}, {same, same, other}},
      {"unread", {"三", "張", "三"}, {"ZHANG", "SAN"}, {unread, unread, same}},
      {"additional unread", {"Anna", "Berg", "三"}, {"BERG", "ANNA MARIA"}, {same, same, unread}},
      {"rarely so", {"محمد", "رحمن", ""}, {"RAHMAN", "MUHAMMAD"}, {unread, unread, same}},
      {"no first name", {"Ahmed", "Arkfreith", ""}, {"ARKFREITH", ""}, {same, unstated, same}},
      {"undivided", {"Siti", "Tarudin", "Binti"}, {"SITI BINTI TARUDIN", ""}, {same, same, same}},
      {"other title", {"Martin", "King Jr", ""}, {"KING SR", "MARTIN"}, {partly, same, same}},
      {"title, other name", {"Martin", "Key Jr", ""}, {"KING SR", "MARTIN"}, {other, same, same}},
      {"a title alone", {"Jr", "Dr", ""}, {"DR", "JR"}, {same, same, same}},
      {"not given", {"", "", ""}, {"ERIKSSON", "ANNA"}, {same, same, same}},
      {"cut by ear",
       {"Anna", "Muellermann", ""},
       {"MULLERM", "ANNA", true},
       {spelling, same, same}},
      {"cut, not so", {"Anna", "Muellermann", ""}, {"HUBERM", "ANNA", true}, {other, same, same}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const NameLikeness got = compare_names(c.typed, c.zone);
    EXPECT_EQ(got.last, c.want.last);
    EXPECT_EQ(got.first, c.want.first);
    EXPECT_EQ(got.additional, c.want.additional);
  }
}

TEST(compare_names, forgives_one_slip_in_four_letters_or_more) {
  // Every single slip in a name of five letters is one; none is the name itself or another's.
  const std::string name = "BRIND";
  const auto last = [](const std::string& typed, std::string_view zone) {
    return compare_names({"", typed, ""}, {zone, "ANNA", false}).last;
  };
  for (std::size_t i = 0; i <= name.size(); ++i) {
    std::string more = name;
    EXPECT_EQ(last(more.insert(i, "X"), name), slip) << more;
    EXPECT_EQ(last(name, more), slip) << more;
    if (i == name.size()) break;
    std::string less = name, wrong = name, swapped = name;
    EXPECT_EQ(last(less.erase(i, 1), name), slip) << less;
    wrong[i] = 'X';
    EXPECT_EQ(last(wrong, name), slip) << wrong;
    if (i + 1 == name.size()) break;
    std::swap(swapped[i], swapped[i + 1]);
    EXPECT_EQ(last(swapped, name), slip) << swapped;
    wrong[i + 1] = 'X';
    EXPECT_EQ(last(wrong, name), other) << wrong;
  }
  EXPECT_EQ(last("Doe", "ROE"), other);
}

TEST(compare_names, bears_absurd_lengths) {
  const std::string zone(1000, 'A'), typed(2000, 'a');
  EXPECT_EQ(compare_names({typed, typed, typed}, {zone, zone, true}).last, same);
  EXPECT_EQ(compare_names({"a", "a", ""}, {zone, zone, false}).last, other);
  EXPECT_EQ(compare_names({"", "", ""}, {"", "", false}).last, same);
  // What is heard of X is longer than X.
  EXPECT_EQ(compare_names({"", std::string(60, 'x'), ""}, {std::string(63, 'X'), ""}).last, other);
  EXPECT_EQ(compare_names({"\xC3", "\xFF", ""}, {"A", "A", false}).last, unread);
}

// The letter with most spellings, words that match everywhere, words that match nowhere: a search
// that tries combinations would not end; following all places at once does.
TEST(compare_names, does_not_try_combinations) {
  std::string many, words, others;
  for (int i = 0; i < 1'000; ++i) {
    many += "ü";
    words += "u ";
    others += "ab ";
  }
  const std::string zone(63, 'U');
  std::string spaced;
  for (int i = 0; i < 31; ++i) spaced += "U ";
  spaced.pop_back();
  for (const std::string& typed : {many, words, others})
    for (const std::string& stated : {zone, spaced})
      for (const bool is_cut : {false, true}) {
        const NameLikeness got = compare_names({typed, typed, typed}, {stated, stated, is_cut});
        if (!is_cut || typed == others) {
          EXPECT_EQ(got.last, other) << typed.substr(0, 4) << stated;
        }
      }
  EXPECT_EQ(compare_names({"", many, ""}, {zone, "", true}).last, same);
}

TEST(compare_names, takes_no_zone_for_the_beginning_of_a_name) {
  EXPECT_EQ(compare_names({"Anna", "Eriksson", ""}, {"", "", true}).last, other);
  EXPECT_EQ(compare_names({"Anna", "Eriksson", ""}, {"", "", true}).first, unstated);
}

}  // namespace
}  // namespace limen::journey
