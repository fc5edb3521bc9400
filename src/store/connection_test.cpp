// The connection: values in and out, the cache of statements, savepoints, errors by cause.
#include "store/connection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <future>
#include <thread>

#include "conformance/folder.hpp"
#include "store/gate.hpp"
#include "store/sql.hpp"
#include "store/sqlite.hpp"

namespace limen::store {
namespace {

constexpr char create[] =
    "CREATE TABLE things (serial INTEGER PRIMARY KEY, n INTEGER, t TEXT, b BLOB, u TEXT UNIQUE)";
constexpr char add[] = "INSERT INTO things (n, t, b, u) VALUES ($1, $2, $3, $4)";
constexpr char list[] = "SELECT n, t, b, u FROM things ORDER BY serial";
constexpr char total[] = "SELECT count(*) FROM things";
// Parameters stand out of order and twice.
constexpr char change[] =
    "UPDATE things SET t = $3, n = n + $2 WHERE n = $1 AND $2 > 0 RETURNING n";

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() : connection_(open_sqlite_in_memory()) { connection_->script(create); }
  std::int64_t count() {
    Rows rows = connection_->query(total, {});
    EXPECT_TRUE(rows.next());
    return rows.number(0);
  }
  void insert(int n) { connection_->exec(add, {n, "t", Value(), Value()}); }

  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, values_come_back) {
  Id id;
  id.bytes.fill(0xAB);
  const std::string with_nul("a\0b", 3);
  EXPECT_EQ(connection_->insert(add, {INT64_MIN, "text", id, Value()}), 1);
  EXPECT_EQ(connection_->insert(add, {UINT32_MAX, std::string_view(), BytesView(), ""}), 2);
  EXPECT_EQ(connection_->insert(add, {true, with_nul, as_bytes(with_nul), "u"}), 3);
  Rows rows = connection_->query(list, {});
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.number(0), INT64_MIN);
  EXPECT_EQ(rows.text(1), "text");
  EXPECT_TRUE(std::ranges::equal(rows.blob(2), id.bytes));
  EXPECT_TRUE(rows.is_null(3));
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.number(0), UINT32_MAX);
  EXPECT_FALSE(rows.is_null(1)) << "an empty text is a text";
  EXPECT_TRUE(rows.text(1).empty());
  EXPECT_FALSE(rows.is_null(2));
  EXPECT_TRUE(rows.blob(2).empty());
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.number(0), 1);
  EXPECT_EQ(rows.text(1), with_nul);
  EXPECT_EQ(as_text(rows.blob(2)), with_nul);
  EXPECT_FALSE(rows.next());
}

TEST_F(ConnectionTest, parameters_are_numbered_not_counted) {
  insert(1);
  insert(5);
  Rows rows = connection_->query(change, {5, 10, "changed"});
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.number(0), 15);
  EXPECT_FALSE(rows.next());
}

TEST_F(ConnectionTest, a_query_may_be_left_early_and_run_again) {
  for (int i = 0; i < 3; ++i) insert(i);
  for (int i = 0; i < 3; ++i) {
    Rows rows = connection_->query(list, {});
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.number(0), 0);
  }
  EXPECT_EQ(connection_->exec("DELETE FROM things WHERE n > $1", {0}), 2);
}

TEST_F(ConnectionTest, a_savepoint_undoes_one_job) {
  connection_->begin(Access::writes);
  EXPECT_TRUE(connection_->is_in_transaction());
  for (int i = 0; i < 4; ++i) {
    connection_->savepoint();
    insert(i);
    insert(i);
    if (i % 2 == 0) connection_->release_savepoint();
    else connection_->rollback_to_savepoint();
  }
  connection_->commit();
  EXPECT_FALSE(connection_->is_in_transaction());
  EXPECT_EQ(count(), 4);
  connection_->begin(Access::writes);
  insert(9);
  connection_->rollback();
  connection_->rollback();  // with nothing open it does nothing
  EXPECT_EQ(count(), 4);
}

TEST_F(ConnectionTest, errors_tell_their_cause) {
  connection_->exec(add, {1, "t", Value(), "once"});
  try {
    connection_->exec(add, {1, "t", Value(), "once"});
    FAIL();
  } catch (const StoreError& error) {
    EXPECT_EQ(error.cause(), StoreError::Cause::constraint);
    EXPECT_EQ(std::string(error.what()).find("'once'"), std::string::npos)
        << "an error must not carry what people wrote";
  }
  EXPECT_EQ(connection_->exec(add, {1, "t", Value(), "twice"}), 1) << "usable again";
  EXPECT_THROW(connection_->script("nonsense"), StoreError);
  EXPECT_THROW(connection_->exec("SELECT 1 FROM nowhere", {}), StoreError);
}

