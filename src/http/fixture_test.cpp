// The application, spool and client of fixture_test.hpp. The application echoes enough for a test
// to see what http understood. It is no example of how to write one.
#include "http/fixture_test.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <system_error>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "http/answer.hpp"

namespace limen::http::testing {
namespace {

constexpr int patience_ms = 8000;
constexpr auto patience = std::chrono::milliseconds{patience_ms};

}  // namespace

const std::string built_in(500'000, 'i');

Client::Client(std::uint16_t port, const char* from) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, from, &address.sin_addr);
  if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "bind");
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
}

Client::~Client() { ::close(socket_); }

Client& Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return *this;
}

void Client::finish_sending() { ::shutdown(socket_, SHUT_WR); }

bool Client::hears_within(int milliseconds) {
  pollfd wait{socket_, POLLIN, 0};
  return !buffer_.empty() || ::poll(&wait, 1, milliseconds) == 1;
}

bool Client::fill() {
  pollfd wait{socket_, POLLIN, 0};
  if (::poll(&wait, 1, patience_ms) != 1) {
    ADD_FAILURE() << "the server stays silent";
    return false;
  }
  char bytes[16384];
  const ssize_t got = ::recv(socket_, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

Answer Client::read(Body body) {
  Answer answer;
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return answer;
  std::string head = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 4);
  answer.status = std::stoi(head.substr(9, 3));
  head.erase(0, head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::size_t line = head.find("\r\n");
    const std::size_t colon = head.find(": ");
    answer.headers[lower_ascii(head.substr(0, colon))] = head.substr(colon + 2, line - colon - 2);
    head.erase(0, line + 2);
  }
  if (body == Body::none || !answer.has("content-length")) return answer;
  const std::size_t size = std::stoul(answer.headers["content-length"]);
  while (buffer_.size() < size)
    if (!fill()) return {};
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

bool Client::sees_end() { return buffer_.empty() && !fill() && buffer_.empty(); }

bool Client::hears(std::string_view text) {
  std::size_t at = 0;
  while ((at = buffer_.find(text)) == std::string::npos)
    if (!fill()) return false;
  buffer_.erase(0, at + text.size());
  return true;
}

std::string Client::read_all() {
  while (fill()) continue;
  return buffer_;
}

class MemoryFile final : public SpoolFile {
 public:
  explicit MemoryFile(MemorySpool& spool) : spool_(spool) {
    const std::lock_guard lock(spool_.mutex_);
    ++spool_.open_;
  }
  ~MemoryFile() override {
    const std::lock_guard lock(spool_.mutex_);
    --spool_.open_;
    spool_.changed_.notify_all();
  }
  void write(BytesView bytes) override {
    if (spool_.fails_) throw std::system_error(ENOSPC, std::generic_category(), "write");
    content_.append(as_text(bytes));
  }
  Spooled finish() override {
    const std::lock_guard lock(spool_.mutex_);
    const std::string name = "file-" + std::to_string(++spool_.next_);
    spool_.files_[name] = content_;
    spool_.changed_.notify_all();
    return {"/spool/" + name, name, Bytes(32, 7)};
  }

 private:
  MemorySpool& spool_;
  std::string content_;
};

std::unique_ptr<SpoolFile> MemorySpool::create() { return std::make_unique<MemoryFile>(*this); }

void MemorySpool::remove(const std::string& name) noexcept {
  const std::lock_guard lock(mutex_);
  files_.erase(name);
  changed_.notify_all();
}

std::string MemorySpool::content(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto it = files_.find(name);
  return it == files_.end() ? "" : it->second;
}

bool MemorySpool::settles_at(std::size_t finished, std::size_t unfinished) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience,
                           [&] { return files_.size() == finished && open_ == unfinished; });
}

TestApplication::~TestApplication() {
  for (auto& thread : threads_) thread.join();
}

std::vector<const Route*> TestApplication::routes() {
  static const Route rows[] = {
      {"GET", "/ping", Access::reads, Body::none},
      {"GET", "/seen/{word}", Access::reads, Body::none},
      {"GET", "/slow", Access::reads, Body::none},
      {"GET", "/thread", Access::reads, Body::none},
      {"GET", "/stall", Access::reads, Body::none},
      {"GET", "/busy", Access::reads, Body::none},
      {"POST", "/busy", Access::writes, Body::text},
      {"GET", "/throw", Access::reads, Body::none},
      {"GET", "/big", Access::reads, Body::none},
      {"GET", "/built-in", Access::reads, Body::none},
      {"GET", "/empty", Access::reads, Body::none},
      {"GET", "/own-headers", Access::reads, Body::none},
      {"GET", "/topic/{name}", Access::reads, Body::none},
      {"GET", "/held/{status}", Access::reads, Body::none, std::chrono::milliseconds{200}},
      {"POST", "/echo", Access::writes, Body::text},
      {"DELETE", "/echo", Access::writes, Body::none},
      {"POST", "/upload", Access::writes, Body::multipart},
      {"PATCH", "/piece", Access::writes, Body::octets},
  };
  std::vector<const Route*> all;
  for (const Route& row : rows) all.push_back(&row);
  return all;
}

