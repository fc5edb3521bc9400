// One keep-alive connection to the server under test: sends a request, hands back the answer when
// it is whole. It reads exactly the HTTP that Limen writes (Content-Length, no chunks); anything
// else is a broken link. Not a client for other servers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

struct Answer {
  int status = 0;
  std::string_view body;  // valid until the next call of the link
};

enum class Got : std::uint8_t { nothing, answer, broken };

class Link {
 public:
  Link() = default;
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Connects (on loopback that takes no time) and forgets what was under way.
  void open(std::uint16_t port);
  int descriptor() const { return fd_; }
  // The buffer to write the next request into; send() sends it.
  std::string& request() { return out_; }
  // False when the peer has gone. What the kernel does not take at once is sent by resume().
  bool send();
  bool resume();
  bool is_sending() const { return sent_ < out_.size(); }
  Got receive(Answer& answer);

 private:
  Got whole(Answer& answer);

  int fd_ = -1;
  std::string out_, in_;
  std::size_t sent_ = 0, used_ = 0;  // used_: bytes of the answer that was handed out last
};

}  // namespace bench
