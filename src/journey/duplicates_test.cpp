// By what documents and pictures are known again, who counts as the same person, and what the
// factor says. How others' sessions are found is onboard's and the store's.
#include "journey/duplicates.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "journey/given_test.hpp"
#include "journey/session.hpp"

namespace limen::journey::duplicated {
namespace {

Skill a_skill() {
  Skill out;
  Field mrz;
  mrz.name = "mrz";
  mrz.type = FieldType::mrz;
  out.steps = {
      {"person", {}, {}},
      {"document", {mrz}, {{"front", true, Shows::document}, {"bill", false, Shows::picture}}},
      {"face", {}, {{"selfie", true, Shows::face}}}};
  return out;
}

struct Given {
  std::optional<Lines> sent{}, read{};
  bool is_certain = true;
  std::string person{}, external_id{};
  std::optional<Applicant> form{};
  Answers typed{};
};
Session session_of(const Given& given) {
  Session out;
  out.person = given.person;
  out.external_id = given.external_id;
  out.applicant = given.form;
  out.steps.resize(2);
  out.steps[0].name = "person";
  out.steps[0].answers = given.typed;
  out.steps[1].name = "document";
  if (given.sent) out.steps[1].answers = {{"mrz", *given.sent}};
  if (!given.read) return out;
  Upload front;
  front.type = "front";
  front.sha256 = digest_of(1);
  front.reading.emplace();
  front.reading->width = front.reading->height = 1000;
  front.reading->zone = ZoneRead{*given.read, given.is_certain};
  out.steps[1].uploads.push_back(front);
  return out;
}

std::vector<std::string> documents_of(const Given& given) {
  std::vector<std::string> out;
  for (const Trace& trace : traces_of(session_of(given), a_skill(), start))
    if (trace.what == Alike::document) out.push_back(trace.text);
  return out;
}

using Texts = std::vector<std::string>;

TEST(traces, are_type_issuer_and_number_as_read_and_as_sent) {
  const Document passport, card{.code = "ID"}, coded{.code = "PO"}, other{.number = "X12345678"};
  const Document nobodys{.number = ""}, longer{.number = "D23145890734"};
  const auto zone = [](const Document& d) { return td3_of(d); };
  struct Case {
    const char* name;
    Given given;
    Texts want;
  };
  const Case cases[] = {
      {"nothing", {}, {}},
      {"as sent", {.sent = zone(passport)}, {"P SVK L898902C3"}},
      {"as read", {.read = zone(passport)}, {"P SVK L898902C3"}},
      {"the same twice", {.sent = zone(passport), .read = zone(passport)}, {"P SVK L898902C3"}},
      {"two documents",
       {.sent = zone(other), .read = zone(passport)},
       {"P SVK L898902C3", "P SVK X12345678"}},
      {"another type of that number", {.sent = zone(card)}, {"I SVK L898902C3"}},
      {"the issuer's letter is none", {.sent = zone(coded)}, {"P SVK L898902C3"}},
      {"a long number, whole", {.sent = zone_of(MrzForm::td1, longer)}, {"P SVK D23145890734"}},
      {"an uncertain reading", {.read = zone(passport), .is_certain = false}, {}},
      {"what is no zone", {.sent = Lines{"P<", "X"}}, {}},
      {"no number", {.sent = zone(nobodys)}, {}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(documents_of(c.given), c.want);
  }
}

TEST(traces, of_licences_name_the_authority) {
  struct Case {
    const char *issuer, *want;
  };
  const Case cases[] = {
      {"636026", "D USA 636026 D1234"}, {"636000", "D USA 636000 D1234"}, {"", "D USA D1234"}};
  for (const Case& c : cases) {
    Session session = session_of({.read = td3_of({})});
    Reading& reading = *session.steps[1].uploads[0].reading;
    reading.zone.reset();
    reading.licence.emplace();
    reading.licence->number = "D1234";
    reading.licence->country = "USA";
    reading.licence->issuer = c.issuer;
    EXPECT_EQ(traces_of(session, a_skill(), start)[0], (Trace{Alike::document, c.want}));
  }
}

TEST(traces, are_of_the_documents_in_all_pictures) {
  Session session = session_of({.read = td3_of({})});
  Upload other = session.steps[1].uploads[0];
  other.type = "back";
  other.reading->zone->lines = td3_of({.number = "X12345678"});
  session.steps[1].uploads.push_back(other);
  Skill skill = a_skill();
  skill.steps[1].uploads.push_back({"back", false, Shows::document});
  Texts out;
  for (const Trace& trace : traces_of(session, skill, start))
    if (trace.what == Alike::document) out.push_back(trace.text);
  EXPECT_EQ(out, (Texts{"P SVK X12345678", "P SVK L898902C3"}));
}

TEST(traces, are_pictures_of_documents_and_faces_each_once) {
  Session session = session_of({});
  const auto upload = [](const char* type, std::uint8_t digest) {
    Upload out;
    out.type = type;
    out.sha256 = digest_of(digest);
    return out;
  };
  session.steps[1].uploads = {upload("front", 1), upload("front", 2), upload("front", 1),
                              upload("bill", 3), upload("gone", 4)};
  Step face;
  face.name = "face";
  face.uploads = {upload("selfie", 5)};
  Step renamed = face;
  renamed.name = "renamed";
  session.steps.push_back(face);
  session.steps.push_back(renamed);
  std::vector<Trace> want;
  for (const std::uint8_t n : std::initializer_list<std::uint8_t>{1, 2, 5})
    want.push_back({Alike::picture, std::string(as_text(digest_of(n)))});
  EXPECT_EQ(traces_of(session, a_skill(), start), want);
}

const Applicant ann{"anna maria ", " Eriksson", "", "1974-08-12", false};
const Answers typed = {{"first_name", std::string("Anna Maria")},
                       {"last_name", std::string("Eriksson")},
                       {"date_of_birth", std::string("1974-08-12")}};

TEST(identity, is_the_strongest_word_there_is) {
  const Lines zone = td3_of({});
  Document nameless;
  nameless.names = "";
  struct Case {
    const char* name;
    Given given;
    std::string want;
  };
  const Case cases[] = {
      {"nobody's", {}, ""},
      {"the back end's name of the person",
       {.sent = zone, .person = "p1", .external_id = "e1"},
       "person p1"},
      {"the document's", {.sent = zone, .external_id = "e1"}, "name ERIKSSON<ANNA MARIA<74-08-12"},
      {"the form's", {.external_id = "e1", .form = ann}, "name ERIKSSON<ANNA MARIA<74-08-12"},
      {"as answered", {.typed = typed}, "name ERIKSSON<ANNA MARIA<74-08-12"},
      {"a document without a name",
       {.sent = td3_of(nameless), .form = ann},
       "name ERIKSSON<ANNA MARIA<74-08-12"},
      {"a form without a birth",
       {.external_id = "e1", .form = Applicant{"Anna", "Eriksson", "", "", false}},
       "external e1"},
      {"a form without a first name",
       {.form = Applicant{"", "Eriksson", "", "1974-08-12", false}},
       ""},
      {"a form without a last name", {.form = Applicant{"Anna", "", "", "1974-08-12", false}}, ""},
      {"a birth of another form",
       {.form = Applicant{"A", "B", "", "12.8.74", false}},
       "name B<A<12.8.74"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(identity_of(session_of(c.given), a_skill(), start).strongest(), c.want);
  }
}

TEST(identity, says_who_is_the_same_person) {
  struct Case {
    const char* name;
    Identity a, b;
    bool want;
  };
  const Case cases[] = {
      {"nobody says", {}, {}, false},
      {"named the same", {"p", "N", ""}, {"p", "M", ""}, true},
      {"named apart, whatever else agrees", {"p", "N", "e"}, {"q", "N", "e"}, false},
      {"named in one only, the same name", {"p", "N", ""}, {"", "N", ""}, true},
      {"named in one only, another name", {"p", "N", ""}, {"", "M", ""}, false},
      {"one case", {"", "N", "e"}, {"", "M", "e"}, true},
      {"another case, the same name", {"", "N", "e"}, {"", "N", "f"}, true},
      {"another case, another name", {"", "N", "e"}, {"", "M", "f"}, false},
      {"one without a name", {"", "N", ""}, {"", "", ""}, false},
      {"a case and nothing", {"", "", "e"}, {"", "", ""}, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(is_same_person(c.a, c.b), c.want);
    EXPECT_EQ(is_same_person(c.b, c.a), c.want);
    // By the strongest word alone nobody may be taken for somebody else's.
    const bool is_one_word = !c.a.strongest().empty() && c.a.strongest() == c.b.strongest();
    EXPECT_TRUE(c.want || !is_one_word);
  }
}

std::optional<Factor> factor_with(std::optional<Duplicates> known) {
  Session session = session_of({.sent = td3_of({})});
  session.duplicates = std::move(known);
  for (const Factor& factor : decide(session, a_skill(), start).factors)
    if (factor.name == "Duplicates") return factor;
  return std::nullopt;
}

TEST(duplicates, is_a_factor_once_somebody_looked) {
  const Coincidence document{id_of(7), Alike::document}, picture{id_of(8), Alike::picture};
  struct Case {
    const char* name;
    Duplicates known;
    Level want;
    const char* says;
  };
  const Case cases[] = {
      {"nothing to look for", {}, Level::unavailable, "Neither"},
      {"none, both looked for", {true, true, {}}, Level::high, "the same: document, pictures."},
      {"none, no document read", {false, true, {}}, Level::high, "the same: pictures."},
      {"none, no pictures", {true, false, {}}, Level::high, "the same: document."},
      {"a document", {true, true, {document}}, Level::medium, "the same: document."},
      {"a picture", {true, true, {picture, picture}}, Level::medium, "the same: picture."},
      {"both", {true, true, {picture, document}}, Level::medium, "the same: document, picture."},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto factor = factor_with(c.known);
    ASSERT_TRUE(factor);
    EXPECT_EQ(factor->level, c.want);
    EXPECT_NE(factor->explanation.find(c.says), std::string::npos) << factor->explanation;
    EXPECT_EQ(factor->explanation.find(to_string(id_of(7))), std::string::npos);
  }
  EXPECT_FALSE(factor_with(std::nullopt)) << "a session of before: decided again it is the same";
}

TEST(duplicates, is_a_factor_where_a_zone_or_a_picture_was_asked_for) {
  Session session = session_of({});
  session.duplicates.emplace();
  Skill zone_alone = a_skill(), neither = a_skill();
  for (StepRule& step : zone_alone.steps) step.uploads.clear();
  for (StepRule& step : neither.steps) step.uploads.clear(), step.fields.clear();
  const auto has_factor = [&](const Skill& skill) {
    const Decision decision = decide(session, skill, start);
    return std::ranges::any_of(decision.factors,
                               [](const Factor& factor) { return factor.name == "Duplicates"; });
  };
  EXPECT_TRUE(has_factor(zone_alone));
  EXPECT_FALSE(has_factor(neither));
}

TEST(identity_of, a_document_without_a_name_names_nobody) {
  Session session = session_of({.read = td3_of({})});
  EXPECT_NE(identity_of(session, a_skill(), start).name, "");
  Reading& reading = *session.steps[1].uploads[0].reading;
  reading.zone.reset();
  reading.licence.emplace();
  reading.licence->number = "D1234";
  reading.licence->birth = std::chrono::year{1974} / 8 / 12;
  EXPECT_EQ(identity_of(session, a_skill(), start).name, "");
}

}  // namespace
}  // namespace limen::journey::duplicated
