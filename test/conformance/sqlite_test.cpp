// SQLite's turn in the conformance suite.
#include "conformance/folder.hpp"
#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

class SqliteHome final : public Home {
 public:
  std::unique_ptr<store::Store> open(
      std::function<void(const store::Touched&)> on_commit) override {
    return store::Store::open(folder_.path() / "limen.db", 2, std::move(on_commit));
  }

 private:
  Folder folder_;
};

const StoreKind sqlite{"sqlite", [] { return std::make_unique<SqliteHome>(); }};

std::string name_of(const testing::TestParamInfo<StoreKind>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(store, LedgerSuite, testing::Values(sqlite), name_of);
INSTANTIATE_TEST_SUITE_P(store, SessionSuite, testing::Values(sqlite), name_of);
INSTANTIATE_TEST_SUITE_P(store, ParcelSuite, testing::Values(sqlite), name_of);
INSTANTIATE_TEST_SUITE_P(store, WebhookSuite, testing::Values(sqlite), name_of);
INSTANTIATE_TEST_SUITE_P(store, WriterSuite, testing::Values(sqlite), name_of);

}  // namespace
}  // namespace limen::test
