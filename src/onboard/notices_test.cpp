// Notices over the real ledger: each event is told once, in its commit, to whoever wants it, and
// what came of a call counts for that call.
#include "onboard/notices.hpp"

#include "onboard/notice_test.hpp"
#include "onboard/onward.hpp"
#include "onboard/settle.hpp"

namespace limen::onboard {
namespace {

using journey::Door;

TEST_F(NoticesTest, VD6_each_event_is_told_once_and_in_its_order) {
  const Id all = add("https://shop.example/all")->webhook.id;
  const Id some = add("https://shop.example/ok", {.events = {{"MANUAL_APPROVED"}}})->webhook.id;
  const Session session = open();
  EXPECT_EQ(words(session), Words{"INITIALIZED"});
  Desk d = desk();
  tell_started(d, session.id);
  tell_started(d, session.id);
  EXPECT_EQ(words(session), (Words{"INITIALIZED", "STARTED"}));
  finish(session);
  ASSERT_EQ(saved(session).decision->level, journey::Level::medium);
  EXPECT_EQ(words(session, all), (Words{"INITIALIZED", "STARTED", "WAITING_FOR_MANUAL_APPROVE"}));
  EXPECT_EQ(words(session, some), Words{});
  ASSERT_TRUE(review_session(d, ours_, session.id, true, "Rita", "seen"));
  EXPECT_EQ(words(session, all),
            (Words{"INITIALIZED", "STARTED", "WAITING_FOR_MANUAL_APPROVE", "MANUAL_APPROVED"}));
  EXPECT_EQ(words(session, some), Words{"MANUAL_APPROVED"}) << "VD5: to an address of its own";
  EXPECT_EQ(ledger_->webhooks().notices(theirs_, {}, {100, {}}).size(), 0U);
}

TEST_F(NoticesTest, who_sends_a_step_has_started) {
  add("https://shop.example/");
  const Session session = open();
  finish(session);
  EXPECT_EQ(words(session), (Words{"INITIALIZED", "STARTED", "WAITING_FOR_MANUAL_APPROVE"}))
      << "what came about in one moment keeps its order";
  ASSERT_TRUE(claim());
}

TEST_F(NoticesTest, the_skills_door_is_not_told_and_neither_is_a_paused_webhook) {
  const Id id = add("https://shop.example/")->webhook.id;
  Desk d = desk();
  const auto skills = open_session(d, app_.caller, {.door = Door::skills, .skill = "loan"});
  ASSERT_TRUE(skills);
  EXPECT_EQ(words(*skills), Words{});
  ASSERT_TRUE(change_webhook(d, ours_, id, {.is_active = false}));
  EXPECT_EQ(words(open()), Words{});
  ASSERT_TRUE(change_webhook(d, ours_, id, {.is_active = true}));
  EXPECT_EQ(words(open()), Words{"INITIALIZED"});
}

TEST_F(NoticesTest, an_engine_s_answer_is_told_when_it_decides) {
  add("https://shop.example/");
  with_engine_ = true;
  const auto done = complete();
  Session before = saved(done.session);
  Session as_enrolment = before;
  as_enrolment.door = Door::enrolment;
  connection_->exec("UPDATE sessions SET door = $2 WHERE id = $1", {before.id, std::int64_t{2}});
  EXPECT_EQ(words(before), Words{}) << "nothing is decided yet";
  ASSERT_TRUE(answer(check_of(before).id, result_for(check_of(before), "LOW")));
  EXPECT_EQ(words(before), Words{"AUTO_REJECTED"});
}

TEST_F(NoticesTest, VC6_what_is_told_is_the_event_and_no_more) {
  add("https://shop.example/");
  const Session session = open();
  finish(session);
  const auto notices = told(session);
  EXPECT_EQ(telling(notices[0])->body, R"({"sessionId":")" + session.caller_id +
                                           R"(","status":"INITIALIZED","projectId":")" +
                                           to_string(ours_) + R"(","externalId":"53421526A"})");
  EXPECT_NE(telling(notices[2])->body.find(R"("status":"WAITING_FOR_MANUAL_APPROVE")"),
            std::string::npos);
  const Session device = open(Door::device);
  EXPECT_EQ(telling(told(device)[0])->body, R"({"sessionId":")" + to_string(device.id) +
                                                R"(","status":0,"projectId":")" + to_string(ours_) +
                                                R"(","externalId":"53421526A"})");
}

