// How a connection takes the body of a request: text into memory, a file through the file lane,
// anything unwanted nowhere. Every wait ends with the body gap, and the whole body must keep to a
// least average rate, so that no caller holds a connection by dripping.
#include <algorithm>

#include "http/connection.hpp"

namespace limen::http {
namespace {

constexpr std::size_t text_read_bytes = 4 * 1024;
constexpr std::size_t file_read_bytes = 16 * 1024;  // where more is there than for a text
constexpr auto busy_retry_after = std::chrono::seconds{5};

// So many runs of payload that have arrived are taken, then others have their turn.
constexpr std::size_t runs_at_once = 256;

// More than that of a request in memory counts among all requests', until the answer.
constexpr std::size_t uncounted_bytes = 4 * 1024;

std::optional<Refusal> too_many(const char* what) {
  Refusal refused = refusal(503, codes::busy, what);
  refused.problem.fault = Fault::unavailable;
  refused.problem.retry_after = busy_retry_after;
  return refused;
}
constexpr auto uploads_are_many = "Too many uploads are on their way.";
constexpr auto requests_are_many = "Too many requests are on their way.";

}  // namespace

Task<Connection::Refused> Connection::take_body() {
  const Request& request = exchange_->request;
  begin_body();
  const bool is_multipart =
      route_->body == Body::multipart && request.media_type() == "multipart/form-data";
  if (is_multipart) return take_multipart();
  const bool is_file =
      route_->body == Body::octets && request.media_type() == "application/octet-stream";
  if (is_file) return take_octets();
  return take_text(route_->body == Body::none ? Sink::nothing : Sink::text);
}

// RFC 9110 section 10.1.1: the 100 goes out before the final answer and only if the body is wanted;
// it "MAY be omitted" when some of the body has arrived.
void Connection::invite_body() {
  if (terms_.expectation == Expectation::proceed && in_.view().empty())
    out_ += "HTTP/1.1 100 Continue\r\n\r\n";
}

void Connection::begin_body() {
  stage_ = Stage::body;
  body_begun_ = tick_now();
  body_bytes_ = in_.view().size();
}

// When the next byte is due at the latest: every byte moved buys the time it costs at the rate.
Tick Connection::due_after(Tick begun, std::uint64_t bytes) const {
  const std::uint64_t rate = std::max<std::uint64_t>(core_.options.body_rate_bytes_per_s, 1);
  const auto bought = std::chrono::milliseconds{bytes * 1000 / rate};
  return begun + core_.options.body_grace_time + bought;
}

// Before a head has been read, whoever is at the other end.
Address Connection::sender() const {
  const std::string& name = exchange_->request.peer.empty() ? peer_ : exchange_->request.peer;
  return parse_address(name).value_or(Address{});
}

// What a head that has been read takes until the answer: its text, the target once more, a list of
// fields, and the room it came in where more came with it.
std::size_t Connection::weigh_head() const {
  const Request& request = exchange_->request;
  const std::size_t list = request.headers.capacity() * sizeof request.headers.front();
  const std::size_t room = in_.capacity() > Input::idle_bytes ? in_.capacity() : 0;
  return scan_.size() + request.target.size() + list + room;
}

// What an upload takes of memory: whatever has arrived and is not on disk, and the room for more.
std::uint64_t Connection::weigh(const Upload& upload) const {
  return head_bytes_ + in_.capacity() + arrived_ - upload.written();
}

// Of the memory that all requests may have.
Budget::Share& Connection::share_of_texts() {
  if (!share_) share_.emplace(core_.texts, sender());
  return *share_;
}

Connection::Refused Connection::claim_memory(std::size_t bytes) {
  if (bytes <= uncounted_bytes || share_of_texts().grow_to(bytes)) return std::nullopt;
  return too_many(requests_are_many);
}

// Reads once. A refusal when the body will not come.
Task<Connection::Refused> Connection::more_body(std::size_t least) {
  const Tick deadline =
      std::min(tick_now() + core_.options.body_gap_time, due_after(body_begun_, body_bytes_));
  const std::size_t before = in_.view().size();
  const Heard heard = co_await fill(least, deadline);
  body_bytes_ += in_.view().size() - before;
  Refused refused;
  if (heard == Heard::expired) {
    core_.counters.timeouts.fetch_add(1, std::memory_order_relaxed);
    refused = refusal(408, codes::too_slow, "The body did not arrive in time.");
  } else if (heard != Heard::bytes) {
    refused = malformed("The body is cut short.");
  }
  co_return refused;
}

Task<Connection::Refused> Connection::take_text(Sink sink) {
  BodyFraming framing(terms_, core_.options.text_body_bytes);
  Refused refused = framing.refuse_early();
  if (refused) co_return refused;
  // An announcement takes nothing, but what has no room is not worth reading.
  const std::uint64_t whole = head_bytes_ + framing.announced();
  if (sink == Sink::text && whole > uncounted_bytes && !share_of_texts().has_room(whole))
    co_return too_many(requests_are_many);
  invite_body();
  std::string& body = exchange_->request.body;
  for (std::size_t runs = 1; !framing.is_done(); ++runs) {
    if (in_.view().empty()) {
      const std::size_t least = terms_.framing == Framing::length
                                    ? std::min<std::size_t>(terms_.length, text_read_bytes)
                                    : text_read_bytes;
      refused = co_await more_body(least);
      if (refused) co_return refused;
    }
    const BodyFraming::Step step = framing.next(in_.view());
    if (sink == Sink::text) {
      refused = claim_memory(head_bytes_ + body.size() + step.payload.size());
      if (refused) co_return refused;
      body.append(step.payload);
    }
    in_.consume(step.consumed);
    if (framing.refused()) co_return framing.refused();
    if (runs % runs_at_once == 0) co_await let_others_go();
  }
  co_return refused;
}

// A refusal that leaves the connection usable must not leave the body in it. A client that waits
// for 100 will not send it, one that sends too much is not worth reading to the end: both close.
Task<void> Connection::settle_body(Refusal& refused) {
  if (refused.after == After::close) co_return;
  if (exchange_->request.count_headers("expect") > 0) {
    refused.after = After::close;
    co_return;
  }
  begin_body();
  const Refused unread = co_await take_text(Sink::nothing);
  if (unread) refused.after = After::close;
}

Task<Connection::Refused> Connection::take_multipart() {
  const std::string type(*exchange_->request.header("content-type"));
  const std::optional<std::string> boundary = multipart_boundary(type);
  if (!boundary) co_return malformed("The multipart boundary is missing or malformed.");
  const auto upload = std::make_shared<Upload>(core_.spool);
  MultipartLimits limits;
  limits.file_bytes = core_.options.upload_file_bytes;
  Multipart parser(*boundary, limits, *upload);
  const Push push = [&](std::string_view payload) { return parser.push(payload); };
  Refused refused = co_await take_file(core_.options.multipart_body_bytes, upload, push);
  if (!refused) refused = parser.finish();
  refused = co_await keep(upload, refused);
  co_return refused;
}

// The body is the file.
Task<Connection::Refused> Connection::take_octets() {
  const auto upload = std::make_shared<Upload>(core_.spool);
  FilePart part;
  part.media_type = exchange_->request.media_type();
  upload->file_begin(std::move(part));
  const Push push = [&](std::string_view payload) -> Refused {
    upload->file_bytes(payload);
    return std::nullopt;
  };
  Refused refused = co_await take_file(core_.options.piece_bytes, upload, push);
  refused = co_await keep(upload, refused);
  co_return refused;
}

// Takes a body of at most `limit` bytes into `upload`, run by run, by way of `push`. It counts
// among all that is on its way as it arrives, and in memory until it is on disk: an announcement
// costs its sender nothing, so it keeps nobody out. One that could not be taken whole as things
// stand is refused before it is sent.
Task<Connection::Refused> Connection::take_file(std::uint64_t limit, std::shared_ptr<Upload> upload,
                                                const Push& push) {
  BodyFraming framing(terms_, limit);
  Refused refused = framing.refuse_early();
  if (refused) co_return refused;
  Budget::Share& share = share_of_uploads_.emplace(core_.uploads, sender());
  arrived_ = 0;
  const std::uint64_t announced = framing.announced();
  const std::uint64_t at_once =
      head_bytes_ + std::min<std::uint64_t>(announced, Upload::batch_bytes + file_read_bytes);
  const bool has_room = share.has_room(scan_.size() + announced) &&  // the head is held as long
                        (at_once <= uncounted_bytes || share_of_texts().has_room(at_once));
  if (!has_room) co_return too_many(uploads_are_many);
  invite_body();
  for (std::size_t runs = 1; !framing.is_done() && !refused; ++runs) {
    const std::size_t least = has_read_all_it_could_ ? file_read_bytes : text_read_bytes;
    if (in_.view().empty()) refused = co_await more_body(least);
    if (refused) break;
    const BodyFraming::Step step = framing.next(in_.view());
    arrived_ += step.payload.size();
    if (!share.grow_to(scan_.size() + arrived_)) co_return too_many(uploads_are_many);
    refused = claim_memory(weigh(*upload));
    if (!refused) refused = push(step.payload);
    in_.consume(step.consumed);
    if (!refused) refused = framing.refused();
    if (!refused && upload->has_batch()) refused = co_await spool(upload, Upload::Step::write);
    if (runs % runs_at_once == 0) co_await let_others_go();
  }
  co_return refused;
}

// Ends an upload: the request has its file, or nobody has.
Task<Connection::Refused> Connection::keep(std::shared_ptr<Upload> upload, Refused refused) {
  if (!refused && upload->has_file()) refused = co_await spool(upload, Upload::Step::finish);
  if (!refused) {
    upload->deliver(exchange_->request);
    in_.relax();
    if (share_) share_->shrink_to(weigh(*upload));
    co_return refused;
  }
  if (upload->has_file()) {
    // Fire and forget: removing what was written blocks too.
    core_.lane.submit(sender(), [upload] { upload->run(Upload::Step::abandon); });
  }
  share_of_uploads_.reset();
  co_return refused;
}

// The blocking part, on the file lane; the loop serves others meanwhile.
Task<Connection::Refused> Connection::spool(const std::shared_ptr<Upload>& upload,
                                            Upload::Step step) {
  // Shared: the lane still holds the signal's lock when this coroutine is on its way again.
  const auto done = std::make_shared<Signal>(core_.loop.get_executor());
  core_.lane.submit(sender(), [upload, step, done] {
    upload->run(step);
    done->set();
  });
  const Tick begun = tick_now();
  co_await done->wait();
  body_begun_ += tick_now() - begun;  // the disk's time is not the caller's
  Refused refused;
  if (!upload->failure().empty()) {
    refused = refusal(503, codes::store_unavailable, "The file could not be stored.");
    refused->problem.fault = Fault::unavailable;
    refused->problem.note = upload->failure();
  }
  co_return refused;
}

}  // namespace limen::http
