// What is promised of the SQLite store alone: crashes, a disk that fails, one server per file,
// schemas of other versions, backups, and the log that is copied back while readers read.
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "conformance/faulty_disk.hpp"
#include "conformance/folder.hpp"
#include "conformance/ledger_suite.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace limen::test {
namespace {

using grant::Grant;
using grant::Kind;
using onboard::Ledger;
using store::Store;
using testing::HasSubstr;
using testing::ThrowsMessage;

class SqliteStoreTest : public testing::Test {
 protected:
  std::unique_ptr<Store> open() { return Store::open(file(), 2, {}); }
  std::filesystem::path file() const { return folder_.path() / "limen.db"; }

  Grant a_key() {
    Grant g;
    g.id = seal::draw_id(entropy_, from_ms(1'750'000'000'000));
    g.terms.expires = never;
    return g;
  }
  static void run(store::Lane& lane, const std::function<void(Ledger&)>& what) {
    std::promise<void> done;
    ASSERT_TRUE(lane.submit({what, [&] { done.set_value(); },
                             [&](std::exception_ptr why) { done.set_exception(why); }}));
    done.get_future().get();
  }
  static bool has(Store& store, const Grant& g) {
    bool found = false;
    run(store.reader(), [&](Ledger& ledger) { found = ledger.grant(g.id).has_value(); });
    return found;
  }
  // Runs `what` in another process, which must not come back; returns how it ended.
  static int in_child(const std::function<void()>& what) {
    const pid_t child = ::fork();
    if (child == 0) {
      const rlimit no_core{0, 0};
      ::setrlimit(RLIMIT_CORE, &no_core);
      what();
      ::_exit(99);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    return status;
  }
  std::string pragma(const std::filesystem::path& path, const char* sql) {
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    sqlite3_open(path.c_str(), &db);
    sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
    std::string answer;
    if (sqlite3_step(statement) == SQLITE_ROW)
      answer = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
  }

  Folder folder_;
  seal::SeededEntropy entropy_{7};
};

TEST_F(SqliteStoreTest, a_crash_between_statement_and_commit_leaves_nothing) {
  const Grant committed = a_key();
  const Grant lost = a_key();
  const int status = in_child([&] {
    const auto store = open();
    run(store->writer(), [&](Ledger& ledger) { ledger.add(committed); });
    run(store->writer(), [&](Ledger& ledger) {
      ledger.add(lost);
      ::_exit(7);
    });
  });
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7) << status;
  const auto store = open();
  EXPECT_TRUE(has(*store, committed)) << "an answered commit was lost";
  EXPECT_FALSE(has(*store, lost));
  run(store->writer(), [&](Ledger& ledger) { ledger.add(lost); });
  EXPECT_TRUE(has(*store, lost));
}

TEST_F(SqliteStoreTest, what_was_answered_before_a_kill_is_there) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  std::vector<Grant> grants;
  for (int i = 0; i < 2000; ++i) grants.push_back(a_key());
  const int status = in_child([&] {
    const auto store = open();
    for (std::size_t i = 0; i < grants.size(); ++i) {
      store::Job job;
      job.run = [&, i](Ledger& ledger) { ledger.add(grants[i]); };
      job.release = [&] {
        static int answers = 0;
        [[maybe_unused]] const auto n = ::write(pipe[1], "x", 1);
        if (++answers == 500) ::kill(::getpid(), SIGKILL);
      };
      store->writer().submit(std::move(job));
    }
    store->stop();
  });
  ASSERT_TRUE(WIFSIGNALED(status)) << status;
  ::close(pipe[1]);
  std::array<char, 4096> answers{};
  const auto answered = ::read(pipe[0], answers.data(), answers.size());
  ::close(pipe[0]);
  ASSERT_EQ(answered, 500);
  const auto store = open();
  for (std::size_t i = 0; i < 500; ++i) EXPECT_TRUE(has(*store, grants[i])) << i;
}

TEST_F(SqliteStoreTest, a_failing_fsync_ends_the_process_after_failing_the_answers) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const Grant before = a_key();
  const int status = in_child([&] {
    const FaultyDisk disk;
    const auto store = open();
    run(store->writer(), [&](Ledger& ledger) { ledger.add(before); });
    FaultyDisk::set(FaultyDisk::Fault::sync_fails);
    store::Job job;
    job.run = [&](Ledger& ledger) { ledger.miss(before.id); };
    job.release = [&] { [[maybe_unused]] const auto n = ::write(pipe[1], "released", 8); };
    job.fail = [&](std::exception_ptr) {
      [[maybe_unused]] const auto n = ::write(pipe[1], "failed", 6);
    };
    store->writer().submit(std::move(job));
    store->stop();
  });
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) << status;
  ::close(pipe[1]);
  std::array<char, 64> told{};
  const auto size = ::read(pipe[0], told.data(), told.size());
  ::close(pipe[0]);
  EXPECT_EQ(std::string_view(told.data(), static_cast<std::size_t>(size)), "failed");
  EXPECT_TRUE(has(*open(), before));
}

