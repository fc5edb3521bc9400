// Assembly as in main/service.cpp, in the same order, without threads of its own. What a connection
// does with one message (http/connection.cpp) is done here by the same parsers in the same order.
#include "transcripts/house.hpp"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include <algorithm>
#include <future>
#include <stdexcept>

#include "base/problem_codes.hpp"
#include "evidence/look.hpp"
#include "http/body_framing.hpp"
#include "http/head.hpp"
#include "http/multipart.hpp"
#include "http/upload.hpp"
#include "main/application.hpp"
#include "main/dev.hpp"
#include "main/janitor.hpp"
#include "main/metrics.hpp"
#include "main/redraw.hpp"
#include "main/samples.hpp"
#include "main/uploads.hpp"

namespace limen::transcripts {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view first_moment = "2026-11-21T18:00:00.000Z";

// A P-256 key that is always the same and stands in no file: RFC 5915 around 32 digested bytes.
std::shared_ptr<const seal::SigningKey> signing_key(std::size_t number) {
  constexpr std::string_view before =
      "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
  const seal::Digest scalar = seal::sha256("transcripts: signing key " + std::to_string(number));
  const auto der = from_hex(std::string(before) + hex(scalar));
  const std::string label = "PRIVATE KEY-----\n";
  return seal::SigningKey::from_pem("-----BEGIN " + label + base64(*der) + "\n-----END " + label);
}

std::shared_ptr<const seal::Ed25519Key> receipt_key(std::size_t number) {
  return seal::Ed25519Key::from_seed(
      seal::sha256("transcripts: receipt key " + std::to_string(number)));
}

// One more key, the newest first; the older ones stay.
void add_signing_key(seal::SigningKeys& keys) {
  keys.keys.insert(keys.keys.begin(), signing_key(keys.keys.size() + 1));
}
void add_receipt_key(seal::SigningKeys& keys) {
  keys.receipt = receipt_key(keys.receipts.size() + 1);
  keys.receipts.insert(keys.receipts.begin(), keys.receipt->public_half());
}
std::shared_ptr<const seal::SigningKeys> first_keys() {
  auto keys = std::make_shared<seal::SigningKeys>();
  add_signing_key(*keys);
  add_receipt_key(*keys);
  return keys;
}

// As Connection's: method and path of a head that is never parsed, so that the refusal finds its
// tongue.
void guess_line(std::string_view head, http::Request& request) {
  const std::string_view line = head.substr(0, std::min<std::size_t>(head.find('\r'), 512));
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return;
  request.method = line.substr(0, space);
  const std::string_view target = line.substr(space + 1);
  request.path = target.substr(0, target.find_first_of(" ?#"));
}

// As Connection::keep.
std::optional<http::Refusal> finish(http::Upload& upload, http::Request& request) {
  if (upload.has_file()) upload.run(http::Upload::Step::finish);
  if (!upload.failure().empty()) throw std::runtime_error(upload.failure());
  upload.deliver(request);
  return std::nullopt;
}

std::string uuid_of(seal::Entropy& entropy) {
  Id id;
  entropy.fill(id.bytes);
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x40);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
  return to_string(id);
}

}  // namespace

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "limen-transcript-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

House::House() : House({{}, {}, 0, *parse_time(first_moment)}, {}, std::make_unique<Folder>()) {}

House::House(const Lease& lease, Decorate decorate) : House(lease, std::move(decorate), nullptr) {}

House::House(const Lease& lease, Decorate decorate, std::unique_ptr<Folder> own)
    : own_(std::move(own)),
      path_(own_ ? own_->path() : lease.folder),
      decorate_(std::move(decorate)),
      file_names_(3 * lease.asked + 1),
      mail_ids_(3 * lease.asked + 2),
      request_ids_(3 * lease.asked + 3),
      asked_(lease.asked),
      now_(lease.now),
      signing_(first_keys()),
      sealer_(seal::sha256("transcripts: root key")),
      codes_(sealer_.key_for("codes/ff1"), 9),
      enrolment_key_bits_(sealer_.key_for("enrolment/hs256")),
      enrolment_key_(enrolment_key_bits_),
      catalogue_(main::load_skills({})),
      blobs_(path_ / "uploads", file_names_),
      store_(store::Store::open(path_ / "limen.db", 1,
                                [this](const store::Touched& touched) {
                                  if (touched.rights) cache_.next_epoch();
                                })),
      inbox_(mail_ids_, [this] { return now_; }),
      routes_(doors::all_routes(true)) {
  settings_.base_url = settings_.issuer = base_url;
  settings_.is_dev = true;
  settings_.password_cost = {8, 1};
  outbox::WorkerOptions options;
  options.sender = {settings_.base_url, "noreply@limen.example", {}, {}};
  worker_ = std::make_unique<outbox::Worker>(
      outbox::Ports{[this](const auto& job) { return write(job); }, [this] { return now_; }},
      codes_, mail_ids_, inbox_, outbox::Templates::built_in(), std::move(options));
  std::vector<const http::Route*> rows;
  for (const auto& route : routes_) rows.push_back(&route);
  router_ = std::make_unique<http::Router>(rows);
  if (lease.signing) signing_ = lease.signing;
  credentials_ = lease.credentials;
  if (credentials_.empty()) make_organisations();
}

