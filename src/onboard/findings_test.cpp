// The engine's result: what is taken, and every form of what is not.
#include "onboard/findings.hpp"

#include <gtest/gtest.h>

#include "base/problem_codes.hpp"

namespace limen::onboard {
namespace {

using journey::Faces;
using journey::Finding;
using journey::Level;

constexpr std::string_view id_text = "01931c1b-8d2a-7000-8000-000000000001";
std::string with(const std::string& faces) {
  return R"({"check":")" + std::string(id_text) + R"(","faces":)" + faces + "}";
}
Result<Faces> read(const std::string& text) { return read_findings(text, *parse_id(id_text)); }

TEST(Findings, are_read_whole_and_in_part) {
  const auto all = read(with(R"({"presence":{"level":"HIGH","score":99,"explanation":"one face"},
      "match":{"level":"LOW","score":0},"liveness":{"level":"UNKNOWN","score":null}})"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->state, Faces::State::answered);
  EXPECT_EQ(all->presence, (Finding{Level::high, 99, "one face"}));
  EXPECT_EQ(all->match, (Finding{Level::low, 0, ""}));
  EXPECT_EQ(all->liveness, (Finding{Level::unknown, {}, ""}));
  const auto one = read(with(R"({"match":{"level":"MEDIUM","score":100,"explanation":null},
      "presence":null})"));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->match, (Finding{Level::medium, 100, ""}));
  EXPECT_FALSE(one->presence || one->liveness);
}

TEST(Findings, refuse_everything_else_by_name) {
  const std::string other = "01931c1b-8d2a-7000-8000-000000000002";
  const auto match = [](const std::string& members) {
    return with(R"({"match":{)" + members + "}}");
  };
  struct Case {
    std::string text, code, field;
  };
  const std::string long_text(201, 'a');
  const Case cases[] = {
      {"", "malformed_json", ""},
      {"[]", "malformed_json", ""},
      {"{", "malformed_json", ""},
      {std::string(findings_bytes + 1, ' '), "too_large", ""},
      {R"({"faces":{"match":{"level":"HIGH"}}})", "invalid_field", "check"},
      {R"({"check":7,"faces":{"match":{"level":"HIGH"}}})", "invalid_field", "check"},
      {R"({"check":")" + other + R"(","faces":{"match":{"level":"HIGH"}}})", "invalid_field",
       "check"},
      {R"({"check":")" + std::string(id_text) + R"("})", "invalid_field", "faces"},
      {with("[]"), "invalid_field", "faces"},
      {with("{}"), "invalid_field", "faces"},
      {with(R"({"match":null})"), "invalid_field", "faces"},
      {with(R"({"age":{"level":"HIGH"}})"), "unknown_fields", "faces.age"},
      {R"({"type":"faces.check","data":{}})", "unknown_fields", "type"},
      {with(R"({"match":"HIGH"})"), "invalid_field", "faces.match"},
      {match(""), "missing_fields", "faces.match.level"},
      {match(R"("level":"high")"), "invalid_field", "faces.match.level"},
      {match(R"("level":"UNAVAILABLE")"), "invalid_field", "faces.match.level"},
      {match(R"("level":1)"), "invalid_field", "faces.match.level"},
      {match(R"("level":"HIGH","score":101)"), "invalid_field", "faces.match.score"},
      {match(R"("level":"HIGH","score":-1)"), "invalid_field", "faces.match.score"},
      {match(R"("level":"HIGH","score":9.5)"), "invalid_field", "faces.match.score"},
      {match(R"("level":"HIGH","score":"9")"), "invalid_field", "faces.match.score"},
      {match(R"("level":"HIGH","explanation":1)"), "invalid_field", "faces.match.explanation"},
      {match(R"("level":"HIGH","explanation":"a<b")"), "invalid_field", "faces.match.explanation"},
      {match(R"("level":"HIGH","explanation":"a\nb")"), "invalid_field", "faces.match.explanation"},
      {match(R"("level":"HIGH","explanation":"\u202eb")"), "invalid_field",
       "faces.match.explanation"},
      {match(R"("level":"HIGH","explanation":")" + long_text + "\""), "invalid_field",
       "faces.match.explanation"},
      {match(R"("level":"HIGH","distance":1)"), "unknown_fields", "faces.match.distance"},
      {match(R"("level":"HIGH","level":"LOW")"), "malformed_json", ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text.substr(0, 100));
    const auto result = read(c.text);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, c.code);
    EXPECT_EQ(result.error().field, c.field);
  }
}

}  // namespace
}  // namespace limen::onboard
