// What every store must keep, whatever database is behind it: the fixture and the factory the tests
// of this folder run on. A new store adds one INSTANTIATE_TEST_SUITE_P (see sqlite_test.cpp); the
// tests themselves name no engine.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <future>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "seal/entropy.hpp"
#include "store/writer.hpp"

namespace limen::test {

// One place where a store lives. open() opens the same store every time: the first call makes it,
// later ones find what was committed before.
class Home {
 public:
  virtual ~Home() = default;
  virtual std::unique_ptr<store::Store> open(
      std::function<void(const store::Touched&)> on_commit) = 0;
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<Home>()> make;
  friend void PrintTo(const StoreKind& kind, std::ostream* out) { *out << kind.name; }
};

class StoreSuite : public testing::TestWithParam<StoreKind> {
 protected:
  void SetUp() override;
  void TearDown() override;

  void reopen();
  // Run on a lane and wait for the commit; what the job throws is thrown here.
  void write(const std::function<void(onboard::Ledger&)>& run);
  void read(const std::function<void(onboard::Ledger&)>& run);
  template <class T>
  T ask(const std::function<T(onboard::Ledger&)>& question) {
    T answer{};
    read([&](onboard::Ledger& ledger) { answer = question(ledger); });
    return answer;
  }

  Id draw();
  // A live root of one organisation.
  grant::Grant a_grant(grant::Kind kind, const Id& tenant);
  journey::Session a_session(const Id& tenant);
  onboard::Letter a_letter(const Id& tenant);
  std::optional<grant::Grant> grant(const Id& id);

  std::unique_ptr<Home> home_;
  std::unique_ptr<store::Store> store_;
  // Of all commits; a test sets it back while no job is on its way.
  store::Touched touched_;
  std::vector<Id> announced_;  // of the last commit
  seal::SeededEntropy entropy_{1};
  Time now_ = from_ms(1'750'000'000'000);
  Id tenant_ = draw();
};

class LedgerSuite : public StoreSuite {};
class SessionSuite : public StoreSuite {
 protected:
  journey::Upload an_upload(const std::string& type);
  journey::Step a_step(const std::string& name);
  std::optional<journey::Session> load(const Id& id);
  bool save(const journey::Session& before, const journey::Session& after);
  bool add(const journey::Session& session);
  onboard::Enrolment an_enrolment(const journey::Session& session);
  onboard::Check a_check(Time due, Time deadline);
};
class ParcelSuite : public StoreSuite {
 protected:
  onboard::Parcel a_parcel(const Id& session);
  void add(const onboard::Parcel& parcel);
  bool add(const onboard::Parcel& parcel, const onboard::Piece& piece);
  std::optional<onboard::Parcel> load(const Id& id);
  onboard::Swept sweep(Time at);
};
class WebhookSuite : public StoreSuite {
 protected:
  onboard::Webhook a_webhook(const Id& tenant);
  onboard::Notice a_notice(const onboard::Webhook& webhook,
                           onboard::WebhookEvent event = onboard::WebhookEvent::initialized);
  std::optional<onboard::Notice> load(const Id& id);
  std::vector<onboard::Notice> list(const onboard::NoticeFilter& filter,
                                    const onboard::Page& page = {});
  const Time start_ = now_;  // drawing moves the other
};
class WriterSuite : public StoreSuite {
 protected:
  void check_a_throw(const std::array<bool, 5>& repeats, const std::array<int, 5>& runs);
};

}  // namespace limen::test
