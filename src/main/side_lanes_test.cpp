// The side lanes wait for nobody and nobody for them.
#include "main/side_lanes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "conformance/folder.hpp"
#include "main/errand.hpp"
#include "store/writer.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;

TEST(Lanes, a_slow_job_holds_up_neither_health_nor_reads_nor_writes) {
  std::string name = (fs::temp_directory_path() / "limen-lanes-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  {
    const auto store = store::Store::open(folder / "limen.db", 1, [](const auto&) {});
    SideLanes side(folder / "limen.db");
    std::promise<void> begun, end;
    store::Job slow;
    slow.run = [&](onboard::Ledger& ledger) {
      ledger.organisations();  // its snapshot is open from here on
      begun.set_value();
      end.get_future().wait();
    };
    std::promise<void> over;
    slow.release = [&] { over.set_value(); };
    ASSERT_TRUE(side.lane(doors::Aside::slow).submit(std::move(slow)));
    begun.get_future().wait();
    for (store::Lane* lane : {&side.plain(), &store->reader(), &store->writer()}) {
      std::promise<void> done;
      store::Job quick;
      quick.run = [](onboard::Ledger&) {};
      quick.release = [&] { done.set_value(); };
      ASSERT_TRUE(lane->submit(std::move(quick)));
      done.get_future().wait();
    }
    end.set_value();
    over.get_future().wait();
    side.stop();
    store->stop();
  }
  fs::remove_all(folder);
}

// There is always somebody between his question and his answer: without let_go the log would be as
// long as all that was ever written.
TEST(Lanes, jobs_that_overlap_for_ever_do_not_keep_the_log_from_starting_over) {
  const test::Folder folder;
  const auto database = folder.path() / "limen.db";
  const auto store = store::Store::open(database, 1, [](const auto&) {});
  SideLanes side(database);
  struct Held {
    std::promise<void> has_asked, may_end, over;
  };
  const auto hold = [&](doors::Aside aside) {
    auto held = std::make_unique<Held>();
    store::Job job;
    job.run = [h = held.get()](onboard::Ledger& ledger) {
      ledger.organisations();
      ledger.let_go();
      h->has_asked.set_value();
      h->may_end.get_future().wait();
    };
    job.release = [h = held.get()] { h->over.set_value(); };
    EXPECT_TRUE(side.lane(aside).submit(std::move(job)));
    held->has_asked.get_future().wait();
    return held;
  };
  const auto end = [](Held& held) {
    held.may_end.set_value();
    held.over.get_future().wait();
  };
  std::string big(256 * 1024, 'a');
  auto held = hold(doors::Aside::reading);
  for (int turn = 0; turn < 8; ++turn) {
    for (int i = 0; i < 8; ++i) {
      std::ranges::fill(big, big[0] == 'a' ? 'b' : 'a');  // what is the same is not written
      EXPECT_FALSE(run_errand(store->writer(),
                              [&](onboard::Ledger& ledger) { ledger.set_setting("big", big); }));
    }
    auto next = hold(turn % 2 == 0 ? doors::Aside::pictures : doors::Aside::reading);
    end(*held);
    held = std::move(next);
  }
  end(*held);
  // 16 MiB were written.
  EXPECT_LT(fs::file_size(database.string() + "-wal"), 4U * 1024 * 1024);
  side.stop();
  store->stop();
}

}  // namespace
}  // namespace limen::main
