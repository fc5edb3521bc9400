// Deciding again: under its own rules a session is decided as it was, to the letter, whatever
// becomes of its skill; under others it is decided as it would have been then.
#include "journey/replay.hpp"

#include <gmock/gmock.h>

#include <random>

#include "journey/advance.hpp"
#include "journey/given_test.hpp"

namespace limen::journey {
namespace {

using testing::ElementsAre;

constexpr auto a_day = std::chrono::hours{24};

// Whoever passes by: `dice` chooses what is asked, what is answered and what pictures say.
class Passer {
 public:
  explicit Passer(std::uint64_t seed) : dice_(seed) {}

  Skill skill() {
    Skill out;
    out.name = "it";
    out.rules = rules();
    StepRule form{"form", {}, {}};
    if (one_in(2)) form.fields.push_back({"zone", FieldType::mrz});
    out.steps.push_back(form);
    if (one_in(4)) return out;
    out.steps.push_back({"document",
                         {},
                         {{"front", true, Shows::document, {}},
                          {"other", false, one_in(2) ? Shows::picture : Shows::face, {}}}});
    return out;
  }

  Rules rules() {
    Rules out;
    out.version = std::to_string(dice_() % 3);
    if (one_in(2)) out.age_min = static_cast<int>(1 + dice_() % 90);
    if (one_in(2)) out.validity_days = static_cast<int>(dice_() % 4000) - 2000;
    if (one_in(2)) out.quality = {{"blurred", static_cast<int>(dice_() % 101)}};
    for (const std::string_view name : factor_names) {
      if (one_in(4)) out.required.emplace_back(name);
      else if (one_in(4)) out.folds.push_back({std::string(name), level(5), level(3)});
    }
    return out;
  }

  Session journey(const Skill& skill) {
    Session session;
    session.id = id_of(1);
    session.skill = skill.name;
    session.expires = start + a_day;
    if (one_in(2))
      session.applicant = Applicant{one_in(2) ? "Anna" : "Emil", "Eriksson", "", "", one_in(8)};
    std::uint8_t number = 9;
    for (const StepRule& rule : skill.steps) {
      const Id id = id_of(++number);
      Answered event{id, rule.name, {{"country", "SK"}, {"document_type", "passport"}}, {}};
      for (const Field& field : rule.fields) event.answers.push_back({field.name, td3_of(paper())});
      session = *answered(session, skill, event, start + Seconds{dice_() % 3600});
      for (const UploadRule& upload : rule.uploads) {
        if (session.state != State::open) break;
        Upload file;
        file.type = upload.type;
        if (!one_in(4)) file.reading = reading();
        session = *attached(session, skill, id, file, start + Seconds{dice_() % 3600});
      }
    }
    if (one_in(2)) session.faces = faces();
    return decided(session, skill, *session.completed);
  }

 private:
  bool one_in(unsigned sides) { return dice_() % sides == 0; }
  Level level(unsigned most) { return static_cast<Level>(dice_() % most); }
  Document paper() {
    Document out;
    if (one_in(3)) out.birth = "120812";
    if (one_in(3)) out.expiry = one_in(2) ? "261201" : "251201";
    if (one_in(3)) out.names = "MUSTER<<ERIKA";
    return out;
  }
  Faces faces() {
    Faces out;
    if (one_in(3)) return out;
    out.state = Faces::State::answered;
    for (auto* finding : {&out.presence, &out.match, &out.liveness})
      if (!one_in(4)) *finding = Finding{one_in(3) ? Level::low : Level::high, 7, "so"};
    return out;
  }
  Reading reading() {
    Reading out;
    if (one_in(4)) return out;
    out.width = out.height = 1000;
    const int score = static_cast<int>(dice_() % 101);
    out.measures = {{"blurred", score, score < 50}};
    if (!one_in(3)) out.zone = ZoneRead{td3_of(paper()), !one_in(4)};
    return out;
  }

