// The bytes of one connection, plain or TLS, each wait under one deadline. There is no timer per
// operation: the server sweeps all transports a few times a second and cancels the overdue ones.
// It knows nothing of HTTP. Loop thread only.
#pragma once

#include <boost/asio/ssl/stream.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/clock.hpp"
#include "http/loop.hpp"
#include "http/tls.hpp"

namespace limen::http {

enum class Heard : std::uint8_t {
  bytes,
  ended,        // the peer finished, or the connection broke
  expired,      // the deadline passed
  interrupted,  // interrupt() was called
};

class Transport {
 public:
  Transport(Socket socket, TlsContext tls);

  // False when the peer does not complete it in time.
  Task<bool> handshake(Tick deadline);

  struct Read {
    Heard heard;
    std::size_t size;
  };
  Task<Read> read_some(char* data, std::size_t size, Tick deadline);
  // What has arrived already, without waiting; 0 when nothing has, and always with TLS.
  std::size_t read_now(char* data, std::size_t size);

  // Whether something has arrived that was not read.
  bool has_unread();

  // Sends what the kernel takes without waiting and says how much; 0 with TLS. Both views go in one
  // call.
  std::size_t write_now(std::string_view first, std::string_view second);
  // Waits until at least one byte went; 0 when the connection is of no more use.
  Task<std::size_t> write_some(std::string_view first, std::string_view second, Tick deadline);

  // RFC 9112 section 9.6: closes our direction, then reads and drops what the peer had on its way
  // until it closes too or `deadline`; closing both at once could destroy the answer on its way.
  // What a peer has on its way is bounded; one that sends more waits unread until `deadline`.
  Task<void> linger(Tick deadline);

  // Whether the peer has ended its direction or the connection is broken; reads nothing.
  bool is_peer_gone();
  // From now on the kernel takes as much of an answer as it has room for, however little of it has
  // left: it goes on sending when we are gone.
  void fill_kernel();

  bool end_overdue(Tick now);  // cancels the wait in progress when it is overdue, and says so
  void interrupt();            // cancels the wait in progress
  void abort();                // closes at once
  bool has_expired() const { return has_expired_; }
  bool is_tls() const { return tls_.has_value(); }

 private:
  void arm(Tick deadline);

  Socket socket_;
  TlsContext context_;
  std::optional<asio::ssl::stream<Socket&>> tls_;
  Tick deadline_ = Tick::max();
  bool has_expired_ = false;
  bool is_interrupted_ = false;
};

}  // namespace limen::http