void House::make_organisations() {
  seeds_.begin(0);
  const bool is_made = write([this](onboard::Ledger& ledger) {
    with_desk(ledger, [this](doors::Desk& desk) {
      credentials_ = main::make_organisations(desk);
      json::object owners = credentials_;
      credentials_["operator"] = main::make_operator(desk);
      main::make_console_owners(desk, owners);
      for (const auto& [handle, with_owner] : owners) credentials_[handle] = with_owner;
    });
  });
  if (!is_made) throw std::runtime_error("the organisations could not be made");
}

House::~House() { store_->stop(); }

http::Response House::ask(std::string_view head, std::string_view body) {
  seeds_.begin(++asked_);
  http::Request request;
  request.id = uuid_of(request_ids_);
  request.peer = "192.0.2.1";
  const doors::Route* route = nullptr;
  http::Terms terms;
  auto refused = judge(request, head, route, terms);
  if (!refused && terms.framing != http::Framing::none)
    refused = take_body(request, *route, terms, body);
  http::Response response = refused ? word_refusal(*refused, request) : on_lane(*route, request);
  if (request.file && !response.keep_file) blobs_.remove(request.file->name);
  // RFC 9110 section 9.3.2: the answer to HEAD ends with the head.
  if (request.method == "HEAD") response.body.clear();
  deliver_letters();
  return response;
}

// As Connection::hear_head, Connection::judge and Connection::find_route.
std::optional<http::Refusal> House::judge(http::Request& request, std::string_view head,
                                          const doors::Route*& route, http::Terms& terms) {
  const http::Options options;
  http::HeadScan scan;
  const auto state = scan.resume(
      head, {options.request_line_bytes, options.header_block_bytes, options.header_fields});
  std::optional<http::Refusal> refused;
  http::Head facts;
  if (state == http::HeadScan::State::complete) refused = http::parse_head(head, request, facts);
  else refused = scan.why_bad();
  if (!refused) refused = http::judge_framing(request, facts.version, terms);
  if (!refused) refused = http::judge_target(request, facts.version);
  if (refused && request.path.empty()) guess_line(head, request);
  if (!refused) refused = http::judge_wishes(request, facts.version, terms);
  if (refused) return refused;
  http::Match match = router_->find(request.method, request.path);
  const bool is_trace = request.method == "TRACE";
  if (is_trace || match.found == http::Found::wrong_method)
    return http::refusal(is_trace ? 405 : 0, codes::wrong_method, match.allow, http::After::keep);
  if (match.found == http::Found::bad_escape)
    return http::refusal(400, codes::malformed_request, "The path is not percent-encoded UTF-8.",
                         http::After::keep);
  if (match.found == http::Found::no_route) {
    http::Refusal nothing = http::refusal(0, codes::no_route, {}, http::After::keep);
    nothing.problem.fault = Fault::absent;
    return nothing;
  }
  route = static_cast<const doors::Route*>(match.route);
  request.params = std::move(match.params);
  return std::nullopt;
}

// As Connection::take_body.
std::optional<http::Refusal> House::take_body(http::Request& request, const doors::Route& route,
                                              const http::Terms& terms, std::string_view body) {
  const bool is_multipart =
      route.body == http::Body::multipart && request.media_type() == "multipart/form-data";
  const http::Options options;
  const std::uint64_t most = is_multipart ? options.multipart_body_bytes : options.text_body_bytes;
  const bool is_file =
      route.body == http::Body::octets && request.media_type() == "application/octet-stream";
  if (auto refused = http::BodyFraming(terms, is_file ? options.piece_bytes : most).refuse_early())
    return refused;
  main::Uploads spool(blobs_);
  http::Upload upload(spool);
  if (is_file) {
    upload.file_begin({{}, {}, request.media_type()});
    upload.file_bytes(body);
    return finish(upload, request);
  }
  if (!is_multipart) {
    if (route.body != http::Body::none) request.body = body;
    return std::nullopt;
  }
  const auto boundary = http::multipart_boundary(*request.header("content-type"));
  if (!boundary) return http::malformed("The multipart boundary is missing or malformed.");
  http::MultipartLimits limits;
  limits.file_bytes = options.upload_file_bytes;
  http::Multipart parser(*boundary, limits, upload);
  auto refused = parser.push(body);
  if (!refused) refused = parser.finish();
  if (refused) return refused;
  return finish(upload, request);
}

