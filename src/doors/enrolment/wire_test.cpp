// s4's request read field by field, with the seed's own example first, and its results written.
#include "doors/enrolment/wire.hpp"

#include <gtest/gtest.h>

#include "base/problem_codes.hpp"

namespace limen::doors::enrolment {
namespace {

json::object parsed(std::string_view text) { return parse_json(text)->as_object(); }

TEST(EnrolmentWire, the_seeds_example_is_read_whole) {
  const auto opening = opening_of(parsed(R"({
    "sessionId": "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee",
    "returnUrl": "https://shop.example/done",
    "externalId": "53421526A",
    "webEnrolmentTheme": "white",
    "applicantForm": {"firstName": "John", "lastName": "Doe", "additionalNames": "Michael",
                      "dateOfBirth": "2004-07-09", "skipIntegrityCheck": false}})"));
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(opening->caller_id, "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee");
  EXPECT_EQ(opening->return_url, "https://shop.example/done");
  EXPECT_EQ(opening->external_id, "53421526A");
  EXPECT_EQ(opening->theme, "white");
  EXPECT_EQ(*opening->applicant,
            (journey::Applicant{"John", "Doe", "Michael", "2004-07-09", false}));
}

TEST(EnrolmentWire, optional_parts_may_be_absent_or_null) {
  const auto opening = opening_of(
      parsed(R"({"sessionId":"x","returnUrl":"y","externalId":null,"applicantForm":null})"));
  ASSERT_TRUE(opening.has_value());
  EXPECT_EQ(opening->external_id, "");
  EXPECT_EQ(opening->theme, "");
  EXPECT_FALSE(opening->applicant.has_value());
}

TEST(EnrolmentWire, exactly_two_spellings_of_the_theme) {
  const auto theme = [](std::string_view member) {
    return opening_of(parsed(R"({"sessionId":"x","returnUrl":"y",)" + std::string(member) + "}"));
  };
  EXPECT_EQ(theme(R"("webEnrolmentTheme":"white")")->theme, "white");
  EXPECT_EQ(theme(R"("WebEnrolmentTheme":"white")")->theme, "white");
  EXPECT_EQ(theme(R"("webenrolmenttheme":"white")")->theme, "");
  EXPECT_EQ(theme(R"("webEnrolmentTheme":"white","WebEnrolmentTheme":"dark")").error().field,
            "webEnrolmentTheme");
}

TEST(EnrolmentWire, what_is_missing_or_ill_typed_is_named_in_s4s_spelling) {
  struct Case {
    const char* body;
    std::string_view code, field;
  };
  const Case cases[] = {
      {R"({})", codes::missing_fields, "sessionId"},
      {R"({"sessionId":"x"})", codes::missing_fields, "returnUrl"},
      {R"({"sessionId":7,"returnUrl":"y"})", codes::invalid_field, "sessionId"},
      {R"({"sessionId":"x","returnUrl":"y","externalId":7})", codes::invalid_field, "externalId"},
      {R"({"sessionId":"x","returnUrl":"y","applicantForm":[]})", codes::invalid_field,
       "applicantForm"},
      {R"({"sessionId":"x","returnUrl":"y","applicantForm":{"firstName":1}})", codes::invalid_field,
       "applicantForm.firstName"},
      {R"({"sessionId":"x","returnUrl":"y","applicantForm":{"dateOfBirth":""}})",
       codes::invalid_field, "applicantForm.dateOfBirth"},
      {R"({"sessionId":"x","returnUrl":"y","applicantForm":{"skipIntegrityCheck":"no"}})",
       codes::invalid_field, "applicantForm.skipIntegrityCheck"},
  };
  for (const auto& c : cases) {
    const auto opening = opening_of(parsed(c.body));
    ASSERT_FALSE(opening.has_value()) << c.body;
    EXPECT_EQ(opening.error().code, c.code) << c.body;
    EXPECT_EQ(opening.error().field, c.field) << c.body;
  }
  EXPECT_EQ(in_own_words({Fault::malformed, codes::invalid_field, "return_url", {}, {}, {}}).field,
            "returnUrl");
}

TEST(EnrolmentWire, what_is_not_computed_says_so) {
  journey::Session session;
  session.caller_id = "G";
  EXPECT_EQ(json::serialize(decision_json(session, nullptr)),
            R"({"sessionId":"G","decision":null,"rulesVersion":null,"trustFactors":[]})");
  const json::object document = document_json(session, {}, Time{});
  EXPECT_EQ(document.at("status").as_string(), "UNAVAILABLE");
  EXPECT_TRUE(document.at("mrz").is_null());
  EXPECT_TRUE(document.at("ocr").as_object().empty());
  EXPECT_TRUE(document.at("attributes").as_object().empty());
  EXPECT_EQ(face_json(session).at("status").as_string(), "UNAVAILABLE");
  EXPECT_TRUE(face_json(session).at("score").is_null());
  EXPECT_TRUE(images_json(session, "x/").empty());
}

// The specimen of ICAO Doc 9303 in a picture, another zone as it was sent.
struct WithDocument {
  journey::Session session;
  journey::Skill skill;
  Time now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}};

