// The worker of notices over the real ledger, with webhooks that answer by script and a clock that
// moves when told.
#include "outbox/notice_worker.hpp"

#include <map>
#include <set>

#include "onboard/desk_test.hpp"
#include "onboard/open.hpp"
#include "onboard/webhooks.hpp"

namespace limen::outbox {
namespace {

using onboard::NoticeState;

class ScriptedLine final : public NoticeLine {
 public:
  struct Call {
    std::string url;
    std::vector<std::string> headers;
    std::string body;
  };
  std::function<PostReply(const std::string& url)> answer;
  std::vector<Call> calls;
  PostReply send(const std::string& url, const std::vector<std::string>& headers,
                 const std::string& body) override {
    calls.push_back({url, headers, body});
    return answer(url);
  }
  Millis longest() const override { return std::chrono::seconds{15}; }
};

PostReply status(long code, std::optional<Seconds> wait = {}) {
  PostReply out;
  out.status = code;
  if (code >= 300) out.why = "status " + std::to_string(code);
  out.wait = wait;
  return out;
}

class NoticeWorkerTest : public onboard::DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    line.answer = [](const std::string&) { return status(204); };
    renew();
    back_end_ = holder(ours_, {"enrolment:write"});
  }
  // A process that starts again over the same ledger.
  void renew() {
    worker = std::make_unique<NoticeWorker>([this](const auto& job) { return run_job(job); },
                                            [this] { return now_; }, line, entropy_,
                                            NoticeOptions{}, counters);
  }
  Id add(const std::string& url) {
    onboard::Desk d = desk();
    return onboard::register_webhook(d, ours_, {.url = url})->webhook.id;
  }
  onboard::Session open() {
    onboard::Desk d = desk();
    onboard::Opening opening{.door = journey::Door::enrolment, .skill = "loan"};
    opening.caller_id = to_string(seal::draw_id(entropy_, now_));
    opening.return_url = "https://shop.example/done";
    return *onboard::open_session(d, back_end_.caller, opening);
  }
  std::vector<onboard::Notice> notices(std::optional<NoticeState> state = {}) {
    return ledger_->webhooks().notices(ours_, {{}, {}, state}, {10'000, {}});
  }
  // Rounds until the worker wants to wait; what it waits for.
  std::optional<Time> settle_down() {
    for (int i = 0; i < 2000; ++i) {
      const auto next = worker->round();
      if (!next || *next > now_) return next;
    }
    ADD_FAILURE() << "the worker never rests";
    return std::nullopt;
  }
  static std::string header(const ScriptedLine::Call& call, std::string_view name) {
    for (const std::string& line : call.headers)
      if (line.starts_with(std::string(name) + ": ")) return line.substr(name.size() + 2);
    return {};
  }
  ScriptedLine line;
  onboard::NoticeCounters counters;
  std::unique_ptr<NoticeWorker> worker;
  Holder back_end_;
};

TEST_F(NoticeWorkerTest, tells_once_and_rests) {
  add("https://shop.example/");
  open();
  EXPECT_EQ(settle_down(), std::nullopt);
  ASSERT_EQ(line.calls.size(), 1U);
  EXPECT_EQ(line.calls[0].url, "https://shop.example/");
  EXPECT_EQ(header(line.calls[0], "webhook-id"), to_string(notices()[0].id));
  EXPECT_EQ(header(line.calls[0], "webhook-timestamp"), std::to_string(to_unix(now_)));
  EXPECT_TRUE(header(line.calls[0], "webhook-signature").starts_with("v1,"));
  EXPECT_EQ(header(line.calls[0], "X-Signature"), "");
  EXPECT_EQ(notices()[0].state, NoticeState::sent);
  EXPECT_EQ(counters.sent, 1U);
}

TEST_F(NoticeWorkerTest, tells_again_the_same_bytes_under_the_same_id_with_a_new_time) {
  add("https://shop.example/");
  open();
  line.answer = [&](const std::string&) { return status(line.calls.size() < 4 ? 500 : 200); };
  for (int i = 0; i < 3; ++i) {
    const auto next = settle_down();
    ASSERT_TRUE(next);
    EXPECT_LE(*next, now_ + std::chrono::seconds{5 << i}) << "full jitter under a doubling bound";
    now_ = *next;
  }
  EXPECT_EQ(settle_down(), std::nullopt);
  ASSERT_EQ(line.calls.size(), 4U);
  for (const auto& call : line.calls) {
    EXPECT_EQ(call.body, line.calls[0].body);
    EXPECT_EQ(header(call, "webhook-id"), header(line.calls[0], "webhook-id"));
  }
  EXPECT_NE(header(line.calls[3], "webhook-timestamp"), header(line.calls[0], "webhook-timestamp"));
  EXPECT_EQ(notices()[0].attempts, 4U);
}

TEST_F(NoticeWorkerTest, S1_only_2xx_is_taken) {
  for (const long code : {200L, 201L, 202L, 204L, 299L}) {
    const Id id = add("https://shop.example/" + std::to_string(code));
    line.answer = [&](const std::string&) { return status(code); };
    open();
    EXPECT_EQ(settle_down(), std::nullopt) << code;
    onboard::Desk d = desk();
    ASSERT_TRUE(onboard::remove_webhook(d, ours_, id));
  }
  for (const long code : {0L, 100L, 199L, 300L, 301L, 302L, 307L, 400L, 401L, 404L, 429L, 500L}) {
    const Id id = add("https://shop.example/" + std::to_string(code));
    line.answer = [&](const std::string&) { return status(code); };
    open();
    EXPECT_TRUE(settle_down()) << code;
    onboard::Desk d = desk();
    ASSERT_TRUE(onboard::remove_webhook(d, ours_, id));
  }
}

TEST_F(NoticeWorkerTest, S1_waits_as_long_as_it_is_told_and_no_longer_than_four_hours) {
  add("https://shop.example/");
  open();
  line.answer = [](const std::string&) { return status(429, Seconds{600}); };
  EXPECT_EQ(settle_down(), now_ + Seconds{600});
  now_ += Seconds{600};
  line.answer = [](const std::string&) { return status(503, Seconds{1'000'000}); };
  EXPECT_EQ(settle_down(), now_ + std::chrono::hours{4});
}

TEST_F(NoticeWorkerTest, S1_nobody_is_called_after_410) {
  add("https://shop.example/");
  open(), open();
  line.answer = [](const std::string&) { return status(410); };
  EXPECT_EQ(settle_down(), std::nullopt);
  EXPECT_EQ(line.calls.size(), 1U);
  EXPECT_EQ(counters.dead, 1U);
}

TEST_F(NoticeWorkerTest, one_that_is_down_keeps_no_other_waiting_and_costs_few_calls) {
  add("https://down.example/");
  add("https://up.example/");
  for (int i = 0; i < 50; ++i) open();
  line.answer = [](const std::string& url) { return status(url.find("down") < 20 ? 500 : 200); };
  const auto next = settle_down();
  ASSERT_TRUE(next);
  const auto up = std::ranges::count(line.calls, "https://up.example/", &ScriptedLine::Call::url);
  EXPECT_EQ(up, 50);
  EXPECT_EQ(line.calls.size(), 51U) << "one notice tries for all";
  const Time hour = now_ + std::chrono::hours{1};
  while (now_ < hour) now_ = settle_down().value_or(hour);
  EXPECT_LT(line.calls.size(), 90U) << "a pause grows to five minutes";
}

TEST_F(NoticeWorkerTest, G10_nothing_is_lost_in_an_outage_of_72_hours) {
  add("https://shop.example/");
  std::set<std::string> wanted;
  line.answer = [](const std::string&) { return status(503); };
  const Time end = now_ + std::chrono::hours{72};
  for (int i = 0; i < 72; ++i) {
    wanted.insert(open().caller_id);
    const Time next_hour = now_ + std::chrono::hours{1};
    while (now_ < next_hour) now_ = std::min(settle_down().value_or(next_hour), next_hour);
  }
  EXPECT_GE(now_, end);
  EXPECT_EQ(notices(NoticeState::queued).size(), 72U);
  line.calls.clear();
  line.answer = [](const std::string&) { return status(200); };
  for (int i = 0; i < 10 && !notices(NoticeState::queued).empty(); ++i)
    now_ = settle_down().value_or(now_);
  EXPECT_EQ(notices(NoticeState::sent).size(), 72U);
  EXPECT_LE(now_, end + std::chrono::minutes{6}) << "soon after it is back";
  std::set<std::string> told;
  std::vector<std::string> ids;
  for (const auto& call : line.calls) {
    told.insert(std::string(text_member(parse_json(call.body)->get_object(), "sessionId")));
    ids.push_back(header(call, "webhook-id"));
  }
  EXPECT_EQ(told, wanted);
  EXPECT_TRUE(std::is_sorted(ids.begin() + 1, ids.end())) << "in the order it came about";
}

TEST_F(NoticeWorkerTest, a_crash_with_a_call_in_hand_repeats_it_and_nothing_else) {
  add("https://shop.example/");
  open();
  refused_jobs_ = 0;
  line.answer = [&](const std::string&) {
    refused_jobs_ = 1;  // the record does not reach the store
    return status(200);
  };
  EXPECT_TRUE(worker->round());
  EXPECT_EQ(notices()[0].state, NoticeState::queued);
  renew();
  EXPECT_EQ(settle_down(), now_ + std::chrono::seconds{30}) << "when the claim is over";
  now_ += std::chrono::seconds{30};
  line.answer = [](const std::string&) { return status(200); };
  EXPECT_EQ(settle_down(), std::nullopt);
  ASSERT_EQ(line.calls.size(), 2U);
  EXPECT_EQ(header(line.calls[0], "webhook-id"), header(line.calls[1], "webhook-id"));
}

TEST_F(NoticeWorkerTest, one_that_cannot_be_worked_with_keeps_no_other_waiting) {
  add("https://shop.example/");
  const auto broken = open();
  open(), open();
  connection_->exec("UPDATE sessions SET applicant = $2 WHERE id = $1",
                    {broken.id, std::string_view("{")});
  EXPECT_EQ(settle_down(), now_ + std::chrono::hours{1});
  EXPECT_EQ(notices(NoticeState::sent).size(), 2U) << "at this very moment";
  for (int day = 0; day < 5; ++day) {
    now_ += std::chrono::days{1};
    settle_down();
  }
  EXPECT_EQ(notices(NoticeState::dead).size(), 1U);
  EXPECT_EQ(line.calls.size(), 2U);
}

TEST_F(NoticeWorkerTest, a_share_that_is_used_up_is_waited_for_and_not_asked_for_again_and_again) {
  for (int i = 0; i < 3; ++i) add("https://shop.example/");
  open();
  ASSERT_TRUE(ledger_->webhooks().claim(now_, now_ + std::chrono::seconds{30}, 2));
  ASSERT_TRUE(ledger_->webhooks().claim(now_, now_ + std::chrono::seconds{30}, 2));
  EXPECT_EQ(worker->round(), now_ + std::chrono::seconds{1});
  EXPECT_TRUE(line.calls.empty());
}

TEST_F(NoticeWorkerTest, what_cannot_be_recorded_at_once_is_recorded_later) {
  add("https://shop.example/");
  open();
  line.answer = [&](const std::string&) {
    refused_jobs_ = 2;
    return status(200);
  };
  for (int i = 0; i < 4; ++i) worker->round();
  EXPECT_EQ(notices()[0].state, NoticeState::sent);
  EXPECT_EQ(line.calls.size(), 1U);
}

}  // namespace
}  // namespace limen::outbox
