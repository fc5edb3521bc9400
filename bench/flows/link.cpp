// Plain non-blocking sockets: the load must cost less than what it loads.
#include "link.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

namespace bench {
namespace {

constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::string_view length_field = "\r\nContent-Length: ";

}  // namespace

Link::~Link() {
  if (fd_ >= 0) ::close(fd_);
}

void Link::open(std::uint16_t port) {
  if (fd_ >= 0) ::close(fd_);
  out_.clear();
  in_.clear();
  sent_ = used_ = 0;
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::system_error(errno, std::generic_category(), "connect");
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
}

bool Link::send() {
  sent_ = 0;
  in_.erase(0, used_);
  used_ = 0;
  return resume();
}

bool Link::resume() {
  while (is_sending()) {
    const ssize_t size = ::send(fd_, out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (size < 0) return errno == EAGAIN || errno == EINTR;
    sent_ += static_cast<std::size_t>(size);
  }
  return true;
}

Got Link::receive(Answer& answer) {
  std::array<char, 16 * 1024> bytes;
  while (true) {
    const ssize_t size = ::recv(fd_, bytes.data(), bytes.size(), 0);
    if (size == 0) return Got::broken;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return errno == EAGAIN ? Got::nothing : Got::broken;
    in_.append(bytes.data(), static_cast<std::size_t>(size));
    const Got got = whole(answer);
    if (got != Got::nothing) return got;
  }
}

Got Link::whole(Answer& answer) {
  const std::string_view text(in_);
  const std::size_t end = text.find(head_end);
  if (end == std::string_view::npos) return Got::nothing;
  const std::string_view head = text.substr(0, end + 2);
  const auto number = [&](std::size_t from, auto& into) {
    return std::from_chars(head.data() + from, head.data() + head.size(), into).ec == std::errc{};
  };
  if (!head.starts_with("HTTP/1.1 ") || !number(9, answer.status)) return Got::broken;
  std::size_t length = 0;
  const std::size_t field = head.find(length_field);
  const bool has_length = field != std::string_view::npos;
  if (has_length && !number(field + length_field.size(), length)) return Got::broken;
  const std::size_t size = end + head_end.size() + length;
  if (text.size() < size) return Got::nothing;
  if (text.size() > size) return Got::broken;  // nothing more was asked for
  answer.body = text.substr(end + head_end.size(), length);
  used_ = size;
  return Got::answer;
}

}  // namespace bench
