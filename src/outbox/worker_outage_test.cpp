// What the worker does when relay, store or process fail: back-off, dead letters, the circuit, the
// one duplicate of a crash, dev mode's rehearsed outage.
#include "outbox/backoff.hpp"
#include "outbox/worker.hpp"
#include "outbox/worker_fixture_test.hpp"

namespace limen::outbox {
namespace {

using namespace std::chrono_literals;

TEST_F(WorkerTest, m4_4xx_backs_off_and_keeps_the_message_id) {
  const Id id = add_letter();
  transport.always(Outcome::later, 450, "450 4.2.0 try later");
  Millis longest{0};
  for (std::uint32_t attempt = 1; attempt <= 20; ++attempt) {
    settle();
    ASSERT_EQ(row(id).attempts, attempt);
    ASSERT_EQ(row(id).state, LetterState::queued);
    const Millis wait = row(id).due - now;
    EXPECT_GE(wait, 1s);
    EXPECT_LE(wait,
              backoff_bound(limits::letter_retry_first, limits::letter_retry_longest, attempt));
    longest = std::max(longest, wait);
    now = row(id).due;
  }
  EXPECT_GT(longest, 30min);
  EXPECT_EQ(row(id).error, "450 4.2.0 try later");
  EXPECT_EQ(worker->counters().retried, 20U);
  transport.always(Outcome::sent);
  settle();
  EXPECT_EQ(row(id).state, LetterState::sent);
  EXPECT_EQ(row(id).error, "");
  for (const auto& message : transport.seen)
    EXPECT_EQ(to_wire(message).value(), to_wire(transport.seen[0]).value());
}

TEST_F(WorkerTest, m4_5xx_is_a_dead_letter_at_once) {
  const Id id = add_letter();
  transport.always(Outcome::never, 550, "550 5.1.1 no such user");
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(row(id).state, LetterState::dead);
  EXPECT_EQ(row(id).error, "550 5.1.1 no such user");
  EXPECT_EQ(worker->counters().dead, 1U);
}

TEST_F(WorkerTest, m4_a_letter_dies_of_4xx_after_48_hours) {
  const Id id = add_letter();
  transport.always(Outcome::later, 450, "450 later");
  while (row(id).state == LetterState::queued) {
    ASSERT_LT(now, start + 51h);
    settle();
    if (now - start < limits::letter_life) {
      ASSERT_EQ(row(id).state, LetterState::queued);
    }
    now = std::max(now, row(id).due);
  }
  EXPECT_EQ(row(id).state, LetterState::dead);
  EXPECT_GE(now - start, limits::letter_life);
}

TEST_F(WorkerTest, a_letter_that_waited_out_an_outage_is_not_dead_at_its_first_refusal) {
  const Id id = add_letter();
  now = start + 72h;
  transport.always(Outcome::later, 450, "450 greylisted");
  settle();
  EXPECT_EQ(row(id).state, LetterState::queued);
  now = row(id).due;
  settle();
  EXPECT_EQ(row(id).state, LetterState::queued);
  now = row(id).due;
  settle();
  EXPECT_EQ(row(id).state, LetterState::dead);
}

TEST_F(WorkerTest, the_circuit_spares_all_letters) {
  std::vector<Id> ids;
  for (int i = 0; i < 70; ++i) ids.push_back(add_letter());
  transport.always(Outcome::relay_down, 0, "connection refused");
  Time last = now;
  Millis longest{0};
  for (int failure = 1; failure <= 30; ++failure) {
    const auto next = settle();
    ASSERT_TRUE(next);
    ASSERT_EQ(transport.seen.size(), static_cast<std::size_t>(failure));  // one letter tries
    EXPECT_GE(*next - now, 7s);
    EXPECT_LE(*next - now, 5min);
    longest = std::max(longest, *next - now);
    EXPECT_EQ(worker->round(), next);  // a wake does not shorten the pause
    ASSERT_EQ(transport.seen.size(), static_cast<std::size_t>(failure));
    last = now;
    now = *next;
  }
  EXPECT_GT(longest, 2min);
  EXPECT_TRUE(worker->counters().is_relay_down);
  EXPECT_EQ(worker->counters().relay_failures, 30U);
  EXPECT_EQ(worker->counters().oldest_due_ms, to_ms(start));  // the lag grows
  for (const auto& id : ids) {
    EXPECT_EQ(row(id).attempts, 0U);
    EXPECT_EQ(row(id).state, LetterState::queued);
    EXPECT_LE(row(id).due, last);
  }
  transport.always(Outcome::sent);
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_FALSE(worker->counters().is_relay_down);
  EXPECT_EQ(worker->counters().oldest_due_ms, 0);
  for (const auto& id : ids) EXPECT_EQ(row(id).attempts, 1U);
}

TEST_F(WorkerTest, a_letter_that_breaks_the_line_does_not_hold_up_the_others) {
  const Id poison = add_letter(start - 1s);
  std::vector<Id> others;
  for (int i = 0; i < 5; ++i) others.push_back(add_letter());
  transport.answer = [&](const Message& message) {
    return Delivery{.outcome = message.id == poison ? Outcome::broken_off : Outcome::sent};
  };
  const auto next = settle();
  EXPECT_EQ(row(poison).attempts, 1U);
  EXPECT_TRUE(worker->counters().is_relay_down);
  EXPECT_EQ(transport.seen.size(), 1U);
  now = *next;
  while (row(poison).state == LetterState::queued) now = std::max(now, *settle()), worker->round();
  for (const auto& id : others) EXPECT_EQ(row(id).state, LetterState::sent);
  EXPECT_EQ(row(poison).state, LetterState::dead);
  EXPECT_LT(now, start + 52h);
}

TEST_F(WorkerTest, m4_a_crash_after_the_relays_yes_makes_one_duplicate_with_the_same_id) {
  const Id id = add_letter();
  transport.answer = [this](const Message&) {
    refused_jobs = 1000;  // from here on nothing is recorded: the process is about to die
    return Delivery{.outcome = Outcome::sent};
  };
  worker->round();
  EXPECT_EQ(row(id).state, LetterState::queued);
  refused_jobs = 0;
  transport.always(Outcome::sent);
  renew();
  EXPECT_EQ(settle(), start + limits::letter_claim_life);  // its claim still runs
  EXPECT_EQ(transport.seen.size(), 1U);
  now = start + limits::letter_claim_life;
  EXPECT_EQ(settle(), std::nullopt);
  ASSERT_EQ(transport.seen.size(), 2U);
  EXPECT_EQ(to_wire(transport.seen[0]).value(), to_wire(transport.seen[1]).value());
  EXPECT_EQ(row(id).state, LetterState::sent);
}

TEST_F(WorkerTest, a_store_that_refuses_delays_the_record_and_repeats_no_letter) {
  const Id id = add_letter();
  transport.answer = [this](const Message&) {
    refused_jobs = 3;
    return Delivery{.outcome = Outcome::sent};
  };
  for (int i = 0; i < 3; ++i) {
    const auto next = worker->round();
    ASSERT_TRUE(next);
    EXPECT_EQ(*next, now + 1s);
    now = *next;
  }
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(transport.seen.size(), 1U);
  EXPECT_EQ(row(id).state, LetterState::sent);
}

TEST_F(WorkerTest, a_row_that_changed_meanwhile_is_left_alone) {
  const Id dead = add_letter(), erased = add_letter();
  transport.answer = [&](const Message&) {
    ledger.rows[dead].state = LetterState::dead;
    ledger.rows.erase(erased);
    return Delivery{.outcome = Outcome::sent};
  };
  settle();
  EXPECT_EQ(row(dead).state, LetterState::dead);
  EXPECT_FALSE(ledger.rows.contains(erased));
}

TEST_F(WorkerTest, the_relays_words_do_not_bring_the_code_into_the_ledger) {
  const Id id = add_letter();
  const auto code = codes.code("SNF", house, ledger.invitations.at(row(id).invitation).serial);
  transport.always(Outcome::never, 554,
                   "554 blocked: https://limen.example.com/invite?code=" + code);
  settle();
  EXPECT_EQ(row(id).error, "554 blocked: https://limen.example.com/invite?code=[code]");
}

TEST_F(WorkerTest, a_transport_that_throws_is_a_relay_that_is_down) {
  const Id id = add_letter();
  transport.answer = [](const Message&) -> Delivery { throw std::runtime_error("no libcurl"); };
  EXPECT_GT(*settle(), now);
  EXPECT_EQ(row(id).attempts, 0U);
  EXPECT_EQ(row(id).error, "no libcurl");
}

TEST_F(WorkerTest, refusing_keeps_letters_queued_and_its_end_delivers_at_once) {
  std::vector<Id> ids = {add_letter(start + 90min)};  // backed off before
  for (int i = 0; i < 100; ++i) ids.push_back(add_letter(start + Millis{i % 7}));
  worker->refuse(true);
  EXPECT_EQ(worker->round(), std::nullopt);
  now += 5s;
  EXPECT_EQ(worker->round(), std::nullopt);
  EXPECT_EQ(jobs, 0);
  worker->refuse(false);
  EXPECT_EQ(settle(), std::nullopt);
  for (const auto& id : ids) EXPECT_EQ(row(id).state, LetterState::sent);
  EXPECT_EQ(transport.seen.size(), ids.size());
}

TEST_F(WorkerTest, refusing_in_the_middle_of_a_batch_gives_the_rest_back) {
  std::vector<Id> ids;
  for (int i = 0; i < 10; ++i) ids.push_back(add_letter());
  transport.answer = [this](const Message&) {
    if (transport.seen.size() == 3) worker->refuse(true);
    return Delivery{.outcome = Outcome::sent};
  };
  worker->round();
  EXPECT_EQ(transport.seen.size(), 3U);
  for (const auto& id : ids) EXPECT_LE(row(id).due, now);
  worker->refuse(false);
  settle();
  EXPECT_EQ(transport.seen.size(), 10U);
}

TEST_F(WorkerTest, hurry_ends_the_pause_and_survives_a_refused_job) {
  const Id id = add_letter();
  transport.always(Outcome::relay_down);
  settle();
  transport.always(Outcome::sent);
  worker->hurry();
  refused_jobs = 1;
  EXPECT_EQ(worker->round(), now + 1s);
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(row(id).state, LetterState::sent);
}

}  // namespace
}  // namespace limen::outbox
