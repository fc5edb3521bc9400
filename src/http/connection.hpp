// One connection: reads requests one after the other, asks the application, answers in order. It
// exists as one coroutine so that a conversation reads from top to bottom. What a request means,
// and which bytes are a request, is decided elsewhere. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/body_framing.hpp"
#include "http/budget.hpp"
#include "http/core.hpp"
#include "http/exchange.hpp"
#include "http/head.hpp"
#include "http/input.hpp"
#include "http/refusal.hpp"
#include "http/rules.hpp"
#include "http/transport.hpp"
#include "http/upload.hpp"

namespace limen::http {

class Connection {
 public:
  // `core` must outlive the connection.
  Connection(Core& core, Socket socket, std::string peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The whole conversation. Ends only by itself: by the peer, a deadline, drain() or abort().
  Task<void> converse();

  // What is looked at a few times a second: a stream goes on when it has something to do.
  void look(Tick now);
  // Ends the wait in progress when it is overdue, and says so.
  bool end_overdue(Tick now) { return transport_.end_overdue(now); }
  // The server is draining: ends now if no request is in hand, else after its answer.
  void drain();
  // The server waits no longer.
  void abort();

 private:
  // What the conversation waits for; it decides what drain() and a deadline mean.
  enum class Stage : std::uint8_t {
    opening,
    idle,
    head,
    body,
    queued,
    application,
    stream,
    closing
  };
  enum class Sink : std::uint8_t { text, nothing };
  using Refused = std::optional<Refusal>;

  Task<void> serve();
  Task<bool> serve_one();
  Task<bool> queue_up();
  Task<void> hold(Tick until);
  Task<bool> hear_head();
  Task<void> let_others_go();
  Task<Heard> wait_for_head(Tick begun);
  bool serve_last_words();
  Task<Heard> fill(std::size_t least, Tick deadline);
  Task<void> flush();
  bool flush_now();
  Task<void> finish();

  void begin();
  Refused judge();
  Refused find_route();

  Task<Refused> take_body();
  void begin_body();
  Task<Refused> take_text(Sink sink);
  Task<Refused> take_multipart();
  Task<Refused> take_octets();
  using Push = std::function<Refused(std::string_view)>;
  Task<Refused> take_file(std::uint64_t limit, std::shared_ptr<Upload> upload, const Push& push);
  Task<Refused> keep(std::shared_ptr<Upload> upload, Refused refused);
  Task<Refused> more_body(std::size_t least);
  Tick due_after(Tick begun, std::uint64_t bytes) const;
  Address sender() const;
  std::size_t weigh_head() const;
  std::uint64_t weigh(const Upload& upload) const;
  Budget::Share& share_of_texts();
  Refused claim_memory(std::size_t bytes);
  Task<void> settle_body(Refusal& refused);
  Task<Refused> spool(const std::shared_ptr<Upload>& upload, Upload::Step step);
  void invite_body();

  void forget();

  bool ask();
  void respond(Response response, After after);
  Task<void> stream();
  void refuse(const Refusal& refusal);
  void drop_file();
  void record(int status, std::size_t bytes);

  Core& core_;
  Transport transport_;
  const std::string peer_;
  std::shared_ptr<Exchange> exchange_;
  Turns::Place place_;
  Streams::Seat seat_;
  Input in_;
  HeadScan scan_;
  std::string out_;        // answers not yet sent
  std::string kept_;       // a big body that is not built in
  std::string_view tail_;  // a big body that follows out_, not copied into it
  std::size_t sent_ = 0;   // bytes of out_ and tail_ already sent
  Head head_;
  Terms terms_;
  const Route* route_ = nullptr;
  // Both until the answer: of the memory of all requests, and of the bytes of all uploads.
  std::optional<Budget::Share> share_, share_of_uploads_;
  std::size_t head_bytes_ = 0;  // of memory that the head takes until the answer
  Tick body_begun_{};
  std::uint64_t body_bytes_ = 0;  // received of the current body, framing included
  std::uint64_t arrived_ = 0;     // payload of the current upload
  Stage stage_ = Stage::opening;
  Tick look_ = Tick::max();             // when the stream has something to do at the latest
  Tick begun_{};                        // when the current request's head was complete
  bool has_read_all_it_could_ = false;  // so there may be more
  bool is_pipelined_ = false;           // sent before the last answer had left, as far as one sees
  bool keeps_alive_ = true;
  bool is_broken_ = false;  // nothing more can be sent
  bool is_aborted_ = false;
  const Roster<Connection>::Place entry_;  // last: it is visited from then on
};

}  // namespace limen::http
