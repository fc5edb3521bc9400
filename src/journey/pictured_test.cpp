// The factors that pictures decide: what counts as the document, where sources contradict each
// other, age, quality. Pairs of names are pairs_test.cpp's, all other factors decision_test.cpp's.
#include <gtest/gtest.h>

#include <algorithm>

#include "journey/decision.hpp"
#include "journey/given_test.hpp"
#include "journey/session.hpp"

namespace limen::journey::pictured {
namespace {

constexpr Level high = Level::high, medium = Level::medium, low = Level::low,
                unknown = Level::unknown, unavailable = Level::unavailable;

Skill skill_with(int age_min = 0) {
  Skill skill;
  Field mrz;
  mrz.name = "mrz";
  mrz.type = FieldType::mrz;
  skill.rules.age_min = age_min;
  skill.steps = {
      {"person", {}, {}},
      {"document", {mrz}, {{"front", true, Shows::document}, {"back", false, Shows::document}}},
      {"selfie", {}, {{"selfie", true, Shows::face}}}};
  return skill;
}

Reading readable() {
  Reading out;
  out.width = 1600;
  out.height = 1200;
  out.measures = {{"blurred", 80, false}, {"dark", 90, false}};
  return out;
}
Reading with_zone(const Lines& lines, bool is_certain = true) {
  Reading out = readable();
  out.zone = ZoneRead{lines, is_certain};
  return out;
}

struct Given {
  std::vector<std::optional<Reading>> fronts{};
  std::optional<Lines> sent{};
  Answers person{};
  std::optional<Reading> selfie{};
  std::vector<std::optional<Reading>> backs{};
};

Session session_of(const Given& given) {
  Session out;
  out.steps.resize(3);
  out.steps[0].name = "person";
  out.steps[0].answers = given.person;
  out.steps[1].name = "document";
  if (given.sent) out.steps[1].answers = {{"mrz", *given.sent}};
  out.steps[2].name = "selfie";
  const auto add = [&](const char* type, const std::optional<Reading>& reading) {
    Upload upload;
    upload.type = type;
    upload.reading = reading;
    out.steps[1].uploads.push_back(upload);
  };
  for (const auto& reading : given.fronts) add("front", reading);
  for (const auto& reading : given.backs) add("back", reading);
  Upload selfie;
  selfie.type = "selfie";
  selfie.reading = given.selfie;
  out.steps[2].uploads.push_back(selfie);
  return out;
}

std::optional<Factor> factor_of(const Given& given, std::string_view name, int age_min = 0) {
  for (const Factor& factor : decide(session_of(given), skill_with(age_min), start).factors)
    if (factor.name == name) return factor;
  return std::nullopt;
}
Level level_of(const Given& given, std::string_view name, int age_min = 0) {
  const auto factor = factor_of(given, name, age_min);
  return factor ? factor->level : unavailable;
}

const Lines good = td3_of({});
const Lines expired = td3_of({.expiry = "201231"});
const Lines wrong_digit = [] {
  Lines lines = td3_of({});
  lines[1][9] = lines[1][9] == '0' ? '1' : '0';
  return lines;
}();

TEST(document_reading, is_what_was_found_in_pictures_of_the_document) {
  struct Case {
    const char* name;
    Given given;
    Level want;
  };
  const Case cases[] = {
      {"nobody looked", {.fronts = {std::nullopt}}, unavailable},
      {"a certain zone", {.fronts = {with_zone(good)}}, high},
      {"a zone that is not certain", {.fronts = {with_zone(good, false)}}, unknown},
      {"what is no zone", {.fronts = {with_zone({"AB", "CD"})}}, unknown},
      {"no zone", {.fronts = {readable()}}, unknown},
      {"no picture", {.fronts = {Reading{}}}, unknown},
      {"the second picture has it", {.fronts = {readable(), with_zone(good)}}, high},
      {"typing one is not reading one", {.fronts = {readable()}, .sent = good}, unknown},
      {"a selfie is no document", {.fronts = {readable()}, .selfie = with_zone(good)}, unknown},
  };
  for (const Case& c : cases) EXPECT_EQ(level_of(c.given, "Document reading"), c.want) << c.name;
}

// "No zone was found" would be untrue, and no factor is better for it: UNKNOWN counts as MEDIUM.
TEST(document, that_was_found_and_not_read_with_certainty_is_unknown) {
  const std::string found =
      "A machine-readable zone was found in a picture, but it was not read with certainty.";
  struct Case {
    const char* name;
    Given given;
    Level want;
    std::string says;
  };
  const Case cases[] = {
      {"the digits fit", {.fronts = {with_zone(good, false)}}, unknown, found},
      {"a digit does not fit",
       {.fronts = {with_zone(good, false)}, .backs = {with_zone(wrong_digit, false)}},
       unknown,
       found + " Check digits that do not fit their fields: document number, composite."},
      {"the last one's",
       {.fronts = {with_zone(wrong_digit, false)}, .backs = {with_zone(good, false)}},
       unknown,
       found},
      {"of no form", {.fronts = {with_zone({"AB", "CD"}, false)}}, unknown, found},
      {"taken again without one",
       {.fronts = {with_zone(good, false), readable()}},
       unavailable,
       "No machine-readable zone was sent or found in a picture, so there is nothing to compute "
       "this from."},
      {"what was sent is none either",
       {.fronts = {with_zone(good, false)}, .sent = Lines{"AB", "CD"}},
       unknown,
       "The machine-readable zone that was sent cannot be read as one."},
  };
  for (const Case& c : cases) {
    Session session = session_of(c.given);
    session.applicant = Applicant{"Anna", "Eriksson", "", "1974-08-12", false};
    const Decision decision = decide(session, skill_with(18), start);
    EXPECT_EQ(decision.level, medium) << c.name;
    for (const Factor& factor : decision.factors) {
      const bool needs_zone = factor.name != "Image quality" && factor.name != "Document reading" &&
                              !factor.name.starts_with("Face");
      if (!needs_zone) continue;
      EXPECT_EQ(factor.level, c.want) << c.name << ": " << factor.name;
      EXPECT_EQ(factor.explanation, c.says) << c.name << ": " << factor.name;
    }
  }
}

TEST(document_reading, leaves_out_what_the_skill_does_not_ask_for) {
  Session session = session_of({.fronts = {std::nullopt}});
  Upload stray;
  stray.type = "stray";
  stray.reading = with_zone(good);
  session.steps[1].uploads.push_back(stray);
  for (const Factor& factor : decide(session, skill_with(), start).factors) {
    if (factor.name == "Document reading") {
      EXPECT_EQ(factor.level, unavailable);
    }
  }
}

TEST(document, is_the_one_in_the_picture_and_not_the_one_that_was_sent) {
  struct Case {
    const char* name;
    Given given;
    Level expiry;
  };
  const Case cases[] = {
      {"only sent", {.fronts = {readable()}, .sent = expired}, low},
      {"sent and seen", {.fronts = {with_zone(good)}, .sent = expired}, high},
      {"seen and sent", {.fronts = {with_zone(expired)}, .sent = good}, low},
      {"not certain", {.fronts = {with_zone(expired, false)}, .sent = good}, high},
      {"the newest picture", {.fronts = {with_zone(expired), with_zone(good)}}, high},
  };
  for (const Case& c : cases) EXPECT_EQ(level_of(c.given, "Document expiry"), c.expiry) << c.name;
  EXPECT_EQ(level_of({.fronts = {with_zone(wrong_digit)}}, "MRZ check digits"), low);
}

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

// Names of a bar code are decoded to UTF-8 (evidence/aamva.hpp); a form is typed with or without
// marks.
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

// The licence of td3_of({})'s holder.
LicenceRead annas() {
  LicenceRead out;
  out.number = "D1234";
  out.family_name = "Eriksson";
  out.first_name = "Anna";
  out.middle_names = "Maria";
  out.country = "USA";
  out.birth = std::chrono::year{1974} / 8 / 12;
  out.expiry = std::chrono::year{2030} / 2 / 3;
  return out;
}
Reading with_licence(LicenceRead licence) {
  Reading out = readable();
  out.licence = std::move(licence);
  return out;
}
// Hers but for one part.
template <class Part, class Value>
Reading with_licence(Part LicenceRead::*part, Value value) {
  LicenceRead out = annas();
  out.*part = value;
  return with_licence(out);
}

TEST(cross_check, is_made_between_pictures) {
  struct Case {
    const char* name;
    Given given;
    std::optional<Level> want;
    const char* says = "";
  };
  const Reading zone = with_zone(good), licence = with_licence(annas());
  const auto zone_of_another = [](const Document& d) { return with_zone(td3_of(d)); };
  const std::chrono::year_month_day another_day = std::chrono::year{1974} / 8 / 13;
  const Case cases[] = {
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
  for (const Case& c : cases) {
    const auto factor = factor_of(c.given, "Cross-check");
    EXPECT_EQ(factor.has_value(), c.want.has_value()) << c.name;
    if (!factor || !c.want) continue;
    EXPECT_EQ(factor->level, *c.want) << c.name << ": " << factor->explanation;
    EXPECT_TRUE(std::string_view(c.says).empty() || factor->explanation == c.says)
        << c.name << ": " << factor->explanation;
  }
}

TEST(age, is_counted_by_the_document_when_the_skill_has_a_rule) {
  EXPECT_FALSE(factor_of({.fronts = {with_zone(good)}}, "Age"));
  struct Case {
    const char *name, *birth;
    Level want;
  };
  const Case cases[] = {
      {"18 today", "081121", high},
      {"18 tomorrow, or 118", "081122", unknown},
      {"18 next month, or 117", "081221", unknown},
      {"18 last month", "081021", high},
      {"long ago", "740812", high},
      {"a child, or 106", "201121", unknown},
      {"the day is unknown", "0811<<", unknown},
  };
  for (const Case& c : cases)
    EXPECT_EQ(level_of({.fronts = {with_zone(td3_of({.birth = c.birth}))}}, "Age", 18), c.want)
        << c.name;
  EXPECT_EQ(level_of({.fronts = {readable()}}, "Age", 18), unavailable);
  EXPECT_EQ(level_of({.sent = Lines{"AB", "CD"}}, "Age", 18), unknown);
}

TEST(age, is_of_the_century_that_somebody_states) {
  const Lines zone = td3_of({.birth = "090812"});  // 17 or 117
  struct Case {
    const char *name, *form, *answer;
    Level want;
  };
  const Case cases[] = {
      {"nobody states it", "", "", unknown},
      {"the form", "2009-08-12", "", low},
      {"an answer", "", "2009-08-12", low},
      {"of another day", "2009-08-13", "2008-08-12", unknown},
      {"a hundred years more are not believed", "1909-08-12", "1909-08-12", unknown},
  };
  for (const Case& c : cases) {
    Session session =
        session_of({.fronts = {with_zone(zone)}, .person = {{"date_of_birth", c.answer}}});
    session.applicant = Applicant{"", "", "", c.form, false};
    const auto factors = decide(session, skill_with(18), start).factors;
    const auto at = std::ranges::find(factors, "Age", &Factor::name);
    ASSERT_NE(at, factors.end());
    EXPECT_EQ(at->level, c.want) << c.name;
  }
  LicenceRead licence = annas();
  licence.birth = std::chrono::year{2009} / 8 / 12;
  EXPECT_EQ(level_of({.fronts = {with_licence(licence)}}, "Age", 18), low) << "has all digits";
  EXPECT_EQ(level_of({.fronts = {with_zone(good)}}, "Age", 60), low) << "52; nobody is 152";
  EXPECT_EQ(level_of({.fronts = {with_zone(td3_of({.birth = "201121"}))}}, "Age", 110), low)
      << "6 or 106";
}

TEST(image_quality, is_of_the_pictures_of_the_document) {
  Reading dark = readable();
  dark.measures = {{"blurred", 10, true}, {"dark", 5, true}};
  EXPECT_EQ(level_of({.fronts = {std::nullopt}}, "Image quality"), unavailable);
  Reading unmeasured = readable();
  unmeasured.measures.clear();
  EXPECT_EQ(level_of({.fronts = {unmeasured}}, "Image quality"), unavailable);
  EXPECT_EQ(level_of({.fronts = {readable()}}, "Image quality"), high);
  EXPECT_EQ(level_of({.fronts = {readable()}, .selfie = dark}, "Image quality"), high);
  EXPECT_EQ(level_of({.fronts = {Reading{}}, .backs = {readable()}}, "Image quality"), medium);
  EXPECT_EQ(level_of({.fronts = {dark, readable()}}, "Image quality"), high) << "taken again";
  EXPECT_EQ(level_of({.fronts = {Reading{}, readable()}}, "Image quality"), high);
  EXPECT_EQ(level_of({.fronts = {readable(), dark}}, "Image quality"), medium);
  EXPECT_EQ(factor_of({.fronts = {dark}, .backs = {dark}}, "Image quality")->explanation,
            "The pictures of the document are not good enough: blurred, dark.");
}

}  // namespace
}  // namespace limen::journey::pictured