// As Connection::refuse.
http::Response House::word_refusal(const http::Refusal& refusal, const http::Request& request) {
  http::Response response =
      doors::word(doors::tongue_of(request.path), refusal.problem, request, now_);
  if (refusal.status != 0) response.status = refusal.status;
  if (response.status == 405) doors::set_header(response, "Allow", refusal.problem.detail);
  return response;
}

// As main::Application from here on; that one asks the clock of the process.
void House::with_desk(onboard::Ledger& ledger, const OnDesk& job) {
  const auto signing = signing_;  // a job may rotate the keys it runs with
  doors::Desk desk{{decorate_ ? decorate_(ledger) : ledger,
                    {now_, seeds_},
                    sealer_,
                    codes_,
                    *signing,
                    enrolment_key_,
                    catalogue_,
                    settings_,
                    cache_,
                    blobs_,
                    &presence_,
                    engine_ ? &*engine_ : nullptr},
                   *this};
  job(desk);
}

void House::employ_engine() {
  const seal::Secret secret("whsec_" + base64(seal::sha256("transcripts: engine")));
  engine_ = onboard::Engine{seal::WebhookKey::read(secret), Seconds{180}, true, nullptr};
}

std::string House::check_of(std::string_view session) {
  std::optional<onboard::Check> check;
  write([&](onboard::Ledger& ledger) {
    if (const auto id = parse_id(session)) check = ledger.checks().check_of(*id);
  });
  if (!check) throw std::runtime_error("no engine was to look at that session");
  return to_string(check->id);
}

std::string House::engine_signature(std::string_view message, std::string_view body) const {
  if (!engine_) throw std::runtime_error("there is no engine");
  return engine_->key->sign(message, now_, body);
}

// The promise belongs to the job too: the lane may still be inside set_value when we have the
// value.
bool House::write(const std::function<void(onboard::Ledger&)>& job) {
  const auto done = std::make_shared<std::promise<bool>>();
  auto answer = done->get_future();
  store::Job work;
  work.run = [&](onboard::Ledger& ledger) { job(decorate_ ? decorate_(ledger) : ledger); };
  work.release = [done] { done->set_value(true); };
  work.fail = [done](const std::exception_ptr&) { done->set_value(false); };
  return store_->writer().submit(std::move(work)) && answer.get();
}

http::Response House::on_lane(const doors::Route& route, const http::Request& request) {
  if (!doors::is_prepared(route, request, sealer_, now_))
    return on_own_lane(route, request, nullptr);
  const auto done = std::make_shared<std::promise<void>>();
  auto is_prepared = done->get_future();
  Result<std::unique_ptr<doors::Prepared>> prepared;
  store::Job job;
  job.run = [&](onboard::Ledger& ledger) {
    with_desk(ledger, [&](doors::Desk& desk) { prepared = route.prepare(request, desk); });
  };
  std::exception_ptr failure;
  job.release = [done] { done->set_value(); };
  job.fail = [&failure, done](const std::exception_ptr& why) {
    failure = why;
    done->set_value();
  };
  if (!store_->reader().submit(std::move(job))) throw std::runtime_error("no lane takes jobs");
  is_prepared.wait();
  if (failure) return main::word_failure(route, request, failure, now_);
  if (!prepared) return doors::word(route.tongue, prepared.error(), request, now_);
  return on_own_lane(route, request, prepared->get());
}

