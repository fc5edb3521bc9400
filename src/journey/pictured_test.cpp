// The factors that pictures decide: what counts as the document, age, quality. What sources say
// against each other is crossed_test.cpp's, pairs of names are pairs_test.cpp's, all other factors
// decision_test.cpp's.
#include <gtest/gtest.h>

#include <algorithm>

#include "journey/pictured_test.hpp"

namespace limen::journey::pictured {
namespace {

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

TEST(age, is_counted_by_the_document_when_the_skill_has_a_rule) {
  EXPECT_FALSE(factor_of({.fronts = {with_zone(good)}}, "Age"));
  struct Case {
    const char *name, *birth;
    Level want;
  };
  const Case cases[] = {
      {"18 today", "081121", high},
      {"18 tomorrow, and nobody is 118", "081122", low},
      {"18 next month", "081221", low},
      {"18 last month", "081021", high},
      {"long ago", "740812", high},
      {"a child, or 106", "201121", unknown},
      {"a child, or 110", "161121", unknown},
      {"a child, and hardly 111", "151121", low},
      {"the day is unknown", "0811<<", unknown},
  };
  for (const Case& c : cases)
    EXPECT_EQ(level_of({.fronts = {with_zone(td3_of({.birth = c.birth}))}}, "Age", 18), c.want)
        << c.name;
  EXPECT_EQ(level_of({.fronts = {readable()}}, "Age", 18), unavailable);
  EXPECT_EQ(level_of({.sent = Lines{"AB", "CD"}}, "Age", 18), unknown);
}

TEST(age, is_of_the_century_that_somebody_states) {
  const Lines zone = td3_of({.birth = "190812"});  // 7 or 107
  struct Case {
    const char *name, *form, *answer;
    Level want;
  };
  const Case cases[] = {
      {"nobody states it", "", "", unknown},
      {"the form", "2019-08-12", "", low},
      {"an answer", "", "2019-08-12", low},
      {"of another day", "2019-08-13", "2018-08-12", unknown},
      {"a hundred years more are not believed", "1919-08-12", "1919-08-12", unknown},
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
  LicenceRead licence = licence_of_anna();
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