TEST_F(NoticesTest, a_failing_webhook_is_left_alone_and_the_rest_follows_the_first_success) {
  const Id id = add("https://shop.example/")->webhook.id;
  const Session session = open();
  finish(session);
  const auto notices = told(session);
  note(notices[0], Heard::later);
  auto webhook = *ledger_->webhooks().webhook(id);
  EXPECT_EQ(webhook.failures, 1U);
  EXPECT_EQ(webhook.free, now_ + Seconds{60});
  EXPECT_EQ(webhook.error, "status 500");
  EXPECT_FALSE(claim());
  EXPECT_EQ(ledger_->webhooks().next_due(), now_ + Seconds{60});
  now_ += Seconds{60};
  note(notices[1], Heard::taken);
  webhook = *ledger_->webhooks().webhook(id);
  EXPECT_EQ(webhook.failures, 0U);
  EXPECT_EQ(webhook.error, "");
  const auto next = claim();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->first.id, notices[0].id) << "the order it came about";
  EXPECT_EQ(notice_counters_.sent, 1U);
  EXPECT_EQ(notice_counters_.retried, 1U);
}

TEST_F(NoticesTest, one_that_says_it_is_gone_hears_nothing_more) {
  const Id id = add("https://shop.example/")->webhook.id;
  const Session session = open();
  note(told(session)[0], Heard::gone);
  EXPECT_EQ(ledger_->webhooks().webhook(id)->state, WebhookState::gone);
  EXPECT_EQ(told(session)[0].state, NoticeState::dead);
  EXPECT_EQ(words(open()), Words{});
  EXPECT_EQ(ledger_->alarms(ours_, {20, {}}).at(0).what, "webhook_gone");
  Desk d = desk();
  ASSERT_TRUE(change_webhook(d, ours_, id, {.is_active = true}));
  ASSERT_TRUE(send_again(d, ours_, told(session)[0].id));
  EXPECT_TRUE(claim());
}

TEST_F(NoticesTest, a_notice_outlives_three_days_and_is_given_up_after_four) {
  add("https://shop.example/");
  const Session session = open();
  const Notice notice = told(session)[0];
  for (const int hours : {0, 24, 72, 95}) {
    now_ = notice.created + std::chrono::hours{hours};
    note(notice, Heard::later);
    EXPECT_EQ(told(session)[0].state, NoticeState::queued) << hours;
  }
  now_ = notice.created + std::chrono::hours{96};
  note(notice, Heard::later);
  EXPECT_EQ(told(session)[0].state, NoticeState::dead);
  EXPECT_EQ(told(session)[0].ended, now_);
  EXPECT_EQ(ledger_->alarms(ours_, {20, {}}).at(0).what, "notice_dead");
  EXPECT_EQ(notice_counters_.dead, 1U);
  // One that waited out an outage of ours still has its three attempts.
  note(told(open())[0], Heard::taken);
  const Session other = open();
  const Notice late = told(other)[0];
  now_ += std::chrono::hours{200};
  note(late, Heard::later);
  EXPECT_EQ(told(other)[0].state, NoticeState::queued);
}

TEST_F(NoticesTest, of_who_is_gone_nothing_is_told) {
  add("https://shop.example/");
  const Session session = open();
  const Notice notice = told(session)[0];
  ledger_->erase_session(session.id, now_);
  EXPECT_EQ(told(session).size(), 0U) << "before the sweep, too";
  ASSERT_GT(ledger_->sweep(now_, 100).rows, 0U);
  EXPECT_EQ(telling(notice), std::nullopt);
  note(notice, Heard::taken);  // what was on its way
  EXPECT_EQ(told(session).size(), 0U);
}

