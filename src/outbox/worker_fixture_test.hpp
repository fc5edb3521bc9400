// A worker over a fake ledger, a transport that answers by script, and a clock that moves when
// told. Shared by worker_test.cpp and worker_outage_test.cpp; it holds no test and never sleeps.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "outbox/fake_ledger_test.hpp"
#include "outbox/worker.hpp"

namespace limen::outbox {

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
    worker = std::make_unique<Worker>(Ports{.job =
                                                [this](const auto& job) {
                                                  ++jobs;
                                                  if (refused_jobs > 0)
                                                    return --refused_jobs, false;
                                                  job(ledger);
                                                  return true;
                                                },
                                            .now = [this] { return now; }},
                                      codes, entropy, transport, Templates::built_in(), settings);
  }

  Id add_letter(Time due = start) {
    ++count;
    Letter letter;
    letter.id.bytes[14] = static_cast<std::uint8_t>(count / 256);
    letter.id.bytes[15] = static_cast<std::uint8_t>(count % 256);
    letter.tenant = house;
    letter.invitation = letter.id;
    letter.invitation.bytes[0] = 1;
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
  unsigned count = 0;
  int jobs = 0, refused_jobs = 0;
  seal::Codes codes{seal::Digest{}, 9};
  seal::SeededEntropy entropy{1};
  Scripted transport;
  WorkerOptions settings{
      .sender = {.base_url = "https://limen.example.com", .address = "noreply@example.com"}};
  std::unique_ptr<Worker> worker;
};

}  // namespace limen::outbox