// The log of 2,000 small commits, looked after as if each were of a flood, or none.
TEST(Upkeep, a_calm_log_starts_over_early) {
  struct Case {
    const char* name;
    Load load;
    std::uintmax_t least, most;  // bytes of the log
  };
  constexpr std::uintmax_t mib = 1024 * 1024;
  const Case cases[] = {{"a flood", Load::flood, 4 * mib, 17 * mib},
                        {"calm", Load::calm, mib / 2, 3 * mib / 2}};
  for (const Case& c : cases) {
    const test::Folder folder;
    const auto file = folder.path() / "calm.db";
    const auto connection = open_sqlite(file, Role::writer);
    connection->script(create);
    for (int i = 0; i < 2000; ++i) {
      connection->begin(Access::writes);
      connection->exec(add, {i, "t", Value(), Value()});
      connection->commit();
      EXPECT_EQ(connection->upkeep(c.load), Upkeep::none) << c.name;
    }
    const auto log = std::filesystem::file_size(file.string() + "-wal");
    EXPECT_GT(log, c.least) << c.name;
    EXPECT_LT(log, c.most) << c.name;
  }
}

// Every reader waits while the log is to start over, so a backup that reads on is not waited for.
TEST(Sqlite, an_upkeep_in_quiet_waits_for_no_reader) {
  const test::Folder folder;
  const auto file = folder.path() / "quiet.db";
  const auto writer = open_sqlite(file, Role::writer);
  writer->script(create);
  const auto backup = open_sqlite(file, Role::reader);
  backup->begin(Access::reads);
  EXPECT_TRUE(backup->query(total, {}).next());
  writer->begin(Access::writes);
  writer->exec(add, {1, "t", Value(), Value()});
  writer->commit();
  const auto begun = std::chrono::steady_clock::now();
  writer->upkeep_in_quiet();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{4}) << "waits take 5 s";
  backup->rollback();
}

// A reader that does something else for long keeps the log from starting over, unless it lets go.
TEST(Sqlite, whoever_lets_go_reads_on_from_what_is_true_then) {
  const test::Folder folder;
  const auto file = folder.path() / "let.db";
  const auto writer = open_sqlite(file, Role::writer);
  writer->script(create);
  const auto reader = open_sqlite(file, Role::reader);
  const auto add_one = [&] {
    writer->begin(Access::writes);
    writer->exec(add, {1, "t", Value(), Value()});
    EXPECT_FALSE(writer->let_go()) << "what is written is not given up";
    EXPECT_TRUE(writer->is_in_transaction());
    writer->commit();
  };
  const auto seen = [&] {
    Rows rows = reader->query(total, {});
    EXPECT_TRUE(rows.next());
    return rows.number(0);
  };
  EXPECT_FALSE(reader->let_go()) << "there is nothing to give up";
  reader->begin(Access::reads);
  EXPECT_EQ(seen(), 0);
  add_one();
  EXPECT_EQ(seen(), 0);
  EXPECT_TRUE(reader->let_go());
  EXPECT_FALSE(reader->let_go());
  EXPECT_FALSE(reader->is_in_transaction());
  add_one();
  EXPECT_EQ(seen(), 2);
  EXPECT_TRUE(reader->is_in_transaction());
  add_one();
  EXPECT_EQ(seen(), 2) << "one snapshot again";
  EXPECT_TRUE(reader->let_go());
  reader->rollback();
  EXPECT_EQ(seen(), 3);
  EXPECT_FALSE(reader->is_in_transaction()) << "who rolled back is in none";
  reader->begin(Access::reads);
  EXPECT_TRUE(reader->let_go());
  reader->begin(Access::reads);
  EXPECT_EQ(seen(), 3);
  reader->rollback();
}

TEST(Sql, join_keeps_every_letter) {
  constexpr char b[] = "b, c";
  constexpr auto sql = join("SELECT ", b, " FROM d");
  EXPECT_EQ(std::string_view(sql), "SELECT b, c FROM d");
}

TEST(Gate, who_is_inside_is_waited_for_and_who_is_outside_waits) {
  Gate gate;
  gate.enter();
  std::atomic<int> order{0};
  std::promise<void> shutting;
  std::thread writer([&] {
    shutting.set_value();
    gate.shut();
    EXPECT_EQ(order.exchange(2), 1) << "shut returned with a reader inside";
    gate.open();
  });
  shutting.get_future().wait();
  order = 1;
  gate.leave();
  writer.join();
  gate.enter();
  EXPECT_EQ(order, 2);
  gate.leave();
}

}  // namespace
}  // namespace limen::store
