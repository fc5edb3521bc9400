// The ordinary conversation over a real socket: answers, their headers, keep-alive, pipelining,
// bodies.
#include "http/server.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <system_error>
#include <utility>

#include "base/log.hpp"
#include "http/fixture_test.hpp"

namespace limen::http::testing {
namespace {

TEST(server, every_answer_carries_the_common_headers) {
  Running running;
  for (const char* path : {"/ping", "/nothing", "/throw", "/busy", "/empty"}) {
    const Answer answer = running.ask(get(path));
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff") << path;
    EXPECT_EQ(answer.headers.at("referrer-policy"), "no-referrer") << path;
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store") << path;
    EXPECT_TRUE(answer.headers.at("date").ends_with(" GMT")) << path;
    EXPECT_TRUE(answer.headers.at("x-request-id").starts_with("id-")) << path;
    EXPECT_FALSE(answer.has("server")) << path;
  }
}

TEST(server, the_application_may_cache_but_not_frame_or_split) {
  Running running;
  const Answer answer = running.ask(get("/own-headers"));
  EXPECT_EQ(answer.headers.at("cache-control"), "max-age=60");
  EXPECT_EQ(answer.headers.at("content-length"), "0");
  EXPECT_EQ(answer.headers.at("x-fine"), "yes");
  EXPECT_FALSE(answer.has("x-split"));
  EXPECT_FALSE(answer.has("injected"));
}

TEST(server, keeps_the_connection_and_answers_in_order) {
  Running running;
  Client client(running.port());
  std::string all;
  for (int i = 0; i < 300; ++i) {
    all += get("/seen/" + std::to_string(i));
    if (i % 7 == 0) all += post("/echo", "body " + std::to_string(i));
    if (i % 11 == 0) all += get("/big");
  }
  std::thread sender([&] { client.send(all); });
  for (int i = 0; i < 300; ++i) {
    EXPECT_TRUE(client.read().body.starts_with(std::to_string(i) + "|")) << i;
    if (i % 7 == 0) {
      EXPECT_EQ(client.read().body, "body " + std::to_string(i));
    }
    if (i % 11 == 0) {
      EXPECT_EQ(client.read().body.size(), 3'000'000U);
    }
  }
  sender.join();
  EXPECT_EQ(running.server->counters().accepted, 1U);
}

// Lines wait for each other, but nobody hears of what the log does not have yet.
TEST(server, no_answer_leaves_before_its_line) {
  std::mutex mutex;
  std::string waiting, written;  // the loop's own; everybody's
  const auto flush = [&] {
    const std::lock_guard lock(mutex);
    written += std::exchange(waiting, {});
  };
  log::install([&](log::Level, std::string_view line) { waiting += line; }, log::Level::info,
               flush);
  const auto has_line = [&] {
    const std::lock_guard lock(mutex);
    return std::exchange(written, {}).find("\"event\":\"request\"") != std::string::npos;
  };
  {
    Running running;
    Client client(running.port());
    for (const std::string path : {"/ping", "/seen/1", "/nothing", "/big", "/throw"}) {
      client.send(get(path)).read();
      EXPECT_TRUE(has_line()) << path;
    }
    Client(running.port()).send(get("/ping") + get("/ping")).finish_sending();
  }
  EXPECT_TRUE(has_line());
  EXPECT_EQ(waiting, "");
  log::install(nullptr, log::Level::info);
}

TEST(server, reads_a_request_wherever_it_is_cut) {
  Running running;
  Client client(running.port());
  const std::string text =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t cut = 1; cut < text.size(); cut += 3) {
    client.send(text.substr(0, cut)).send(text.substr(cut));
    EXPECT_EQ(client.read().body, "hello") << cut;
  }
}

TEST(server, splits_the_target_and_names_the_peer) {
  Running running;
  EXPECT_EQ(running.ask(get("/seen/a%20b?x=%20&y")).body, "a b|/seen/a%20b|x=%20&y|a|127.0.0.1|0");
  const std::string absolute = "GET http://limen.example:80/seen/a?q HTTP/1.1\r\n";
  EXPECT_EQ(running.ask(absolute + "Host: Limen.example:80\r\n\r\n").body,
            "a|/seen/a|q|Limen.example:80|127.0.0.1|0");
  EXPECT_EQ(running.ask(absolute + "Host: limen.example\r\n\r\n").status, 400);
  EXPECT_EQ(running.ask(absolute + "Host: b\r\n\r\n").status, 400);
  EXPECT_EQ(running.ask("GET http://u@h/seen/a HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(running.ask("GET ftp://h/seen/a HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(running.ask("GET http:///seen/a HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(running.ask("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n").status, 404);
}

TEST(server, a_held_refusal_leaves_when_its_time_is_over) {
  Running running;
  const auto seconds_of = [&](const std::string& requests, int answers) {
    Client client(running.port());
    const auto begun = std::chrono::steady_clock::now();
    client.send(requests);
    for (int i = 0; i < answers; ++i) client.read();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  EXPECT_GE(seconds_of(get("/held/404"), 1), 0.2);
  EXPECT_GE(seconds_of(get("/held/429") + get("/ping") + get("/held/404"), 3), 0.4);
  // An answer is not held. Slow machines may take long for it, but not each time.
  double fastest = 1;
  for (int i = 0; i < 10; ++i) fastest = std::min(fastest, seconds_of(get("/held/201"), 1));
  EXPECT_LT(fastest, 0.2);
}

TEST(server, what_is_built_in_is_sent_from_where_it_is) {
  Running running;
  Client client(running.port());
  client.send(get("/built-in") + "HEAD /built-in HTTP/1.1\r\nHost: a\r\n\r\n" + get("/ping"));
  EXPECT_EQ(client.read().body, built_in);
  EXPECT_EQ(client.read(Client::Body::none).headers.at("content-length"), "500000");
  EXPECT_EQ(client.read().body, "pong");
}

TEST(server, head_is_get_without_the_body) {
  Running running;
  Client client(running.port());
  client.send("HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n" + get("/ping"));
  const Answer head = client.read(Client::Body::none);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.at("content-length"), "3000000");
  EXPECT_EQ(client.read().body, "pong");
  client.send("HEAD /nothing HTTP/1.1\r\nHost: a\r\n\r\n" + get("/ping"));
  EXPECT_EQ(client.read(Client::Body::none).status, 404);
  EXPECT_EQ(client.read().body, "pong");
}

TEST(server, an_answer_204_has_no_length) {
  Running running;
  Client client(running.port());
  client.send(get("/empty") + get("/ping"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 204);
  EXPECT_FALSE(answer.has("content-length"));
  EXPECT_EQ(client.read().body, "pong");
}

TEST(server, allow_names_the_methods) {
  Running running;
  const auto allow = [&](const std::string& line) {
    return running.ask(line + " HTTP/1.1\r\nHost: a\r\n\r\n").headers.at("allow");
  };
  EXPECT_EQ(allow("PUT /echo"), "POST, DELETE");
  EXPECT_EQ(allow("PUT /ping"), "GET, HEAD");
  EXPECT_EQ(allow("TRACE /ping"), "GET, HEAD");
}

TEST(server, persistence_follows_the_version_and_the_wish) {
  struct Case {
    const char* name;
    std::string head;
    const char* connection;  // of the answer
    enum : std::uint8_t { stays, ends } then;
  };
  const Case cases[] = {
      {"1.1", "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n", "", Case::stays},
      {"1.1 close", get("/ping", "Connection: x, Close\r\n"), "close", Case::ends},
      {"1.0", "GET /ping HTTP/1.0\r\n\r\n", "close", Case::ends},
      {"1.0 keep-alive", "GET /ping HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", "keep-alive",
       Case::stays},
  };
  Running running;
  for (const Case& c : cases) {
    Client client(running.port());
    client.send(c.head);
    Answer answer = client.read();
    EXPECT_EQ(answer.body, "pong") << c.name;
    EXPECT_EQ(answer.headers["connection"], c.connection) << c.name;
    if (c.then == Case::ends) {
      EXPECT_TRUE(client.sees_end()) << c.name;
    } else {
      EXPECT_EQ(client.send(get("/ping")).read().body, "pong") << c.name;
    }
  }
}

TEST(server, text_bodies_have_a_limit) {
  Options options;
  options.text_body_bytes = 10;
  Running running(options);
  EXPECT_EQ(running.ask(post("/echo", "0123456789")).body, "0123456789");
  // Decided from the length alone: the body never comes.
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(running.ask(head + "Content-Length: 11\r\n\r\n").status, 413);
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(running.ask(chunked + "8\r\n01234567\r\n3\r\n").status, 413);
  // The answer arrives although the client goes on sending.
  Client client(running.port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
  client.send(std::string(1'000'000, 'x'));
  EXPECT_EQ(client.read().status, 413);
}

TEST(server, a_body_nobody_wants_is_dropped) {
  Running running;
  Client client(running.port());
  const std::string body = "GET /ping HTTP/1.1\r\nHost: evil\r\n\r\n";
  client.send("GET /seen/a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body + get("/seen/b"));
  EXPECT_EQ(client.read().body, "a|/seen/a||a|127.0.0.1|0");
  EXPECT_EQ(client.read().body, "b|/seen/b||a|127.0.0.1|0");
}

TEST(server, continues_when_asked_and_only_then) {
  Running running;
  Client client(running.port());
  const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n";
  client.send(head + "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  EXPECT_EQ(client.send("ok").read().body, "ok");
  // No invitation to a body that is refused: the final answer comes at once.
  Client refused(running.port());
  refused.send(head + "Content-Length: 10000000\r\n\r\n");
  EXPECT_EQ(refused.read().status, 413);
  EXPECT_TRUE(refused.sees_end());
  Client lost(running.port());
  lost.send(
      "POST /nothing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
      "Content-Length: 2\r\n\r\n");
  EXPECT_EQ(lost.read().status, 404);
  EXPECT_TRUE(lost.sees_end());
}

TEST(server, a_body_cut_short_is_refused) {
  Running running;
  Client client(running.port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  client.finish_sending();
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(client.sees_end());
  EXPECT_EQ(running.application.asked, 0);
}

TEST(server, a_client_may_finish_sending_before_it_reads) {
  Running running;
  Client client(running.port());
  client.send(get("/slow"));
  client.finish_sending();
  ASSERT_TRUE(running.application.has_waiting(1));
  running.application.release();
  EXPECT_EQ(client.read().body, "slow");
  EXPECT_TRUE(client.sees_end());
}

TEST(server, answers_from_other_threads) {
  Running running;
  Client client(running.port());
  for (int i = 0; i < 100; ++i) client.send(get("/thread"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.read().body, "from a thread");
}

TEST(server, busy_and_broken_applications) {
  Running running;
  Client client(running.port());
  const Answer busy = client.send(get("/busy")).read();
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.headers.at("retry-after"), "1");
  const Answer broken = client.send(get("/throw")).read();
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(broken.body.find("broke"), std::string::npos);
  EXPECT_TRUE(client.sees_end());
}

TEST(server, the_request_outlives_the_peer) {
  Running running;
  {
    Client client(running.port());
    client.send(get("/slow"));
    ASSERT_TRUE(running.application.has_waiting(1));
  }
  EXPECT_EQ(running.application.waiting_request()->path, "/slow");
  running.application.release();
  EXPECT_EQ(running.ask(get("/ping")).body, "pong");
}

TEST(server, counts_what_it_does) {
  Running running;
  Client client(running.port());
  client.send(get("/ping") + get("/ping") + get("/nothing"));
  for (int i = 0; i < 3; ++i) client.read();
  running.stop_and_join();
  const Counters& counters = running.server->counters();
  EXPECT_EQ(counters.accepted, 1U);
  EXPECT_EQ(counters.open, 0U);
  EXPECT_EQ(counters.requests, 3U);
  EXPECT_EQ(counters.answers[2], 2U);
  EXPECT_EQ(counters.answers[4], 1U);
  std::uint64_t durations = 0;
  for (const auto& bucket : counters.seconds_bucket) durations += bucket;
  EXPECT_EQ(durations, 3U);
}

TEST(server, an_address_that_cannot_be_used_is_said_at_once) {
  Running running;
  TestApplication application;
  MemorySpool spool;
  Options options;
  const auto ids = [] { return std::string("x"); };
  options.address = "not an address";
  EXPECT_THROW(Server(options, {}, application, spool, ids), std::system_error);
  options.address = "192.0.2.1";
  EXPECT_THROW(Server(options, {}, application, spool, ids), std::system_error);
}

}  // namespace
}  // namespace limen::http::testing
