// Who states what: which sources there are, which of them counts, and how each field compares with
// it. What kinds of difference names have is pairs_test.cpp's.
#include "journey/statements.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "journey/given_test.hpp"

namespace limen::journey::stated {
namespace {

Skill skill_of_documents() {
  Skill skill;
  Field mrz;
  mrz.name = "mrz";
  mrz.type = FieldType::mrz;
  skill.steps = {{"document", {mrz}, {{"front", true, Shows::document}}}};
  return skill;
}

Upload picture(std::uint8_t id, std::optional<Reading> reading) {
  Upload out;
  out.id = id_of(id);
  out.type = "front";
  out.reading = std::move(reading);
  return out;
}
Reading with_zone(const Lines& lines, bool is_certain = true) {
  Reading out;
  out.width = out.height = 800;
  out.zone = ZoneRead{lines, is_certain};
  return out;
}
Reading with_licence(const LicenceRead& licence) {
  Reading out;
  out.width = out.height = 800;
  out.licence = licence;
  return out;
}
// The number and the expiry are those of the passport, too.
LicenceRead licence_like_the_zone() {
  LicenceRead out = licence_of_anna();
  out.number = "L898902C3";
  out.expiry = std::chrono::year{2030} / 12 / 31;
  return out;
}

struct Given {
  std::optional<Applicant> form{};
  Answers answers{};
  std::vector<Upload> pictures{};
};
std::vector<Statement> stated(const Given& given) {
  Session session;
  session.applicant = given.form;
  Step step;
  step.name = "document";
  step.answers = given.answers;
  step.uploads = given.pictures;
  session.steps = {step};
  return statements_of(session, skill_of_documents(), start);
}

// "last name=DOE:same date of birth=…", a dash for no likeness.
std::string text_of(const Statement& statement) {
  std::string out;
  for (const Stated& field : statement.fields) {
    if (!out.empty()) out += ' ';
    out.append(field.what).append("=").append(field.value).append(":");
    out += field.likeness ? to_string(*field.likeness) : "-";
  }
  return out;
}
// What each source says, by its name; the one that counts has a star, one that is not certain a
// question mark.
std::vector<std::string> texts_of(const Given& given) {
  std::vector<std::string> out;
  for (const Statement& statement : stated(given))
    out.push_back(std::string(to_string(statement.source)) + (statement.counts ? "* " : " ") +
                  (statement.is_certain ? "" : "? ") + text_of(statement));
  return out;
}

const std::string anna =
    "last name=ERIKSSON:- first name=ANNA MARIA:- date of birth=1974-08-12:- sex=F:- "
    "nationality=SVK:- document type=P:- issuer=SVK:- document number=L898902C3:- "
    "date of expiry=2030-12-31:-";
const std::string anna_again =
    "last name=ERIKSSON:same first name=ANNA MARIA:same date of birth=1974-08-12:same sex=F:same "
    "nationality=SVK:same document type=P:same issuer=SVK:same document number=L898902C3:same "
    "date of expiry=2030-12-31:same";
const Lines zone = td3_of({});
const Upload passport = picture(1, with_zone(zone));

TEST(statements, are_those_of_every_source_beside_the_document) {
  struct Case {
    const char* name;
    Given given;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"nothing", {}, {}},
      {"an empty form", {.form = Applicant{}}, {}},
      {"a picture nobody looked at", {.pictures = {picture(1, std::nullopt)}}, {}},
      {"a picture without a zone", {.pictures = {picture(1, Reading{})}}, {}},
      {"a form alone has nothing to be compared with",
       {.form = Applicant{"Anna", "Eriksson", "", "1974-08-12"}},
       {"form last name=Eriksson:- first name=Anna:- date of birth=1974-08-12:-"}},
      {"the form and the picture",
       {.form = Applicant{"Ana", "Eriksson", "Maria", "1974-08-13"}, .pictures = {passport}},
       {"form last name=Eriksson:same first name=Ana:spelling additional names=Maria:same "
        "date of birth=1974-08-13:different",
        "zone* " + anna}},
      {"answers and the picture",
       {.answers = {{"first_name", "Anna"}, {"document_type", "passport"}, {"country", "SK"}},
        .pictures = {passport}},
       {"answers first name=Anna:same document type=passport:same issuer=SK:same",
        "zone* " + anna}},
      {"another kind, another country",
       {.answers = {{"document_type", "id_card"}, {"country", "RO"}}, .pictures = {passport}},
       {"answers document type=id_card:different issuer=RO:different", "zone* " + anna}},
      {"what the skill alone knows",
       {.answers = {{"document_type", "permit"}, {"country", "Utopia"}}, .pictures = {passport}},
       {"answers document type=permit:- issuer=Utopia:-", "zone* " + anna}},
      {"what was sent counts where no picture was read",
       {.answers = {{"mrz", zone}}},
       {"sent* " + anna}},
      {"and is compared where one was",
       {.answers = {{"mrz", zone}}, .pictures = {passport}},
       {"sent " + anna_again, "zone* " + anna}},
      {"what was sent is no zone", {.answers = {{"mrz", Lines{"AB", "CD"}}}}, {}},
      {"a zone that is not certain does not count",
       {.pictures = {picture(1, with_zone(zone, false))}},
       {"zone ? " + anna}},
      {"nor one that cannot be read as one",
       {.pictures = {picture(1, with_zone({"AB", "CD"}))}},
       {}},
      {"the newer picture counts",
       {.pictures = {passport, picture(2, with_zone(zone))}},
       {"zone " + anna_again, "zone* " + anna}},
  };
  for (const Case& c : cases) EXPECT_EQ(texts_of(c.given), c.want) << c.name;
}

TEST(statements, differ_field_by_field) {
  Lines other = td3_of({.names = "JANSEN<<PIET",
                        .birth = "7408<<",
                        .expiry = "310101",
                        .issuer = "D<<",
                        .code = "ID",
                        .number = "X1"});
  other[1][20] = 'M';
  EXPECT_EQ(texts_of({.answers = {{"mrz", other}}, .pictures = {passport}})[0],
            "sent last name=JANSEN:different first name=PIET:different "
            "date of birth=7408<<:part sex=M:different nationality=D:different "
            "document type=ID:different issuer=D:different document number=X1:different "
            "date of expiry=2031-01-01:different");
}

TEST(statements, leave_out_what_the_document_does_not_state) {
  Lines silent = td3_of({.birth = "<<<<<<", .expiry = "30<<<<"});
  silent[1][20] = '<';
  const auto said =
      texts_of({.answers = {{"mrz", zone}}, .pictures = {picture(1, with_zone(silent))}});
  ASSERT_EQ(said.size(), 2U);
  EXPECT_NE(said[0].find("date of birth=1974-08-12:unstated sex=F:unstated"), std::string::npos)
      << said[0];
  EXPECT_NE(said[0].find("date of expiry=2030-12-31:part"), std::string::npos) << said[0];
  EXPECT_EQ(said[1].find("date of birth"), std::string::npos) << said[1];
  EXPECT_EQ(said[1].find("sex"), std::string::npos) << said[1];
  EXPECT_NE(said[1].find("date of expiry=30<<<<:-"), std::string::npos) << said[1];
}

TEST(statements, of_a_licence_are_in_its_own_letters) {
  const Upload licence = picture(1, with_licence(licence_like_the_zone()));
  EXPECT_EQ(texts_of({.form = Applicant{"Anna", "Eriksson", "", ""}, .pictures = {licence}}),
            (std::vector<std::string>{
                "form last name=Eriksson:same first name=Anna:same",
                "licence* last name=Eriksson:- first name=Anna:- additional names=Maria:- "
                "date of birth=1974-08-12:- document type=D:- issuer=USA:- "
                "document number=L898902C3:- date of expiry=2030-12-31:-"}));
  const auto beside = texts_of({.pictures = {licence, picture(2, with_zone(zone))}});
  EXPECT_EQ(beside[0],
            "licence last name=Eriksson:same first name=Anna:same additional names=Maria:same "
            "date of birth=1974-08-12:same document type=D:different issuer=USA:different "
            "document number=L898902C3:same date of expiry=2030-12-31:same");
  EXPECT_EQ(beside[1], "zone* " + anna);
  LicenceRead card = licence_like_the_zone();
  card.is_licence = false;
  EXPECT_NE(texts_of({.pictures = {picture(1, with_licence(card))}})[0].find("document type=I:-"),
            std::string::npos);
  LicenceRead silent = licence_like_the_zone();
  silent.country.clear();
  silent.birth = silent.expiry = std::nullopt;
  EXPECT_EQ(texts_of({.pictures = {picture(1, with_licence(silent)), passport}})[0],
            "licence last name=Eriksson:same first name=Anna:same additional names=Maria:same "
            "document type=D:different document number=L898902C3:same");
}

// A picture can be of a licence's back and, by somebody's mistake, of a passport beside it.
TEST(statements, of_one_picture_may_be_two) {
  Reading both = with_zone(zone);
  both.licence = licence_like_the_zone();
  const auto said = stated({.pictures = {picture(1, both)}});
  ASSERT_EQ(said.size(), 2U);
  EXPECT_TRUE(said[0].counts && said[0].source == Source::zone);
  EXPECT_TRUE(!said[1].counts && said[1].source == Source::licence);
  both.zone->is_certain = false;
  const auto licence = stated({.pictures = {picture(1, both)}});
  EXPECT_TRUE(!licence[0].counts && licence[1].counts);
}

TEST(statements, of_zones_have_their_check_digits_and_their_picture) {
  Lines wrong = zone;
  wrong[1][9] = wrong[1][9] == '0' ? '1' : '0';
  const auto said = stated({.answers = {{"mrz", wrong}}, .pictures = {passport}});
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[0].upload, std::nullopt);
  EXPECT_EQ(said[1].upload, id_of(1));
  const auto holds = [](const MrzCheck& check) { return check.holds; };
  EXPECT_FALSE(std::ranges::all_of(said[0].checks, holds));
  EXPECT_FALSE(said[1].checks.empty());
  EXPECT_TRUE(std::ranges::all_of(said[1].checks, holds));
}

TEST(statements, words) {
  std::string sources, likenesses;
  for (const Source one :
       {Source::form, Source::answers, Source::sent, Source::zone, Source::licence})
    sources.append(to_string(one)).append(" ");
  EXPECT_EQ(sources, "form answers sent zone licence ");
  for (const Likeness one :
       {Likeness::same, Likeness::spelling, Likeness::slip, Likeness::part, Likeness::order,
        Likeness::different, Likeness::unreadable, Likeness::unstated})
    likenesses.append(to_string(one)).append(" ");
  EXPECT_EQ(likenesses, "same spelling slip part order different unreadable unstated ");
}

}  // namespace
}  // namespace limen::journey::stated
