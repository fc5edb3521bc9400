// The writer's own judgement: which batches are a flood. What it does with jobs is what every store
// must do (test/conformance).
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include "store/lanes.hpp"

namespace limen::store {
namespace {

// Holds no rows, and notes how it was looked after.
class Noting final : public Connection {
 public:
  explicit Noting(std::vector<Load>& loads) : loads_(loads) {}
  void begin(Access) override { is_open_ = true; }
  void commit() override { is_open_ = false; }
  void rollback() noexcept override { is_open_ = false; }
  bool is_in_transaction() const override { return is_open_; }
  void savepoint() override {}
  void release_savepoint() override {}
  void rollback_to_savepoint() override {}
  Cursor& start(const char*, Values) override { throw std::logic_error("no rows here"); }
  std::int64_t exec(const char*, Values) override { return 0; }
  std::int64_t insert(const char*, Values) override { return 0; }
  void script(const std::string&) override {}
  Upkeep upkeep(Load load) override {
    loads_.push_back(load);
    return Upkeep::none;
  }

 private:
  std::vector<Load>& loads_;
  bool is_open_ = false;
};

TEST(Writer, a_flood_is_a_big_batch_and_not_that_somebody_waits) {
  struct Row {
    std::size_t jobs;  // in one batch
    Load want;
  };
  for (const auto& [jobs, want] : {Row{1, Load::calm}, Row{63, Load::calm}, Row{64, Load::flood}}) {
    std::vector<Load> loads;
    Shared shared;
    const auto writer =
        start_writer(std::make_unique<Noting>(loads), shared, [](const Touched&) {});
    std::promise<void> is_held, may_go;
    const auto nothing = [](onboard::Ledger&) {};
    const auto submit = [&](std::function<void(onboard::Ledger&)> run) {
      EXPECT_TRUE(writer->submit({.run = std::move(run), .release = [] {}, .fail = [](auto) {}}));
    };
    submit([&](onboard::Ledger&) {
      is_held.set_value();
      may_go.get_future().wait();
    });
    is_held.get_future().wait();
    for (std::size_t i = 1; i < jobs; ++i) submit(nothing);
    const auto submit_and_wait = [&](const std::function<void()>& then) {
      std::promise<void> released;
      EXPECT_TRUE(writer->submit(
          {.run = nothing, .release = [&] { released.set_value(); }, .fail = [](auto) {}}));
      then();
      released.get_future().wait();
    };
    submit_and_wait([&] { may_go.set_value(); });
    // What follows a flood at once belongs to it, and then it is over.
    for (int i = 0; i < 9; ++i) submit_and_wait([] {});
    writer->stop();
    ASSERT_EQ(loads.size(), 11U) << jobs;
    EXPECT_EQ(loads[0], Load::calm) << jobs;
    EXPECT_EQ(loads[1], want) << jobs;
    EXPECT_EQ(loads.back(), Load::calm) << jobs;
  }
}

// Else what waits behind a long job waits while another thread has nothing to do.
TEST(Readers, that_take_one_at_a_time_leave_the_next_to_the_others) {
  std::vector<Load> loads[2];
  Shared shared;
  std::vector<std::unique_ptr<Connection>> connections;
  for (auto& own : loads) connections.push_back(std::make_unique<Noting>(own));
  const auto readers = start_readers(std::move(connections), shared, 1);
  const auto submit = [&](std::function<void()> run) {
    EXPECT_TRUE(readers->submit({.run = [run = std::move(run)](onboard::Ledger&) { run(); },
                                 .release = [] {},
                                 .fail = [](auto) {}}));
  };
  std::promise<void> busy[2], free, over, done;
  const auto may_go = free.get_future().share();
  for (auto& is_busy : busy)
    submit([&, may_go] {
      is_busy.set_value();
      may_go.wait();
    });
  for (auto& is_busy : busy) is_busy.get_future().wait();
  bool was_run_beside = false;
  submit([&] {  // the two of them are there together before anybody is free to take them
    was_run_beside =
        over.get_future().wait_for(std::chrono::seconds{10}) == std::future_status::ready;
    done.set_value();
  });
  submit([&] { over.set_value(); });
  free.set_value();
  done.get_future().wait();
  EXPECT_TRUE(was_run_beside);
  readers->stop();
}

}  // namespace
}  // namespace limen::store
