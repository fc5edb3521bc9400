// For tests only: a Server on a free port with a small application, a spool in memory, and a client
// that speaks raw bytes, so that a test can send what no library would. Reads wait with a timeout,
// never by sleeping.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/server.hpp"

namespace limen::http::testing {

struct Answer {
  int status = 0;                              // 0: the connection ended first
  std::map<std::string, std::string> headers;  // names lower case
  std::string body;
  bool has(const std::string& name) const { return headers.contains(name); }
};

// Blocking, with a timeout of some seconds on every wait.
class Client {
 public:
  explicit Client(std::uint16_t port, const char* from = "127.0.0.1");
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Client& send(std::string_view bytes);  // a peer that closed early is no failure here
  void finish_sending();
  enum class Body : std::uint8_t { expected, none };  // none: an answer to HEAD
  Answer read(Body body = Body::expected);
  // True when the peer closes without another byte.
  bool sees_end();
  std::string read_all();
  // Reads up to and with `text`; false when the peer closes or falls silent first.
  bool hears(std::string_view text);
  // True once the peer has sent something or closed; waits at most that long.
  bool hears_within(int milliseconds);
  int descriptor() const { return socket_; }

 private:
  bool fill();
  int socket_;
  std::string buffer_;
};

class MemorySpool final : public Spool {
 public:
  std::unique_ptr<SpoolFile> create() override;
  void remove(const std::string& name) noexcept override;

  std::string content(const std::string& name) const;
  void fail_writes() { fails_ = true; }
  // Waits until the number of finished and unfinished files is that.
  bool settles_at(std::size_t finished, std::size_t unfinished) const;

 private:
  friend class MemoryFile;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::map<std::string, std::string> files_;
  std::size_t open_ = 0;
  std::size_t next_ = 0;
  std::atomic<bool> fails_{false};
};

// What the binary holds, as /built-in answers it.
extern const std::string built_in;

class TestApplication final : public Application {
 public:
  ~TestApplication() override;
  static std::vector<const Route*> routes();

  bool answer(const Route& route, const Request& request, Done done) override;
  Response word(const Problem& problem, const Request& request) override;

  // The requests to /slow that wait; the count is reached before this returns, or false.
  bool has_waiting(std::size_t count);
  void release(std::size_t count = 1000);
  const Request* waiting_request();

  std::atomic<int> asked{0};
  std::function<void()> stall;  // what /stall does, on the loop thread
  // The paths of requests that were asked or refused, in that order. For when the loop has ended.
  std::vector<std::string> heard;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<const Request*, Done>> waiting_;
  std::vector<std::thread> threads_;
};

class Running {
 public:
  explicit Running(Options options = {});
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  std::uint16_t port() const { return server->port(); }
  void stop_and_join();
  Answer ask(std::string_view bytes);  // on a connection of its own

  TestApplication application;
  MemorySpool spool;
  std::unique_ptr<Server> server;

 private:
  std::thread thread_;
};

std::string get(std::string_view path, std::string_view more_headers = {});
std::string post(std::string_view path, std::string_view body, std::string_view more_headers = {});

}  // namespace limen::http::testing