namespace {

Response describe_upload(const Request& request) {
  Response response;
  for (const auto& [name, value] : request.fields) response.body += name + "=" + value + ";";
  if (const auto& file = request.file) {
    response.body += "file=" + file->name + "," + file->field + "," + file->client_name + "," +
                     file->media_type + "," + std::to_string(file->bytes) + "," +
                     std::to_string(file->head.size());
    response.keep_file = request.header("x-keep").has_value();
  }
  if (!request.body.empty()) response.body += "text=" + request.body;
  return response;
}

Response describe(const Route& route, const Request& request) {
  Response response;
  response.headers.emplace_back("Content-Type", "text/plain");
  const std::string_view path = route.path;
  if (path == "/echo") response.body = request.body;
  if (path == "/ping") response.body = "pong";
  if (path == "/seen/{word}")
    response.body = request.params.at("word") + "|" + request.path + "|" + request.query + "|" +
                    std::string(request.header("host").value_or("-")) + "|" + request.peer + "|" +
                    std::to_string(request.body.size());
  if (path == "/big") response.body = std::string(3'000'000, 'b');
  if (path == "/built-in") response.built_in = built_in;
  if (path == "/topic/{name}") return stream_of(request.params.at("name"));
  if (path == "/empty") response.status = 204;
  if (path == "/held/{status}") response.status = std::stoi(request.params.at("status"));
  if (path == "/own-headers")
    response.headers = {{"Cache-Control", "max-age=60"},
                        {"Content-Length", "99"},
                        {"X-Split", "a\r\nInjected: 1"},
                        {"X-Fine", "yes"}};
  return response;
}

}  // namespace

bool TestApplication::answer(const Route& route, const Request& request, Done done) {
  ++asked;
  heard.push_back(request.path);
  const std::string_view path = route.path;
  if (path == "/busy") return false;
  if (path == "/stall") stall();
  if (path == "/throw") throw std::runtime_error("the application broke");
  if (path == "/slow") {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(&request, std::move(done));
    changed_.notify_all();
    return true;
  }
  if (path == "/thread") {
    threads_.emplace_back([done = std::move(done)] { done({200, {}, "from a thread"}); });
    return true;
  }
  done(path == "/upload" || path == "/piece" ? describe_upload(request) : describe(route, request));
  return true;
}

// Most statuses are 400 here, so that a test sees which ones http insists on.
Response TestApplication::word(const Problem& problem, const Request& request) {
  heard.push_back(request.path);
  Response response;
  response.status = problem.code == codes::no_route       ? 404
                    : problem.code == codes::wrong_method ? 405
                                                          : 400;
  response.headers.emplace_back("Content-Type", "text/plain");
  response.body = std::string(problem.code) + " " + request.path + " " + problem.detail;
  return response;
}

bool TestApplication::has_waiting(std::size_t count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [&] { return waiting_.size() >= count; });
}

const Request* TestApplication::waiting_request() {
  const std::lock_guard lock(mutex_);
  return waiting_.front().first;
}

void TestApplication::release(std::size_t count) {
  const std::lock_guard lock(mutex_);
  while (count-- > 0 && !waiting_.empty()) {
    waiting_.front().second({200, {}, "slow"});
    waiting_.erase(waiting_.begin());
  }
}

Running::Running(Options options) {
  options.port = 0;
  server = std::make_unique<Server>(options, TestApplication::routes(), application, spool,
                                    [n = 0]() mutable { return "id-" + std::to_string(++n); });
  thread_ = std::thread([this] { server->run(); });
}

Running::~Running() {
  application.release();
  stop_and_join();
}

void Running::stop_and_join() {
  if (server) server->stop();
  if (thread_.joinable()) thread_.join();
}

Answer Running::ask(std::string_view bytes) {
  Client client(port());
  client.send(bytes);
  return client.read();
}

std::string get(std::string_view path, std::string_view more_headers) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(more_headers) +
         "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view more_headers) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(more_headers) + "\r\n" + std::string(body);
}

}  // namespace limen::http::testing
