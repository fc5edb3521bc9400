// How libcurl is told, and what it hears.
#include "outbox/post.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <charconv>
#include <cstring>
#include <new>

#include "base/text.hpp"
#include "outbox/curl_library.hpp"

namespace limen::outbox {
namespace {

struct Heard {
  const CurlHandle& line;
  std::size_t most;
  std::string body{};
  std::size_t dropped = 0;
  std::optional<Seconds> wait{};
  long status() const { return line.number(CURLINFO_RESPONSE_CODE); }
};

std::size_t hear_body(char* data, std::size_t size, std::size_t count, void* target) {
  auto& heard = *static_cast<Heard*>(target);
  const std::size_t bytes = size * count;
  if (heard.body.size() + heard.dropped + bytes > heard.most) return 0;  // ends it
  if (heard.status() == 200) heard.body.append(data, bytes);
  else heard.dropped += bytes;
  return bytes;
}

// RFC 9110 section 10.2.3, in seconds; a date is taken for no word at all.
std::size_t hear_header(char* data, std::size_t size, std::size_t count, void* target) {
  constexpr std::string_view name = "retry-after:";
  const std::string_view line(data, size * count);
  if (line.size() > name.size() && equals_ignoring_case(line.substr(0, name.size()), name)) {
    std::string_view value = line.substr(name.size());
    value = trim(value.substr(0, value.find_first_of("\r\n")));
    std::int32_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    const bool is_whole = error == std::errc{} && end == value.data() + value.size();
    if (is_whole && seconds >= 0) static_cast<Heard*>(target)->wait = Seconds{seconds};
  }
  return line.size();
}

// Nothing for what is neither IPv4 nor IPv6.
std::optional<Address> address_of(const curl_sockaddr& peer) {
  Address out;
  if (peer.family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &peer.addr, sizeof six);
    std::memcpy(out.bytes.data(), &six.sin6_addr, out.bytes.size());
    return out;
  }
  if (peer.family != AF_INET) return std::nullopt;
  sockaddr_in four{};
  std::memcpy(&four, &peer.addr, sizeof four);
  out.bytes[10] = out.bytes[11] = 0xFF;
  std::memcpy(out.bytes.data() + 12, &four.sin_addr, 4);
  return out;
}

struct Gate {
  const std::function<bool(const Address&)>& may_reach;
  bool& was_kept_away;
};

// The name was resolved by now, so whatever it was resolved to a moment ago does not matter.
curl_socket_t open_socket(void* target, curlsocktype, curl_sockaddr* peer) {
  const auto& gate = *static_cast<const Gate*>(target);
  const auto address = address_of(*peer);
  if (!address || !gate.may_reach(*address)) {
    gate.was_kept_away = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(peer->family, peer->socktype | SOCK_CLOEXEC, peer->protocol);
}

using List = std::unique_ptr<curl_slist, decltype(CurlLibrary::slist_free_all)>;

List list_of(const CurlLibrary& curl, const std::vector<std::string>& lines) {
  List out(nullptr, curl.slist_free_all);
  for (const std::string& line : lines) {
    curl_slist* longer = curl.slist_append(out.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(out.release());
    out.reset(longer);
  }
  return out;
}

}  // namespace

std::vector<std::string> signed_headers(const std::string& id, Time at,
                                        const std::string& signature) {
  return {"webhook-id: " + id, "webhook-timestamp: " + std::to_string(to_unix(at)),
          "webhook-signature: " + signature, "Content-Type: application/json",
          "Expect:"};  // a round trip less
}

Post::Post(PostOptions options) : options_(std::move(options)) {}
Post::~Post() = default;

void Post::open() {
  line_ = std::make_unique<CurlHandle>(CurlPeer{.url = {},
                                                .protocols = "http,https",
                                                .ca_file = options_.ca_file,
                                                .connect_time = options_.connect_time,
                                                .total_time = options_.total_time});
  line_->set(CURLOPT_FOLLOWLOCATION, 0L);
  line_->set(CURLOPT_WRITEFUNCTION, &hear_body);
  line_->set(CURLOPT_HEADERFUNCTION, &hear_header);
  if (options_.may_reach) line_->set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
}

PostReply Post::send(const std::string& url, const std::vector<std::string>& headers,
                     const std::string& body) {
  if (line_ == nullptr) open();
  const List lines = list_of(line_->library(), headers);
  Heard heard{*line_, options_.answer_bytes};
  was_kept_away_ = false;
  Gate gate{options_.may_reach, was_kept_away_};
  line_->set(CURLOPT_URL, url.c_str());
  line_->set(CURLOPT_HTTPHEADER, lines.get());
  line_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  line_->set(CURLOPT_POSTFIELDS, body.data());
  line_->set(CURLOPT_WRITEDATA, &heard);
  line_->set(CURLOPT_HEADERDATA, &heard);
  line_->set(CURLOPT_OPENSOCKETDATA, &gate);
  const CURLcode code = line_->perform();
  line_->set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  line_->set(CURLOPT_POSTFIELDS, static_cast<const char*>(nullptr));
  PostReply out;
  const long status = heard.status();
  out.status = status;
  // Another status than 200 says all: how its body ended, or whether at all, does not matter.
  if (status > 200) {
    out.why = "status " + std::to_string(status);
    if (status == 429 || status == 503) out.wait = heard.wait;
    return out;
  }
  if (status == 200 && code == CURLE_OK) {
    out.body = std::move(heard.body);
    return out;
  }
  // One word for both, so that who registers addresses learns no names of this network.
  const bool is_unknown = code == CURLE_COULDNT_RESOLVE_HOST && options_.may_reach;
  out.why = was_kept_away_ || is_unknown       ? "not reachable"
            : code == CURLE_OPERATION_TIMEDOUT ? "timeout"
            : code == CURLE_OK                 ? "no status"
                                               : line_->library().strerror(code);
  return out;
}

}  // namespace limen::outbox
