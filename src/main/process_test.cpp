// Open files and the connections they leave room for.
#include "main/process.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <thread>

#include "http/server.hpp"

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
  EXPECT_EQ(connections_within(12'000, 1'000'000, few, 0), 12'000U);
  EXPECT_EQ(connections_within(12'000, 1024, few, 0), 768U);
  EXPECT_EQ(connections_within(12'000, 2048, many, 0), 800U);
  EXPECT_EQ(connections_within(100, 1024, few, 0), 100U);
  EXPECT_EQ(connections_within(12'000, 100, few, 0), 16U);  // a few rather than none
}

// Each upload has a connection, too: half of the files are enough for either.
TEST(Connections, leave_room_for_the_files_of_uploads) {
  const std::size_t own = own_files(4);
  EXPECT_EQ(connections_within(12'000, 1'000'000, own, 1024), 12'000U);
  EXPECT_EQ(connections_within(12'000, 4096, own, 1024), 2816U);
  EXPECT_EQ(connections_within(12'000, 1024, own, 1024), 384U);
  EXPECT_EQ(connections_within(300, 1024, own, 1024), 300U);
  EXPECT_EQ(connections_within(12'000, own + 20, own, 1024), 16U);
}

// As many as could be counted in memory with what they hold before their file is begun.
TEST(Connections, are_told_of_every_file_of_uploads) {
  http::Options options;
  EXPECT_EQ(http::upload_files(options), 1024U);
  options.texts_in_flight_bytes = 1 << 20;
  EXPECT_EQ(http::upload_files(options), 16U);
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
