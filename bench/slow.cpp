// slow: thousands of connections that are in no hurry, against a server of ours on loopback, until
// it is told to stop. A fifth each trickles the head of a request, trickles a body, sends nearly
// the whole of either, says nothing, and asks for much but hardly reads. By themselves come those
// that send 125,000 bytes of a photograph and stall. Whoever is thrown out comes back. A flood is
// not slow: it asks, leaves before the answer and comes back twice a second.
// bench/overload measures meanwhile what that does to others; this program measures nothing.
//   slow PORT CONNECTIONS KIND PATH   KIND: mixed, head, body, full, idle, unread, upload, flood
// PATH is what those ask for that hardly read: the bigger the better.
// Prints "ready" once all have been opened, and at SIGTERM or SIGINT one line of JSON.
#include <arpa/inet.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

enum Kind : unsigned char { head, body, full, idle, unread, upload, flood, kinds };
constexpr std::array<std::string_view, kinds> names = {"head",   "body",   "full", "idle",
                                                       "unread", "upload", "flood"};
constexpr std::size_t mixed_kinds = upload;  // those before it

// Each connection does its little once a turn.
constexpr std::chrono::milliseconds turn_of_slow{2000}, turn_of_flood{500};
constexpr int parts = 1000;  // of a turn: the load must not come in bursts
// Loopback addresses they come from: one address has too few ports, and is no crowd.
constexpr unsigned addresses = 50;

volatile std::sig_atomic_t is_over = 0;
void stop(int) { is_over = 1; }

struct Slow {
  int fd = -1;
  Kind kind = idle;
  std::size_t sent = 0;  // of its beginning
};

struct Counts {
  unsigned long long opened = 0, thrown_out = 0, refused = 0;
  unsigned long long late_turns = 0;  // by more than a part: the crowd was slower than it should
};

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

std::string path = "/skills";

const std::string& beginning(Kind kind, unsigned number) {
  static const std::string text =
      "POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 60000\r\n\r\n{\"client_id\":\"";
  static const std::string picture =
      "POST /steps/0/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3000000\r\n"
      "Content-Type: multipart/form-data; boundary=slow\r\n\r\n--slow\r\n"
      "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" +
      std::string(125'000, 'a');
  static const std::array<std::string, kinds> texts = {
      "POST /v1/onboarding-token HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", text,
      text + std::string(59'000, 'a'), "",
      // Enough answers to fill the window and the server's buffer, and no flood of questions.
      repeated("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 40), picture,
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"};
  static const std::string whole_head = texts[head] + std::string(15'000, 'a');
  return kind == full && number / mixed_kinds % 2 == 0 ? whole_head : texts[kind];
}

void open(Slow& slow, unsigned number, in_port_t port, Counts& counts) {
  if (slow.fd >= 0) ::close(slow.fd);
  slow.sent = 0;
  slow.fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (slow.fd < 0) {
    std::perror("slow: socket");
    std::exit(1);
  }
  const int small = 4096;
  if (slow.kind == unread) ::setsockopt(slow.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 256 + number % addresses);
  if (::bind(slow.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) ++counts.refused;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  const int code = ::connect(slow.fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  if (code != 0 && errno != EINPROGRESS) ++counts.refused;
  ++counts.opened;
}

// False when the server has ended the connection.
bool is_alive(const Slow& slow) {
  std::array<char, 4096> bytes;
  // Half-read: a few bytes a turn, so that it is slow and not silent. Others read what there is.
  const std::size_t most = slow.kind == unread ? 16 : bytes.size();
  ssize_t size = 0;
  do size = ::recv(slow.fd, bytes.data(), most, MSG_DONTWAIT);
  while (size > 0 && slow.kind != unread);
  return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

// Closes so that no port waits for stragglers: 20,000 a second would soon have used up all.
bool ask_and_leave(const Slow& slow) {
  const std::string& text = beginning(flood, 0);
  (void)!::send(slow.fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  const linger at_once{1, 0};
  ::setsockopt(slow.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  return false;
}

bool trickle(Slow& slow, unsigned number) {
  if (slow.kind == flood) return ask_and_leave(slow);
  if (!is_alive(slow)) return false;
  const bool adds = slow.kind == head || slow.kind == body;
  std::string_view text = std::string_view(beginning(slow.kind, number)).substr(slow.sent);
  const bool has_begun = text.empty();
  if (has_begun && adds) text = "a";
  if (text.empty()) return true;
  const ssize_t size = ::send(slow.fd, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (size > 0 && !has_begun) slow.sent += static_cast<std::size_t>(size);
  return size > 0 || errno == EAGAIN || errno == EINTR;
}

int run(in_port_t port, std::size_t count, std::string_view wanted) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  std::vector<Slow> all(count);
  Counts counts;
  for (std::size_t i = 0; i < count; ++i) {
    all[i].kind = static_cast<Kind>(i % mixed_kinds);
    for (std::size_t k = 0; k < kinds; ++k)
      if (names[k] == wanted) all[i].kind = static_cast<Kind>(k);
  }
  const auto turn = wanted == names[flood] ? turn_of_flood : turn_of_slow;
  auto next = std::chrono::steady_clock::now();
  for (int part = 0, turns = 0; is_over == 0; part = (part + 1) % parts) {
    for (std::size_t i = static_cast<std::size_t>(part); i < count; i += parts) {
      Slow& slow = all[i];
      const bool is_open = slow.fd >= 0 && trickle(slow, static_cast<unsigned>(i));
      if (is_open) continue;
      if (slow.fd >= 0 && slow.kind != flood) ++counts.thrown_out;
      open(slow, static_cast<unsigned>(i), port, counts);
    }
    // A connection's beginning goes out one turn after it was opened.
    if (part == parts - 1 && ++turns == 2) std::puts("ready"), std::fflush(stdout);
    next += std::chrono::microseconds(turn) / parts;
    if (part == parts - 1 && std::chrono::steady_clock::now() > next) ++counts.late_turns;
    std::this_thread::sleep_until(next);
  }
  std::printf("{\"opened\":%llu,\"thrown_out\":%llu,\"refused\":%llu,\"late_turns\":%llu}\n",
              counts.opened, counts.thrown_out, counts.refused, counts.late_turns);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5)
    return std::fputs(
               "usage: slow PORT CONNECTIONS mixed|head|body|full|idle|unread|upload|flood PATH\n",
               stderr),
           2;
  path = argv[4];
  std::signal(SIGTERM, stop);
  std::signal(SIGINT, stop);
  return run(static_cast<in_port_t>(std::atoi(argv[1])),
             static_cast<std::size_t>(std::atoll(argv[2])), argv[3]);
}