TEST_F(SqliteStoreTest, a_full_disk_fails_the_batch_and_no_more) {
  const FaultyDisk disk;
  const Grant before = a_key();
  const Grant during = a_key();
  const Grant after = a_key();
  {
    const auto store = open();
    run(store->writer(), [&](Ledger& ledger) { ledger.add(before); });
    FaultyDisk::set(FaultyDisk::Fault::disk_full);
    for (int i = 0; i < 3; ++i)
      EXPECT_THROW(run(store->writer(), [&](Ledger& ledger) { ledger.add(during); }),
                   store::StoreError);
    EXPECT_TRUE(has(*store, before)) << "reads go on";
    FaultyDisk::set(FaultyDisk::Fault::none);
    EXPECT_FALSE(has(*store, during));
    run(store->writer(), [&](Ledger& ledger) { ledger.add(after); });
  }
  const auto store = open();
  EXPECT_TRUE(has(*store, before));
  EXPECT_FALSE(has(*store, during));
  EXPECT_TRUE(has(*store, after));
}

// To want memory is no failure of the disk: a server that ended for it would only want it again.
// SQLite makes SQLITE_NOMEM of what its files call an I/O error without memory.
TEST_F(SqliteStoreTest, no_memory_for_a_write_fails_the_batch_and_no_more) {
  const int status = in_child([&] {
    const FaultyDisk disk;
    const Grant during = a_key();
    const Grant after = a_key();
    const auto store = open();
    FaultyDisk::set(FaultyDisk::Fault::no_memory);
    EXPECT_THROW(run(store->writer(), [&](Ledger& ledger) { ledger.add(during); }),
                 store::StoreError);
    FaultyDisk::set(FaultyDisk::Fault::none);
    run(store->writer(), [&](Ledger& ledger) { ledger.add(after); });
    EXPECT_FALSE(has(*store, during));
    EXPECT_TRUE(has(*store, after));
    ::_exit(HasFailure() ? 1 : 0);
  });
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(SqliteStoreTest, a_transaction_given_up_half_way_fails_every_job_of_its_batch) {
  const FaultyDisk disk;
  const Grant first = a_key();
  const Grant last = a_key();
  const auto store = open();
  std::promise<void> reached, opened;
  ASSERT_TRUE(store->writer().submit({[&](Ledger&) {
                                        reached.set_value();
                                        opened.get_future().wait();
                                      },
                                      {},
                                      {}}));
  reached.get_future().wait();
  std::string told;
  std::promise<void> done;
  const auto submit = [&](char name, std::function<void(Ledger&)> what) {
    store::Job job;
    job.run = std::move(what);
    job.release = [&told, name] { told += name; };
    job.fail = [&told, &done, name](std::exception_ptr) {
      told += static_cast<char>(std::tolower(name));
      if (told.size() == 3) done.set_value();
    };
    ASSERT_TRUE(store->writer().submit(std::move(job)));
  };
  submit('A', [&](Ledger& ledger) { ledger.add(first); });
  submit('B', [&](Ledger& ledger) {
    // Outgrows the page cache, so pages must be written before the commit.
    FaultyDisk::set(FaultyDisk::Fault::disk_full);
    const std::string big(1'000'000, 'x');
    for (int i = 0; i < 20; ++i) ledger.set_setting("s" + std::to_string(i), big);
  });
  submit('C', [&](Ledger& ledger) { ledger.add(last); });
  opened.set_value();
  done.get_future().wait();
  FaultyDisk::set(FaultyDisk::Fault::none);
  std::sort(told.begin(), told.end());
  EXPECT_EQ(told, "abc");
  EXPECT_FALSE(has(*store, first));
  EXPECT_FALSE(has(*store, last));
  run(store->writer(), [&](Ledger& ledger) { ledger.add(first); });
  EXPECT_TRUE(has(*store, first));
}

// A reader that finds the head of the log half written takes the lock of writers for an instant, to
// look again. Whoever writes just then waits for it and is not told that the store is at fault.
TEST_F(SqliteStoreTest, a_reader_that_looks_twice_does_not_turn_the_writer_away) {
  const FaultyDisk disk;
  const auto store = open();
  const Grant g = a_key();
  FaultyDisk::set(FaultyDisk::Fault::locked_once);
  EXPECT_NO_THROW(run(store->writer(), [&](Ledger& ledger) { ledger.add(g); }));
  EXPECT_TRUE(has(*store, g));
}

// A cache may hold what a batch read before it was undone: it must hear of that.
TEST_F(SqliteStoreTest, a_batch_that_is_undone_makes_caches_void) {
  const FaultyDisk disk;
  std::atomic<int> voids{0};
  const auto store = Store::open(file(), 1, [&](const store::Touched& touched) {
    EXPECT_FALSE(touched.letters);
    voids += touched.rights ? 1 : 0;
  });
  FaultyDisk::set(FaultyDisk::Fault::disk_full);
  EXPECT_ANY_THROW(run(store->writer(), [](Ledger& ledger) { ledger.set_setting("a", "b"); }));
  EXPECT_EQ(voids, 0);
  EXPECT_ANY_THROW(run(store->writer(), [&](Ledger& ledger) { ledger.add(a_key()); }));
  EXPECT_EQ(voids, 1) << "before the failure is told";
  FaultyDisk::set(FaultyDisk::Fault::none);
}

TEST_F(SqliteStoreTest, all_jobs_of_a_snapshot_see_the_epoch_before_it) {
  std::atomic<std::uint64_t> epoch{1};
  const auto store = Store::open(
      file(), 1, [&](const store::Touched&) { ++epoch; }, [&] { return epoch.load(); });
  const Grant key = a_key();
  std::promise<void> busy, free, reached, committed;
  const auto read = [&](std::function<void(Ledger&)> what) {
    ASSERT_TRUE(store->reader().submit({std::move(what), {}, {}}));
  };
  read([&](Ledger&) {
    busy.set_value();
    free.get_future().wait();
  });
  busy.get_future().wait();
  std::uint64_t first = 0;  // what waits now becomes one batch
  read([&](Ledger& ledger) {
    first = ledger.snapshot_epoch();
    EXPECT_FALSE(ledger.grant(key.id));
    reached.set_value();
    committed.get_future().wait();
  });
  std::promise<std::uint64_t> second;
  read([&](Ledger& ledger) {
    EXPECT_FALSE(ledger.grant(key.id)) << "it is the same snapshot";
    second.set_value(ledger.snapshot_epoch());
  });
  free.set_value();
  reached.get_future().wait();
  std::uint64_t of_writer = 0;
  run(store->writer(), [&](Ledger& ledger) {
    of_writer = ledger.snapshot_epoch();
    ledger.add(key);
  });
  committed.set_value();
  EXPECT_EQ(second.get_future().get(), 1U);
  EXPECT_EQ(first, 1U);
  EXPECT_EQ(of_writer, 1U);
  run(store->reader(), [&](Ledger& ledger) {
    EXPECT_TRUE(ledger.grant(key.id));
    EXPECT_EQ(ledger.snapshot_epoch(), 2U);
  });
}

TEST_F(SqliteStoreTest, one_server_per_file) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  // The other process is made before this one has threads: a fork copies only the thread that asks,
  // and with it whatever lock of the allocator another one held. It waits for the byte.
  const pid_t child = ::fork();
  if (child == 0) {
    char go = 0;
    if (::read(pipe[0], &go, 1) != 1) ::_exit(98);
    try {
      open();
    } catch (const std::runtime_error&) {
      ::_exit(3);
    }
    ::_exit(99);
  }
  auto store = open();
  EXPECT_THAT([&] { open(); },
              ThrowsMessage<std::runtime_error>(HasSubstr("in use by another server")));
  ASSERT_EQ(::write(pipe[1], "x", 1), 1);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 3);
  ::close(pipe[0]);
  ::close(pipe[1]);
  store.reset();
  EXPECT_NO_THROW(open());
}

