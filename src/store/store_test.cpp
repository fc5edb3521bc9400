// The store put together: what its copies leave behind. What every store must keep is in
// test/conformance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "conformance/folder.hpp"
#include "store/sqlite.hpp"
#include "store/writer.hpp"

namespace limen::store {
namespace {

class StoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open() const {
    return Store::open(folder_.path() / "limen.db", 2, {});
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

}  // namespace
}  // namespace limen::store
