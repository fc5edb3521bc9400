// Answers under an Idempotency-Key: given again to the same, to nobody else, for a day.
#include "onboard/repeat.hpp"

#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

class RepeatTest : public DeskTest {
 protected:
  static Repeat repeat(std::string_view key, std::string_view asked,
                       std::string_view route = "POST /things") {
    return {key, route, seal::sha256(asked)};
  }
  void keep(const Caller& caller, const Repeat& what, std::string_view answer) {
    Desk d = desk();
    keep_answer(d, caller, what, as_bytes(answer));
  }
  // The answer, "" when it is new, or the code of the refusal.
  std::string before(const Caller& caller, const Repeat& what) {
    Desk d = desk();
    const auto found = answer_before(d, caller, what);
    if (!found) return std::string(found.error().code);
    return *found ? std::string(as_text(**found)) : std::string();
  }
};

TEST_F(RepeatTest, the_first_answer_again_to_the_same_request_of_the_same_client) {
  const Holder one = holder(ours_, {"onboarding:write"});
  const Holder two = holder(ours_, {"onboarding:write"});
  const Holder foreign = holder(theirs_, {"onboarding:write"});
  EXPECT_EQ(before(one.caller, repeat("k", "a")), "");
  keep(one.caller, repeat("k", "a"), "answer");

  // Its access token speaks for the same client.
  Caller token = one.caller;
  token.grant.kind = grant::Kind::access;
  token.grant.id = seal::draw_id(entropy_, now_);
  // Devices of one key have nothing in common.
  Caller device = token;
  device.grant.kind = grant::Kind::device;

  struct Case {
    const char* name;
    const Caller& caller;
    Repeat repeat;
    std::string_view want;
  };
  const Case cases[] = {
      {"the same", one.caller, repeat("k", "a"), "answer"},
      {"by its token", token, repeat("k", "a"), "answer"},
      {"another request", one.caller, repeat("k", "b"), codes::repeat_differs},
      {"another key", one.caller, repeat("K", "a"), ""},
      {"another route", one.caller, repeat("k", "a", "POST /others"), ""},
      {"another client", two.caller, repeat("k", "a"), ""},
      {"another organisation", foreign.caller, repeat("k", "a"), ""},
      {"a device", device, repeat("k", "a"), ""},
  };
  for (const Case& c : cases) EXPECT_EQ(before(c.caller, c.repeat), c.want) << c.name;
}

TEST_F(RepeatTest, for_a_day_and_then_it_is_new_and_swept) {
  const Holder one = holder(ours_, {"onboarding:write"});
  keep(one.caller, repeat("k", "a"), "answer");
  advance(limits::repeat_life - Seconds{1});
  EXPECT_EQ(before(one.caller, repeat("k", "a")), "answer");
  advance(Seconds{1});
  EXPECT_EQ(before(one.caller, repeat("k", "a")), "");
  keep(one.caller, repeat("k", "b"), "later");
  EXPECT_EQ(before(one.caller, repeat("k", "b")), "later");
  advance(limits::repeat_life);
  EXPECT_EQ(ledger_->sweep(now_, 10).rows, 1U);
  EXPECT_EQ(ledger_->sweep(now_, 10).rows, 0U);
}

TEST_F(RepeatTest, nothing_of_it_can_be_read_in_the_database) {
  const Holder one = holder(ours_, {"onboarding:write"});
  keep(one.caller, repeat("the-clients-key", "a"), "SECRETANSWER");
  store::Rows rows = connection_->query("SELECT row, request, locked FROM answers", {});
  ASSERT_TRUE(rows.next());
  for (int column = 0; column < 3; ++column) {
    const std::string text(as_text(rows.blob(column)));
    EXPECT_EQ(text.find("SECRET"), std::string::npos);
    EXPECT_EQ(text.find("client"), std::string::npos);
  }
  EXPECT_NE(as_text(rows.blob(1)), as_text(seal::sha256("a")));
}

}  // namespace
}  // namespace limen::onboard
