// A desk for the tests of this room: the real ledger on SQLite in memory, a clock that moves only
// when told, seeded entropy, and two small skills. No mock: what a use case wrote is asked back.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "base/problem_codes.hpp"
#include "onboard/access.hpp"
#include "onboard/answer.hpp"
#include "onboard/attach.hpp"
#include "onboard/connect.hpp"
#include "onboard/desk.hpp"
#include "onboard/inspect.hpp"
#include "onboard/invite.hpp"
#include "onboard/lend.hpp"
#include "onboard/manage.hpp"
#include "onboard/people.hpp"
#include "onboard/settle.hpp"
#include "store/ledger.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace limen::onboard {

class NoFiles final : public Files {
 public:
  Bytes read(const std::string&) override { return {}; }
  void remove(const std::string&) noexcept override {}
  Whole join(const std::vector<std::string>&) override { return {}; }
};

class DeskTest : public testing::Test {
 protected:
  static seal::Digest root() {
    seal::Digest bits;
    bits.fill(9);
    return bits;
  }
  static journey::Catalogue sample_catalogue() {
    journey::Skill loan{.name = "loan", .title = "Loan"};
    loan.steps = {{"form", {{.name = "value"}}, {}}, {"confirm", {{.name = "reason"}}, {}}};
    loan.pass_life = std::chrono::minutes{30};
    loan.consent_life = std::chrono::days{90};
    loan.retention = std::chrono::days{365};
    journey::Skill card = loan;
    card.name = "card";
    card.steps = {{"document", {}, {{"front", true}}}};
    return journey::Catalogue({loan, card});
  }

  void SetUp() override {
    connection_ = store::open_sqlite_in_memory();
    store::migrate(*connection_, store::migrations());
    ledger_ = std::make_unique<store::SqlLedger>(*connection_);
    signing_.keys = {seal::SigningKey::generate()};
    signing_.receipt = seal::Ed25519Key::from_seed(root());
    signing_.receipts = {signing_.receipt->public_half()};
    settings_.base_url = settings_.issuer = "https://limen.test";
    Desk d = desk();
    ours_ = make_organisation(d, "ours", "OUR");
    theirs_ = make_organisation(d, "theirs", "THE");
  }

  virtual Desk desk() {
    return {*ledger_,       {now_, entropy_}, sealer_,   codes_, signing_,
            enrolment_key_, catalogue_,       settings_, cache_, files_};
  }
  // A job as the store's writer runs it: a throw undoes it alone. False: nothing was done.
  bool run_job(const std::function<void(Desk&)>& job) {
    if (refused_jobs_ > 0) return --refused_jobs_, false;
    connection_->exec("SAVEPOINT job", {});
    bool is_done = true;
    try {
      Desk d = desk();
      job(d);
    } catch (const std::exception&) {
      connection_->exec("ROLLBACK TO job", {});
      is_done = false;
    }
    connection_->exec("RELEASE job", {});
    return is_done;
  }
  static Id make_organisation(Desk& d, const std::string& handle, const std::string& prefix) {
    return create_organisation(d, {handle, handle, prefix, {"loan", "card"}})->id;
  }
  // A key below a client of its own, and the caller who shows it.
  struct Holder {
    std::string client_id, secret;
    Caller caller;
  };
  Holder holder(const Id& tenant, std::vector<std::string> permissions,
                std::optional<std::int64_t> ttl = {}) {
    Desk d = desk();
    const auto issued = create_key(d, tenant, {"key", std::move(permissions), ttl, {}});
    cache_.next_epoch();  // as the writer does after its commit
    return {to_string(issued->grant.parent), std::string(issued->secret.reveal()),
            Caller{issued->grant}};
  }
  void advance(Seconds by) { now_ += by; }

  seal::SeededEntropy entropy_{7};
  seal::Sealer sealer_{root()};
  seal::Codes codes_{root(), 9};
  seal::SigningKeys signing_;
  seal::Hmac enrolment_key_{root()};
  journey::Catalogue catalogue_ = sample_catalogue();
  Settings settings_;
  Cache cache_;
  NoFiles files_;
  Time now_ = from_ms(1'763'748'000'000);
  std::unique_ptr<store::Connection> connection_;
  std::unique_ptr<store::SqlLedger> ledger_;
  Id ours_, theirs_;
  int refused_jobs_ = 0;  // so many more find no room in the queue
};

}  // namespace limen::onboard
