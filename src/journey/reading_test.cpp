// The text form of a reading comes back as it went, and nothing else is taken for one.
#include "journey/reading.hpp"

#include <gtest/gtest.h>

namespace limen::journey {
namespace {

const std::string line(44, '<');

Reading full() {
  Reading out;
  out.width = 4000;
  out.height = 3000;
  out.measures = {{"sharpness", 80, false}, {"glare", 0, true}};
  out.zone = ZoneRead{{"P<UTO" + line.substr(5), line}, true};
  out.licence = LicenceRead{"D1", "O'NEIL", "ANA",    "",  "USA", std::chrono::year{1990} / 2 / 3,
                            {},   true,     "636026", true};
  return out;
}

TEST(ReadingTest, comes_back_as_it_went) {
  EXPECT_EQ(reading_of(to_text(full())), full());
  EXPECT_EQ(reading_of(to_text(Reading{})), Reading{});
  Reading other = full();
  other.zone = ZoneRead{{"I<UTOD231458907", "7408122F1204159"}, false};
  other.licence->names_are_cut = false;
  other.licence->issuer.clear();
  other.licence->is_licence = false;
  EXPECT_EQ(reading_of(to_text(other)), other);
  EXPECT_FALSE(Reading{}.is_readable());
  EXPECT_TRUE(full().is_readable());
}

TEST(ReadingTest, is_written_in_lines) {
  EXPECT_EQ(to_text(full()),
            "reading 1\nsize 4000 3000\nmeasure sharpness 80 good\nmeasure glare 0 bad\n"
            "zone certain P<UTO" +
                line.substr(5) + " " + line +
                "\nlicence 4431 4f274e45494c 414e41 - 555341 1990-02-03 - cut 636026 licence\n");
}

TEST(ReadingTest, of_before_there_were_issuers_is_one) {
  Reading want = full();
  want.licence->issuer.clear();
  std::string text = to_text(full());
  const std::string_view added = " 636026 licence";
  text.erase(text.find(added), added.size());
  EXPECT_EQ(reading_of(text), want);
  want.licence->names_are_cut = false;
  EXPECT_EQ(reading_of(text.replace(text.find("cut"), 3, "whole")), want);
}

TEST(ReadingTest, nothing_else_is_one) {
  const std::string head = "reading 1\nsize 40 30\n";
  const std::string many(200'000, 'a');
  std::string measures = head;
  const std::string licence = "licence - - - - - - - whole\n";
  for (int i = 0; i < 17; ++i) measures += "measure sharpness 1 good\n";
  const std::string wrong[] = {
      "",
      "reading 1\n",
      "reading 1\nsize 40 30",
      "reading 2\nsize 40 30\n",
      "reading 1\nsize 40\n",
      "reading 1\nsize 40 0\n",
      "reading 1\nsize 0 30\n",
      "reading 1\nsize 70000 30\n",
      "reading 1\nsize 40 30 \n",
      "reading 1\nsize x 30\n",
      "reading 1\nsizes 40 30\n",
      head + "\n",
      head + "other 1\n",
      head + "measure sharpness 101 good\n",
      head + "measure sharpness 10 fine\n",
      head + "measure sharp<b> 10 good\n",
      head + "measure  10 good\n",
      head + "measure Sharp 10 good\n",
      head + "measure sharp{ 10 good\n",
      head + "zone certain AB A.\n",
      head + "zone certain AB A:\n",
      head + "zone certain AB A[\n",
      head + "licence  - - - - - - whole\n",
      head + "licence " + std::string(258, '4') + " - - - - - - whole\n",
      head + "measure aaaaaaaaaaaaaaaaaaaaa 10 good\n",
      measures,
      head + "zone certain\n",
      head + "zone certain AB\n",
      head + "zone maybe AB AB\n",
      head + "zone certain AB ab\n",
      head + "zone certain AB " + line + "<\n",
      head + "zone certain AB AB AB AB\n",
      head + "zone certain AB  AB\n",
      head + "zone certain AB AB\nzone certain AB AB\n",
      head + licence + licence,
      head + "licence - - - - - - - torn\n",
      head + "licence - - - - - - - torn - card\n",
      head + "licence - - - - - - - whole \n",
      head + "licence - - - - - - - whole 636026\n",
      head + "licence - - - - - - - whole 63602 card\n",
      head + "licence - - - - - - - whole 63602a card\n",
      head + "licence - - - - - - - whole  card\n",
      head + "licence - - - - - - - whole - cards\n",
      head + "licence - - - - - - - cut - card \n",
      head + "licence - - - - - - whole\n",
      head + "licence 4 - - - - - - whole\n",
      head + "licence ff - - - - - - whole\n",
      head + "licence 0a - - - - - - whole\n",
      head + "licence - - - - - 1990-02-30 - whole\n",
      head + "licence - - - - - - 1990 whole\n",
      head + "licence " + many + " - - - - - - whole\n",
  };
  for (const std::string& text : wrong) EXPECT_FALSE(reading_of(text)) << text.substr(0, 80);
}

}  // namespace
}  // namespace limen::journey
