// The three face factors: what an engine says, word for word, and every reason why it says nothing.
#include "journey/faces.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "journey/given_test.hpp"
#include "journey/session.hpp"

namespace limen::journey::faced {
namespace {

using State = Faces::State;

std::vector<Factor> factors_with(const std::optional<Faces>& faces) {
  Skill skill;
  skill.steps = {{"face", {}, {{"selfie", true, Shows::face}}}};
  Session session;
  session.faces = faces;
  std::vector<Factor> out;
  for (const Factor& factor : decide(session, skill, start).factors)
    if (factor.name.starts_with("Face")) out.push_back(factor);
  return out;
}

TEST(faces, are_the_engines_words_and_numbers) {
  Faces faces;
  faces.state = State::answered;
  faces.presence = Finding{Level::high, 99, ""};
  faces.match = Finding{Level::low, 3, "another face"};
  faces.liveness = Finding{Level::unknown, {}, "too dark"};
  const std::vector<Factor> want = {
      {"Face verification", Level::low, 3, "The engine: another face"},
      {"Face liveness", Level::unknown, {}, "The engine: too dark"},
      {"Face presence", Level::high, 99, "So says the engine."}};
  EXPECT_EQ(factors_with(faces), want);
}

TEST(faces, are_unavailable_for_a_reason) {
  struct Case {
    State state;
    const char* says;
  };
  const Case cases[] = {{State::unasked, "No engine looks at faces here"},
                        {State::no_face, "No picture of a face was sent"},
                        {State::answered, "did not say anything about this"},
                        {State::late, "could be used came in time"},
                        {State::refused, "refused to look"},
                        {State::withdrawn, "was deleted before"}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.says);
    Faces faces;
    faces.state = c.state;
    const auto factors = factors_with(faces);
    ASSERT_EQ(factors.size(), 3U);
    for (const Factor& factor : factors) {
      EXPECT_EQ(factor.level, Level::unavailable);
      EXPECT_EQ(factor.score, std::nullopt);
      EXPECT_NE(factor.explanation.find(c.says), std::string::npos) << factor.explanation;
    }
  }
}

TEST(faces, have_a_word_for_every_state) {
  EXPECT_EQ(to_string(State::unasked), "unasked");
  EXPECT_EQ(to_string(State::withdrawn), "withdrawn");
  EXPECT_FALSE(was_asked(State::no_face));
  EXPECT_TRUE(was_asked(State::late));
}

TEST(faces, of_a_session_of_before_are_what_they_were) {
  const auto factors = factors_with(std::nullopt);
  ASSERT_EQ(factors.size(), 2U);
  for (const Factor& factor : factors) EXPECT_EQ(factor.level, Level::unavailable);
  Session session;
  session.faces.emplace();
  Skill plain;
  plain.steps = {{"consent", {}, {}}};
  EXPECT_TRUE(decide(session, plain, start).factors.empty()) << "no upload is wanted";
}

}  // namespace
}  // namespace limen::journey::faced
