// Multipart bodies over a real socket: what reaches the application and the spool, and what never
// does.
#include "http/upload.hpp"

#include <gtest/gtest.h>

#include <future>

#include "http/fixture_test.hpp"

namespace limen::http::testing {
namespace {

const std::string type = "Content-Type: multipart/form-data; boundary=XX\r\n";

std::string form(std::string_view file, std::string_view more = {}) {
  return "--XX\r\nContent-Disposition: form-data; name=\"nonce\"\r\n\r\nn1\r\n" +
         std::string(more) +
         "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n"
         "Content-Type: image/png\r\n\r\n" +
         std::string(file) +
         "\r\n--XX\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nselfie\r\n--XX--\r\n";
}

std::string chunks(std::string_view body, std::size_t size) {
  std::string out;
  while (!body.empty()) {
    const std::string_view piece = body.substr(0, size);
    char digits[32];
    std::snprintf(digits, sizeof digits, "%zx\r\n", piece.size());
    out += digits + std::string(piece) + "\r\n";
    body.remove_prefix(piece.size());
  }
  return out + "0\r\n\r\n";
}

TEST(upload, fields_and_file_reach_the_application) {
  Running running;
  Client client(running.port());
  client.send(post("/upload", form("PNG"), type + "X-Keep: 1\r\n"));
  EXPECT_EQ(client.read().body, "nonce=n1;type=selfie;file=file-1,file,a.png,image/png,3,3");
  EXPECT_EQ(running.spool.content("file-1"), "PNG");
  // Not kept: gone after the answer.
  client.send(post("/upload", form(""), type));
  EXPECT_EQ(client.read().body, "nonce=n1;type=selfie;file=file-2,file,a.png,image/png,0,0");
  EXPECT_TRUE(running.spool.settles_at(1, 0));
}

TEST(upload, a_big_file_arrives_whole) {
  Running running;
  std::string file(5'000'000, '\0');
  for (std::size_t i = 0; i < file.size(); ++i) file[i] = static_cast<char>(i * i % 251);
  Client client(running.port());
  client.send(post("/upload", form(file), type + "X-Keep: 1\r\n"));
  EXPECT_TRUE(client.read().body.ends_with("image/png,5000000,64"));
  EXPECT_EQ(running.spool.content("file-1"), file);
  client.send(
      "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
      "X-Keep: 1\r\n" +
      type + "\r\n" + chunks(form(file), 70'001));
  EXPECT_TRUE(client.read().body.ends_with("image/png,5000000,64"));
  EXPECT_EQ(running.spool.content("file-2"), file);
}

TEST(upload, the_body_itself_may_be_the_file) {
  Options options;
  options.piece_bytes = 200'000;
  Running running(options);
  Client client(running.port());
  const auto patch = [](std::string_view body, std::string_view more) {
    return "PATCH" + post("/piece", body, more).substr(4);
  };
  const std::string octets = "Content-Type: application/octet-stream\r\nX-Keep: 1\r\n";
  std::string piece(200'000, '\0');
  for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<char>(i * i % 251);
  EXPECT_EQ(client.send(patch(piece, octets)).read().body,
            "file=file-1,,,application/octet-stream,200000,64");
  EXPECT_EQ(running.spool.content("file-1"), piece);
  client.send("PATCH /piece HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + octets +
              "\r\n" + chunks(piece, 70'001));
  EXPECT_TRUE(client.read().body.starts_with("file=file-2,"));
  EXPECT_EQ(running.spool.content("file-2"), piece);
  // Any other body is text.
  EXPECT_EQ(client.send(patch("{}", "Content-Type: application/json\r\n")).read().body, "text={}");
  EXPECT_EQ(client.send(patch(piece + "x", octets)).read().status, 413);
  EXPECT_TRUE(client.sees_end());
  Client broken(running.port());
  broken.send(patch(piece, octets).substr(0, 100'000));
  broken.finish_sending();
  EXPECT_EQ(broken.read().status, 400);
  running.spool.fail_writes();
  Client unlucky(running.port());
  EXPECT_EQ(unlucky.send(patch(piece, octets)).read().status, 503);
  EXPECT_TRUE(running.spool.settles_at(2, 0));
}

TEST(upload, many_at_once) {
  Running running;
  const std::string file(400'000, 'f');
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<Client>(running.port()));
  const std::string text = post("/upload", form(file), type);
  for (auto& client : clients) client->send(text.substr(0, text.size() / 2));
  EXPECT_EQ(running.ask(get("/ping")).body, "pong");
  for (auto& client : clients) client->send(text.substr(text.size() / 2));
  for (auto& client : clients) EXPECT_EQ(client->read().status, 200);
  EXPECT_TRUE(running.spool.settles_at(0, 0));
}

// Many small chunks that come at once are much work; who came behind them does not wait for all.
TEST(upload, a_body_of_many_chunks_lets_others_go_in_between) {
  std::string body = chunks(form(std::string(300, 'a')), 1);
  body.replace(body.size() - 5, 5, "no chunk");
  for (const char* path : {"/echo", "/upload"}) {
    Running running;
    Client busy(running.port()), other(running.port()), stalling(running.port());
    busy.send("POST " + std::string(path) +
              " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
              "Expect: 100-continue\r\n" +
              type + "\r\n");
    EXPECT_EQ(busy.read().status, 100);
    EXPECT_EQ(other.send(get("/ping")).read().body, "pong");
    std::promise<void> begun, over;
    running.application.stall = [&] {
      begun.set_value();
      over.get_future().wait();
    };
    stalling.send(get("/stall"));
    begun.get_future().wait();
    busy.send(body);
    other.send(get("/seen/word"));
    over.set_value();
    EXPECT_EQ(busy.read().status, 400);
    EXPECT_EQ(other.read().status, 200);
    running.stop_and_join();
    const std::vector<std::string> order = {"/ping", "/stall", "/seen/word", path};
    EXPECT_EQ(running.application.heard, order);
  }
}

TEST(upload, limits_of_the_body_and_of_the_file) {
  Options options;
  options.multipart_body_bytes = 400'000;
  options.upload_file_bytes = 300'000;
  Running running(options);
  const std::string head = "POST /upload HTTP/1.1\r\nHost: a\r\n" + type;
  // From the length alone; the invitation never comes.
  const std::string waiting = "Expect: 100-continue\r\nContent-Length: 400001\r\n\r\n";
  EXPECT_EQ(running.ask(head + waiting).status, 413);
  EXPECT_EQ(running.ask(post("/upload", form(std::string(300'001, 'x')), type)).status, 413);
  EXPECT_EQ(running
                .ask(head + "Transfer-Encoding: chunked\r\n\r\n" +
                     chunks(form(std::string(450'000, 'x')), 9'000))
                .status,
            413);
  EXPECT_EQ(running.ask(post("/upload", form(std::string(300'000, 'x')), type)).status, 200);
  EXPECT_TRUE(running.spool.settles_at(0, 0));
  EXPECT_EQ(running.application.asked, 1);
}

// Bytes count as they arrive, until the answer, over all connections; one sender has half of what
// there is at most.
TEST(upload, bytes_in_flight_are_limited) {
  Options options;
  options.uploads_in_flight_bytes = 300'000;
  Running running(options);
  const std::string body = form(std::string(120'000, 'x'));
  const std::string whole = post("/upload", body, type + "Expect: 100-continue\r\n");
  const std::string head = whole.substr(0, whole.size() - body.size());
  // What was announced alone keeps nobody out.
  Client announcing(running.port());
  EXPECT_EQ(announcing.send(head).read().status, 100);
  EXPECT_EQ(running.ask(post("/upload", body, type)).status, 200);
  const auto begin = [&](Client& client) {
    EXPECT_EQ(client.send(head).read().status, 100);
    client.send(body.substr(0, 100'000));
    // Not to be had whole any more: refused before it is sent.
    while (running.ask(head).status == 100) continue;
  };
  auto first = std::make_unique<Client>(running.port());
  begin(*first);
  const Answer refused = running.ask(head);
  EXPECT_EQ(refused.status, 503);
  EXPECT_TRUE(refused.body.starts_with("busy /upload"));
  EXPECT_EQ(refused.headers.at("retry-after"), "5");
  EXPECT_EQ(refused.headers.at("connection"), "close");
  // Nor when it turns out on the way.
  const std::string chunked =
      "POST /upload HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + type + "\r\n";
  EXPECT_EQ(running.ask(chunked + chunks(body, 9'000)).status, 503);
  EXPECT_EQ(announcing.send(body).read().status, 503);
  EXPECT_EQ(running.ask(chunked + chunks(form(std::string(30'000, 'x')), 9'000)).status, 200);
  EXPECT_EQ(running.ask(post("/echo", "text is not counted")).body, "text is not counted");
  // Given back with the answer, on the same connection too.
  EXPECT_EQ(first->send(body.substr(100'000)).read().status, 200);
  EXPECT_EQ(first->send(post("/upload", body, type)).read().status, 200);
  // Given back by a connection that ends in the middle.
  begin(*first);
  first.reset();
  while (running.ask(post("/upload", body, type)).status == 503) continue;
  EXPECT_TRUE(running.spool.settles_at(0, 0));
}

// What is not yet on disk counts among the memory of all requests; one sender has half of that.
TEST(upload, what_stalls_in_memory_is_limited) {
  Options options;
  options.texts_in_flight_bytes = 400'000;
  Running running(options);
  const std::string body = form(std::string(300'000, 'x'));
  const std::string whole = post("/upload", body, type + "Expect: 100-continue\r\n");
  const std::string head = whole.substr(0, whole.size() - body.size());
  std::vector<std::unique_ptr<Client>> clients;
  const auto refused = [&] { return running.server->counters().answers[5] != 0; };
  while (!refused() && clients.size() < 50) {
    clients.push_back(std::make_unique<Client>(running.port()));
    if (clients.back()->send(head).read().status == 100)
      clients.back()->send(body.substr(0, 60'000));
  }
  ASSERT_TRUE(refused());
  EXPECT_EQ(running.ask(post("/echo", "small")).body, "small");
  Client other(running.port(), "127.0.0.2");
  EXPECT_EQ(other.send(post("/upload", body, type)).read().status, 200);
  clients.clear();
  while (running.ask(post("/upload", body, type)).status == 503) continue;
  EXPECT_TRUE(running.spool.settles_at(0, 0));
}

TEST(upload, refused_bodies_leave_nothing) {
  Running running;
  const std::string again = "--XX\r\nContent-Disposition: form-data; name=\"nonce\"\r\n\r\nn2\r\n";
  EXPECT_EQ(running.ask(post("/upload", form("PNG", again), type)).status, 400);
  const std::string unbounded = "Content-Type: multipart/form-data\r\n";
  EXPECT_EQ(running.ask(post("/upload", form("PNG"), unbounded)).status, 400);
  const std::string whole = form(std::string(300'000, 'x'));
  EXPECT_EQ(running.ask(post("/upload", whole.substr(0, whole.size() - 30), type)).status, 400);
  Client client(running.port());
  client.send(post("/upload", whole, type).substr(0, 280'000));
  client.finish_sending();
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(running.spool.settles_at(0, 0));
  EXPECT_EQ(running.application.asked, 0);
}

TEST(upload, a_full_disk_is_503) {
  Running running;
  running.spool.fail_writes();
  EXPECT_EQ(running.ask(post("/upload", form("PNG"), type)).status, 503);
  EXPECT_EQ(running.ask(post("/upload", form(std::string(500'000, 'x')), type)).status, 503);
  EXPECT_TRUE(running.spool.settles_at(0, 0));
}

TEST(upload, a_multipart_row_takes_text_too_and_a_text_row_takes_no_file) {
  Running running;
  const std::string json = "Content-Type: application/json\r\n";
  EXPECT_EQ(running.ask(post("/upload", "{}", json)).body, "text={}");
  const std::string body = form("PNG");
  EXPECT_EQ(running.ask(post("/echo", body, type)).body, body);
  EXPECT_TRUE(running.spool.settles_at(0, 0));
}

}  // namespace
}  // namespace limen::http::testing
