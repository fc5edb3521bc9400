// The worker of checks over the real ledger, with an engine that answers by script and a clock that
// moves when told.
#include "outbox/check_worker.hpp"

#include "onboard/check_test.hpp"

namespace limen::outbox {
namespace {

using onboard::CheckState;
using onboard::Reply;

class ScriptedEngine final : public EngineLine {
 public:
  std::function<EngineReply(const std::string& id)> answer;
  std::vector<std::string> ids, bodies;
  EngineReply post(const std::string& id, Time, const std::string& body) override {
    ids.push_back(id);
    bodies.push_back(body);
    return answer(id);
  }
  Millis longest() const override { return std::chrono::seconds{30}; }
};

class CheckWorkerTest : public onboard::CheckTest {
 protected:
  void SetUp() override {
    CheckTest::SetUp();
    renew();
    engine_line.answer = [](const std::string&) { return EngineReply{}; };
  }
  // A process that starts again over the same ledger.
  void renew() {
    CheckOptions options;
    options.base_url = "https://limen.test";
    worker = std::make_unique<CheckWorker>(ports(), engine_line, entropy_, options, counters_);
  }
  CheckPorts ports() {
    return {[this](const auto& job) { return run_job(job); }, [this] { return now_; },
            [](const std::string& file) { return Bytes(file.begin(), file.end()); }};
  }
  // From now on whatever ends that session's check throws.
  void spoil(const onboard::Session& session) {
    connection_->exec("UPDATE sessions SET applicant = $2 WHERE id = $1",
                      {session.id, std::string_view("{")});
  }
  // Rounds until the worker wants to wait; what it waits for.
  std::optional<Time> settle_down() {
    for (int i = 0; i < 100; ++i) {
      const auto next = worker->round();
      if (!next || *next > now_) return next;
    }
    ADD_FAILURE() << "the worker never rests";
    return std::nullopt;
  }
  EngineReply result(const onboard::Session& session) {
    return {Reply::answered, result_for(check_of(session)), "", {}};
  }
  ScriptedEngine engine_line;
  std::unique_ptr<CheckWorker> worker;
};

TEST_F(CheckWorkerTest, asks_once_and_rests) {
  const auto done = complete();
  engine_line.answer = [&](const std::string&) { return result(done.session); };
  EXPECT_EQ(settle_down(), std::nullopt);
  EXPECT_TRUE(ledger_->session(done.session.id)->decision);
  ASSERT_EQ(engine_line.bodies.size(), 1U);
  const auto body = parse_json(engine_line.bodies[0]);
  ASSERT_TRUE(body);
  const auto& pictures = body->at("data").at("pictures").as_array();
  ASSERT_EQ(pictures.size(), 2U);
  const std::string id = to_string(check_of(done.session).id);
  EXPECT_EQ(body->at("data").at("callback").as_string(),
            "https://limen.test/engine/v1/checks/" + id);
  EXPECT_EQ(engine_line.bodies[0].find("p1"), std::string::npos) << "nothing about the person";
  EXPECT_EQ(pictures[0].at("shows"), "document");
  EXPECT_EQ(pictures[0].at("content").as_string(), base64(as_bytes("front2")));
  EXPECT_EQ(pictures[0].at("sha256").as_string(), hex(seal::sha256("front2")));
  EXPECT_EQ(counters_.attempts, 1U);
  EXPECT_EQ(counters_.waiting, 0U);
}

TEST_F(CheckWorkerTest, tries_again_later_each_time_under_the_same_id) {
  const auto done = complete();
  engine_line.answer = [&](const std::string&) {
    if (engine_line.ids.size() < 3) return EngineReply{Reply::later, "", "status 500", {}};
    return result(done.session);
  };
  for (int i = 0; i < 2; ++i) {
    const auto next = settle_down();
    ASSERT_TRUE(next);
    EXPECT_LE(*next, now_ + std::chrono::seconds{4});
    now_ = *next;
  }
  EXPECT_EQ(settle_down(), std::nullopt);
  EXPECT_EQ(engine_line.ids, std::vector<std::string>(3, engine_line.ids[0]));
  EXPECT_EQ(check_of(done.session).attempts, 3U);
  EXPECT_EQ(counters_.retried, 2U);
}

TEST_F(CheckWorkerTest, waits_as_long_as_the_engine_says_and_no_longer_than_the_deadline) {
  const auto done = complete();
  engine_line.answer = [](const std::string&) {
    return EngineReply{Reply::later, "", "status 429", Seconds{40}};
  };
  EXPECT_EQ(settle_down(), now_ + Seconds{40});
  engine_line.answer = [](const std::string&) {
    return EngineReply{Reply::later, "", "status 503", Seconds{4000}};
  };
  now_ += Seconds{40};
  const Time deadline = check_of(done.session).deadline;
  EXPECT_EQ(settle_down(), deadline);
  now_ = deadline;
  EXPECT_EQ(settle_down(), std::nullopt);
  end_overdue(ports());
  EXPECT_EQ(ledger_->session(done.session.id)->faces->state, journey::Faces::State::late);
  EXPECT_EQ(engine_line.ids.size(), 2U);
}

TEST_F(CheckWorkerTest, an_accepted_check_is_sent_again_after_a_minute) {
  const auto done = complete();
  engine_line.answer = [](const std::string&) { return EngineReply{Reply::accepted, "", "", {}}; };
  EXPECT_EQ(settle_down(), now_ + Seconds{60});
  EXPECT_EQ(check_of(done.session).state, CheckState::accepted);
  now_ += Seconds{60};
  EXPECT_EQ(settle_down(), now_ + Seconds{60});
  EXPECT_EQ(engine_line.ids.size(), 2U);
  EXPECT_TRUE(answer(check_of(done.session).id, result_for(check_of(done.session))));
  EXPECT_EQ(settle_down(), std::nullopt);
}

TEST_F(CheckWorkerTest, refused_is_the_end) {
  const auto done = complete();
  engine_line.answer = [](const std::string&) {
    return EngineReply{Reply::refused, "", "status 400", {}};
  };
  EXPECT_EQ(settle_down(), std::nullopt);
  EXPECT_EQ(ledger_->session(done.session.id)->faces->state, journey::Faces::State::refused);
}

TEST_F(CheckWorkerTest, what_the_store_would_not_take_is_told_it_again_and_not_asked_again) {
  const auto done = complete();
  engine_line.answer = [&](const std::string&) {
    refused_jobs_ = 2;
    return result(done.session);
  };
  const auto next = worker->round();
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, now_ + Seconds{1});
  worker->round();
  EXPECT_FALSE(ledger_->session(done.session.id)->decision);
  EXPECT_EQ(settle_down(), std::nullopt);
  EXPECT_TRUE(ledger_->session(done.session.id)->decision);
  EXPECT_EQ(engine_line.ids.size(), 1U);
}

TEST_F(CheckWorkerTest, a_crash_with_the_check_in_hand_asks_again_under_the_same_id) {
  const auto done = complete();
  engine_line.answer = [&](const std::string&) {
    refused_jobs_ = 100;
    return result(done.session);
  };
  worker->round();
  refused_jobs_ = 0;
  renew();
  engine_line.answer = [&](const std::string&) { return result(done.session); };
  const auto next = settle_down();
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, now_ + Seconds{60}) << "twice the longest attempt";
  now_ = *next;
  EXPECT_EQ(settle_down(), std::nullopt);
  EXPECT_EQ(engine_line.ids, std::vector<std::string>(2, engine_line.ids[0]));
  EXPECT_TRUE(ledger_->session(done.session.id)->decision);
}

