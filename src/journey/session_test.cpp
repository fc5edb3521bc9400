// The pass and the hand-over of a session: their terms to the second, what spends them, what they
// remember. The chain over whole journeys is in advance_test.cpp.
#include "journey/session.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "grant/engine.hpp"
#include "journey/given_test.hpp"

namespace limen::journey {
namespace {

using grant::Scope;
using grant::Use;
using grant::Verdict;
using std::chrono::minutes;

Skill two_steps() {
  Skill skill;
  skill.steps = {{"one", {}, {}}, {"two", {}, {}}};
  skill.pass_life = minutes{30};
  return skill;
}

// Begun at `start`; step n was submitted n × 10 minutes later; both make it complete.
Session with_steps(std::uint8_t submitted) {
  Session s;
  s.id = id_of(1);
  s.tenant = id_of(2);
  s.owner = id_of(3);
  s.created = start;
  s.expires = start + std::chrono::hours{24};
  for (std::uint8_t n = 1; n <= submitted; ++n)
    s.steps.push_back(
        {id_of(n), n == 1 ? "one" : "two", {}, digest_of(n), start + minutes{10} * n, {}});
  if (submitted == 2) {
    s.state = State::completed;
    s.completed = start + minutes{20};
  }
  return s;
}

TEST(pass, is_a_grant_of_the_session) {
  const grant::Grant pass = pass_of(with_steps(1), two_steps(), 1);
  EXPECT_EQ(pass.id, id_of(1));
  EXPECT_EQ(pass.kind, grant::Kind::pass);
  EXPECT_EQ(pass.tenant, id_of(2));
  EXPECT_EQ(pass.parent, id_of(3));
  EXPECT_EQ(pass.terms.may, Scope::submit | Scope::upload);
  EXPECT_EQ(pass.terms.once, Scope::submit);
  EXPECT_EQ(pass.terms.bond, (grant::Bond{id_of(1), 1}));
  EXPECT_EQ(pass.spent, Scope::none);
}

TEST(pass, lives_from_when_it_was_handed_out) {
  struct Case {
    const char* name;
    std::uint32_t position;
    Time created, expires;
  };
  const Case cases[] = {
      {"first: from the session's beginning", 0, start, start + minutes{30}},
      {"second: from the first submission", 1, start + minutes{10}, start + minutes{40}},
      {"not handed out yet", 2, Time{}, Time{}},
      {"far beyond", 4'000'000'000U, Time{}, Time{}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const grant::Grant pass = pass_of(with_steps(1), two_steps(), c.position);
    EXPECT_EQ(pass.created, c.created);
    EXPECT_EQ(pass.terms.expires, c.expires);
    const grant::Bond bond{id_of(1), c.position};
    const Time last = c.expires - Millis{1};
    EXPECT_EQ(grant::judge(pass, Scope::upload, bond, c.expires), Verdict::expired);
    if (c.created != Time{}) {
      EXPECT_EQ(grant::judge(pass, Scope::upload, bond, last), Verdict::live);
    }
  }
}

TEST(pass, lives_as_long_as_the_skill_says) {
  Skill brief = two_steps();
  brief.pass_life = minutes{5};
  EXPECT_EQ(pass_of(with_steps(1), brief, 1).terms.expires, start + minutes{15});
}

TEST(pass, is_spent_by_its_step_and_forgets_when_the_next_is_used) {
  struct Case {
    const char* name;
    std::uint8_t submitted;
    bool settled;
    std::uint32_t position;
    Use same, other;
  };
  const Case cases[] = {
      {"unused", 0, false, 0, Use::first, Use::first},
      {"used, next one not", 1, false, 0, Use::again, Use::alarm},
      {"used, next one too", 2, false, 0, Use::refused, Use::alarm},
      {"last one used, not settled", 2, false, 1, Use::again, Use::alarm},
      {"last one used, settled", 2, true, 1, Use::refused, Use::alarm},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Session s = with_steps(c.submitted);
    if (c.settled) s.settled = start + minutes{21};
    const grant::Grant pass = pass_of(s, two_steps(), c.position);
    const grant::Bond bond{s.id, c.position};
    const Time now = start + minutes{22};
    const auto mine = digest_of(static_cast<std::uint8_t>(c.position + 1));
    EXPECT_EQ(grant::redeem_value(pass, Scope::submit, bond, mine, now).use, c.same);
    EXPECT_EQ(grant::redeem_value(pass, Scope::submit, bond, digest_of(9), now).use, c.other);
  }
}

TEST(pass, is_bound_to_one_step_of_one_session) {
  const grant::Grant pass = pass_of(with_steps(1), two_steps(), 1);
  EXPECT_EQ(grant::judge(pass, Scope::submit, {id_of(1), 1}, start + minutes{11}), Verdict::live);
  EXPECT_EQ(grant::judge(pass, Scope::submit, {id_of(1), 0}, start + minutes{11}),
            Verdict::misbound);
  EXPECT_EQ(grant::judge(pass, Scope::submit, {id_of(7), 1}, start + minutes{11}),
            Verdict::misbound);
}

TEST(hand_over, is_handed_out_by_completion) {
  const grant::Grant none = hand_over_of(with_steps(1));
  EXPECT_EQ(grant::judge(none, Scope::settle, {id_of(1), 0}, start), Verdict::expired);
  const grant::Grant given = hand_over_of(with_steps(2));
  EXPECT_EQ(given.kind, grant::Kind::hand_over);
  EXPECT_EQ(given.parent, id_of(3));
  EXPECT_EQ(given.created, start + minutes{20});
  EXPECT_EQ(given.terms.expires, start + minutes{20} + limits::hand_over_life);
  EXPECT_EQ(given.terms.may, Scope::settle);
  EXPECT_EQ(given.terms.once, Scope::settle);
}

TEST(hand_over, settles_once_and_remembers_for_a_minute) {
  Session s = with_steps(2);
  s.settled = start + minutes{21};
  s.settle_request = digest_of(5);
  struct Case {
    const char* name;
    Digest request;
    Seconds later;
    Use want;
  };
  const Case cases[] = {
      {"same at once", digest_of(5), Seconds{0}, Use::again},
      {"same after 59 s", digest_of(5), Seconds{59}, Use::again},
      {"same after 60 s", digest_of(5), Seconds{60}, Use::alarm},
      {"other at once", digest_of(6), Seconds{0}, Use::alarm},
      {"same after its life", digest_of(5), Seconds{600}, Use::refused},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(grant::redeem_value(hand_over_of(s), Scope::settle, {s.id, 0}, c.request,
                                  *s.settled + c.later)
                  .use,
              c.want);
  }
}

}  // namespace
}  // namespace limen::journey
