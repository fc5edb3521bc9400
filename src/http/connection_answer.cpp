// How a connection asks the application and turns its answer into bytes, counters and one log line.
#include <algorithm>

#include "base/log.hpp"
#include "http/connection.hpp"

namespace limen::http {
namespace {

constexpr std::size_t copied_body_bytes = 16 * 1024;  // bigger bodies are sent from where they are
constexpr std::size_t logged_path_bytes = 256;
constexpr std::size_t logged_method_bytes = 16;

constexpr auto stream_retry_after = std::chrono::seconds{5};
constexpr auto stream_look_time = std::chrono::seconds{1};  // for readers that have gone

// Counts itself while it lives, however its coroutine ends.
struct Counted {
  explicit Counted(std::atomic<std::uint64_t>& number) : count(number) { count.fetch_add(1); }
  ~Counted() { count.fetch_sub(1); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  std::atomic<std::uint64_t>& count;
};

Refusal ours(int status, std::string_view code, std::string note) {
  Refusal refused = refusal(status, code, {}, After::close);
  refused.problem.fault = Fault::unavailable;
  refused.problem.note = std::move(note);
  return refused;
}

std::size_t duration_bucket(std::chrono::microseconds taken) {
  const double seconds = std::chrono::duration<double>(taken).count();
  const auto it = std::lower_bound(std::begin(duration_bounds), std::end(duration_bounds), seconds);
  return static_cast<std::size_t>(it - std::begin(duration_bounds));
}

}  // namespace

// Puts the question. False when the application did not take it; then the refusal has been written.
bool Connection::ask() {
  const std::uint64_t round = exchange_->open();
  try {
    const bool is_taken = core_.application.answer(*route_, exchange_->request,
                                                   [exchange = exchange_, round](Response answer) {
                                                     exchange->complete(round, std::move(answer));
                                                   });
    if (is_taken) return true;
    exchange_->withdraw();
    Refusal busy = ours(503, codes::busy, {});
    busy.after = After::keep;
    busy.problem.retry_after = std::chrono::seconds{1};
    drop_file();
    refuse(busy);
  } catch (const std::exception& error) {
    if (!exchange_->withdraw()) return true;  // it answered before it threw
    drop_file();
    refuse(ours(500, codes::internal, error.what()));
  }
  return false;
}

void Connection::refuse(const Refusal& refused) {
  const Request& request = exchange_->request;
  Response response;
  response.status = refused.status;
  try {
    response = core_.application.word(refused.problem, request);
  } catch (const std::exception& error) {
    log::Line(log::Level::error, "refusal_unworded").with("what", error.what());
  }
  if (refused.status != 0) response.status = refused.status;
  const auto lacks = [&response](std::string_view wanted) {
    return std::none_of(response.headers.begin(), response.headers.end(),
                        [&](const auto& header) { return header.first == wanted; });
  };
  // RFC 9110 section 15.5.6: "The origin server MUST generate an Allow header field in a 405
  // response".
  if (response.status == 405 && lacks("Allow"))
    response.headers.emplace_back("Allow", refused.problem.detail);
  if (refused.problem.retry_after && lacks("Retry-After"))
    response.headers.emplace_back("Retry-After",
                                  std::to_string(refused.problem.retry_after->count()));
  if (!refused.problem.note.empty())
    log::Line(log::Level::error, "request_failed")
        .with("id", request.id)
        .with("code", refused.problem.code)
        .with("what", refused.problem.note);
  respond(std::move(response), refused.after);
}

// Appends the answer to what is to be sent and settles whether the connection goes on.
void Connection::respond(Response response, After after) {
  if (response.status < 200 || response.status > 599) response.status = 500;
  if (after == After::close || core_.phase == Phase::draining) keeps_alive_ = false;
  const bool is_stream = !response.topic.empty();
  if (is_stream) keeps_alive_ = false;
  const Persistence persistence = is_stream                            ? Persistence::until_close
                                  : !keeps_alive_                      ? Persistence::close
                                  : head_.version == Version::http_1_0 ? Persistence::keep_announced
                                                                       : Persistence::keep;
  const Request& request = exchange_->request;
  // RFC 6797 section 7.2: never over a transport that is not secure.
  if (transport_.is_tls())
    response.headers.emplace_back("Strict-Transport-Security",
                                  "max-age=31536000; includeSubDomains");
  append_head(out_, response, request.id, core_.date.at(wall_now()), persistence);
  // RFC 9110 section 9.3.2: the answer to HEAD ends with the head, whatever its length says.
  const bool has_body = may_have_body(response.status) && request.method != "HEAD";
  record(response.status, has_body ? response.content().size() : 0);
  if (!has_body) return;
  if (response.content().size() <= copied_body_bytes) {
    out_ += response.content();
    return;
  }
  tail_ = response.built_in;
  if (tail_.empty()) tail_ = kept_ = std::move(response.body);
}

// An answer that goes on. The signal that brought the answer now says that there is something to
// do: news, a sign of life, an end.
Task<void> Connection::stream() {
  Counters& counters = core_.counters;
  constexpr auto relaxed = std::memory_order_relaxed;
  if (exchange_->request.method == "HEAD") {
    respond(std::move(exchange_->response), After::close);
    co_return;
  }
  if (!seat_.take(exchange_->response.topic)) {
    counters.streams_refused.fetch_add(1, relaxed);
    Refusal busy = ours(503, codes::busy, {});
    busy.after = After::keep;
    busy.problem.retry_after = stream_retry_after;
    refuse(busy);
    co_return;
  }
  const Counted open(counters.streams_open);
  counters.streams.fetch_add(1, relaxed);
  exchange_->response.body.clear();
  respond(std::move(exchange_->response), After::close);
  out_ += changed_event;  // what happened before there was a seat was not heard
  exchange_->request = Request();
  in_.relax();
  forget();
  stage_ = Stage::stream;
  const Tick end = tick_now() + core_.options.stream_time;
  Tick beat = tick_now() + core_.options.stream_beat_time;
  while (true) {
    co_await flush();  // a reader too slow for this is given up
    const Tick now = tick_now();
    const bool is_over = now >= end || core_.phase == Phase::draining;
    if (is_broken_ || is_over || transport_.is_peer_gone()) break;
    look_ = std::min({end, beat, now + stream_look_time});
    co_await exchange_->answered.wait();
    exchange_->answered.arm();  // before what it announces is looked at
    if (seat_.take_news()) {
      counters.events.fetch_add(1, relaxed);
      out_ += changed_event;
    } else if (tick_now() >= beat) {
      out_ += still_there;
    }
    if (!out_.empty()) beat = tick_now() + core_.options.stream_beat_time;
  }
  seat_.leave();
}

void Connection::drop_file() {
  auto& file = exchange_->request.file;
  if (!file) return;
  core_.lane.submit(sender(), [&spool = core_.spool, name = file->name] { spool.remove(name); });
  file.reset();
}

void Connection::record(int status, std::size_t bytes) {
  const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(tick_now() - begun_);
  constexpr auto relaxed = std::memory_order_relaxed;
  Counters& counters = core_.counters;
  counters.requests.fetch_add(1, relaxed);
  counters.answers[status / 100].fetch_add(1, relaxed);
  counters.seconds_bucket[duration_bucket(taken)].fetch_add(1, relaxed);
  counters.duration_us.fetch_add(static_cast<std::uint64_t>(taken.count()), relaxed);
  const Request& request = exchange_->request;
  const std::string_view path = route_ ? route_->path : std::string_view(request.path);
  log::Line(log::Level::info, "request")
      .with("id", request.id)
      .with("method", std::string_view(request.method).substr(0, logged_method_bytes))
      .with("path", path.substr(0, logged_path_bytes))
      .with("status", std::int64_t{status})
      .with("bytes", static_cast<std::int64_t>(bytes))
      .with("duration_us", std::int64_t{taken.count()})
      .with("peer", request.peer);
}

}  // namespace limen::http