TEST_F(NoticesTest, of_who_was_erased_nothing_is_told_though_they_are_reviewed) {
  add("https://shop.example/");
  const Session session = open();
  finish(session);
  Desk d = desk();
  ASSERT_TRUE(erase_session(d, saved(session)));
  ASSERT_TRUE(review_session(d, ours_, session.id, true, "Rita", "seen"));
  EXPECT_EQ(words(session), Words{});
}

TEST_F(NoticesTest, of_who_was_erased_nothing_is_told_though_they_were_seen_before) {
  add("https://shop.example/");
  const Session session = open();
  now_ = session.expires;
  Desk d = desk();
  ASSERT_TRUE(erase_session(d, saved(session)));
  tell_started(d, session.id);
  EXPECT_EQ(words(session), Words{});
}

TEST_F(NoticesTest, of_who_has_withdrawn_nothing_is_told) {
  add("https://shop.example/");
  Desk d = desk();
  ASSERT_TRUE(choose_invited_skill(d, ours_, "card"));
  cache_.next_epoch();
  const Caller us = holder(ours_, {"onboarding:write"}).caller;
  const auto invited = invite(d, us, {"John@example.com", "John", "Smith"});
  const auto opened =
      open_invitation(d, invited->code.reveal(), "john@example.com", *parse_address("192.0.2.1"));
  const auto decide = [&](Consent consent) {
    Desk now = desk();
    return *decide_consent(now,
                           {opened->token.reveal(), to_string(opened->connection.id), consent, ""});
  };
  decide(Consent::agreed);
  const auto session = onward_session(d, opened->connection);
  ASSERT_TRUE(session);
  EXPECT_EQ(words(*session), Words{"INITIALIZED"});
  EXPECT_TRUE(telling(told(*session)[0]));
  decide(Consent::withdrawn);
  EXPECT_FALSE(telling(told(*session)[0]));
  EXPECT_EQ(told(*session)[0].state, NoticeState::queued);
  EXPECT_EQ(told(*session)[0].error, "withdrawn");
  EXPECT_FALSE(claim()) << "it waits";
  decide(Consent::agreed);
  now_ += std::chrono::hours{1};
  EXPECT_TRUE(claim());
  EXPECT_TRUE(telling(told(*session)[0])) << "and is told if they agree again";
  decide(Consent::withdrawn);
  for (int day = 0; day < 5; ++day) {
    now_ += std::chrono::days{1};
    telling(told(*session)[0]);
  }
  EXPECT_EQ(told(*session)[0].state, NoticeState::dead);
}

TEST_F(NoticesTest, a_call_that_outlasts_its_claim_changes_nothing_of_the_next) {
  const Id id = add("https://shop.example/")->webhook.id;
  const Session session = open();
  ASSERT_TRUE(claim());
  const Told late = told_of(told(session)[0], Heard::later);
  now_ += Seconds{31};
  ASSERT_TRUE(claim());
  note(told_of(told(session)[0], Heard::taken));
  ASSERT_EQ(told(session)[0].state, NoticeState::sent);
  const auto before = ledger_->webhooks().webhook(id);
  note(late);
  EXPECT_EQ(told(session)[0].state, NoticeState::sent);
  EXPECT_EQ(ledger_->webhooks().webhook(id), before);
}

TEST_F(NoticesTest, what_was_committed_since_the_claim_counts) {
  const auto made = add("https://shop.example/");
  const Id id = made->webhook.id;
  const Session session = open();
  const auto claimed = claim();
  ASSERT_TRUE(claimed);
  Desk d = desk();
  const auto rotated = rotate_webhook(d, ours_, id, 0);
  ASSERT_TRUE(rotated);
  const auto out = telling_of(d, claimed->first, claimed->second);
  ASSERT_TRUE(out);
  const std::string stamp = std::to_string(to_unix(now_));
  const auto signature = out->key->sign("m", now_, out->body);
  EXPECT_TRUE(
      seal::WebhookKey::read(rotated->secret)->verify({"m", stamp, signature}, out->body, now_));
  ASSERT_TRUE(change_webhook(d, ours_, id, {.is_active = false}));
  EXPECT_FALSE(telling_of(d, claimed->first, claimed->second));
  EXPECT_EQ(ledger_->webhooks().webhook(id)->generation, 2U) << "nothing is written back";
  EXPECT_EQ(ledger_->webhooks().webhook(id)->claimed_until, Time{});
}