TEST_F(SqliteStoreTest, nobody_else_may_read_the_files) {
  const auto store = open();
  run(store->writer(), [&](Ledger& ledger) { ledger.add(a_key()); });
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat about {};
    ASSERT_EQ(::stat((file().string() + suffix).c_str(), &about), 0) << suffix;
    EXPECT_EQ(about.st_mode & 0777, 0600U) << suffix;
  }
}

TEST_F(SqliteStoreTest, migrations_run_once_and_in_order) {
  const auto connection = store::open_sqlite(file(), store::Role::writer);
  const auto known = store::migrations();
  ASSERT_FALSE(known.empty());
  for (std::size_t i = 0; i < known.size(); ++i)
    EXPECT_EQ(known[i].number, static_cast<int>(i + 1));
  EXPECT_EQ(store::migrate(*connection, known), static_cast<int>(known.size()));
  EXPECT_EQ(store::migrate(*connection, known), 0);
  std::vector<store::Migration> next(known.begin(), known.end());
  const int number = static_cast<int>(known.size()) + 1;
  next.push_back({number, "half", "CREATE TABLE half (a INTEGER); CREATE TABLE half (b TEXT)"});
  EXPECT_THROW(store::migrate(*connection, next), store::StoreError);
  next.back().sql = "CREATE TABLE half (a INTEGER)";
  EXPECT_EQ(store::migrate(*connection, next), 1) << "the failed one left something behind";
  EXPECT_THAT([&] { store::migrate(*connection, known); },
              ThrowsMessage<store::StoreError>(HasSubstr("half")))
      << "a newer schema";
  next.back().sql = "CREATE TABLE half (b INTEGER)";
  EXPECT_THAT([&] { store::migrate(*connection, next); },
              ThrowsMessage<store::StoreError>(HasSubstr("not the one we know")));
}

