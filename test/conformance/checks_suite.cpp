// Conformance: an engine's checks as a queue.
#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using onboard::Check;
using onboard::CheckState;
using onboard::Ledger;

}  // namespace

Check SessionSuite::a_check(Time due, Time deadline) {
  Check check;
  check.id = draw();
  check.tenant = tenant_;
  check.session = draw();
  check.due = due;
  check.deadline = deadline;
  check.error = "status 503";
  return check;
}

TEST_P(SessionSuite, checks_are_claimed_when_due_and_come_back_as_they_were) {
  const Time end = now_ + Seconds{180};
  const Check soon = a_check(now_, end), later = a_check(now_ + Seconds{9}, end);
  Check done = a_check(now_, end);
  touched_ = {};
  write([&](Ledger& ledger) {
    for (const Check& check : {soon, later, done}) ledger.checks().add(check);
  });
  EXPECT_TRUE(touched_.checks);
  done.state = CheckState::done;
  done.attempts = 3;
  done.answer = seal::sha256("result");
  std::vector<Check> claimed;
  write([&](Ledger& ledger) {
    EXPECT_TRUE(ledger.checks().save(done));
    Check nobody = done;
    nobody.id = draw();
    EXPECT_FALSE(ledger.checks().save(nobody));
    claimed = ledger.checks().claim(now_, now_ + Seconds{60}, 9);
  });
  Check taken = soon;
  taken.due = now_ + Seconds{60};
  EXPECT_EQ(claimed, std::vector<Check>{taken});
  reopen();
  const auto ask_for = [&](const Id& id) {
    return ask<std::optional<Check>>([&](Ledger& ledger) { return ledger.checks().check(id); });
  };
  EXPECT_EQ(ask_for(done.id), done);
  EXPECT_EQ(ask_for(soon.id), taken);
  EXPECT_EQ(ask_for(draw()), std::nullopt);
  const auto of_session = [&](const Id& id) {
    return ask<std::optional<Check>>([&](Ledger& ledger) { return ledger.checks().check_of(id); });
  };
  EXPECT_EQ(of_session(done.session), done);
  EXPECT_EQ(of_session(draw()), std::nullopt);
  read([&](Ledger& ledger) {
    EXPECT_EQ(ledger.checks().next_due(now_), later.due);
    EXPECT_EQ(ledger.checks().waiting(), 2U);
  });
  write([&](Ledger& ledger) {
    claimed = ledger.checks().claim(now_ + Seconds{60}, now_ + Seconds{90}, 1);
  });
  EXPECT_EQ(claimed.size(), 1U) << "no more than asked for";
}

TEST_P(SessionSuite, a_check_whose_time_is_over_is_claimed_by_nobody) {
  const Time end = now_ + Seconds{30};
  const Check check = a_check(now_, end), postponed = a_check(end + Seconds{60}, end);
  Check done = a_check(now_, end);
  done.state = CheckState::done;
  write([&](Ledger& ledger) {
    for (const Check& each : {check, postponed, done}) ledger.checks().add(each);
    const auto claimed = ledger.checks().claim(now_, end + Seconds{1}, 9);
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].due, end) << "no claim goes beyond the end";
    EXPECT_EQ(ledger.checks().overdue(end - Millis{1}, 9), std::vector<Id>{});
    EXPECT_EQ(ledger.checks().overdue(end, 9), std::vector<Id>{check.id});
    EXPECT_EQ(ledger.checks().overdue(end + Seconds{60}, 9).size(), 2U);
    EXPECT_EQ(ledger.checks().overdue(end + Seconds{60}, 1).size(), 1U);
    EXPECT_TRUE(ledger.checks().claim(end, end + Seconds{60}, 9).empty());
    EXPECT_EQ(ledger.checks().next_due(end), std::nullopt);
    ledger.checks().put_off(end);
    EXPECT_EQ(ledger.checks().next_due(end), std::nullopt);
    ledger.checks().put_off(end + Seconds{9});
    EXPECT_EQ(ledger.checks().next_due(end), end);
    EXPECT_EQ(ledger.checks().check(done.id), done);
    EXPECT_EQ(ledger.checks().claim(end, end + Seconds{60}, 9).size(), 1U);
    ledger.checks().put_off(now_);
    EXPECT_EQ(ledger.checks().check(check.id)->deadline, end + Seconds{9}) << "never shorter";
  });
}

}  // namespace limen::test