  std::mt19937_64 dice_;
};

TEST(decide_again, by_its_own_rules_gives_what_was_decided) {
  std::size_t results[3] = {};
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    SCOPED_TRACE(seed);
    Passer passer(seed);
    const Skill skill = passer.skill();
    const Session session = passer.journey(skill);
    ASSERT_TRUE(session.decision);
    // The rules as they are kept, and no skill at all.
    const RulesFile kept = read_rules(to_text(skill.rules), "rules");
    ASSERT_TRUE(kept.errors.empty());
    EXPECT_EQ(decide_again(session, kept.rules, nullptr), session.decision);
    for (const FactorPair& pair :
         compare({*session.decision, skill.rules}, {*session.decision, kept.rules}))
      EXPECT_FALSE(pair.differs()) << pair.factor;
    ++results[static_cast<std::size_t>(session.decision->level)];
  }
  for (const std::size_t count : results) EXPECT_GT(count, 10U);
}

TEST(decide_again, does_not_look_at_what_the_skill_says_now) {
  using enum Level;
  Skill skill;
  skill.name = "it";
  skill.steps = {{"document", {}, {{"front", true, Shows::document, {}}}}};
  skill.rules.required = {"Document reading"};
  Session session;
  session.expires = start + a_day;
  session = *answered(session, skill, {id_of(2), "document", {}, {}}, start);
  Upload front;
  front.type = "front";
  front.reading.emplace();
  front.reading->width = front.reading->height = 800;
  front.reading->zone = ZoneRead{td3_of({}), true};
  session = decided(*attached(session, skill, id_of(2), front, start), skill, start);
  ASSERT_EQ(session.decision->level, high);
  Skill other = skill;
  other.rules.age_min = 120;
  other.steps[0].uploads[0].shows = Shows::picture;
  EXPECT_EQ(decide_again(session, skill.rules, &other), session.decision);
  // A decision that kept nothing of it is made by how it stands now, where it stands at all.
  session.decision->asked.clear();
  EXPECT_EQ(decide_again(session, skill.rules, &skill)->factors, session.decision->factors);
  EXPECT_EQ(decide_again(session, skill.rules, &other)->level, medium);
  EXPECT_EQ(decide_again(session, skill.rules, nullptr), std::nullopt);
  session.decision.reset();
  EXPECT_EQ(decide_again(session, skill.rules, &skill), std::nullopt);
}

Session decided_with(const Document& document, const Rules& rules, Time at = start) {
  Skill skill;
  skill.steps = {{"form", {{"zone", FieldType::mrz}}, {}}};
  skill.rules = rules;
  Session session;
  session.expires = start + 10'000 * a_day;
  const Answered form{id_of(2), "form", {{"zone", td3_of(document)}}, {}};
  return decided(*answered(session, skill, form, at), skill, at);
}

TEST(decide_again, is_as_of_the_moment_of_the_decision) {
  using enum Level;
  Document document;
  document.expiry = "261122";  // the day after `start`
  const Session session = decided_with(document, {});
  ASSERT_EQ(session.decision->level, high);
  Rules longer;
  longer.validity_days = 1;
  EXPECT_EQ(decide_again(session, longer, nullptr)->level, high);
  longer.validity_days = 2;
  const Decision again = *decide_again(session, longer, nullptr);
  EXPECT_EQ(again.level, low);
  EXPECT_EQ(again.at, start);
  EXPECT_EQ(again.factors[1].explanation, "The document expires within 2 days.");
}

TEST(decide_again, lets_a_document_be_over_as_long_as_the_rules_say) {
  using enum Level;
  Document document;
  document.expiry = "261111";  // ten days before `start`
  const Session session = decided_with(document, {});
  ASSERT_EQ(session.decision->level, low);
  struct Case {
    int days;
    Level want;
    const char* said;
  };
  const Case cases[] = {{-9, low, "The document has expired."},
                        {-10, high, "The document expired no more than 10 days ago."},
                        {0, low, "The document has expired."},
                        {30, low, "The document has expired."}};
  for (const Case& c : cases) {
    Rules rules;
    rules.validity_days = c.days;
    const Decision again = *decide_again(session, rules, nullptr);
    EXPECT_EQ(again.level, c.want) << c.days;
    EXPECT_EQ(again.factors[1].explanation, c.said);
  }
  Rules lenient;
  lenient.folds = {{"Document expiry", low, medium}};
  EXPECT_EQ(decide_again(session, lenient, nullptr)->level, medium);
}

TEST(decide_again, judges_measures_by_the_scores_of_the_rules) {
  Skill skill;
  skill.steps = {{"document", {}, {{"front", true, Shows::document, {}}}}};
  Session session;
  session.expires = start + a_day;
  session = *answered(session, skill, {id_of(2), "document", {}, {}}, start);
  Upload front;
  front.type = "front";
  front.reading.emplace();
  front.reading->width = front.reading->height = 800;
  front.reading->measures = {{"blurred", 40, true}, {"far", 60, false}};
  session = decided(*attached(session, skill, id_of(2), front, start), skill, start);
  const auto quality = [&](std::vector<Rules::Least> least) {
    Rules rules;
    rules.quality = std::move(least);
    const Decision again = *decide_again(session, rules, nullptr);
    for (const Factor& factor : again.factors)
      if (factor.name == "Image quality") return factor.explanation;
    return std::string();
  };
  const std::string bad = "The pictures of the document are not good enough: ";
  const std::string good = "The pictures of the document are good enough to read.";
  EXPECT_EQ(quality({}), bad + "blurred.");
  EXPECT_EQ(quality({{"blurred", 40}}), good);
  EXPECT_EQ(quality({{"blurred", 41}}), bad + "blurred.");
  EXPECT_EQ(quality({{"blurred", 0}, {"far", 61}}), bad + "far.");
  EXPECT_EQ(quality({{"blurred", 0}, {"glare", 100}}), good);
}

TEST(compare, has_every_factor_of_either_and_what_rules_speak_of) {
  using enum Level;
  Decision before, after;
  before.factors = {{"Age", low, {}, ""}, {"Image quality", medium, {}, ""}};
  after.factors = {{"Image quality", medium, {}, ""}, {"Cross-check", high, {}, ""}};
  Rules old, fresh;
  old.required = {"Face verification"};
  fresh.folds = {{"Image quality", medium, high}, {"Face liveness", unavailable, low}};
  const auto pairs = compare({before, old}, {after, fresh});
  std::vector<std::string> said;
  for (const FactorPair& pair : pairs) {
    const auto word = [](const std::optional<Level>& level) {
      return level ? std::string(to_string(*level)) : std::string("-");
    };
    said.push_back(pair.factor + ": " + word(pair.before) + " as " + word(pair.counted_before) +
                   ", " + word(pair.after) + " as " + word(pair.counted_after) +
                   (pair.differs() ? " *" : ""));
  }
  EXPECT_THAT(said, ElementsAre("Age: LOW as LOW, - as HIGH *",
                                "Image quality: MEDIUM as MEDIUM, MEDIUM as HIGH *",
                                "Cross-check: - as HIGH, HIGH as HIGH *",
                                "Face verification: - as MEDIUM, - as HIGH *",
                                "Face liveness: - as HIGH, - as LOW *"));
}

}  // namespace
}  // namespace limen::journey
