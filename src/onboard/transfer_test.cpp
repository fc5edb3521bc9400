// Another device joins a journey: a link works once, for minutes, for one session; whoever made it
// may end what came of it, and it falls with everything above it.
#include "onboard/transfer.hpp"

#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

using grant::Scope;

class TransferTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    Desk d = desk();
    key_ = holder(ours_, {"ephemeral_device:write"});
    const auto lent = lend(d, key_.caller, 3600);
    desktop_ = *by_device(d, lent->secret.reveal(), Scope::open);
    session_ = *open_session(d, desktop_, {.door = journey::Door::device, .skill = "loan"});
  }
  std::string link() {
    Desk d = desk();
    const auto transfer = offer_transfer(d, desktop_, session_);
    EXPECT_TRUE(transfer);
    return std::string(transfer->text.reveal());
  }
  std::string cross(const std::string& link) {
    Desk d = desk();
    const auto crossing = cross_over(d, link);
    EXPECT_TRUE(crossing);
    EXPECT_EQ(crossing->session.id, session_.id);
    return std::string(crossing->phone.reveal());
  }
  std::string_view code_of(const std::string& link) {
    Desk d = desk();
    const auto looked = look_at_transfer(d, link);
    const auto crossed = cross_over(d, link);
    if (looked || crossed) return "it worked";
    EXPECT_EQ(looked.error().code, crossed.error().code);
    return crossed.error().code;
  }
  Result<Caller> phone(const std::string& text, Scope wanted = Scope::submit) {
    Desk d = desk();
    return by_phone(d, text, session_.id, wanted);
  }
  PhoneState state() {
    Desk d = desk();
    return phone_state(d, session_);
  }

  Holder key_;
  Caller desktop_;
  Session session_;
};

TEST_F(TransferTest, law_1_a_link_connects_one_device) {
  const std::string text = link();
  Desk d = desk();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(look_at_transfer(d, text)->id, session_.id);
  EXPECT_TRUE(phone(cross(text)));
  EXPECT_EQ(code_of(text), codes::transfer_used);
}

TEST_F(TransferTest, whose_a_used_link_was_is_told_to_its_holder_alone) {
  const std::string replaced = link();
  const std::string text = link();
  cross(text);
  Desk d = desk();
  ASSERT_TRUE(session_of_transfer(d, text));
  EXPECT_EQ(session_of_transfer(d, text)->id, session_.id);
  std::string forged = text;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(session_of_transfer(d, forged));
  EXPECT_FALSE(session_of_transfer(d, replaced)) << "Law 7";
  EXPECT_TRUE(take_over(d, desktop_, session_));
  EXPECT_FALSE(session_of_transfer(d, text)) << "Law 7";
}

TEST_F(TransferTest, the_phone_walks_that_session_and_no_other) {
  const auto caller = phone(cross(link()));
  ASSERT_TRUE(caller);
  Desk d = desk();
  const std::string id = to_string(session_.id);
  EXPECT_TRUE(answer_own(d, *caller, {id, "form", {{"value", "1"}}, seal::sha256("x")}));
  const auto other = open_session(d, desktop_, {.door = journey::Door::device, .skill = "loan"});
  EXPECT_EQ(find_session(d, *caller, to_string(other->id)).error().code, codes::not_yours);
  EXPECT_FALSE(by_phone(d, "lmn_phone_x", session_.id, Scope::preview));
}

TEST_F(TransferTest, law_2_it_may_no_more_than_the_row_says) {
  const std::string text = cross(link());
  EXPECT_TRUE(phone(text, Scope::preview | Scope::upload));
  for (const Scope beyond : {Scope::read_own, Scope::open, Scope::read_all, Scope::enrol})
    EXPECT_EQ(phone(text, beyond).error().code, codes::insufficient_scope);
}

TEST_F(TransferTest, a_link_lives_ten_minutes_and_no_longer_than_who_made_it) {
  const std::string text = link();
  advance(limits::transfer_life);
  EXPECT_EQ(code_of(text), codes::token_expired);
  advance(Seconds{3600} - limits::transfer_life - Seconds{60});
  Desk d = desk();
  EXPECT_EQ(offer_transfer(d, desktop_, session_)->expires, desktop_.grant.terms.expires);
}

TEST_F(TransferTest, only_the_newest_link_works) {
  const std::string first = link();
  const std::string second = link();
  EXPECT_EQ(code_of(first), codes::unauthenticated);
  const std::string text = cross(second);
  link();
  EXPECT_FALSE(phone(text));
}

TEST_F(TransferTest, law_4_taking_over_ends_link_and_phone) {
  const std::string text = cross(link());
  const Caller on_phone = *phone(text);
  Desk d = desk();
  EXPECT_EQ(take_over(d, on_phone, session_).error().code, codes::not_yours);
  EXPECT_EQ(offer_transfer(d, on_phone, session_).error().code, codes::not_yours);
  EXPECT_TRUE(take_over(d, desktop_, session_));
  EXPECT_FALSE(phone(text));
  const std::string waiting = link();
  EXPECT_TRUE(take_over(d, desktop_, session_));
  EXPECT_EQ(code_of(waiting), codes::unauthenticated);
}

TEST_F(TransferTest, law_4_it_falls_with_who_opened_the_session) {
  const std::string text = cross(link());
  ledger_->revoke(desktop_.grant.id, now_);
  EXPECT_FALSE(phone(text));
}

TEST_F(TransferTest, the_first_device_sees_how_it_stands) {
  EXPECT_EQ(state(), PhoneState::none);
  const std::string text = link();
  EXPECT_EQ(state(), PhoneState::waiting);
  cross(text);
  EXPECT_EQ(state(), PhoneState::connected);
  Desk d = desk();
  EXPECT_TRUE(take_over(d, desktop_, session_));
  EXPECT_EQ(state(), PhoneState::none);
  link();
  advance(limits::transfer_life);
  EXPECT_EQ(state(), PhoneState::none);
}

TEST_F(TransferTest, nothing_leads_into_a_session_that_is_over) {
  const std::string text = link();
  Desk d = desk();
  Session over = session_;
  over.state = journey::State::abandoned;
  EXPECT_EQ(offer_transfer(d, desktop_, over).error().code, codes::session_over);
  ASSERT_TRUE(ledger_->save_session(session_, over));
  EXPECT_EQ(code_of(text), codes::session_over);
}

TEST_F(TransferTest, law_7_what_is_no_link_looks_alike) {
  const auto device = [&] {
    Desk d = desk();
    return std::string(lend(d, key_.caller, 60)->secret.reveal());
  }();
  std::string forged = link();
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  for (const std::string& text : {std::string(), std::string("x"), device, forged})
    EXPECT_EQ(code_of(text), codes::unauthenticated) << text;
}

}  // namespace
}  // namespace limen::onboard
