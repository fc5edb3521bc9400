// One HTTP POST through libcurl: what is sent, and what came back, as far as it is looked at.
// Nothing is followed, no proxy of the environment is asked, and where the line may lead is decided
// at every connection, by the address it is about to be made to. What a status means is its
// callers'.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/network.hpp"
#include "base/time.hpp"

namespace limen::outbox {

class CurlHandle;

struct PostOptions {
  std::string ca_file{};  // PEM; empty: the system's
  Millis connect_time = std::chrono::seconds{5};
  Millis total_time = std::chrono::seconds{30};  // of one call, everything
  // Reading more of an answer ends it. Only the body of a 200 is kept.
  std::size_t answer_bytes = 16 * 1024;
  // Asked before each connection; none: anywhere.
  std::function<bool(const Address&)> may_reach{};
};

struct PostReply {
  long status = 0;     // 0: none came
  std::string body{};  // of a whole answer of 200
  // Of any status but 200, and where its answer did not come whole: "timeout", "status 503".
  // Nothing the other side wrote.
  std::string why{};
  std::optional<Seconds> wait{};  // of 429 and 503: it said how long (Retry-After)
};

// The headers of a JSON body signed as Standard Webhooks has it (seal/webhook.hpp).
std::vector<std::string> signed_headers(const std::string& id, Time at,
                                        const std::string& signature);

// Used by one thread at a time. Throws only for what is ours to mend: no libcurl, no memory.
class Post {
 public:
  explicit Post(PostOptions options);
  ~Post();
  // `url` is http or https. `headers` are whole lines; Content-Type is among them.
  PostReply send(const std::string& url, const std::vector<std::string>& headers,
                 const std::string& body);

 private:
  void open();

  const PostOptions options_;
  bool was_kept_away_ = false;  // by may_reach, in this call
  std::unique_ptr<CurlHandle> line_;
};

}  // namespace limen::outbox