TEST_F(NoticesTest, of_one_that_failed_for_days_what_waited_as_long_is_given_up) {
  add("https://shop.example/");
  std::vector<Session> sessions;
  for (int i = 0; i < 9; ++i) sessions.push_back(open());
  const Session tried = open();
  for (int hour = 0; hour < 108; hour += 12) {
    note(told(tried)[0], Heard::later);
    now_ += std::chrono::hours{12};
  }
  const Session young = open();
  EXPECT_EQ(told(sessions[0])[0].state, NoticeState::queued);
  note(told(young)[0], Heard::later);
  for (const Session& session : sessions)
    EXPECT_EQ(told(session)[0].state, NoticeState::dead) << "never tried";
  EXPECT_EQ(told(young)[0].state, NoticeState::queued);
  EXPECT_EQ(ledger_->alarms(ours_, {20, {}}).at(0).what, "notice_dead");
  EXPECT_GE(notice_counters_.dead, 9U);
}

TEST_F(NoticesTest, what_waited_for_us_is_not_given_up_after_three_failures) {
  const Id id = add("https://shop.example/")->webhook.id;
  const Session old = open();
  Desk d = desk();
  ASSERT_TRUE(change_webhook(d, ours_, id, {.is_active = false}));
  now_ += std::chrono::days{5};
  Desk later = desk();
  ASSERT_TRUE(change_webhook(later, ours_, id, {.is_active = true}));
  const Session young = open();
  for (int i = 0; i < 5; ++i) note(told(young)[0], Heard::later);
  EXPECT_EQ(told(old)[0].state, NoticeState::queued);
}

TEST_F(NoticesTest, what_the_old_address_said_is_not_held_against_the_new_one) {
  const Id id = add("https://old.example/")->webhook.id;
  const Session session = open();
  ASSERT_TRUE(claim());
  const Told gone = told_of(told(session)[0], Heard::gone);
  Desk d = desk();
  ASSERT_TRUE(change_webhook(d, ours_, id, {.url = "https://new.example/"}));
  EXPECT_FALSE(claim()) << "the old call is still in hand";
  now_ += Seconds{30};
  note(gone);
  const auto webhook = ledger_->webhooks().webhook(id);
  EXPECT_EQ(webhook->state, WebhookState::active);
  EXPECT_EQ(webhook->failures, 0U);
  EXPECT_EQ(webhook->claimed_until, Time{});
  EXPECT_EQ(told(session)[0].state, NoticeState::queued);
  EXPECT_TRUE(claim()) << "the new address is told now";
}

TEST_F(NoticesTest, what_is_asked_for_while_it_is_on_its_way_stays_due) {
  add("https://shop.example/");
  const Session session = open();
  ASSERT_TRUE(claim());
  const Told failed = told_of(told(session)[0], Heard::later, std::chrono::hours{4});
  Desk d = desk();
  ASSERT_TRUE(send_again(d, ours_, told(session)[0].id));
  note(failed);
  EXPECT_EQ(told(session)[0].due, now_);
}

TEST_F(NoticesTest, an_organisation_has_no_more_than_its_share_of_the_calls) {
  for (int i = 0; i < 3; ++i) add("https://slow.example/");
  open();
  EXPECT_TRUE(claim(2));
  EXPECT_TRUE(claim(2));
  EXPECT_FALSE(claim(2));
  EXPECT_EQ(ledger_->webhooks().next_due(), now_) << "due, and not to be had";
}

TEST_F(NoticesTest, looking_writes_nothing_and_is_remembered_while_nothing_was_sent) {
  Presence presence;
  const Session session = open();
  const auto look = [&](const Session& at) {
    Desk d = desk();
    d.presence = &presence;
    note_opened(d, at);
    return presence.journeys.take(now_).size();
  };
  EXPECT_EQ(look(session), 1U);
  now_ += std::chrono::hours{3};
  presence.journeys.take(now_);
  send(session, "form", "value");
  EXPECT_EQ(look(saved(session)), 0U);
}

}  // namespace
}  // namespace limen::onboard
