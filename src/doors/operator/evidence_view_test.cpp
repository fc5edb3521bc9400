// What a reviewer sees of readings and statements, to the letter. Who may see it is asked by
// test/e2e/test_evidence.py and test/browser/test_console.mjs.
#include "doors/operator/evidence_view.hpp"

#include <gtest/gtest.h>

#include "doors/session_view.hpp"

namespace limen::doors::operators {
namespace {

const std::vector<std::string> lines = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                                        "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};

journey::Reading reading_with_zone() {
  journey::Reading out;
  out.width = 1600;
  out.height = 1200;
  out.measures = {{"blurred", 91, false}, {"dark", 20, true}};
  out.zone = journey::ZoneRead{lines, false};
  return out;
}

TEST(EvidenceView, of_a_reading) {
  struct Case {
    const char* name;
    std::optional<journey::Reading> given;
    std::string_view want;
  };
  const Case cases[] = {
      {"nobody looked", std::nullopt, "null"},
      {"no picture", journey::Reading{},
       R"({"readable":false,"width":0,"height":0,"quality":[],"zone":null})"},
      {"a zone", reading_with_zone(),
       R"({"readable":true,"width":1600,"height":1200,"quality":[)"
       R"({"name":"blurred","score":91,"ok":true},{"name":"dark","score":20,"ok":false}],)"
       R"("zone":{"lines":["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",)"
       R"("L898902C36UTO7408122F1204159ZE184226B<<<<<10"],"certain":false}})"},
  };
  for (const Case& c : cases) EXPECT_EQ(json::serialize(reading_json(c.given)), c.want) << c.name;
}

TEST(EvidenceView, of_statements) {
  journey::Statement form;
  form.fields = {{"last name", "Eriksson", journey::Likeness::slip}};
  journey::Statement zone{journey::Source::zone, Id{}};
  zone.counts = true;
  zone.is_certain = false;
  zone.fields = {{"last name", "ERIKSSON", {}}};
  zone.checks = {{"document number", true}, {"composite", false}};
  EXPECT_EQ(
      json::serialize(statements_json({form, zone})),
      R"([{"source":"form","uploadId":null,"certain":true,"counts":false,)"
      R"("fields":[{"name":"last name","value":"Eriksson","likeness":"slip"}],"checks":[]},)"
      R"({"source":"zone","uploadId":")" +
          to_string(Id{}) +
          R"(","certain":false,"counts":true,)"
          R"("fields":[{"name":"last name","value":"ERIKSSON","likeness":null}],)"
          R"("checks":[{"name":"document number","ok":true},{"name":"composite","ok":false}]}])");
}

TEST(EvidenceView, stands_beside_each_file_and_in_no_other_view) {
  journey::Session session;
  session.steps.resize(2);
  session.steps[0].name = "document";
  journey::Upload front, selfie;
  front.type = "front";
  front.reading = reading_with_zone();
  journey::Skill skill;
  skill.steps = {{"document", {}, {{"front", true, journey::Shows::document}}}};
  session.steps[0].uploads = {front};
  session.steps[1].uploads = {selfie};
  json::object out = session_json(session, View::full, "https://x/");
  EXPECT_EQ(json::serialize(out).find("ERIKSSON"), std::string::npos);
  add_evidence(out, session, skill, Time{});
  const json::array& files = out.at("files").as_array();
  EXPECT_EQ(files.at(0).at("reading").at("zone").at("lines").as_array().size(), 2U);
  EXPECT_EQ(files.at(0).at("shows"), "document");
  EXPECT_TRUE(files.at(1).at("shows").is_null());
  EXPECT_TRUE(files.at(1).at("reading").is_null());
  EXPECT_EQ(out.at("statements").as_array().size(), 1U);
  const auto own = json::serialize(session_json(session, View::own, "https://x/"));
  for (const char* word : {"ERIKSSON", "reading", "statements"})
    EXPECT_EQ(own.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace limen::doors::operators
