// Open files and the connections they leave room for.
#include "main/process.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <thread>

namespace limen::main {
namespace {

TEST(OpenFiles, are_raised_to_the_hard_limit) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const std::size_t now = raise_open_files();
  EXPECT_GE(now, before.rlim_cur);
  rlimit after{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
  EXPECT_EQ(after.rlim_max, before.rlim_max);
}

TEST(Connections, leave_room_for_the_servers_own_files) {
  const std::size_t few = own_files(4), many = own_files(128);
  EXPECT_EQ(connections_within(12'000, 1'000'000, few), 12'000U);
  EXPECT_EQ(connections_within(12'000, 1024, few), 768U);
  EXPECT_EQ(connections_within(12'000, 2048, many), 800U);
  EXPECT_EQ(connections_within(100, 1024, few), 100U);
  EXPECT_EQ(connections_within(12'000, 100, few), 16U);  // a few rather than none
}

// Of this thread and of those it starts, hence in one of its own.
TEST(Threads, give_way_late) {
  int own = -1, started = -1;
  std::thread([&] {
    give_way_late();
    own = ::sched_getscheduler(0);
    std::thread([&] { started = ::sched_getscheduler(0); }).join();
  }).join();
  EXPECT_EQ(own, SCHED_BATCH);
  EXPECT_EQ(started, SCHED_BATCH);
}

}  // namespace
}  // namespace limen::main