http::Response House::on_own_lane(const doors::Route& route, const http::Request& request,
                                  const doors::Prepared* prepared) {
  const auto done = std::make_shared<std::promise<http::Response>>();
  auto answer = done->get_future();
  const auto response = std::make_shared<http::Response>();
  store::Job job;
  job.run = [&, response](onboard::Ledger& ledger) {
    *response = handle(route, request, prepared, ledger);
  };
  job.release = [done, response] { done->set_value(std::move(*response)); };
  job.fail = [&, done](const std::exception_ptr& failure) {
    done->set_value(main::word_failure(route, request, failure, now_));
  };
  if (route.needs == doors::Needs::nothing) job.during = store::During::outage;
  auto& lane = route.access == http::Access::writes ? store_->writer() : store_->reader();
  if (!lane.submit(std::move(job))) throw std::runtime_error("the store takes no jobs");
  return answer.get();
}

http::Response House::handle(const doors::Route& route, const http::Request& request,
                             const doors::Prepared* prepared, onboard::Ledger& ledger) {
  http::Response response;
  with_desk(ledger, [&](doors::Desk& desk) {
    desk.prepared = prepared;
    auto result = route.handler(request, desk);
    response =
        result ? std::move(*result)
               : doors::word(route.tongue, result.error(), request, desk.at.now, desk.brand.get());
  });
  return response;
}

void House::deliver_letters() {
  for (auto next = std::optional<Time>(now_); next && *next <= now_;) next = worker_->round();
}

void House::advance(Seconds by) {
  now_ += by;
  deliver_letters();
}

void House::sweep() {
  main::sweep_ledger(
      blobs_, [this](std::string_view, const auto& job) { return write(job); },
      [this] { return now_; }, [] { return false; });
}

std::string House::signer_of(std::string_view token) const {
  if (seal::verify_es256(*signing_, "at+jwt", token)) return "signed with a published key";
  if (seal::verify_hs256(enrolment_key_, token)) return "signed with the enrolment key";
  return "signed by a stranger";
}

std::string House::backup() {
  const std::string name = "limen-" + std::to_string(to_ms(now_)) + ".db";
  store_->backup(path_ / name);
  return "backups/" + name;
}

std::string House::rotate_signing_key(onboard::Ledger&) {
  auto more = std::make_shared<seal::SigningKeys>(*signing_);
  add_signing_key(*more);
  signing_ = std::move(more);
  return signing_->keys.front()->id();
}

std::string House::rotate_receipt_key(onboard::Ledger&) {
  auto more = std::make_shared<seal::SigningKeys>(*signing_);
  add_receipt_key(*more);
  signing_ = std::move(more);
  return signing_->receipts.front().id();
}

// As Keys::disown: the one that signs is not to be disowned.
bool House::disown_receipt_key(onboard::Ledger&, std::string_view kid) {
  auto fewer = std::make_shared<seal::SigningKeys>(*signing_);
  const auto is_it = [&](const seal::Ed25519Public& half) {
    return half.id() == kid && half != fewer->receipt->public_half();
  };
  const bool did = std::erase_if(fewer->receipts, is_it) > 0;
  signing_ = std::move(fewer);
  return did;
}

std::vector<doors::Check> House::doctor() {
  const bool store_ok = !is_store_failing_;
  const bool relay_down = worker_->counters().is_relay_down.load();
  return {{"store", store_ok, store_ok ? "takes jobs" : "refuses jobs"},
          {"keys", true, std::to_string(signing_->keys.size()) + " signing keys"},
          {"outbox", true, relay_down ? "the relay does not answer; letters wait" : "delivers"}};
}

std::string House::metrics() {
  return main::metrics_text(http_counters_, store_->writer().counters(),
                            store_->reader().counters(), worker_->counters(), {}, now_, Seconds{0},
                            notices_);
}

// In this process: the other one would be a second test program.
// In this process: what is tested with it are pictures of ours. ZXing 1.4 loses 16 bytes with each
// picture; the server has it in a process that ends with the picture.
std::optional<journey::Reading> House::read(const std::string& file, journey::Shows shows) {
#ifdef __SANITIZE_ADDRESS__
  const __lsan::ScopedDisabler its_loss_is_known;
#endif
  return evidence::look(blobs_.read(file), shows);
}

std::optional<Bytes> House::redraw(BytesView picture, const doors::Redraw& wanted) {
  return main::redraw(picture, wanted);
}

Time House::advance_clock(onboard::Ledger&, Seconds by) {
  now_ += by;
  return now_;
}

void House::set_health(doors::Service service, doors::Health health) {
  const bool failing = health == doors::Health::failing;
  if (service == doors::Service::mail) return worker_->refuse(failing);
  is_store_failing_ = failing;
  store_->refuse(failing);
}

seal::Secret House::enrolment_key() { return seal::Secret(base64url(enrolment_key_bits_)); }

}  // namespace limen::transcripts
