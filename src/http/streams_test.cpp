// Event streams: who hears what, who is turned away, and that nothing is left of a stream that has
// ended, whoever ended it. Times are short here; nothing sleeps.
#include "http/streams.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "http/fixture_test.hpp"

namespace limen::http::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view event = "event: changed\ndata: changed\n\n";

// Asks until it is so; each question is a round through the loop.
template <class Condition>
bool comes_true(Running& running, Condition condition) {
  const auto end = std::chrono::steady_clock::now() + 8s;
  while (!condition() && std::chrono::steady_clock::now() < end) running.ask(get("/ping"));
  return condition();
}

bool comes_to_open(Running& running, std::uint64_t count) {
  return comes_true(running, [&] { return running.server->counters().streams_open == count; });
}

TEST(streams, tell_that_their_topic_changed) {
  Running running;
  Client client(running.port());
  const Answer head = client.send(get("/topic/a")).read();
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
  EXPECT_EQ(head.headers.at("cache-control"), "no-store");
  EXPECT_EQ(head.headers.at("connection"), "close");
  EXPECT_FALSE(head.has("content-length"));
  EXPECT_FALSE(head.has("transfer-encoding"));
  EXPECT_TRUE(client.hears(event));  // at once, for what happened before
  for (int i = 0; i < 3; ++i) {
    running.server->publish("b");
    running.server->publish("a");
    EXPECT_TRUE(client.hears(event));
  }
  running.server->publish_all();
  EXPECT_TRUE(client.hears(event));
  EXPECT_FALSE(client.hears_within(20));
  EXPECT_EQ(running.server->counters().events, 4U);
  EXPECT_EQ(running.server->counters().streams, 1U);
}

TEST(streams, each_hears_its_own) {
  Running running;
  Client a(running.port()), b(running.port()), other(running.port());
  for (Client* client : {&a, &b}) EXPECT_TRUE(client->send(get("/topic/a")).hears(event));
  EXPECT_TRUE(other.send(get("/topic/b")).hears(event));
  running.server->publish("a");
  EXPECT_TRUE(a.hears(event));
  EXPECT_TRUE(b.hears(event));
  EXPECT_FALSE(other.hears_within(20));
}

TEST(streams, show_that_they_live) {
  Options options;
  options.stream_beat_time = 40ms;
  Running running(options);
  Client client(running.port());
  EXPECT_TRUE(client.send(get("/topic/a")).hears(event));
  EXPECT_TRUE(client.hears(":\n\n"));
  EXPECT_TRUE(client.hears(":\n\n"));
  EXPECT_EQ(running.server->counters().events, 0U);
}

TEST(streams, end_after_their_time) {
  Options options;
  options.stream_time = 60ms;
  Running running(options);
  Client client(running.port());
  EXPECT_TRUE(client.send(get("/topic/a") + get("/ping")).hears(event));
  EXPECT_TRUE(client.sees_end());  // and what was sent behind it is not answered
  EXPECT_TRUE(comes_to_open(running, 0));
}

TEST(streams, are_bounded) {
  Options options;
  options.streams = 3;
  options.streams_of_topic = 2;
  Running running(options);
  std::vector<std::unique_ptr<Client>> clients;
  const auto ask = [&](std::string_view path) -> Client& {
    clients.push_back(std::make_unique<Client>(running.port()));
    return clients.back()->send(get(path));
  };
  EXPECT_TRUE(ask("/topic/a").hears(event));
  EXPECT_TRUE(ask("/topic/a").hears(event));
  Client& third = ask("/topic/a");
  const Answer refused = third.read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "5");
  EXPECT_EQ(third.send(get("/ping")).read().body, "pong");  // only the stream was refused
  EXPECT_TRUE(ask("/topic/b").hears(event));
  EXPECT_EQ(ask("/topic/c").read().status, 503);
  EXPECT_EQ(running.server->counters().streams_refused, 2U);
  clients.front().reset();  // one leaves, one may come
  EXPECT_TRUE(comes_to_open(running, 2));
  EXPECT_TRUE(ask("/topic/c").hears(event));
}

TEST(streams, forget_readers_that_have_gone) {
  Running running;
  for (int i = 0; i < 20; ++i) {
    Client client(running.port());
    EXPECT_TRUE(client.send(get("/topic/a")).hears(event)) << i;
    if (i % 2 == 0) client.finish_sending();
    running.server->publish("a");  // so that it looks
    EXPECT_TRUE(client.hears(event) || i % 2 == 0);
  }
  EXPECT_TRUE(comes_to_open(running, 0));
}

TEST(streams, end_with_the_server) {
  Running running;
  Client client(running.port());
  EXPECT_TRUE(client.send(get("/topic/a")).hears(event));
  running.server->stop();
  EXPECT_TRUE(client.sees_end());
  running.stop_and_join();
  EXPECT_EQ(running.server->counters().open, 0U);
  EXPECT_EQ(running.server->counters().streams_open, 0U);
  running.server->publish("a");  // nobody is there, nothing happens
}

TEST(streams, a_stop_does_not_wait_for_a_reader_that_stays) {
  Options options;
  options.drain_time = 60ms;
  Running running(options);
  Client client(running.port());
  EXPECT_TRUE(client.send(get("/topic/a")).hears(event));
  running.stop_and_join();
  EXPECT_EQ(running.server->counters().open, 0U);
}

TEST(streams, head_is_answered_without_one) {
  Running running;
  Client client(running.port());
  client.send("HEAD /topic/a HTTP/1.1\r\nHost: a\r\n\r\n");
  const Answer answer = client.read(Client::Body::none);
  EXPECT_EQ(answer.headers.at("content-type"), "text/event-stream");
  EXPECT_TRUE(client.sees_end());
  EXPECT_EQ(running.server->counters().streams, 0U);
}

TEST(streams, are_published_to_from_any_thread) {
  Running running;
  std::atomic<bool> is_over{false};
  std::vector<std::thread> publishers;
  for (int i = 0; i < 2; ++i)
    publishers.emplace_back([&] {
      while (!is_over) running.server->publish("a");
    });
  for (int i = 0; i < 50; ++i) {
    Client client(running.port());
    EXPECT_TRUE(client.send(get("/topic/a")).hears(event));
    EXPECT_TRUE(client.hears(event));
  }
  is_over = true;
  for (std::thread& publisher : publishers) publisher.join();
  EXPECT_TRUE(comes_to_open(running, 0));
}

}  // namespace
}  // namespace limen::http::testing
