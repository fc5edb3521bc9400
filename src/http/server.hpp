// The HTTP/1.1 server: owns the loop thread, the listening sockets, the file lane and every
// connection. It knows bytes, limits and routes; it does not know what any route means.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.hpp"
#include "http/forwarded.hpp"
#include "http/route.hpp"
#include "http/spool.hpp"

namespace limen::http {

struct Tls {
  std::filesystem::path certificate_chain;  // PEM
  std::filesystem::path private_key;        // PEM
};

// Every limit starts at its default of base/limits.hpp; a configuration may change each.
struct Options {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;  // 0 picks one
  std::optional<Tls> tls;
  Proxies proxies;
  std::size_t request_line_bytes = limits::request_line_bytes;
  std::size_t header_block_bytes = limits::header_block_bytes;
  std::size_t header_fields = limits::header_fields;
  std::size_t text_body_bytes = limits::json_body_bytes;
  std::size_t upload_file_bytes = limits::upload_file_bytes;
  std::size_t multipart_body_bytes = limits::multipart_body_bytes;
  std::size_t piece_bytes = limits::piece_bytes;
  std::size_t uploads_in_flight_bytes = limits::uploads_in_flight_bytes;
  std::size_t texts_in_flight_bytes = limits::texts_in_flight_bytes;
  std::size_t body_rate_bytes_per_s = limits::body_rate_bytes_per_s;
  std::size_t connections = limits::connections;
  std::chrono::milliseconds header_time = limits::header_time;
  std::chrono::milliseconds body_gap_time = limits::body_gap_time;
  std::chrono::milliseconds body_grace_time = limits::body_grace_time;
  std::chrono::milliseconds write_time = limits::write_time;
  std::chrono::milliseconds idle_time = limits::idle_time;
  std::chrono::milliseconds drain_time = limits::drain_time;
  std::size_t streams = limits::streams;
  std::size_t streams_of_topic = limits::streams_of_topic;
  std::chrono::milliseconds stream_beat_time = limits::stream_beat_time;
  std::chrono::milliseconds stream_time = limits::stream_time;
};

// How many files of uploads may be open at once: each has been a batch in memory first.
std::size_t upload_files(const Options& options);

// Monotonic counters for /metrics. Read from any thread.
struct Counters {
  std::atomic<std::uint64_t> accepted{0}, refused_connections{0}, open{0}, requests{0}, timeouts{0};
  std::atomic<std::uint64_t> answers[6]{};  // by status class: [2] counts 2xx
  std::atomic<std::uint64_t>
      seconds_bucket[12]{};  // request duration, upper bounds in duration_bounds
  std::atomic<std::uint64_t> duration_us{0};
  std::atomic<std::uint64_t> streams_open{0}, streams{0}, streams_refused{0}, events{0};
};
constexpr double duration_bounds[11] = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                        0.05,   0.1,   0.25,   1.0,   5.0};

class Server {
 public:
  // Opens the socket; throws std::system_error when the address or the certificate cannot be used.
  // `routes`, `application` and `spool` must outlive the server. `request_ids` yields unique ids;
  // called on the loop thread.
  Server(Options options, std::vector<const Route*> routes, Application& application, Spool& spool,
         std::function<std::string()> request_ids);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  const Counters& counters() const;

  // Serves until stop(); call from one thread, which becomes the loop thread.
  void run();
  // Stops accepting, lets answers in hand leave (at most drain_time), then run() returns. Any
  // thread.
  void stop();
  // Reads the certificate and key again for new connections; keeps the old ones when they cannot be
  // read and says so in the log. Any thread.
  void reload_tls();
  // Tells every stream about `topic`, or every stream there is, that something has changed. Any
  // thread; takes no memory, waits for nothing, never fails.
  void publish(std::string_view topic) noexcept;
  void publish_all() noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace limen::http
