// Over the limit a connection is closed at once: a refusal that costs nothing is the only one that
// works against a flood.
#include "http/listener.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <system_error>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace limen::http {
namespace {

constexpr int backlog = 4096;
// Then others have their turn: a crowd that comes at once must not be everything the loop does.
constexpr std::size_t accepted_at_once = 16;
constexpr auto pause_after_error = std::chrono::milliseconds{50};

// The kernel takes no more of an answer while so much of it has not left: a crowd that does not
// read would be given megabytes each, copied in one turn of the loop. What is under way to a peer
// that reads is not limited by it.
constexpr int unsent_bytes = 32 * 1024;

void require(const Error& error, const char* what) {
  if (error) throw std::system_error(static_cast<std::error_code>(error), what);
}

// Owns the connection for as long as it talks, and its place among all connections.
Task<void> converse(std::shared_ptr<Connection> connection, std::unique_ptr<Budget::Share>) {
  co_await connection->converse();
}

}  // namespace

Listener::Listener(Core& core)
    : core_(core), acceptor_(core.loop.get_executor()), pause_(core.loop.get_executor()) {
  Error error;
  const auto address = asio::ip::make_address(core.options.address, error);
  require(error, "the listening address is not an IP address");
  const Tcp::endpoint endpoint(address, core.options.port);
  acceptor_.open(endpoint.protocol(), error);
  require(error, "no socket");
  acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
  // Accepted sockets inherit it. Best effort: without it the kernel holds more.
  ::setsockopt(acceptor_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent_bytes,
               sizeof unsent_bytes);
  acceptor_.bind(endpoint, error);
  require(error, "the listening address cannot be bound");
  acceptor_.listen(backlog, error);
  require(error, "the listening address cannot be listened on");
  acceptor_.non_blocking(true, error);
  port_ = acceptor_.local_endpoint().port();
}

// No memory for one connection is no reason to be deaf to the next; twice in a row it is better to
// end than to live on deaf.
Task<void> Listener::listen() {
  struct Listening {  // ends with the coroutine, however that ends
    explicit Listening(bool& on) : is_on(on) { is_on = true; }
    ~Listening() { is_on = false; }
    bool& is_on;
  } const listening(core_.is_listening);
  bool has_thrown = false;
  while (core_.phase == Phase::serving) {
    try {
      co_await accept_one();
      has_thrown = false;
    } catch (const std::exception& problem) {
      if (has_thrown) throw;
      has_thrown = true;
      log::Line(log::Level::error, "accept_failed").with("what", problem.what());
    }
  }
}

// Waits first and accepts here: Asio's own waiting accept needs memory where nobody could catch.
Task<void> Listener::accept_one() {
  Socket socket(core_.loop.get_executor());
  Tcp::endpoint peer;
  Error error;
  auto token = asio::redirect_error(awaiting, error);
  error = asio::error::would_block;
  if (in_a_row_ < accepted_at_once) acceptor_.accept(socket, peer, error);
  if (!error) {
    ++in_a_row_;
    admit(std::move(socket), peer);
    co_return;
  }
  in_a_row_ = 0;
  if (error == asio::error::would_block) {
    co_await acceptor_.async_wait(Acceptor::wait_read, token);
    co_return;
  }
  if (core_.phase != Phase::serving) co_return;
  // Out of descriptors, or the peer left already. The first would repeat at once, so breathe.
  log::Line(log::Level::warning, "accept_failed").with("what", error.message());
  pause_.expires_after(pause_after_error);
  co_await pause_.async_wait(token);
}

void Listener::admit(Socket socket, const Tcp::endpoint& peer) {
  constexpr auto relaxed = std::memory_order_relaxed;
  if (core_.connections.size() >= core_.options.connections) {
    core_.counters.refused_connections.fetch_add(1, relaxed);
    return;
  }
  try {
    const Address from = parse_address(peer.address().to_string()).value_or(Address{});
    std::string name = to_string(from);
    std::unique_ptr<Budget::Share> place;
    // A proxy of ours speaks for many.
    if (!is_within(from, core_.options.proxies.trusted)) {
      place = std::make_unique<Budget::Share>(core_.places, from);
      if (!place->grow_to(1)) {
        core_.counters.refused_connections.fetch_add(1, relaxed);
        return;
      }
    }
    core_.counters.accepted.fetch_add(1, relaxed);
    auto connection = std::make_shared<Connection>(core_, std::move(socket), std::move(name));
    asio::co_spawn(core_.loop.get_executor(), converse(std::move(connection), std::move(place)),
                   asio::detached);
  } catch (const std::exception& error) {
    log::Line(log::Level::error, "connection_failed").with("what", error.what());
  }
}

void Listener::close() {
  Error error;
  try {
    while (acceptor_.is_open()) {
      Socket socket(core_.loop.get_executor());
      Tcp::endpoint peer;
      acceptor_.accept(socket, peer, error);
      if (error) break;
      admit(std::move(socket), peer);
    }
  } catch (const std::exception& problem) {
    log::Line(log::Level::error, "accept_failed").with("what", problem.what());
  }
  acceptor_.close(error);
  pause_.cancel();
}

}  // namespace limen::http
