// The policy table: that it is sane, and what it says, told a second time. What the engine makes of
// a row is engine_test.cpp.
#include "grant/kinds.hpp"

#include <gtest/gtest.h>

#include <set>

namespace limen::grant {
namespace {

TEST(kinds, is_a_sane_table) {
  std::set<std::string_view> labels;
  for (std::size_t i = 0; i < policies.size(); ++i) {
    const Policy& policy = policies[i];
    SCOPED_TRACE(policy.label);
    EXPECT_EQ(policy.kind, static_cast<Kind>(i));
    EXPECT_EQ(&policy_of(policy.kind), &policy);
    EXPECT_TRUE(labels.insert(policy.label).second);
    EXPECT_LE(policy.label.size(), 16U);
    for (const char c : policy.label) EXPECT_TRUE(c >= 'a' && c <= 'z');
    EXPECT_TRUE(is_within(policy.once, policy.may));
    // Only what can be used up can be replayed, and only short codes are worth guessing.
    EXPECT_TRUE(policy.once != Scope::none || policy.memory == Memory::none);
    EXPECT_EQ(policy.misses > 0, policy.shape == Shape::code);
    EXPECT_FALSE(policy.wire.empty());
  }
  // The row behind "a nonce submits its step once, then still authorises that step's uploads".
  EXPECT_EQ(policy_of(Kind::pass).may, Scope::submit | Scope::upload);
  EXPECT_EQ(policy_of(Kind::pass).once, Scope::submit);
}

// The whole policy a second time, in words: what each kind may do, and what it takes to issue it.
TEST(kinds, may_do_this_and_nothing_else) {
  struct Case {
    Kind kind;
    Scope may, once, by;
  };
  const Scope on_the_way = Scope::open | Scope::submit | Scope::upload;
  const Case cases[] = {
      {Kind::key, Scope::none, Scope::none, Scope::none},
      {Kind::access, Scope::none, Scope::none, Scope::none},
      {Kind::invitation, Scope::preview | Scope::open | Scope::complete, Scope::complete,
       Scope::invite},
      {Kind::connection, Scope::complete, Scope::none, Scope::none},
      {Kind::pass, Scope::submit | Scope::upload, Scope::submit, Scope::open},
      {Kind::hand_over, Scope::settle, Scope::settle, Scope::open},
      {Kind::device, on_the_way | Scope::read_own, Scope::none, Scope::lend},
      {Kind::enrolment, on_the_way | Scope::read_own, Scope::none, Scope::enrol},
      {Kind::reference, on_the_way | Scope::preview, Scope::none, Scope::enrol},
      {Kind::credential, Scope::manage_consent | Scope::read_own, Scope::none, Scope::none},
      {Kind::transfer, Scope::preview | Scope::open, Scope::open, Scope::submit},
      {Kind::phone, Scope::preview | Scope::submit | Scope::upload, Scope::none, Scope::submit},
  };
  static_assert(std::size(cases) == policies.size());
  for (const Case& c : cases) {
    const Policy& policy = policy_of(c.kind);
    SCOPED_TRACE(policy.label);
    EXPECT_EQ(policy.may, c.may);
    EXPECT_EQ(policy.once, c.once);
    EXPECT_EQ(policy.by, c.by);
  }
}

TEST(scope, is_a_set) {
  EXPECT_EQ((Scope::open | Scope::submit) - Scope::open, Scope::submit);
  EXPECT_EQ((Scope::open | Scope::submit) & Scope::open, Scope::open);
  EXPECT_TRUE(is_within(Scope::none, Scope::none));
  EXPECT_FALSE(is_within(Scope::open, Scope::submit));
  EXPECT_FALSE(intersects(Scope::none, Scope::submit));
}

}  // namespace
}  // namespace limen::grant