TEST_F(CheckWorkerTest, a_claim_ends_with_the_deadline) {
  const auto done = complete();
  now_ = check_of(done.session).deadline - Seconds{20};
  engine_line.answer = [&](const std::string&) {
    EXPECT_EQ(check_of(done.session).due, check_of(done.session).deadline);
    return EngineReply{};
  };
  settle_down();
  EXPECT_EQ(engine_line.ids.size(), 1U);
}

TEST_F(CheckWorkerTest, an_answer_in_time_counts_though_the_store_was_slow) {
  const auto done = complete();
  now_ = check_of(done.session).deadline - Seconds{1};
  engine_line.answer = [&](const std::string&) {
    refused_jobs_ = 2;
    return result(done.session);
  };
  worker->round();
  now_ += Seconds{2};
  settle_down();
  settle_down();
  EXPECT_EQ(ledger_->session(done.session.id)->faces->state, journey::Faces::State::answered);
}

TEST_F(CheckWorkerTest, a_check_that_throws_keeps_no_other_waiting) {
  const auto bad = complete(), good = complete();
  spoil(bad.session);
  engine_line.answer = [](const std::string&) {
    return EngineReply{Reply::refused, "", "status 400", {}};
  };
  // Its outcome is kept until another call may have been made, and no longer.
  for (int i = 0; i < 9; ++i) {
    settle_down();
    now_ += Seconds{10};
  }
  EXPECT_TRUE(ledger_->session(good.session.id)->decision);
  now_ = check_of(bad.session).deadline;
  const auto next = complete();
  now_ = check_of(next.session).deadline;
  end_overdue(ports());
  EXPECT_EQ(ledger_->session(next.session.id)->faces->state, journey::Faces::State::late);
  EXPECT_EQ(check_of(bad.session).due, now_ + Seconds{60});
  EXPECT_EQ(counters_.waiting, 1U);
  // Mended, it is ended at its next turn.
  connection_->exec("UPDATE sessions SET applicant = NULL WHERE id = $1", {bad.session.id});
  now_ += Seconds{60};
  end_overdue(ports());
  EXPECT_EQ(ledger_->session(bad.session.id)->faces->state, journey::Faces::State::late);
}

TEST_F(CheckWorkerTest, what_the_store_does_not_take_is_overdue_still) {
  const auto done = complete();
  now_ = check_of(done.session).deadline;
  refused_jobs_ = 1;
  end_overdue(ports());
  EXPECT_EQ(check_of(done.session).state, CheckState::queued);
  end_overdue(ports());
  EXPECT_TRUE(ledger_->session(done.session.id)->decision);
}

TEST_F(CheckWorkerTest, an_engine_that_throws_is_one_that_is_down) {
  complete();
  engine_line.answer = [](const std::string&) -> EngineReply {
    throw std::runtime_error("no libcurl");
  };
  const auto next = settle_down();
  ASSERT_TRUE(next);
  EXPECT_GT(*next, now_);
}

}  // namespace
}  // namespace limen::outbox