  WithDocument() {
    skill.steps = {{"document", {}, {{"document_front", true, journey::Shows::document}}}};
    journey::Step step;
    step.name = "document";
    step.answers = {
        {"country", std::string("SK")},
        {"mrz", std::vector<std::string>{"P<UTODOE<<JOHN<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
                                         "L898902C36UTO7408122F1204159ZE184226B<<<<<10"}}};
    session.steps = {step};
  }
  void show(std::string_view type, std::uint8_t id, bool is_certain,
            journey::Reading reading = {}) {
    journey::Upload upload;
    upload.id.bytes[15] = id;
    upload.type = type;
    reading.width = reading.height = 9;
    reading.zone = {{"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                     "L898902C36UTO7408122F1204159ZE184226B<<<<<10"},
                    is_certain};
    upload.reading = std::move(reading);
    session.steps[0].uploads.push_back(std::move(upload));
  }
  json::object told() const { return document_json(session, skill, now); }
};

TEST(EnrolmentWire, a_document_is_what_its_picture_says) {
  WithDocument with;
  with.show("document_front", 1, true);
  journey::Decision decision;
  for (const char* name :
       {"Document reading", "Cross-check", "Age", "Image quality", "Duplicates", "Face liveness"})
    decision.factors.push_back({name, journey::Level::high, 100, ""});
  with.session.decision = decision;
  const json::object out = with.told();
  EXPECT_EQ(out.at("status").as_string(), "HIGH");
  EXPECT_EQ(out.at("country").as_string(), "SK");
  const char* lines = R"(["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",)"
                      R"("L898902C36UTO7408122F1204159ZE184226B<<<<<10"])";
  EXPECT_EQ(json::serialize(out.at("mrz")), lines);
  EXPECT_EQ(json::serialize(out.at("ocr")), std::string(R"({"document_front":)") + lines + "}");
  EXPECT_EQ(json::serialize(out.at("attributes")),
            R"({"source":"zone","lastName":"ERIKSSON","firstName":"ANNA MARIA",)"
            R"("dateOfBirth":"1974-08-12","sex":"F","nationality":"UTO","documentType":"P",)"
            R"("issuer":"UTO","documentNumber":"L898902C3","dateOfExpiry":"2012-04-15"})");
  EXPECT_EQ(out.at("trustFactors").as_array().size(), 5U);
}

TEST(EnrolmentWire, a_document_read_without_certainty_is_what_was_sent) {
  WithDocument with;
  with.show("document_front", 1, false);
  const json::object out = with.told();
  EXPECT_NE(json::serialize(out.at("mrz")).find("DOE"), std::string::npos);
  EXPECT_TRUE(out.at("ocr").as_object().empty());
  EXPECT_EQ(out.at("attributes").at("source").as_string(), "sent");
  EXPECT_EQ(out.at("attributes").at("lastName").as_string(), "DOE");
}

TEST(EnrolmentWire, a_licence_counts_and_has_no_zone) {
  WithDocument with;
  journey::Reading reading;
  reading.licence = {.number = "D1",
                     .family_name = "ROE",
                     .first_name = "ANNE",
                     .middle_names = "",
                     .country = "USA"};
  with.show("document_front", 1, false, reading);
  with.session.steps[0].answers.pop_back();
  const json::object out = with.told();
  EXPECT_TRUE(out.at("mrz").is_null());
  EXPECT_EQ(out.at("attributes").at("source").as_string(), "licence");
  EXPECT_EQ(out.at("attributes").at("lastName").as_string(), "ROE");
}

TEST(EnrolmentWire, decision_has_the_documented_shape) {
  journey::Session session;
  session.caller_id = "G";
  journey::Decision decision;
  decision.level = journey::Level::low;
  decision.rules_version = "1";
  decision.factors.push_back({"Applicant integrity", journey::Level::low, 12, "names differ"});
  decision.factors.push_back({"Face verification", journey::Level::unavailable, {}, "no engine"});
  session.decision = decision;
  EXPECT_EQ(json::serialize(decision_json(session, nullptr)),
            R"({"sessionId":"G","decision":"LOW","rulesVersion":"1","trustFactors":[)"
            R"({"name":"Applicant integrity","level":"LOW","score":12,)"
            R"("explanation":"names differ"},{"name":"Face verification",)"
            R"("level":"UNAVAILABLE","score":null,"explanation":"no engine"}]})");
  EXPECT_EQ(face_json(session).at("trustFactors").as_array().size(), 1U);
}

TEST(EnrolmentWire, the_newest_upload_of_a_type_is_its_image) {
  journey::Session session;
  journey::Step step;
  step.name = "document";
  for (const std::uint64_t bytes : {1U, 2U}) {
    journey::Upload upload;
    upload.type = "document_front";
    upload.bytes = bytes;
    step.uploads.push_back(upload);
  }
  session.steps.push_back(step);
  EXPECT_EQ(image_named(session, "document_front")->bytes, 2U);
  EXPECT_EQ(image_named(session, "face").error().fault, Fault::absent);
  EXPECT_EQ(images_json(session, "x/").size(), 1U);
}

}  // namespace
}  // namespace limen::doors::enrolment
