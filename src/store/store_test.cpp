// The store put together: what its copies leave behind, and what a job that lets go sees. What
// every store must keep is in test/conformance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "conformance/folder.hpp"
#include "store/lanes.hpp"
#include "store/sqlite.hpp"

namespace limen::store {
namespace {

using onboard::Ledger;

class StoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open() const {
    return Store::open(folder_.path() / "limen.db", 2, {}, [] { return 7U; });
  }
  static void run(Lane& lane, const std::function<void(Ledger&)>& what) {
    std::promise<void> done;
    ASSERT_TRUE(lane.submit({.run = what,
                             .release = [&] { done.set_value(); },
                             .fail = [&](std::exception_ptr why) { done.set_exception(why); }}));
    done.get_future().get();
  }

  test::Folder folder_;
};

TEST_F(StoreTest, a_copy_that_was_cut_short_does_not_stay_for_ever) {
  const auto store = open();
  const auto folder = folder_.path() / "backups";
  std::filesystem::create_directory(folder);
  for (const char* name :
       {"a.db.partial", "a.db.partial-journal", "a.db", "b.db-journal", "partial"})
    std::ofstream(folder / name) << "people";
  store->backup(folder / "c.db");
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  EXPECT_THAT(names, testing::UnorderedElementsAre("a.db", "b.db-journal", "c.db", "partial"));
  EXPECT_NO_THROW(drop_cut_copies(folder / "none"));
}

TEST_F(StoreTest, a_job_that_lets_go_believes_no_cache_and_sees_what_came_meanwhile) {
  const auto store = open();
  grant::Grant a;
  a.id.bytes[0] = 1;
  run(store->reader(), [&](Ledger& ledger) {
    EXPECT_FALSE(ledger.grant(a.id));
    EXPECT_EQ(ledger.snapshot_epoch(), 7U);
    run(store->writer(), [&](Ledger& written) {
      written.add(a);
      written.let_go();
      EXPECT_EQ(written.snapshot_epoch(), 0U) << "as it has touched rights";
      EXPECT_TRUE(written.grant(a.id));
    });
    EXPECT_FALSE(ledger.grant(a.id));
    ledger.let_go();
    EXPECT_EQ(ledger.snapshot_epoch(), 0U);
    EXPECT_TRUE(ledger.grant(a.id));
  });
  run(store->reader(), [&](Ledger& ledger) { EXPECT_EQ(ledger.snapshot_epoch(), 7U); });
  run(store->writer(), [&](Ledger& ledger) {
    ledger.let_go();
    EXPECT_EQ(ledger.snapshot_epoch(), 7U);
  });
}

}  // namespace
}  // namespace limen::store
