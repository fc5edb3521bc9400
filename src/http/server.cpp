// The life of the server: open, run, sweep deadlines, drain, end. Everything happens on the loop
// thread; stop() and reload_tls() only post to it.
#include "http/server.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <system_error>

#include "base/log.hpp"
#include "http/connection.hpp"
#include "http/core.hpp"
#include "http/listener.hpp"

namespace limen::http {
namespace {

// Deadlines are looked at this often: a quarter of the shortest, so that none is overdrawn by much.
std::chrono::milliseconds sweep_interval(const Options& options) {
  const auto shortest =
      std::min({options.header_time, options.body_gap_time, options.body_grace_time,
                options.write_time, options.idle_time, options.drain_time});
  return std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

// What ends the listener but a stop ends the server: run() throws it.
void end_with(std::exception_ptr problem) {
  if (problem) std::rethrow_exception(problem);
}

}  // namespace

class Server::Impl {
 public:
  Impl(Options options, const std::vector<const Route*>& routes, Application& application,
       Spool& spool, std::function<std::string()> request_ids)
      : core_(std::move(options), routes, application, spool, std::move(request_ids)),
        listener_(core_),
        timer_(core_.loop.get_executor()),
        interval_(sweep_interval(core_.options)) {
    if (core_.options.tls) core_.tls = load_tls(*core_.options.tls);
    core_.on_empty = [this] {
      if (core_.phase == Phase::draining) timer_.cancel();
    };
  }
  ~Impl() { core_.on_empty = nullptr; }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::uint16_t port() const { return listener_.port(); }
  const Counters& counters() const { return core_.counters; }

  void run() {
    asio::co_spawn(core_.loop.get_executor(), listener_.listen(), end_with);
    schedule();
    core_.loop.run();
  }

  void stop() {
    asio::post(core_.loop.get_executor(), [this] { drain(); });
  }

  void reload_tls() {
    if (!core_.options.tls) return;
    try {
      TlsContext fresh = load_tls(*core_.options.tls);
      asio::post(core_.loop.get_executor(),
                 [this, fresh = std::move(fresh)]() mutable { core_.tls = std::move(fresh); });
      log::Line(log::Level::info, "tls_reloaded");
    } catch (const std::system_error& error) {
      log::Line(log::Level::error, "tls_kept").with("what", error.what());
    }
  }

 private:
  void schedule() {
    timer_.expires_after(interval_);
    timer_.async_wait([this](const Error& error) {
      if (!error) sweep();
    });
  }

  void sweep() {
    // The timer may have gone off just before it was to be cancelled: then this call comes late.
    if (core_.phase == Phase::draining && core_.connections.empty()) return;
    const Tick now = tick_now();
    const bool is_over = core_.phase == Phase::draining && now >= drain_end_;
    // Neither call ends a connection here and now: its coroutine hears of it later.
    for (Connection* connection : core_.connections) {
      if (is_over) connection->abort();
      else connection->sweep(now);
    }
    schedule();
  }

  void drain() {
    if (core_.phase == Phase::draining) return;
    core_.phase = Phase::draining;
    drain_end_ = tick_now() + core_.options.drain_time;
    listener_.close();
    for (Connection* connection : core_.connections) connection->drain();
    if (core_.connections.empty()) timer_.cancel();
  }

  Core core_;
  Listener listener_;
  Timer timer_;
  std::chrono::milliseconds interval_;
  Tick drain_end_{};
};

Server::Server(Options options, std::vector<const Route*> routes, Application& application,
               Spool& spool, std::function<std::string()> request_ids)
    : impl_(std::make_unique<Impl>(std::move(options), routes, application, spool,
                                   std::move(request_ids))) {}

Server::~Server() = default;

std::uint16_t Server::port() const { return impl_->port(); }
const Counters& Server::counters() const { return impl_->counters(); }
void Server::run() { impl_->run(); }
void Server::stop() { impl_->stop(); }
void Server::reload_tls() { impl_->reload_tls(); }

}  // namespace limen::http
