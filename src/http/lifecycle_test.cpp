// Time and endings: every deadline, the connection limit, and a stop that loses no answer.
// Deadlines are short here; nothing sleeps.
#include <gtest/gtest.h>

#include <algorithm>

#include "http/fixture_test.hpp"

namespace limen::http::testing {
namespace {

using namespace std::chrono_literals;

TEST(lifecycle, a_slow_head_is_408) {
  Options options;
  options.header_time = 60ms;
  Running running(options);
  Client client(running.port());
  client.send("GET /ping HTTP/1.1\r\nHost: a\r\nX: ");
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  // The guess at the path gives the refusal its tongue.
  EXPECT_TRUE(answer.body.starts_with("too_slow /ping"));
  EXPECT_TRUE(client.sees_end());
  EXPECT_EQ(running.server->counters().timeouts, 1U);
}

TEST(lifecycle, a_head_that_drips_is_408_all_the_same) {
  Options options;
  options.header_time = 100ms;
  Running running(options);
  Client client(running.port());
  client.send("GET /ping HTTP/1.1\r\nHost: a\r\n");
  while (!client.hears_within(20)) client.send("X: 1\r\n");
  EXPECT_EQ(client.read().status, 408);
}

TEST(lifecycle, a_missing_body_is_408) {
  Options options;
  options.body_gap_time = 60ms;
  Running running(options);
  for (const char* path : {"/echo", "/upload", "/nothing"}) {
    Client client(running.port());
    client.send("POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n" +
                "Content-Type: multipart/form-data; boundary=X\r\n\r\nab");
    const Answer answer = client.read();
    // Where the request is refused anyway, its own refusal says more.
    EXPECT_EQ(answer.status, std::string(path) == "/nothing" ? 404 : path[1] == 'u' ? 400 : 408);
    EXPECT_TRUE(client.sees_end()) << path;
  }
}

TEST(lifecycle, a_body_that_drips_is_408) {
  Options options;
  options.body_grace_time = 60ms;
  options.body_rate_bytes_per_s = 1'000'000;  // what drips buys no time
  Running running(options);
  for (const char* path : {"/echo", "/upload", "/ping"}) {
    Client client(running.port());
    client.send((path[1] == 'p' ? "GET " : "POST ") + std::string(path) +
                " HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n"
                "Content-Type: multipart/form-data; boundary=X\r\n\r\n--X\r\n");
    while (!client.hears_within(5)) client.send("X");
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 408) << path;
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(answer.body.starts_with("too_slow " + std::string(path)));
  }
  EXPECT_EQ(running.server->counters().timeouts, 3U);
  EXPECT_EQ(running.application.asked, 0);
}

TEST(lifecycle, bytes_buy_a_body_its_time) {
  Options options;
  options.body_grace_time = 40ms;
  options.body_rate_bytes_per_s = 10;  // the first thousand bytes buy a hundred seconds
  Running running(options);
  Client client(running.port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1004\r\n\r\n" +
              std::string(1000, 'x'));
  EXPECT_FALSE(client.hears_within(120));  // three times the grace
  client.send("done");
  EXPECT_TRUE(client.read().body.ends_with("xxdone"));
}

TEST(lifecycle, an_idle_connection_is_closed_without_a_word) {
  Options options;
  options.idle_time = 60ms;
  Running running(options);
  Client fresh(running.port());
  EXPECT_TRUE(fresh.sees_end());
  Client used(running.port());
  EXPECT_EQ(used.send(get("/ping")).read().body, "pong");
  EXPECT_TRUE(used.sees_end());
}

TEST(lifecycle, a_peer_that_does_not_read_is_given_up) {
  Options options;
  options.write_time = 60ms;
  Running running(options);
  Client client(running.port());
  for (int i = 0; i < 20; ++i) client.send(get("/big"));
  while (running.server->counters().timeouts == 0) EXPECT_EQ(running.ask(get("/ping")).status, 200);
  EXPECT_LT(client.read_all().size(), 60'000'000U);
}

// A few bytes now and then keep no answer waiting for ever.
TEST(lifecycle, a_peer_that_reads_too_slowly_is_given_up) {
  Options options;
  options.body_grace_time = 60ms;
  options.body_rate_bytes_per_s = 1 << 30;
  Running running(options);
  Client client(running.port());
  for (int i = 0; i < 20; ++i) client.send(get("/big"));
  while (running.server->counters().timeouts == 0) EXPECT_EQ(running.ask(get("/ping")).status, 200);
  EXPECT_LT(client.read_all().size(), 60'000'000U);
}

// Else a crowd that does not read is copied megabytes each, while everybody waits, and the kernel
// holds them.
TEST(lifecycle, the_kernel_is_given_little_for_a_peer_that_does_not_read) {
  Running running;
  const std::size_t answers = 100;
  Client client(running.port());
  for (std::size_t i = 0; i < answers; ++i) client.send(get("/built-in"));
  constexpr std::uint64_t others = 300;
  for (std::uint64_t i = 0; i < others; ++i) EXPECT_EQ(running.ask(get("/ping")).status, 200);
  const std::uint64_t asked = running.server->counters().requests - others;
  // What its own window takes, and little more.
  EXPECT_LT(asked * built_in.size(), 2'000'000U) << asked;
  for (std::size_t i = 0; i < answers; ++i) ASSERT_EQ(client.read().body.size(), built_in.size());
}

// A stop waits for nobody who reads slowly, and loses nothing of the answer all the same.
TEST(lifecycle, a_stop_leaves_the_rest_of_an_answer_to_the_kernel) {
  Options options;
  options.drain_time = 300ms;
  Running running(options);
  Client client(running.port());
  client.send(get("/built-in"));
  EXPECT_TRUE(client.hears_within(5000));
  running.stop_and_join();
  EXPECT_EQ(client.read().body.size(), built_in.size());
}

// Unread requests take no more memory than all of them may: what one sender has is half of it.
TEST(lifecycle, heads_and_texts_in_memory_are_limited) {
  Options options;
  options.texts_in_flight_bytes = 100'000;
  Running running(options);
  const std::string head = "GET /ping HTTP/1.1\r\nHost: a\r\nX-Fill: " + std::string(12'000, 'a');
  const std::string body =
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 20001\r\n\r\n" + std::string(20'000, 'a');
  for (const std::string& most : {head, body}) {
    const std::uint64_t before = running.server->counters().answers[5];
    std::vector<std::unique_ptr<Client>> clients;
    while (running.server->counters().answers[5] == before && clients.size() < 500) {
      clients.push_back(std::make_unique<Client>(running.port()));
      clients.back()->send(most);
    }
    const auto refused = [&] {
      return std::ranges::find_if(clients, [](auto& client) { return client->hears_within(0); });
    };
    while (refused() == clients.end()) std::this_thread::yield();
    Client& unlucky = **refused();
    const Answer answer = unlucky.read();
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.headers.at("retry-after"), "5");
    EXPECT_TRUE(unlucky.sees_end());
    // Others, and what is small, are served.
    Client other(running.port(), "127.0.0.2");
    EXPECT_EQ(other.send(post("/echo", std::string(20'000, 'b'))).read().status, 200);
    EXPECT_EQ(running.ask(post("/echo", std::string(2'000, 'b'))).status, 200);
  }
}

// Also while a request waits for its answer, for whoever sent it by way of a proxy.
TEST(lifecycle, a_big_head_counts_until_its_answer) {
  Options options;
  options.texts_in_flight_bytes = 100'000;
  options.proxies.trusted = {*parse_network("127.0.0.1")};
  Running running(options);
  std::vector<std::unique_ptr<Client>> clients;
  const auto begin = [&](const std::string& sender) -> Client& {
    clients.push_back(std::make_unique<Client>(running.port()));
    return clients.back()->send(get("/slow", "X-Forwarded-For: " + sender + "\r\nX-Fill: " +
                                                 std::string(12'000, 'a') + "\r\n"));
  };
  constexpr std::size_t room = 4;
  while (clients.size() < room) {
    begin("192.0.2.1");
    ASSERT_TRUE(running.application.has_waiting(clients.size()));
  }
  Client& unlucky = begin("192.0.2.1");
  const Answer answer = unlucky.read();
  EXPECT_EQ(answer.status, 503);
  EXPECT_TRUE(answer.body.starts_with("busy /slow"));
  EXPECT_EQ(answer.headers.at("retry-after"), "5");
  EXPECT_TRUE(unlucky.sees_end());
  begin("192.0.2.2");
  ASSERT_TRUE(running.application.has_waiting(room + 1));
  EXPECT_EQ(running.ask(get("/ping")).status, 200);
  running.application.release();
  for (const auto& client : clients)
    EXPECT_EQ(client->read().status, client.get() == &unlucky ? 0 : 200);
  begin("192.0.2.1");
  EXPECT_TRUE(running.application.has_waiting(1));
}

// Many short fields take more memory than their bytes.
TEST(lifecycle, a_head_of_many_fields_counts_for_what_it_takes) {
  Options options;
  options.texts_in_flight_bytes = 30'000;
  Running running(options);
  std::string fields;
  for (int i = 0; i < 90; ++i) fields += "A: b\r\n";
  Client first(running.port()), second(running.port());
  first.send(get("/slow", fields));
  ASSERT_TRUE(running.application.has_waiting(1));
  EXPECT_EQ(second.send(get("/ping", fields)).read().status, 503);
}

TEST(lifecycle, an_announced_text_without_room_is_refused_before_it_is_sent) {
  Options options;
  options.texts_in_flight_bytes = 100'000;
  Running running(options);
  for (const char* more : {"", "Expect: 100-continue\r\n"}) {
    Client client(running.port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n" + std::string(more) +
                "\r\n");
    EXPECT_EQ(client.read().status, 503) << more;
    EXPECT_TRUE(client.sees_end());
  }
  // Where no text is wanted none is held.
  Client client(running.port());
  client.send("POST /ping HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
  client.send(std::string(60'000, 'a'));
  EXPECT_EQ(client.read().status, 405);
  EXPECT_EQ(client.send(get("/ping")).read().status, 200);
}

// What an answered request had is free again, also when the answer is to come again.
TEST(lifecycle, who_is_told_to_come_again_holds_no_memory_meanwhile) {
  Options options;
  options.texts_in_flight_bytes = 100'000;
  Running running(options);
  Client turned_away(running.port());
  EXPECT_EQ(turned_away.send(post("/busy", std::string(40'000, 'a'))).read().status, 503);
  EXPECT_EQ(running.ask(post("/echo", std::string(40'000, 'b'))).status, 200);
  EXPECT_EQ(turned_away.send(get("/ping")).read().status, 200);
}

// They are ended a few at a time, but ended.
TEST(lifecycle, a_crowd_that_is_overdue_together_is_ended_to_the_last) {
  Options options;
  options.header_time = 50ms;
  Running running(options);
  std::vector<std::unique_ptr<Client>> crowd;
  for (int i = 0; i < 100; ++i) {
    crowd.push_back(std::make_unique<Client>(running.port()));
    EXPECT_EQ(crowd.back()->send(get("/ping")).read().status, 200);
  }
  for (const auto& one : crowd) one->send("GET /ping HTTP/1.1\r\nHost: a\r\nX: ");
  for (const auto& one : crowd) EXPECT_EQ(one->read().status, 408);
  EXPECT_EQ(running.server->counters().timeouts, 100U);
}

TEST(lifecycle, connections_over_the_limit_are_closed) {
  Options options;
  options.connections = 2;
  options.proxies.trusted = {*parse_network("127.0.0.1")};  // one that counts for many
  Running running(options);
  Client one(running.port());
  Client two(running.port());
  EXPECT_EQ(one.send(get("/ping")).read().body, "pong");
  EXPECT_EQ(two.send(get("/ping")).read().body, "pong");
  Client three(running.port());
  EXPECT_TRUE(three.sees_end());
  EXPECT_EQ(running.server->counters().refused_connections, 1U);
  EXPECT_EQ(one.send(get("/ping")).read().body, "pong");
}

TEST(lifecycle, one_sender_s_connections_leave_places_for_others) {
  Options options;
  options.connections = 6;
  Running running(options);
  std::vector<std::unique_ptr<Client>> greedy;
  for (int i = 0; i < 3; ++i) {
    greedy.push_back(std::make_unique<Client>(running.port(), "127.0.0.2"));
    EXPECT_EQ(greedy.back()->send(get("/ping")).read().body, "pong");
  }
  EXPECT_TRUE(Client(running.port(), "127.0.0.2").sees_end());
  EXPECT_EQ(running.server->counters().refused_connections, 1U);
  EXPECT_EQ(running.ask(get("/ping")).body, "pong");
  // A place is given back with the connection.
  greedy.pop_back();
  while (running.server->counters().open > 2) std::this_thread::yield();
  Client again(running.port(), "127.0.0.2");
  EXPECT_EQ(again.send(get("/ping")).read().body, "pong");
}

TEST(lifecycle, stop_lets_answers_in_hand_leave) {
  Running running;
  Client idle(running.port());
  EXPECT_EQ(idle.send(get("/ping")).read().body, "pong");
  std::vector<std::unique_ptr<Client>> busy;
  for (int i = 0; i < 10; ++i) {
    busy.push_back(std::make_unique<Client>(running.port()));
    busy.back()->send(get("/slow"));
  }
  Client writing(running.port());
  writing.send(
      "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(writing.read().status, 100);
  ASSERT_TRUE(running.application.has_waiting(10));
  running.server->stop();
  EXPECT_TRUE(idle.sees_end());
  writing.send("done");
  running.application.release();
  Answer written = writing.read();
  EXPECT_EQ(written.body, "done");
  EXPECT_EQ(written.headers["connection"], "close");
  for (auto& client : busy) {
    Answer answer = client->read();
    EXPECT_EQ(answer.body, "slow");
    EXPECT_EQ(answer.headers["connection"], "close");
    EXPECT_TRUE(client->sees_end());
  }
  writing.finish_sending();
  running.stop_and_join();
  EXPECT_EQ(running.server->counters().open, 0U);
  EXPECT_THROW(Client late(running.port()), std::system_error);
}

TEST(lifecycle, stop_lets_a_big_answer_leave) {
  Running running;
  Client client(running.port());
  client.send(get("/big"));
  ASSERT_TRUE(client.hears_within(8000));  // it is on its way, and far too big for the kernel
  running.server->stop();
  EXPECT_EQ(client.read().body.size(), 3'000'000U);
  EXPECT_TRUE(client.sees_end());
}

TEST(lifecycle, stop_waits_no_longer_than_the_drain_time) {
  Options options;
  options.drain_time = 60ms;
  Running running(options);
  Client waiting(running.port());
  waiting.send(get("/slow"));
  ASSERT_TRUE(running.application.has_waiting(1));
  Client half(running.port());
  half.send("GET /ping HTT");
  Client uploading(running.port());
  uploading.send(
      "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 999\r\n"
      "Content-Type: multipart/form-data; boundary=X\r\n\r\n--X\r\n");
  running.stop_and_join();
  EXPECT_EQ(running.server->counters().open, 0U);
  EXPECT_EQ(waiting.read().status, 0);
  // The late answer meets a server that is gone; the request is still alive.
  EXPECT_EQ(running.application.waiting_request()->path, "/slow");
  running.server.reset();
  EXPECT_EQ(running.application.waiting_request()->path, "/slow");
  running.application.release();
}

// The last connection ends in the same turn of the loop in which the timer of the sweep goes off.
TEST(lifecycle, stop_ends_although_the_timer_cannot_be_cancelled_any_more) {
  Options options;
  options.write_time = 20ms;  // a sweep every 5 ms
  Running running(options);
  running.application.stall = [&running] {
    running.server->stop();
    const auto end = std::chrono::steady_clock::now() + 30ms;
    while (std::chrono::steady_clock::now() < end) continue;
  };
  Client client(running.port());
  client.send(get("/stall"));
  client.finish_sending();
  EXPECT_EQ(client.read().status, 200);
  running.stop_and_join();
  EXPECT_EQ(running.server->counters().open, 0U);
}

TEST(lifecycle, stop_before_run_and_stop_twice) {
  TestApplication application;
  MemorySpool spool;
  Options options;
  options.port = 0;
  const auto ids = [] { return std::string("x"); };
  Server server(options, TestApplication::routes(), application, spool, ids);
  server.stop();
  server.stop();
  server.run();
  server.stop();
  EXPECT_EQ(server.counters().open, 0U);
}

TEST(lifecycle, requests_sent_before_the_stop_are_served) {
  for (int round = 0; round < 20; ++round) {
    Running running;
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 10; ++i) {
      clients.push_back(std::make_unique<Client>(running.port()));
      clients.back()->send(get("/ping"));
    }
    running.server->stop();
    for (auto& client : clients) EXPECT_EQ(client->read().body, "pong");
  }
}

}  // namespace
}  // namespace limen::http::testing
