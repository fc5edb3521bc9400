// The life of the server: open, run, sweep deadlines, drain, end. Everything happens on the loop
// thread; stop() and reload_tls() only post to it.
#include "http/server.hpp"

#include <algorithm>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <new>
#include <system_error>

#include "base/log.hpp"
#include "http/connection.hpp"
#include "http/core.hpp"
#include "http/handler_room.hpp"
#include "http/listener.hpp"

namespace limen::http {
namespace {

// Deadlines are looked at this often: a quarter of the shortest, so that none is overdrawn by much,
// but where a crowd is overdue.
std::chrono::milliseconds sweep_interval(const Options& options) {
  const auto shortest = std::min(
      {options.header_time, options.body_gap_time, options.body_grace_time, options.write_time,
       options.idle_time, options.drain_time, options.stream_beat_time, options.stream_time});
  return std::clamp(shortest / 4, std::chrono::milliseconds{5}, std::chrono::milliseconds{250});
}

// So many are looked at in a turn of the loop. A crowd that came together is overdue together: a
// few of it are ended, the rest in a later round, and the next turn is soon, but not before others
// had theirs.
constexpr std::size_t swept_at_once = 32, ended_at_once = 2;
constexpr auto until_next_few = std::chrono::milliseconds{1};

// What run() throws when the listener has ended and nobody has stopped it.
struct Deaf final : std::exception {
  const char* what() const noexcept override { return "no memory to accept connections"; }
};
void end_with(std::exception_ptr problem) {
  if (problem) throw Deaf();
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
    const log::MayWait lines;
    listen();
    bool is_over = false;
    while (!is_over) {
      if (!is_scheduled_) schedule(interval_);
      is_over = run_out();
    }
  }

  void publish(std::string_view topic) noexcept { core_.streams.publish(topic); }
  void publish_all() noexcept { core_.streams.publish_all(); }

  void stop() {
    const bool is_first = !is_stopping_.exchange(true);
    if (is_first) post_from(stop_room_, core_.loop.get_executor(), [this] { drain(); });
  }

  void reload_tls() {
    if (!core_.options.tls) return;
    try {
      TlsContext fresh = load_tls(*core_.options.tls);
      asio::post(core_.loop.get_executor(),
                 [this, fresh = std::move(fresh)]() mutable { core_.tls = std::move(fresh); });
      log::Line(log::Level::info, "tls_reloaded");
    } catch (const std::exception& error) {
      log::Line(log::Level::error, "tls_kept").with("what", error.what());
    }
  }

 private:
  void listen() { asio::co_spawn(core_.loop.get_executor(), listener_.listen(), end_with); }

  // False when there was no memory to begin an operation: Asio ends the coroutine that asked for
  // it, and with it a connection or the listener.
  bool run_out() {
    try {
      core_.loop.run();
      return true;
    } catch (const std::bad_alloc& error) {
      log::Line(log::Level::error, "connection_failed").with("what", error.what());
      return false;
    }
  }

  void schedule(std::chrono::microseconds pause) {
    timer_.expires_after(pause);
    const InRoom<void> memory(timer_room_);
    timer_.async_wait(asio::bind_allocator(memory, [this](const Error& error) {
      is_scheduled_ = false;
      if (!error) sweep();
    }));
    is_scheduled_ = true;
  }

  void sweep() {
    // The timer may have gone off just before it was to be cancelled: then this call comes late.
    if (core_.phase == Phase::draining && core_.connections.empty()) return;
    const Tick now = tick_now();
    const bool is_over = core_.phase == Phase::draining && now >= drain_end_;
    // Neither call ends a connection here and now: its coroutine hears of it later.
    if (is_over) core_.connections.each([](Connection* one) { one->abort(); });
    const bool is_crowd = !is_over && look(now);
    if (core_.phase == Phase::serving && !core_.is_listening) listen();
    // One round of all of them in an interval.
    const auto parts = static_cast<std::int64_t>(core_.connections.size() / swept_at_once + 1);
    std::chrono::microseconds pause = std::chrono::microseconds(interval_) / parts;
    if (is_crowd) pause = std::min<std::chrono::microseconds>(pause, until_next_few);
    schedule(pause);
  }

  // Whether there were so many to end that the others have to wait. Whoever stops waits for all.
  bool look(Tick now) {
    const std::size_t most = core_.phase == Phase::draining ? swept_at_once : ended_at_once;
    std::size_t ended = 0;
    core_.connections.some(swept_at_once, [&](Connection* one) {
      one->look(now);
      if (ended < most && one->end_overdue(now)) ++ended;
    });
    return ended == most;
  }

  void drain() {
    if (core_.phase == Phase::draining) return;
    core_.phase = Phase::draining;
    drain_end_ = tick_now() + core_.options.drain_time;
    listener_.close();
    core_.connections.each([](Connection* one) { one->drain(); });
    if (core_.connections.empty()) timer_.cancel();
  }

  Core core_;
  Listener listener_;
  Timer timer_;
  std::chrono::milliseconds interval_;
  bool is_scheduled_ = false;
  Tick drain_end_{};
  std::atomic<bool> is_stopping_{false};
  HandlerRoom stop_room_, timer_room_;
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
void Server::publish(std::string_view topic) noexcept { impl_->publish(topic); }
void Server::publish_all() noexcept { impl_->publish_all(); }

}  // namespace limen::http
