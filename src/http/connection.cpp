// The conversation: wait for a head, judge it, take the body, ask, answer, repeat. Bodies are taken
// in connection_body.cpp, answers made in connection_answer.cpp.
#include "http/connection.hpp"

#include <array>

#include "base/log.hpp"

namespace limen::http {
namespace {

// How long a closing connection is read from, so that the peer sees our last answer and not a
// reset.
constexpr auto linger_time = std::chrono::seconds{1};
constexpr std::size_t out_bytes_kept = 4 * 1024;
constexpr std::size_t corked_bytes = 8 * 1024;  // pipelined answers leave together up to here

// The part of a request line that a refusal needs to find its tongue: method and path, if they look
// like ones. For heads that are never parsed.
void guess_line(std::string_view buffered, Request& request) {
  constexpr std::size_t line_bytes = 512;
  const std::string_view line = buffered.substr(0, std::min(buffered.find('\r'), line_bytes));
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || space > 16) return;
  std::string_view path = line.substr(space + 1);
  path = path.substr(0, path.find_first_of(" ?#"));
  const auto is_plain = [](char c) { return c > 0x20 && c < 0x7F; };
  if (!path.starts_with('/') || !std::all_of(path.begin(), path.end(), is_plain)) return;
  const std::string_view method = line.substr(0, space);
  if (!std::all_of(method.begin(), method.end(), is_plain)) return;
  request.method = method;
  request.path = path;
}

}  // namespace

Connection::Connection(Core& core, Socket socket, std::string peer)
    : core_(core),
      transport_(std::move(socket), core.tls),
      peer_(std::move(peer)),
      exchange_(std::make_shared<Exchange>(core.loop.get_executor())),
      place_(core.turns, exchange_->answered),
      seat_(core.streams, exchange_->answered),
      entry_(core.enter(this)) {
  core_.counters.open.fetch_add(1, std::memory_order_relaxed);
}

Connection::~Connection() {
  log::flush();  // nobody is left to hear the answer, so nothing else would
  core_.counters.open.fetch_sub(1, std::memory_order_relaxed);
  core_.leave(entry_);
}

Task<void> Connection::converse() {
  // The one catch of this room: an outage (no memory, an application that throws) costs one
  // connection.
  try {
    co_await serve();
  } catch (const std::exception& error) {
    log::Line(log::Level::error, "connection_failed").with("what", error.what());
    if (stage_ != Stage::application) drop_file();
  }
}

Task<void> Connection::serve() {
  const Tick handshake_end = tick_now() + core_.options.header_time;
  const bool is_open = co_await transport_.handshake(handshake_end);
  if (!is_open) {
    if (transport_.has_expired()) core_.counters.timeouts.fetch_add(1, std::memory_order_relaxed);
    co_return;
  }
  bool goes_on = true;
  while (goes_on) {
    goes_on = co_await serve_one();
    // Asked before the answer leaves: what comes behind it is not pipelined.
    has_read_all_it_could_ = has_read_all_it_could_ && transport_.has_unread();
    // A tail goes out before the next answer is appended; so does more than one good write's worth.
    if (!tail_.empty() || out_.size() > corked_bytes) co_await flush();
  }
  co_await finish();
}

// One request and its answer. False when the conversation is over.
Task<bool> Connection::serve_one() {
  const bool has_head = co_await hear_head();
  if (!has_head) co_return false;
  begin();
  Refused refused = judge();
  // One answer a connection: nothing more is asked for a peer that does not take what it has.
  if (!refused && !flush_now()) co_await flush();
  if (is_broken_) co_return false;
  if (terms_.framing != Framing::none) {
    if (refused) co_await settle_body(*refused);
    else refused = co_await take_body();
  }
  if (refused) {
    refuse(*refused);
    forget();
    co_return keeps_alive_;
  }
  in_.relax();
  if (is_pipelined_) {
    const bool has_turn = co_await queue_up();
    if (!has_turn) co_return false;
  }
  const Tick asked = tick_now();
  if (!ask()) {
    place_.leave();
    forget();
    co_return keeps_alive_;
  }
  if (!exchange_->answered.is_set()) {
    stage_ = Stage::application;
    co_await flush();  // a 100 need not wait for the answer
    co_await exchange_->answered.wait();
  }
  place_.leave();
  const bool is_held = exchange_->response.status >= 400 && route_->refusal_time.count() > 0;
  if (is_held) co_await hold(asked + route_->refusal_time);
  if (is_aborted_) co_return false;
  if (!exchange_->response.keep_file) drop_file();
  exchange_->request.file.reset();
  if (!exchange_->response.topic.empty()) co_await stream();
  else respond(std::move(exchange_->response), After::keep);
  forget();
  co_return keeps_alive_;
}

