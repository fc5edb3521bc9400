// Who pipelines waits in line, and nobody else does.
#include "http/turns.hpp"

#include <gtest/gtest.h>

#include "http/fixture_test.hpp"
#include "http/input.hpp"

namespace limen::http::testing {
namespace {

// Connections that pipeline have one question each in hand for the first, and then so many
// together.
void pipeline_in_line(const std::string& question) {
  constexpr std::size_t crowd = 3 * limits::pipelined_in_hand;
  Running running;
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < crowd; ++i) {
    clients.push_back(std::make_unique<Client>(running.port()));
    clients.back()->send(question + question + question);
  }
  ASSERT_TRUE(running.application.has_waiting(crowd));
  running.application.release();
  for (auto& client : clients) EXPECT_EQ(client->read().status, 200);  // so each has asked again
  ASSERT_TRUE(running.application.has_waiting(limits::pipelined_in_hand));
  EXPECT_EQ(running.ask(get("/ping")).status, 200);
  EXPECT_EQ(running.application.asked, crowd + limits::pipelined_in_hand + 1);
  Client other(running.port());
  other.send(get("/slow"));
  ASSERT_TRUE(running.application.has_waiting(limits::pipelined_in_hand + 1));
  // One turn that ends is the next one's.
  running.application.release(1);
  ASSERT_TRUE(running.application.has_waiting(limits::pipelined_in_hand + 1));
  running.application.release();
  for (std::size_t left = 2 * crowd - 1 - limits::pipelined_in_hand; left != 0;) {
    const std::size_t wave = std::min(left, limits::pipelined_in_hand);
    ASSERT_TRUE(running.application.has_waiting(wave));
    running.application.release(wave);
    left -= wave;
  }
  for (auto& client : clients)
    for (int i = 0; i < 2; ++i) EXPECT_EQ(client->read().status, 200);
  EXPECT_EQ(other.read().status, 200);
}

TEST(turns, who_pipelines_waits_in_line_and_nobody_else) {
  pipeline_in_line(get("/slow"));
  // What ends where a read ends is no less pipelined.
  const std::size_t bare = get("/slow", "X: \r\n").size();
  const std::string padding(Input::idle_bytes - bare, 'x');
  pipeline_in_line(get("/slow", "X: " + padding + "\r\n"));
}

// Also when what it sent filled the room it was read into.
TEST(turns, who_asks_one_thing_after_the_other_does_not_stand_in_line) {
  Running running;
  std::vector<std::unique_ptr<Client>> line;
  while (line.size() < limits::pipelined_in_hand) {
    line.push_back(std::make_unique<Client>(running.port()));
    line.back()->send(get("/slow") + get("/slow"));
  }
  ASSERT_TRUE(running.application.has_waiting(line.size()));
  running.application.release();
  for (auto& client : line) EXPECT_EQ(client->read().status, 200);
  ASSERT_TRUE(running.application.has_waiting(line.size()));  // every turn is taken
  Client client(running.port());
  for (const std::size_t size : {2049, 3000, 4096, 8192}) {
    const std::string whole = post("/echo", std::string(size, 'a'), "Expect: 100-continue\r\n");
    client.send(whole.substr(0, whole.size() - size));
    ASSERT_EQ(client.read().status, 100);
    ASSERT_EQ(client.send(std::string(size, 'a')).read().body.size(), size);
    ASSERT_EQ(client.send(get("/ping")).read().body, "pong") << size;
  }
  const std::string padding(Input::idle_bytes - get("/ping", "X: \r\n").size(), 'x');
  ASSERT_EQ(client.send(get("/ping", "X: " + padding + "\r\n")).read().body, "pong");
  ASSERT_EQ(client.send(get("/ping")).read().body, "pong");
}

// A connection that ends in line, or with its turn, leaves the line to the others.
TEST(turns, a_stop_ends_those_in_line_too) {
  Options options;
  options.drain_time = std::chrono::milliseconds{60};
  Running running(options);
  std::vector<std::unique_ptr<Client>> clients;
  for (std::size_t i = 0; i < 2 * limits::pipelined_in_hand; ++i) {
    clients.push_back(std::make_unique<Client>(running.port()));
    clients.back()->send(get("/slow") + get("/slow"));
  }
  ASSERT_TRUE(running.application.has_waiting(clients.size()));
  running.application.release();
  for (auto& client : clients) EXPECT_EQ(client->read().status, 200);
  ASSERT_TRUE(running.application.has_waiting(limits::pipelined_in_hand));
  running.stop_and_join();
  EXPECT_EQ(running.server->counters().open, 0U);
}

}  // namespace
}  // namespace limen::http::testing
