// The listening socket: accepts, counts, and starts a conversation for each connection within the
// limit. Loop thread only.
#pragma once

#include "http/core.hpp"
#include "http/loop.hpp"

namespace limen::http {

class Listener {
 public:
  // Binds and listens; throws std::system_error when the address cannot be used.
  explicit Listener(Core& core);

  std::uint16_t port() const { return port_; }
  // Accepts until close(). Throws when there is no memory to go on; where Asio finds none, it ends
  // the coroutine without a word, and Core::is_listening tells.
  Task<void> listen();
  // Takes in the connections the kernel has already completed, then listens no more.
  void close();

 private:
  Task<void> accept_one();
  void admit(Socket socket, const Tcp::endpoint& peer);

  Core& core_;
  Acceptor acceptor_;
  Timer pause_;
  std::size_t in_a_row_ = 0;  // accepted since others had their turn
  std::uint16_t port_ = 0;
};

}  // namespace limen::http
