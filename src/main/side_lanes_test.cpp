// The side lanes wait for nobody and nobody for them.
#include "main/side_lanes.hpp"

#include <gtest/gtest.h>

#include <future>

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

}  // namespace
}  // namespace limen::main
