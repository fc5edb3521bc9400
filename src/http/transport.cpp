// Thin over Asio. Every awaited operation is a named call with named arguments (g++ 12).
#include "http/transport.hpp"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>

namespace limen::http {
namespace {

// Dropped while a connection closes: what a peer had on its way when it was refused.
constexpr std::size_t linger_bytes = 32 * 1024;

using Buffers = std::array<asio::const_buffer, 2>;

Buffers buffers_of(std::string_view first, std::string_view second) {
  return {asio::const_buffer(first.data(), first.size()),
          asio::const_buffer(second.data(), second.size())};
}

}  // namespace

Transport::Transport(Socket socket, TlsContext tls)
    : socket_(std::move(socket)), context_(std::move(tls)) {
  Error error;
  socket_.set_option(Tcp::no_delay(true), error);
  socket_.non_blocking(true, error);
  if (context_) tls_.emplace(socket_, *context_);
}

void Transport::arm(Tick deadline) {
  deadline_ = deadline;
  has_expired_ = false;
  is_interrupted_ = false;
}

Task<bool> Transport::handshake(Tick deadline) {
  if (!tls_) co_return true;
  arm(deadline);
  Error error;
  auto token = asio::redirect_error(awaiting, error);
  co_await tls_->async_handshake(asio::ssl::stream_base::server, token);
  deadline_ = Tick::max();
  co_return !error;
}

Task<Transport::Read> Transport::read_some(char* data, std::size_t size, Tick deadline) {
  arm(deadline);
  Error error;
  auto token = asio::redirect_error(awaiting, error);
  const asio::mutable_buffer buffer(data, size);
  std::size_t got = 0;
  if (tls_) got = co_await tls_->async_read_some(buffer, token);
  else got = co_await socket_.async_read_some(buffer, token);
  deadline_ = Tick::max();
  Read read{Heard::bytes, got};
  if (got == 0 || error) {
    read.heard = has_expired_      ? Heard::expired
                 : is_interrupted_ ? Heard::interrupted
                                   : Heard::ended;
    read.size = 0;
  }
  co_return read;
}

std::size_t Transport::read_now(char* data, std::size_t size) {
  if (tls_) return 0;
  Error error;
  const std::size_t got = socket_.read_some(asio::mutable_buffer(data, size), error);
  return error ? 0 : got;
}

bool Transport::has_unread() {
  if (tls_) {
    SSL* tls = tls_->native_handle();
    if (SSL_pending(tls) > 0 || BIO_pending(SSL_get_rbio(tls)) > 0) return true;
  }
  Error error;
  return socket_.available(error) != 0;
}

std::size_t Transport::write_now(std::string_view first, std::string_view second) {
  if (tls_) return 0;
  Error error;
  const std::size_t sent = second.empty() ? socket_.write_some(asio::buffer(first), error)
                                          : socket_.write_some(buffers_of(first, second), error);
  return error ? 0 : sent;  // a real error comes back from the write that waits
}

Task<std::size_t> Transport::write_some(std::string_view first, std::string_view second,
                                        Tick deadline) {
  arm(deadline);
  Error error;
  auto token = asio::redirect_error(awaiting, error);
  const Buffers buffers = buffers_of(first, second);
  std::size_t sent = 0;
  if (tls_) sent = co_await tls_->async_write_some(buffers, token);
  else sent = co_await socket_.async_write_some(buffers, token);
  deadline_ = Tick::max();
  co_return error ? 0 : sent;
}

Task<void> Transport::linger(Tick deadline) {
  arm(deadline);
  Error error;
  auto token = asio::redirect_error(awaiting, error);
  // RFC 8446 section 6.1: close_notify tells a truncated answer from a complete one.
  if (tls_) co_await tls_->async_shutdown(token);
  Error ignored;
  socket_.shutdown(Tcp::socket::shutdown_send, ignored);
  std::array<char, 4096> dropped;  // NOLINT: written before it is read, by the kernel
  const asio::mutable_buffer buffer(dropped.data(), dropped.size());
  error = {};
  std::size_t left = linger_bytes;
  while (!error && left != 0 && !has_expired_ && !is_interrupted_ && tick_now() < deadline) {
    const std::size_t got = co_await socket_.async_read_some(buffer, token);
    left -= std::min(left, got);
  }
  // A peer that goes on sending is not read from, nor cut off before it could see our answer.
  if (left == 0 && !has_expired_ && !is_interrupted_)
    co_await socket_.async_wait(Tcp::socket::wait_error, token);
  socket_.close(ignored);
}

bool Transport::is_peer_gone() {
  pollfd look{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&look, 1, 0) != 0;
}

void Transport::fill_kernel() {
  const int as_the_system = 0;
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &as_the_system,
               sizeof as_the_system);
}

bool Transport::end_overdue(Tick now) {
  if (now < deadline_) return false;
  // The deadline stays where it is: a TLS operation is several socket operations, and the cancel
  // may fall between two of them; then the next sweep cancels again.
  has_expired_ = true;
  Error error;
  socket_.cancel(error);
  return true;
}

void Transport::interrupt() {
  is_interrupted_ = true;
  Error error;
  socket_.cancel(error);
}

void Transport::abort() {
  is_interrupted_ = true;
  Error error;
  socket_.close(error);
}

}  // namespace limen::http