TEST_F(SqliteStoreTest, a_newer_schema_is_refused_and_left_alone) {
  open();
  pragma(file(), "INSERT INTO migrations (number, name, checksum) VALUES (99, 'future', x'00')");
  EXPECT_THAT([&] { open(); }, ThrowsMessage<std::runtime_error>(HasSubstr("99 future")));
  EXPECT_EQ(pragma(file(), "SELECT count(*) FROM migrations WHERE number = 99"), "1");
}

TEST_F(SqliteStoreTest, a_file_that_is_no_database_is_refused_and_left_alone) {
  const std::string text(5000, 'z');
  std::ofstream(file()) << text;
  EXPECT_THAT([&] { open(); }, ThrowsMessage<std::runtime_error>(HasSubstr("not a database")));
  std::ifstream in(file());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), text);
}

TEST_F(SqliteStoreTest, a_backup_is_one_moment_and_never_overwrites) {
  const auto store = open();
  const Grant a = a_key();
  const Grant b = a_key();
  run(store->writer(), [&](Ledger& ledger) {
    ledger.add(a);
    ledger.add(b);
  });
  std::atomic<bool> is_over{false};
  std::thread load([&] {
    while (!is_over) {
      run(store->writer(), [&](Ledger& ledger) {
        ledger.miss(a.id);
        ledger.miss(b.id);
      });
    }
  });
  const auto copy = folder_.path() / "copy.db";
  store->backup(copy);
  is_over = true;
  load.join();
  EXPECT_ANY_THROW(store->backup(copy));
  EXPECT_ANY_THROW(store->backup(folder_.path() / "none" / "copy.db"));
  EXPECT_EQ(pragma(copy, "PRAGMA integrity_check"), "ok");
  const auto restored = Store::open(copy, 1, {});
  run(restored->reader(),
      [&](Ledger& ledger) { EXPECT_EQ(ledger.grant(a.id)->missed, ledger.grant(b.id)->missed); });
}

// The rule of one writer that is also the only checkpointer, under load.
TEST_F(SqliteStoreTest, the_log_starts_over_while_readers_read_and_nothing_is_damaged) {
  std::uintmax_t largest = 0, copied_back = 0;
  {
    const auto store = open();
    const Grant counter = a_key();
    run(store->writer(), [&](Ledger& ledger) { ledger.add(counter); });
    std::atomic<bool> is_over{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
      readers.emplace_back([&] {
        std::uint32_t last = 0;
        while (!is_over) {
          run(store->reader(), [&](Ledger& ledger) {
            const auto missed = ledger.grant(counter.id)->missed;
            EXPECT_GE(missed, last) << "time went backwards";
            last = missed;
          });
        }
      });
    }
    for (std::uint32_t i = 0; i < 400; ++i) {
      run(store->writer(), [&](Ledger& ledger) {
        for (int k = 0; k < 100; ++k) {
          Grant g = a_key();
          g.kind = Kind::invitation;
          g.subject = "p" + std::to_string(i * 100 + static_cast<std::uint32_t>(k));
          ledger.add(g);
        }
        ledger.miss(counter.id);
      });
      largest = std::max(largest, std::filesystem::file_size(file().string() + "-wal"));
    }
    is_over = true;
    for (auto& reader : readers) reader.join();
    run(store->reader(),
        [&](Ledger& ledger) { EXPECT_EQ(ledger.grant(counter.id)->missed, 400U); });
    copied_back = std::filesystem::file_size(file());
  }
  EXPECT_GT(copied_back, 1U << 20) << "nothing came back into the file while the store was open";
  EXPECT_LT(largest, 300U << 20);
  EXPECT_FALSE(std::filesystem::exists(file().string() + "-wal")) << "the writer closes last";
  EXPECT_EQ(pragma(file(), "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(pragma(file(), "SELECT count(*) FROM grants"), "40001");
}

}  // namespace
}  // namespace limen::test
