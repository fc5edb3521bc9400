// The worker's rules, one round at a time: a fake ledger, a transport that answers by script, a
// clock that moves when told. Nothing sleeps; two tests at the end have a real thread.
#include "outbox/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>

#include "base/log.hpp"
#include "outbox/backoff.hpp"
#include "outbox/fake_ledger_test.hpp"
#include "outbox/inbox.hpp"

namespace limen::outbox {
namespace {

using namespace std::chrono_literals;
using onboard::Letter;
using onboard::LetterState;
using testing::HasSubstr;

constexpr Time start = from_unix(1'795'294'923);

// Answers each letter by its script; the last answer stays.
class Scripted final : public Transport {
 public:
  std::function<Delivery(const Message&)> answer = [](const Message&) {
    return Delivery{.outcome = Outcome::sent};
  };
  std::vector<Message> seen;
  std::vector<Envelope> envelopes;
  int rests = 0;
  Millis most{0};

  Delivery send(const Envelope& envelope, const Message& message) override {
    seen.push_back(message);
    envelopes.push_back(envelope);
    return answer(message);
  }
  Millis longest() const override { return most; }
  void rest() override { ++rests; }
  void always(Outcome outcome, int reply = 0, const std::string& why = {}) {
    answer = [=](const Message&) {
      return Delivery{.outcome = outcome, .reply = reply, .why = why, .copy = {}};
    };
  }
};

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    ledger.houses[house] = {.id = house,
                            .name = "Example Group",
                            .handle = "example",
                            .prefix = "SNF",
                            .created = start};
    renew();
  }

  // A process that starts again over the same ledger.
  void renew() {
    worker.reset();
    worker = std::make_unique<Worker>(
        Ports{.job =
                  [this](const auto& job) {
                    ++jobs;
                    if (refused_jobs > 0) return --refused_jobs, false;
                    job(ledger);
                    return true;
                  },
              .now = [this] { return now; }},
        codes, entropy, transport, Templates::built_in(), settings);
  }

  Id add_letter(Time due = start, std::uint8_t number = 0) {
    static std::uint8_t count = 0;
    Letter letter;
    letter.id.bytes[14] = number == 0 ? ++count : number;
    letter.id.bytes[15] = count;
    letter.tenant = house;
    letter.invitation.bytes[15] = ++count;
    letter.to = "john@example.com";
    letter.first_name = "John";
    letter.last_name = "Smith";
    letter.created = start;
    letter.due = due;
    ledger.add_letter(letter);
    onboard::Grant grant;
    grant.id = letter.invitation;
    grant.kind = grant::Kind::invitation;
    grant.tenant = house;
    grant.serial = count;
    grant.terms.expires = start + std::chrono::days{14};
    ledger.invitations[grant.id] = grant;
    return letter.id;
  }
  Letter row(const Id& id) const { return ledger.rows.at(id); }
  // Rounds until the worker wants to wait; what it waits for.
  std::optional<Time> settle() {
    for (int i = 0; i < 1000; ++i) {
      const auto next = worker->round();
      if (!next || *next > now) return next;
    }
    ADD_FAILURE() << "the worker never rests";
    return std::nullopt;
  }

  const Id house = *parse_id("01931c1b-8d2a-7000-8000-000000000001");
  FakeLedger ledger;
  Time now = start;
  int jobs = 0, refused_jobs = 0;
  seal::Codes codes{seal::Digest{}, 9};
  seal::SeededEntropy entropy{1};
  Scripted transport;
  WorkerOptions settings{.sender = {.base_url = "https://limen.example.com",
                                    .address = "noreply@example.com"}};
  std::unique_ptr<Worker> worker;
};

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
  EXPECT_EQ(transport.seen.size(), 4U);  // at 4 min, 2 min more would pass the 5
  EXPECT_EQ(ledger.next_letter_due(), start);  // the others were given back
  settle();
  EXPECT_EQ(transport.seen.size(), 8U);
}

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
    EXPECT_LE(wait, backoff_bound(limits::letter_retry_first, limits::letter_retry_longest,
                                  attempt));
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
  transport.always(Outcome::never, 554, "554 blocked: https://limen.example.com/invite?code=" + code);
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
  EXPECT_THAT(ledger.inbox[0].html, HasSubstr("<bdi>John</bdi>"));
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