// What the answered request held is free. A small one goes when the next begins.
void Connection::forget() {
  if (share_) {
    exchange_->request = Request();
    in_.relax();
  }
  share_.reset();
  share_of_uploads_.reset();
}

// Who pipelines goes to the back of the line after each answer. False when the server has ended.
Task<bool> Connection::queue_up() {
  if (!flush_now()) co_await flush();  // a turn waits for nobody's socket
  exchange_->answered.arm();
  if (place_.enter()) co_return true;
  stage_ = Stage::queued;
  co_await exchange_->answered.wait();
  if (is_aborted_) drop_file();
  co_return !is_aborted_;
}

// A steady clock's deadline and no random delay: averaging would take a random one out again.
Task<void> Connection::hold(Tick until) {
  if (tick_now() >= until || is_aborted_) co_return;
  stage_ = Stage::application;
  if (!flush_now()) co_await flush();
  Timer timer(core_.loop.get_executor(), until);
  Error error;
  auto token = asio::redirect_error(awaiting, error);
  co_await timer.async_wait(token);
}

// Until a whole head is buffered. False when none will come; what had to be said has been said.
Task<bool> Connection::hear_head() {
  const HeadLimits limits{core_.options.request_line_bytes, core_.options.header_block_bytes,
                          core_.options.header_fields};
  scan_.reset();
  HeadScan::State state = scan_.resume(in_.view(), limits);
  is_pipelined_ = !in_.view().empty() || has_read_all_it_could_;
  Tick begun = in_.view().empty() ? Tick::max() : tick_now();
  while (state == HeadScan::State::more) {
    if (const Refused refused = claim_memory(in_.view().size())) {
      begin();
      guess_line(in_.view(), exchange_->request);
      refuse(*refused);
      co_return false;
    }
    const Heard heard = co_await wait_for_head(begun);
    if (heard == Heard::expired && stage_ == Stage::head) {
      begin();
      guess_line(in_.view(), exchange_->request);
      core_.counters.timeouts.fetch_add(1, std::memory_order_relaxed);
      refuse(refusal(408, codes::too_slow, "The request did not arrive in time."));
    }
    if (heard != Heard::bytes) co_return false;
    if (begun == Tick::max()) begun = tick_now();
    state = scan_.resume(in_.view(), limits);
  }
  if (state == HeadScan::State::complete) co_return true;
  begin();
  guess_line(in_.view(), exchange_->request);
  refuse(scan_.why_bad());
  co_return false;
}

// Who else has something to do now does it first. Before an answer is sent: then one write takes
// the log's lines of all that have one.
Task<void> Connection::let_others_go() {
  exchange_->answered.arm();
  exchange_->answered.set();
  return exchange_->answered.wait();
}

// One read. Before the first byte of a request the connection is idle and may be ended at any time.
Task<Heard> Connection::wait_for_head(Tick begun) {
  if (!out_.empty()) co_await let_others_go();
  // First what is due: drain() may end an idle connection, and then no answer may be on its way.
  if (!flush_now()) co_await flush();
  const bool is_idle = begun == Tick::max();
  stage_ = is_idle ? Stage::idle : Stage::head;
  if (is_idle) {
    in_.relax();
    exchange_->request = Request();  // a big one must not outlive its answer
  }
  const bool is_last_look = is_idle && core_.phase == Phase::draining;
  if (is_last_look) co_return serve_last_words() ? Heard::bytes : Heard::interrupted;
  const Tick deadline =
      is_idle ? tick_now() + core_.options.idle_time : begun + core_.options.header_time;
  const Heard heard = co_await fill(1, deadline);
  if (heard == Heard::interrupted && !is_aborted_ && serve_last_words()) co_return Heard::bytes;
  co_return heard;
}

// A request that had arrived when the server began to drain is still served.
bool Connection::serve_last_words() {
  const Input::Space space = in_.prepare(1);
  const std::size_t size = transport_.read_now(space.data, space.size);
  in_.commit(size);
  return size != 0;
}

// Sends what is due, then reads once.
Task<Heard> Connection::fill(std::size_t least, Tick deadline) {
  if (!flush_now()) co_await flush();
  if (is_broken_) co_return Heard::ended;
  const Input::Space space = in_.prepare(least);
  const Transport::Read read = co_await transport_.read_some(space.data, space.size, deadline);
  in_.commit(read.size);
  has_read_all_it_could_ = read.size == space.size;
  co_return read.heard;
}

// What the kernel takes at once, which is nearly always everything. False when more is left. No
// byte of an answer leaves before its line is in the log.
bool Connection::flush_now() {
  if (out_.empty() || is_broken_) return true;
  if (sent_ == 0) {
    log::flush();
    sent_ = transport_.write_now(out_, tail_);
  }
  if (sent_ < out_.size() + tail_.size()) return false;
  out_.clear();
  tail_ = {};
  kept_ = std::string();
  sent_ = 0;
  if (out_.capacity() > out_bytes_kept) out_ = std::string();
  return true;
}

