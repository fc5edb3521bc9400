// The worker's everyday rules, one round at a time: claiming, sending, recording, stopping. Outages
// are worker_outage_test.cpp. Two tests have a real thread; none sleeps.
#include "outbox/worker.hpp"

#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "base/log.hpp"
#include "outbox/backoff.hpp"
#include "outbox/inbox.hpp"
#include "outbox/worker_fixture_test.hpp"

namespace limen::outbox {
namespace {

using namespace std::chrono_literals;

TEST_F(WorkerTest, sends_a_letter_and_records_it) {
  const Id id = add_letter();
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(row(id).state, LetterState::sent);
  EXPECT_EQ(row(id).attempts, 1U);
  ASSERT_EQ(transport.seen.size(), 1U);
  EXPECT_EQ(transport.envelopes[0].to, "john@example.com");
  EXPECT_EQ(transport.envelopes[0].from, "noreply@example.com");
  EXPECT_EQ(transport.seen[0].id, id);
  const auto serial = ledger.invitations.at(row(id).invitation).serial;
  EXPECT_THAT(transport.seen[0].text, HasSubstr("code=" + codes.code("SNF", house, serial)));
  EXPECT_EQ(worker->counters().sent, 1U);
  EXPECT_EQ(transport.rests, 1);  // nothing left: the connection may go
}

TEST_F(WorkerTest, waits_for_the_next_due_letter) {
  add_letter(start + 10min);
  EXPECT_EQ(worker->round(), start + 10min);
  EXPECT_TRUE(transport.seen.empty());
  now = start + 10min;
  EXPECT_EQ(settle(), std::nullopt);
  EXPECT_EQ(transport.seen.size(), 1U);
}

TEST_F(WorkerTest, a_batch_costs_two_jobs) {
  for (int i = 0; i < 64; ++i) add_letter();
  worker->round();
  EXPECT_EQ(transport.seen.size(), 64U);
  EXPECT_EQ(jobs, 2);
}

TEST_F(WorkerTest, batches_are_bounded) {
  for (int i = 0; i < 100; ++i) add_letter();
  worker->round();
  EXPECT_EQ(transport.seen.size(), limits::letters_per_claim);
  settle();
  EXPECT_EQ(transport.seen.size(), 100U);
}

TEST_F(WorkerTest, records_soon_when_the_relay_is_slow) {
  for (int i = 0; i < 4; ++i) add_letter();
  transport.answer = [this](const Message&) {
    now += 600ms;
    return Delivery{.outcome = Outcome::sent};
  };
  worker->round();
  EXPECT_EQ(jobs, 3);  // claim, and a record for each second
}

TEST_F(WorkerTest, a_claim_is_not_held_longer_than_it_lasts) {
  transport.most = 2min;
  renew();
  for (int i = 0; i < 8; ++i) add_letter();
  transport.answer = [this](const Message&) {
    now += 1min;
    return Delivery{.outcome = Outcome::sent};
  };
  worker->round();
  EXPECT_EQ(transport.seen.size(), 4U);        // at 4 min, 2 min more would pass the 5
  EXPECT_EQ(ledger.next_letter_due(), start);  // the others were given back
  settle();
  EXPECT_EQ(transport.seen.size(), 8U);
}

TEST_F(WorkerTest, letters_of_invitations_that_ended_are_not_sent) {
  struct Case {
    std::string why;
    std::function<void(onboard::Grant&)> end;
  };
  const std::vector<Case> cases = {
      {"the invitation was revoked", [](auto& g) { g.revoked = start; }},
      {"the invitation expired", [](auto& g) { g.terms.expires = start; }},
      {"the invitation was used", [](auto& g) { g.spent = grant::Scope::complete; }},
  };
  for (const auto& c : cases) {
    const Id id = add_letter();
    c.end(ledger.invitations.at(row(id).invitation));
    settle();
    EXPECT_EQ(row(id).state, LetterState::dead);
    EXPECT_EQ(row(id).error, c.why);
  }
  const Id gone = add_letter();
  ledger.invitations.erase(row(gone).invitation);
  settle();
  EXPECT_EQ(row(gone).error, "the invitation is gone");
  EXPECT_TRUE(transport.seen.empty());
}

TEST_F(WorkerTest, strangers_misses_take_nobodys_letter) {
  const Id id = add_letter();
  auto& invitation = ledger.invitations.at(row(id).invitation);
  invitation.missed = invitation.terms.misses = 10;
  settle();
  EXPECT_EQ(row(id).state, LetterState::sent);
}

TEST_F(WorkerTest, log_lines_name_letters_and_no_people) {
  std::string lines;
  log::install([&](log::Level, std::string_view line) { lines += std::string(line) + "\n"; },
               log::Level::debug);
  const Id id = add_letter();
  struct Case {
    Outcome outcome;
    std::string event;
  };
  const std::vector<Case> cases = {{Outcome::later, "letter_later"},
                                   {Outcome::broken_off, "relay_down"},
                                   {Outcome::relay_down, "relay_down"},
                                   {Outcome::never, "letter_dead"},
                                   {Outcome::sent, "letter_sent"}};
  for (const auto& c : cases) {
    lines.clear();
    ledger.rows[id].state = LetterState::queued;
    transport.always(c.outcome, 0, c.outcome == Outcome::relay_down ? "refused" : "john@example");
    now += 3h;
    worker->hurry();
    worker->round();
    EXPECT_THAT(lines, HasSubstr(c.event));
    for (const auto* private_word : {"@", "John", "Smith", "SNF"})
      EXPECT_THAT(lines, testing::Not(HasSubstr(private_word)));
    if (c.outcome != Outcome::relay_down) {
      EXPECT_THAT(lines, HasSubstr(to_string(id)));
    }
  }
  log::install(nullptr, log::Level::info);
}

TEST_F(WorkerTest, the_inbox_keeps_each_mail_once_in_the_recording_job) {
  const Id id = add_letter();
  Inbox inbox(entropy, [this] { return now; });
  Worker dev(Ports{.job =
                       [this](const auto& job) {
                         if (refused_jobs > 0) return --refused_jobs, false;
                         job(ledger);
                         return true;
                       },
                   .now = [this] { return now; }},
             codes, entropy, inbox, Templates::built_in(), settings);
  dev.round();
  ASSERT_EQ(ledger.inbox.size(), 1U);
  EXPECT_EQ(row(id).state, LetterState::sent);
  EXPECT_EQ(ledger.inbox[0].to, "john@example.com");
  EXPECT_EQ(ledger.inbox[0].from, "noreply@example.com");
  EXPECT_EQ(ledger.inbox[0].subject, "Your invitation from Example Group");
  EXPECT_THAT(ledger.inbox[0].text, HasSubstr("Hello John Smith"));
  EXPECT_THAT(ledger.inbox[0].html, HasSubstr("<bdi>John Smith</bdi>"));
  EXPECT_EQ(ledger.inbox[0].received, now);
}

TEST_F(WorkerTest, a_real_thread_wakes_sends_and_stops) {
  std::mutex mutex;  // stands for the writer: one job at a time
  std::promise<void> sent;
  transport.answer = [&](const Message&) {
    sent.set_value();
    return Delivery{.outcome = Outcome::sent};
  };
  Worker threaded(Ports{.job =
                            [&](const auto& job) {
                              const std::lock_guard lock(mutex);
                              job(ledger);
                              return true;
                            },
                        .now = [] { return start; }},
                  codes, entropy, transport, Templates::built_in(), settings);
  threaded.start();
  Id id;
  {
    const std::lock_guard lock(mutex);
    id = add_letter();
  }
  threaded.wake();
  sent.get_future().wait();
  threaded.stop();
  EXPECT_EQ(row(id).state, LetterState::sent);
}

TEST_F(WorkerTest, stop_finishes_the_letter_in_hand_and_gives_the_rest_back) {
  for (int i = 0; i < 10; ++i) add_letter();
  std::promise<void> in_hand, let_go;
  transport.answer = [&](const Message&) {
    in_hand.set_value();
    let_go.get_future().wait();
    return Delivery{.outcome = Outcome::sent};
  };
  worker->start();
  in_hand.get_future().wait();
  auto stopped = std::async(std::launch::async, [&] { worker->stop(); });
  // The stop must be seen before the letter goes; there is no other sign of it than its flag.
  while (!worker->is_stopping()) std::this_thread::yield();
  let_go.set_value();
  stopped.wait();
  EXPECT_EQ(transport.seen.size(), 1U);
  EXPECT_EQ(ledger.next_letter_due(), start);
  EXPECT_EQ(std::count_if(ledger.rows.begin(), ledger.rows.end(),
                          [](const auto& r) { return r.second.state == LetterState::sent; }),
            1);
}

TEST(Backoff, doubles_up_to_its_bound) {
  EXPECT_EQ(backoff_bound(15s, 2h, 1), 15s);
  EXPECT_EQ(backoff_bound(15s, 2h, 2), 30s);
  EXPECT_EQ(backoff_bound(15s, 2h, 9), 64min);
  EXPECT_EQ(backoff_bound(15s, 2h, 10), 2h);
  EXPECT_EQ(backoff_bound(15s, 2h, 4'000'000'000U), 2h);
  EXPECT_EQ(backoff_bound(3h, 2h, 1), 2h);
}

TEST(Backoff, draws_within_and_reaches_both_ends) {
  seal::SeededEntropy entropy(3);
  std::map<std::int64_t, int> seen;
  for (int i = 0; i < 2000; ++i) ++seen[draw_between(entropy, Millis{5}, Millis{14}).count()];
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(seen.begin()->first, 5);
  EXPECT_EQ(seen.rbegin()->first, 14);
  for (const auto& [value, count] : seen) EXPECT_GT(count, 120) << value;
  EXPECT_EQ(draw_between(entropy, Millis{7}, Millis{7}), Millis{7});
}

}  // namespace
}  // namespace limen::outbox
