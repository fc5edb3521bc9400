// Texts from doubtful characters: what the form allows, what check digits decide, and what they
// must not be talked into. The cells are made here, no picture and no network is involved.
#include "evidence/spelling.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "journey/mrz.hpp"

namespace limen::evidence {
namespace {

using Lines = std::vector<std::string>;

const Lines passport = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                        "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};
const Lines card = {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
                    "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"};
const Lines long_card = {"I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2",
                         "STEVENSON<<PETER<JOHN<<<<<<<<<"};
const Lines small = {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
                     "D231458907UTO7408122F1204159<<<<<<<6"};
const Lines visa = {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                    "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<"};
const Lines french = {"IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
                      "8806923102858CORINNE<<<<<<<6512068F6"};

const FormOfZone& form_called(std::string_view name) {
  for (const FormOfZone& form : forms_of_zones())
    if (form.name == name) return form;
  throw std::invalid_argument("no such form");
}

// A cell that shows `c` with this probability, and the rest of it as `other`.
Scores showing(char c, double probability = 0.995, char other = 0) {
  Scores scores;
  const double rest = (1 - probability) / (other == 0 ? static_cast<double>(scores.size()) : 1);
  scores.fill(static_cast<float>(std::log(other == 0 ? rest : 1e-6)));
  scores[glyph_of(c)] = static_cast<float>(std::log(probability));
  if (other != 0) scores[glyph_of(other)] = static_cast<float>(std::log(rest));
  return scores;
}

ScoresOfLines showing(const Lines& lines) {
  ScoresOfLines cells;
  for (const std::string& line : lines) {
    cells.emplace_back();
    for (const char c : line) cells.back().push_back(showing(c));
  }
  return cells;
}

TEST(spelling, reads_every_form) {
  const std::map<std::string, Lines> cases = {
      {"TD3", passport}, {"TD1", card},   {"TD1, long number", long_card},
      {"TD2", small},    {"MRV-A", visa}, {"FRA", french}};
  for (const auto& [name, lines] : cases) {
    SCOPED_TRACE(name);
    const Spelling spelling = spell(showing(lines), form_called(name));
    EXPECT_EQ(spelling.lines, lines);
    EXPECT_TRUE(spelling.is_as_seen);
    EXPECT_GT(spelling.consistency, 0.05);
    EXPECT_GT(spelling.likelihood, -0.1);
    for (const auto& line : spelling.confidences)
      for (const float confidence : line) EXPECT_GT(confidence, 0.9F);
  }
}

// The pairs people and programs confuse: the wrong one is the likelier here, the check digit knows.
TEST(spelling, check_digits_decide_between_look_alikes) {
  struct Case {
    const char* name;
    std::size_t column;  // in the second line of the passport
    char seen;
  };
  const Case cases[] = {
      {"0 seen as O", 5, 'O'},  {"8 seen as B", 1, 'B'},  {"9 seen as G", 2, 'G'},
      {"2 seen as Z", 6, 'Z'},  {"Z seen as 2", 28, '2'}, {"1 seen as I", 30, 'I'},
      {"B seen as 8", 36, '8'}, {"2 seen as 7", 18, '7'},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    ScoresOfLines cells = showing(passport);
    cells[1][c.column] = showing(c.seen, 0.6, passport[1][c.column]);
    const Spelling spelling = spell(cells, form_called("TD3"));
    EXPECT_EQ(spelling.lines, passport);
    EXPECT_GT(spelling.confidences[1][c.column], 0.95F);
    EXPECT_FALSE(spelling.is_as_seen);
  }
}

// A forger prints 3 for 8, and the cell leaves some doubt: to the check digits that is an 8 that
// was printed badly. The text they make is willing and its characters clear, and it is not what is
// seen.
TEST(spelling, a_wrong_digit_is_not_made_right_unseen) {
  const std::size_t column = 3;
  for (const double doubt : {0.05, 0.1, 0.2, 0.3, 0.4, 0.45}) {
    SCOPED_TRACE(doubt);
    ScoresOfLines cells = showing(passport);
    cells[1][column] = showing('3', 1 - doubt, passport[1][column]);
    const Spelling spelling = spell(cells, form_called("TD3"));
    EXPECT_EQ(spelling.lines, passport);
    EXPECT_FALSE(spelling.is_as_seen);
  }
}

// Where no digit watches, the likelier wins, and its confidence says that there was another.
TEST(spelling, names_have_only_their_letters) {
  ScoresOfLines cells = showing(passport);
  cells[0][7] = showing('1', 0.6, 'I');    // digits do not stand in names
  cells[0][12] = showing('M', 0.55, 'N');  // the true letter is the second choice
  const Spelling spelling = spell(cells, form_called("TD3"));
  EXPECT_EQ(spelling.lines[0][7], 'I');
  EXPECT_GT(spelling.confidences[0][7], 0.95F);
  EXPECT_EQ(spelling.lines[0][12], 'M');
  EXPECT_LT(spelling.confidences[0][12], 0.6F);
}

// A clear character that contradicts its check digit: the text is not repaired behind one's back.
TEST(spelling, contradiction_is_told) {
  Lines forged = passport;
  forged[1][3] = '7';  // was 8
  const Spelling spelling = spell(showing(forged), form_called("TD3"));
  EXPECT_LT(spelling.consistency, 0.01);
  EXPECT_EQ(spell_freely(showing(forged), form_called("TD3")).lines, forged);
}

TEST(spelling, only_what_may_stand_in_a_place) {
  for (const FormOfZone& form : forms_of_zones()) {
    SCOPED_TRACE(form.name);
    ASSERT_EQ(form.places.size() >= form.lines, true);
    const Scores nothing = showing('<', 1.0 / 38);
    const ScoresOfLines cells(form.lines, std::vector<Scores>(form.width, nothing));
    const Spelling spelling = spell(cells, form);
    for (std::size_t r = 0; r < form.lines; ++r) {
      ASSERT_EQ(form.places[r].size(), form.width);
      for (std::size_t c = 0; c < form.width; ++c)
        EXPECT_TRUE(may_stand(form.places[r][c], spelling.lines[r][c]));
    }
  }
}

// The table of watched places against the reader of texts: whatever is spelled, its digits hold.
TEST(spelling, agrees_with_the_grammar) {
  constexpr Date today{std::chrono::year{2025}, std::chrono::month{1}, std::chrono::day{1}};
  const std::map<std::string, Lines> cases = {
      {"TD3", passport}, {"TD1", card}, {"TD2", small}, {"MRV-A", visa}, {"FRA", french}};
  for (const auto& [name, lines] : cases) {
    for (std::size_t column = 0; column < lines[1].size(); ++column) {
      SCOPED_TRACE(name + " " + std::to_string(column));
      ScoresOfLines cells = showing(lines);
      cells[1][column] = showing('5', 0.5, '3');
      const auto mrz = journey::read_mrz(spell(cells, form_called(name)).lines, today);
      ASSERT_TRUE(mrz);
      EXPECT_TRUE(mrz->all_hold());
    }
  }
}

}  // namespace
}  // namespace limen::evidence