Task<void> Connection::flush() {
  const Tick begun = tick_now();
  const std::size_t sent_before = sent_;
  while (!flush_now()) {
    const std::string_view first = std::string_view(out_).substr(std::min(sent_, out_.size()));
    const std::string_view second = tail_.substr(sent_ - std::min(sent_, out_.size()));
    const Tick deadline =
        std::min(tick_now() + core_.options.write_time, due_after(begun, sent_ - sent_before));
    const std::size_t sent = co_await transport_.write_some(first, second, deadline);
    is_broken_ = sent == 0;
    if (is_broken_ && transport_.has_expired())
      core_.counters.timeouts.fetch_add(1, std::memory_order_relaxed);
    sent_ += sent;
  }
}

Task<void> Connection::finish() {
  // Idle: every answer has left and nothing is unread, so closing destroys nothing. TLS says
  // goodbye.
  const bool is_quiet = stage_ == Stage::idle && !transport_.is_tls();
  stage_ = Stage::closing;
  if (is_aborted_ || is_quiet) co_return;
  exchange_->request = Request();
  in_ = Input();
  co_await flush();
  const Tick deadline = tick_now() + linger_time;
  if (!is_broken_) co_await transport_.linger(deadline);
}

void Connection::drain() {
  // Mid-request connections see core_.phase when they answer.
  if (stage_ == Stage::idle) transport_.interrupt();
  else transport_.fill_kernel();
  if (stage_ == Stage::stream) exchange_->answered.set();
}

void Connection::look(Tick now) {
  if (stage_ == Stage::stream && now >= look_) exchange_->answered.set();
}

void Connection::abort() {
  is_aborted_ = true;
  is_broken_ = true;
  // Whoever is late finds the round closed; the request lives as long as they hold it.
  if (stage_ == Stage::application && exchange_->withdraw()) exchange_->answered.set();
  if (stage_ == Stage::queued || stage_ == Stage::stream) exchange_->answered.set();
  transport_.abort();
}

void Connection::begin() {
  stage_ = Stage::head;
  exchange_->request = Request();
  exchange_->request.id = core_.request_ids();
  exchange_->request.peer = peer_;
  head_ = Head();
  terms_ = Terms();
  route_ = nullptr;
  share_.reset();
  share_of_uploads_.reset();
  keeps_alive_ = false;  // until the head has proved well-formed
  begun_ = tick_now();
}

// Everything that can be said of a request before its body. The first refusal wins.
Connection::Refused Connection::judge() {
  Request& request = exchange_->request;
  const std::string_view buffered = in_.view();
  Refused refused = parse_head(scan_.head(buffered), request, head_);
  if (refused) guess_line(scan_.head(buffered), request);
  else request.peer = sender_of(request, peer_, core_.options.proxies);
  in_.consume(scan_.size());
  in_.relax();
  head_bytes_ = weigh_head();
  if (!refused) refused = claim_memory(head_bytes_);
  if (!refused) refused = judge_framing(request, head_.version, terms_);
  Terms no_body;
  if (refused) terms_ = no_body;  // nobody knows where it would end
  if (!refused) refused = judge_target(request, head_.version);
  if (refused) {
    // The refusal is worded in the tongue of the path, which judge_target may not have reached.
    const bool has_path = request.path.empty() && request.target.starts_with('/');
    if (has_path) request.path = request.target.substr(0, request.target.find_first_of("?#"));
    return refused;
  }
  // RFC 9112 section 9.3: HTTP/1.1 persists unless told otherwise, HTTP/1.0 only when asked to.
  keeps_alive_ =
      !head_.wants_close && (head_.version == Version::http_1_1 || head_.wants_keep_alive);
  refused = judge_wishes(request, head_.version, terms_);
  if (!refused) refused = find_route();
  return refused;
}

Connection::Refused Connection::find_route() {
  Request& request = exchange_->request;
  Match match = core_.router.find(request.method, request.path);
  // RFC 9110 section 9.3.8 lets TRACE echo credentials back; it is off everywhere.
  const bool is_trace = request.method == "TRACE";
  if (is_trace || match.found == Found::wrong_method) {
    Refusal refused = refusal(is_trace ? 405 : 0, codes::wrong_method, match.allow, After::keep);
    return refused;
  }
  switch (match.found) {
    case Found::row:
      route_ = match.route;
      request.params = std::move(match.params);
      return std::nullopt;
    case Found::bad_escape:
      return refusal(400, codes::malformed_request, "The path is not percent-encoded UTF-8.",
                     After::keep);
    case Found::no_route:
    case Found::wrong_method: break;
  }
  Refusal refused = refusal(0, codes::no_route, {}, After::keep);
  refused.problem.fault = Fault::absent;
  return refused;
}

}  // namespace limen::http
