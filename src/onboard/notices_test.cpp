// Webhooks and notices over the real ledger: which addresses are taken, what signs, and that each
// event is told once, in its commit, to whoever wants it.
#include "onboard/notices.hpp"

#include <set>

#include "onboard/check_test.hpp"
#include "onboard/onward.hpp"
#include "onboard/webhooks.hpp"

namespace limen::onboard {
namespace {

using journey::Door;

class NoticesTest : public CheckTest {
 protected:
  void SetUp() override {
    CheckTest::SetUp();
    with_engine_ = false;
    journey::Skill loan = *catalogue_.find("loan");
    loan.rules.required = {"Document reading"};  // nothing is sent to be read: MEDIUM
    catalogue_ = journey::Catalogue({loan, *catalogue_.find("card")});
    back_end_ = holder(ours_, {"enrolment:write"});
  }
  Result<Registered> add(const std::string& url, WebhookWish wish = {}) {
    Desk d = desk();
    wish.url = url;
    return register_webhook(d, ours_, wish);
  }
  std::optional<Problem> refusal_of(const std::string& url) {
    const auto added = add(url);
    return added ? std::nullopt : std::optional(added.error());
  }
  Session open(Door door = Door::enrolment) {
    Desk d = desk();
    Opening opening{.door = door, .skill = "loan"};
    opening.caller_id =
        door == Door::enrolment ? to_string(seal::draw_id(entropy_, now_)) : std::string();
    opening.return_url = "https://shop.example/done";
    opening.external_id = "53421526A";
    return *open_session(d, back_end_.caller, opening);
  }
  Session saved(const Session& session) { return *ledger_->session(session.id); }
  void send(const Session& session, const std::string& step, const std::string& field) {
    Desk d = desk();
    const std::string id = to_string(session.id);
    StepInput input{id, step, {{field, std::string("x")}}, {}};
    input.request = seal::sha256(step);
    const auto person = by_reference(d, reference_of(d, session).reveal(), grant::Scope::submit);
    ASSERT_TRUE(person) << person.error().detail;
    const auto answer = answer_own(d, *person, input);
    ASSERT_TRUE(answer) << answer.error().code << " " << answer.error().detail;
  }
  void finish(const Session& session) {
    send(session, "form", "value");
    send(session, "confirm", "reason");
  }
  std::vector<Notice> told(const Session& session, std::optional<Id> webhook = {}) {
    auto out = ledger_->webhooks().notices(ours_, {webhook, session.id, {}}, {100, {}});
    std::ranges::sort(out, {}, &Notice::due);
    return out;
  }
  std::vector<std::string> words(const Session& session, std::optional<Id> webhook = {}) {
    std::vector<std::string> out;
    for (const Notice& notice : told(session, webhook)) out.emplace_back(to_string(notice.event));
    return out;
  }
  std::optional<Telling> telling(const Notice& notice) {
    Desk d = desk();
    return telling_of(d, notice, *ledger_->webhooks().webhook(notice.webhook));
  }
  void note(const Notice& notice, Heard heard, Millis later = Seconds{60}) {
    Desk d = desk();
    note_told(d, notice.id,
              {heard, heard == Heard::taken ? "" : "status 500", now_, now_ + later, now_ + later},
              notice_counters_);
  }
  using Words = std::vector<std::string>;
  Holder back_end_;
  NoticeCounters notice_counters_;
};

TEST_F(NoticesTest, VD5_an_address_is_https_and_on_the_internet) {
  for (const char* url : {"https://shop.example.com", "https://shop.example.com/limen?code=a%20b",
                          "https://SHOP.example.com:8443/", "https://shop.example.com:443/x",
                          "https://93.184.215.14/", "https://[2606:4700::1111]/",
                          "https://xn--bcher-kva.example/", "https://a-b.c1.example/~x/$!*'(),;:@"})
    EXPECT_FALSE(refusal_of(url)) << url;
  const char* unfit[] = {
      "", "shop.example.com", "http://shop.example.com/", "HTTP://shop.example.com/",
      "ftp://shop.example.com/", "https:/shop.example.com", "https://", "https:///x",
      "https://shop.example.com:", "https://shop.example.com:0/", "https://shop.example.com:22/",
      "https://shop.example.com:80/", "https://shop.example.com:65536/",
      "https://shop.example.com:4 43/", "https://shop.example.com:+443/",
      "https://user@shop.example.com/", "https://user:word@shop.example.com/",
      "https://shop.example.com/#top", "https://shop.example.com\\@10.0.0.1/",
      "https://shop.example.com/\r\nX: y", "https://shop example.com/",
      "https://b\xC3\xBC.example/", "https://10.0.0.1/", "https://127.0.0.1/",
      "https://127.0.0.1:8443/", "https://0.0.0.0/", "https://169.254.169.254/latest/meta-data/",
      "https://192.168.1.1/", "https://100.64.0.1/", "https://[::1]/", "https://[::]/",
      "https://[fe80::1]/", "https://[fe80::1%25eth0]/", "https://[fd00::1]/",
      "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[64:ff9b::7f00:1]/",
      "https://[2002:7f00:1::]/", "https://[::1", "https://::1/",
      // What only some programs take for an address.
      "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/", "https://0177.0.0.1/",
      "https://127.1/", "https://127.0.1/", "https://1.2.3/", "https://127.0.0.1./",
      "https://127.0.0.1.0/", "https://shop.example.0x1/", "https://1.1.1.256/",
      "https://a..example/", "https://.example/", "https://-a.example/", "https://a_b.example/",
      "https://shop.example.com./", "https://\xE2\x91\xA0.example/"};
  for (const char* url : unfit) {
    const auto refusal = refusal_of(url);
    ASSERT_TRUE(refusal) << url;
    EXPECT_EQ(refusal->field, "url") << url;
  }
  EXPECT_TRUE(refusal_of("https://a.example/" + std::string(2048, 'a')));
  settings_.webhooks = {{*parse_network("10.1.0.0/16")}, {443, 9000}};
  EXPECT_FALSE(refusal_of("https://10.1.2.3:9000/"));
  EXPECT_TRUE(refusal_of("https://10.2.2.3/"));
  EXPECT_TRUE(refusal_of("http://10.1.2.3:9000/"));
  EXPECT_TRUE(refusal_of("http://127.0.0.1:9000/"));
}

TEST_F(NoticesTest, dev_mode_also_calls_this_machine_in_clear) {
  settings_.is_dev = true;
  for (const char* url : {"http://127.0.0.1:9000/", "http://localhost:3000/limen", "http://[::1]/",
                          "https://127.0.0.1:9443/"})
    EXPECT_FALSE(refusal_of(url)) << url;
  for (const char* url :
       {"http://shop.example.com/", "http://127.0.0.1.example.com/", "http://10.0.0.1/"})
    EXPECT_TRUE(refusal_of(url)) << url;
}

TEST_F(NoticesTest, there_are_twenty_and_each_has_a_secret_of_its_own) {
  std::set<std::string> secrets;
  for (int i = 0; i < 20; ++i)
    secrets.insert(std::string(add("https://shop.example/")->secret.reveal()));
  EXPECT_EQ(secrets.size(), 20U);
  EXPECT_EQ(refusal_of("https://shop.example/")->code, codes::conflict);
  Desk d = desk();
  EXPECT_TRUE(register_webhook(d, theirs_, {.url = "https://shop.example/"}));
}

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
  ASSERT_TRUE(ledger_->webhooks().claim(now_, now_ + Seconds{30}));
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

TEST_F(NoticesTest, VD4_it_is_signed_with_its_secret_and_with_the_password) {
  const std::string password = "pw:" + back_end_.secret;
  const auto made = add("https://shop.example/", {.signed_with = {{"key", password}}});
  ASSERT_TRUE(made);
  const auto notice = told(open())[0];
  auto out = telling(notice);
  ASSERT_TRUE(out && out->password_signature);
  EXPECT_EQ(*out->password_signature,
            base64(seal::Hmac(as_bytes(password))({as_bytes(out->body)})));
  const std::string id = to_string(notice.id), stamp = std::to_string(to_unix(now_));
  const auto fits = [&](const seal::Secret& secret, const Telling& t) {
    const auto theirs = seal::WebhookKey::read(secret);
    return theirs->verify({id, stamp, t.key->sign(id, now_, t.body)}, t.body, now_);
  };
  EXPECT_TRUE(fits(made->secret, *out));
  // While it is rotated both fit, then only the new one.
  Desk d = desk();
  const auto rotated = rotate_webhook(d, ours_, made->webhook.id, 3600);
  ASSERT_TRUE(rotated);
  EXPECT_TRUE(fits(made->secret, *telling(notice)));
  EXPECT_TRUE(fits(rotated->secret, *telling(notice)));
  now_ += Seconds{3600};
  const std::string later = std::to_string(to_unix(now_));
  const auto last = *telling(notice);
  const auto verifies = [&](const seal::Secret& secret) {
    return seal::WebhookKey::read(secret)->verify({id, later, last.key->sign(id, now_, last.body)},
                                                  last.body, now_);
  };
  EXPECT_FALSE(verifies(made->secret));
  EXPECT_TRUE(verifies(rotated->secret));
  // The password stands nowhere in the clear, and is taken away again.
  const Bytes& kept = ledger_->webhooks().webhook(made->webhook.id)->password;
  EXPECT_EQ(as_text(kept).find(back_end_.secret.substr(0, 20)), std::string_view::npos);
  Desk e = desk();
  ASSERT_TRUE(change_webhook(e, ours_, made->webhook.id, {.signed_with = {{"", ""}}}));
  EXPECT_FALSE(telling(notice)->password_signature);
}

TEST_F(NoticesTest, only_a_password_of_ours_that_works_signs) {
  const auto refused = [&](const std::string& name, const std::string& password) {
    const auto added = add("https://shop.example/", {.signed_with = {{name, password}}});
    return !added && added.error().field == "password";
  };
  const Holder other = holder(theirs_, {"enrolment:write"});
  const Holder reader = holder(ours_, {"session_all:read"});
  const Holder brief = holder(ours_, {"enrolment:write"}, 60);
  EXPECT_TRUE(refused("key", back_end_.secret)) << "not as a password";
  EXPECT_TRUE(refused("nobody", "pw:" + back_end_.secret));
  EXPECT_TRUE(refused("key", "pw:" + other.secret));
  EXPECT_TRUE(refused("key", "pw:" + reader.secret));
  EXPECT_TRUE(refused("key", ""));
  EXPECT_FALSE(refused("key", "pw:" + brief.secret));
  now_ += Seconds{61};
  EXPECT_TRUE(refused("key", "pw:" + brief.secret));
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
  EXPECT_FALSE(ledger_->webhooks().claim(now_, now_ + Seconds{30}));
  EXPECT_EQ(ledger_->webhooks().next_due(), now_ + Seconds{60});
  now_ += Seconds{60};
  note(notices[1], Heard::taken);
  webhook = *ledger_->webhooks().webhook(id);
  EXPECT_EQ(webhook.failures, 0U);
  EXPECT_EQ(webhook.error, "");
  const auto next = ledger_->webhooks().claim(now_, now_ + Seconds{30});
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
  EXPECT_TRUE(ledger_->webhooks().claim(now_, now_ + Seconds{30}));
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
  ASSERT_GT(ledger_->sweep(now_, 100).rows, 0U);
  EXPECT_EQ(told(session).size(), 0U) << "it goes with the session";
  EXPECT_EQ(telling(notice), std::nullopt);
  note(notice, Heard::taken);  // what was on its way
  EXPECT_EQ(told(session).size(), 0U);
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
  EXPECT_EQ(told(*session)[0].state, NoticeState::dead);
  EXPECT_EQ(told(*session)[0].error, "withdrawn");
}

TEST_F(NoticesTest, webhooks_and_notices_of_others_are_nobody_s) {
  const Id id = add("https://shop.example/")->webhook.id;
  const Session session = open();
  const Id notice = told(session)[0].id;
  Desk d = desk();
  EXPECT_EQ(change_webhook(d, theirs_, id, {.is_active = false}).error().code, codes::absent);
  EXPECT_EQ(rotate_webhook(d, theirs_, id, {}).error().code, codes::absent);
  EXPECT_EQ(remove_webhook(d, theirs_, id).error().code, codes::absent);
  EXPECT_EQ(send_again(d, theirs_, notice).error().code, codes::absent);
  EXPECT_EQ(rotate_webhook(d, ours_, id, -1).error().field, "overlap");
  ASSERT_TRUE(remove_webhook(d, ours_, id));
  EXPECT_EQ(told(session).size(), 0U);
  EXPECT_FALSE(ledger_->webhooks().webhook(id));
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
