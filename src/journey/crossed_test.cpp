// What sources say against each other: zones and bar codes of pictures, what was sent and what was
// answered; and how a licence's bar code stands in for a zone.
#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "journey/pictured_test.hpp"

namespace limen::journey::pictured {
namespace {

TEST(licence, counts_like_a_zone_but_for_its_check_digits) {
  Reading licence = readable();
  licence.licence = LicenceRead{"D1234",
                                "O'Neil-Smith",
                                "Ana",
                                "Maria",
                                "USA",
                                std::chrono::year{1990} / 2 / 3,
                                std::chrono::year{2030} / 2 / 3,
                                false};
  Session session = session_of({.fronts = {licence}});
  session.applicant = Applicant{"Ana Maria", "O'Neil Smith", "", "1990-02-03", false};
  session.steps[1].answers = {{"document_type", "driving_licence"}, {"country", "US"}};
  struct Want {
    const char* name;
    Level level;
  };
  const Want wants[] = {{"Applicant integrity", high}, {"MRZ check digits", unavailable},
                        {"Document expiry", high},     {"Document type and country", high},
                        {"Document reading", high},    {"Age", high}};
  const Decision decision = decide(session, skill_with(18), start);
  for (const Want& want : wants) {
    const auto at = std::ranges::find(decision.factors, want.name, &Factor::name);
    ASSERT_NE(at, decision.factors.end()) << want.name;
    EXPECT_EQ(at->level, want.level) << want.name << ": " << at->explanation;
  }
  EXPECT_EQ(level_of({.fronts = {with_zone(expired)}, .backs = {licence}}, "Document expiry"), low)
      << "a zone has check digits and counts before a bar code";
  licence.licence->family_name = "-O'Neil, _Smith 1";
  session.steps[1].uploads[0].reading = licence;
  EXPECT_EQ(decide(session, skill_with(18), start).factors[0].level, high);
  Reading later = licence;
  later.licence->expiry = std::chrono::year{2020} / 1 / 1;
  EXPECT_EQ(level_of({.fronts = {licence, later}}, "Document expiry"), low);
  licence.licence->birth.reset();
  EXPECT_EQ(level_of({.fronts = {licence}}, "Age", 18), unknown);
}

TEST(licence, may_be_an_identity_card) {
  struct Case {
    bool is_licence;
    const char* chosen;
    Level want;
  };
  const Case cases[] = {{true, "driving_licence", high},
                        {true, "id_card", medium},
                        {false, "id_card", high},
                        {false, "driving_licence", medium}};
  for (const Case& c : cases) {
    Reading reading = readable();
    reading.licence.emplace();
    reading.licence->family_name = "Eriksson";
    reading.licence->is_licence = c.is_licence;
    Session session = session_of({.fronts = {reading}});
    session.steps[1].answers = {{"document_type", c.chosen}};
    for (const Factor& factor : decide(session, skill_with(), start).factors) {
      if (factor.name == "Document type and country") {
        EXPECT_EQ(factor.level, c.want) << c.chosen;
      }
    }
  }
}

// Names of a bar code are decoded to UTF-8 (evidence/aamva.hpp); a form is typed with or without
// marks.
TEST(licence, states_names_in_the_letters_of_a_zone) {
  struct Case {
    const char *family, *first, *typed_family, *typed_first;
    Level want;
  };
  const Case cases[] = {
      {"Côté", "José", "Côté", "José", high},
      {"Côté", "José", "Cote", "Jose", high},
      {"CÔTÉ", "JOSÉ", "Côté", "José", high},
      {"Núñez", "Ana", "Núñez", "Ana", high},
      {"Núñez", "Ana", "Nunez", "Ana", high},
      {"Müller", "Jürgen", "Müller", "Jürgen", high},
      {"Müller", "Jürgen", "Mueller", "Juergen", high},
      {"Müller", "Ana", "Muller", "Ana", medium},
      {"O'Brien", "Ana", "O'Brien", "Ana", high},
      {"O’Brien", "Ana", "OBrien", "Ana", high},
      {"Saint-Jean", "Anne-Marie", "Saint Jean", "Anne Marie", high},
      {"Smith", "Ana,Maria", "Smith", "Ana Maria", high},
      {"Łoś", "Æsa", "Łoś", "Æsa", high},
      {"Smith 3×", "Ana", "Smith", "Ana", high},
      {"Côté", "José", "Cat", "Joe", low},
      {"三", "Ana", "Smith", "Ana", medium},
      {"Smith", "三", "Smith", "Ana", medium},
  };
  for (const Case& c : cases) {
    Reading reading = readable();
    reading.licence.emplace();
    reading.licence->number = "D1234";
    reading.licence->family_name = c.family;
    reading.licence->first_name = c.first;
    Session session = session_of({.fronts = {reading}});
    session.applicant = Applicant{c.typed_first, c.typed_family, "", "", false};
    const Factor factor = decide(session, skill_with(), start).factors[0];
    EXPECT_EQ(factor.level, c.want) << c.family << ", " << c.first << ", typed " << c.typed_family
                                    << ", " << c.typed_first << ": " << factor.explanation;
  }
}

TEST(cross_check, is_made_where_two_sources_speak) {
  struct Case {
    const char* name;
    Given given;
    std::optional<Level> want;
  };
  const Answers anna = {
      {"first_name", "Anna Maria"}, {"last_name", "Eriksson"}, {"date_of_birth", "1974-08-12"}};
  const Lines other_birth = td3_of({.birth = "740813"});
  const Lines other_name = td3_of({.names = "ERIKSEN<<ANNA<MARIA"});
  const Lines other_number = td3_of({.number = "L898902C4"});
  const Lines other_issuer = td3_of({.issuer = "AUT"});
  const Case cases[] = {
      {"one source", {.fronts = {with_zone(good)}}, std::nullopt},
      {"only sent", {.fronts = {readable()}, .sent = good}, std::nullopt},
      {"the same zone twice", {.fronts = {with_zone(good)}, .sent = good}, high},
      {"another birth", {.fronts = {with_zone(good)}, .sent = other_birth}, low},
      {"another number", {.fronts = {with_zone(good)}, .sent = other_number}, low},
      {"another issuer", {.fronts = {with_zone(good)}, .sent = other_issuer}, low},
      {"another expiry", {.fronts = {with_zone(good)}, .sent = expired}, low},
      {"another name", {.fronts = {with_zone(good)}, .sent = other_name}, medium},
      {"another given name",
       {.fronts = {with_zone(good)}, .sent = td3_of({.names = "ERIKSSON<<BERTA"})},
       medium},
      {"sent nonsense", {.fronts = {with_zone(good)}, .sent = Lines{"AB", "CD"}}, medium},
      {"the answers agree", {.fronts = {with_zone(good)}, .person = anna}, high},
      {"with what was sent as well", {.fronts = {readable()}, .sent = good, .person = anna}, high},
      {"another first name",
       {.fronts = {with_zone(good)}, .person = {{"first_name", "Berta"}}},
       medium},
      {"another last name",
       {.fronts = {with_zone(good)}, .person = {{"last_name", "Novak"}}},
       medium},
      {"another date",
       {.fronts = {with_zone(good)}, .person = {{"date_of_birth", "1974-08-11"}}},
       medium},
      {"the worst counts",
       {.fronts = {with_zone(good)}, .sent = other_birth, .person = {{"last_name", "Novak"}}},
       low},
      {"answers before names",
       {.fronts = {with_zone(good)}, .sent = other_name, .person = anna},
       medium},
  };
  for (const Case& c : cases) {
    const auto factor = factor_of(c.given, "Cross-check");
    EXPECT_EQ(factor.has_value(), c.want.has_value()) << c.name;
    if (factor && c.want) {
      EXPECT_EQ(factor->level, *c.want) << c.name << ": " << factor->explanation;
    }
  }
  EXPECT_EQ(
      factor_of({.fronts = {with_zone(good)}, .sent = other_birth}, "Cross-check")->explanation,
      "The zone that was sent and the zone in front differ in: date of birth.");
}

struct Crossed {
  const char* name;
  Given given;
  std::optional<Level> want;
  const char* says = "";
};
void expect(std::span<const Crossed> cases) {
  for (const Crossed& c : cases) {
    const auto factor = factor_of(c.given, "Cross-check");
    EXPECT_EQ(factor.has_value(), c.want.has_value()) << c.name;
    if (!factor || !c.want) continue;
    EXPECT_EQ(factor->level, *c.want) << c.name << ": " << factor->explanation;
    EXPECT_TRUE(std::string_view(c.says).empty() || factor->explanation == c.says)
        << c.name << ": " << factor->explanation;
  }
}
const Reading zone = with_zone(good), licence = with_licence(licence_of_anna());
Reading zone_of_another(const Document& d) { return with_zone(td3_of(d)); }

TEST(cross_check, is_made_between_the_zones_of_pictures) {
  const Crossed cases[] = {
      {"one of two has a zone", {.fronts = {readable()}, .backs = {zone}}, std::nullopt},
      {"the same zone twice",
       {.fronts = {zone}, .backs = {zone}},
       high,
       "What was sent and what else is in the pictures agrees with the document."},
      {"another's passport in the second picture",
       {.fronts = {zone},
        .backs = {zone_of_another({.names = "NOVAK<<EVA", .birth = "800101", .number = "X1"})}},
       low,
       "The zone in front and the zone in back differ in: document number, date of birth, names."},
      {"another's that was taken again",
       {.fronts = {zone_of_another({.number = "X1"}), zone}, .backs = {zone}},
       high},
      {"taken again without a zone", {.fronts = {zone, readable()}, .backs = {zone}}, std::nullopt},
      {"taken again and not looked at",
       {.fronts = {zone, std::nullopt}, .backs = {zone}},
       std::nullopt},
      {"another birth", {.fronts = {zone_of_another({.birth = "740813"})}, .backs = {zone}}, low},
      {"another expiry", {.fronts = {with_zone(expired)}, .backs = {zone}}, low},
      {"another issuer", {.fronts = {zone_of_another({.issuer = "AUT"})}, .backs = {zone}}, low},
      {"another name",
       {.fronts = {zone_of_another({.names = "ERIKSEN<<ANNA<MARIA"})}, .backs = {zone}},
       medium,
       "The zone in front and the zone in back differ in: names."},
  };
  expect(cases);
}

TEST(cross_check, shows_where_an_uncertain_zone_differs) {
  const Crossed cases[] = {
      {"a number that is not certain",
       {.fronts = {with_zone(td3_of({.number = "X1"}), false)}, .backs = {zone}},
       medium,
       "The zone in front, which was not read with certainty, and the zone in back differ in: "
       "document number."},
      {"a name that is not certain",
       {.fronts = {with_zone(td3_of({.names = "NOVAK<<EVA"}), false)}, .backs = {zone}},
       high},
      {"not certain, beside what was sent",
       {.fronts = {with_zone(td3_of({.birth = "740813"}), false)}, .sent = good},
       medium,
       "The zone in front, which was not read with certainty, and the zone that was sent differ "
       "in: date of birth."},
      {"two, of which none counts",
       {.fronts = {with_zone(good, false)}, .backs = {with_zone(expired, false)}},
       std::nullopt},
  };
  expect(cases);
}

TEST(cross_check, is_made_between_bar_codes_and_all_else) {
  const std::chrono::year_month_day another_day = std::chrono::year{1974} / 8 / 13;
  const Crossed cases[] = {
      {"a licence of the same person", {.fronts = {licence}, .backs = {zone}}, high},
      {"and the other way round", {.fronts = {zone}, .backs = {licence}}, high},
      {"of another birth",
       {.fronts = {with_licence(&LicenceRead::birth, another_day)}, .backs = {zone}},
       low,
       "The bar code in front and the zone in back differ in: date of birth."},
      {"without a birth",
       {.fronts = {with_licence(&LicenceRead::birth, std::nullopt)}, .backs = {zone}},
       high},
      {"of another last name",
       {.fronts = {with_licence(&LicenceRead::family_name, "Novak")}, .backs = {zone}},
       medium,
       "The bar code in front and the zone in back differ in: names."},
      {"of another first name",
       {.fronts = {with_licence(&LicenceRead::first_name, "Berta")}, .backs = {zone}},
       medium},
      {"the same licence twice", {.fronts = {licence}, .backs = {licence}}, high},
      {"another licence",
       {.fronts = {licence}, .backs = {with_licence(&LicenceRead::number, "D1235")}},
       low,
       "The bar code in front and the bar code in back differ in: document number."},
      {"that number in another state",
       {.fronts = {with_licence(&LicenceRead::issuer, "636026")},
        .backs = {with_licence(&LicenceRead::issuer, "636000")}},
       low,
       "The bar code in front and the bar code in back differ in: issuer."},
      {"a state that is named once",
       {.fronts = {with_licence(&LicenceRead::issuer, "636026")}, .backs = {licence}},
       high},
      {"and the other way round",
       {.fronts = {licence}, .backs = {with_licence(&LicenceRead::issuer, "636026")}},
       high},
      {"the same state",
       {.fronts = {with_licence(&LicenceRead::issuer, "636026")},
        .backs = {with_licence(&LicenceRead::issuer, "636026")}},
       high},
      {"a licence and the zone that was sent", {.fronts = {licence}, .sent = good}, high},
      {"a licence and another's zone that was sent",
       {.fronts = {licence}, .sent = td3_of({.birth = "740813"})},
       low,
       "The zone that was sent and the bar code in front differ in: date of birth."},
  };
  expect(cases);
}

TEST(cross_check, tells_all_that_differs) {
  const Crossed cases[] = {
      {"all that differs is told",
       {.fronts = {zone_of_another({.number = "X1"})},
        .sent = Lines{"AB", "CD"},
        .person = {{"last_name", "Novak"}},
        .backs = {zone}},
       low,
       "The zone in front and the zone in back differ in: document number. The zone that was sent "
       "cannot be read as one; the picture's can. The answers and the document differ in: last "
       "name."},
  };
  expect(cases);
}

}  // namespace
}  // namespace limen::journey::pictured
