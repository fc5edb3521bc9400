// Assembly, in the order things depend on each other; torn down in the reverse order. The server's
// own jobs (sweep, clock, key retirement) are here too, because they belong to no request.
#include "main/service.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "base/log.hpp"
#include "doors/operations.hpp"
#include "main/application.hpp"
#include "main/engine.hpp"
#include "main/errand.hpp"
#include "main/janitor.hpp"
#include "main/keys.hpp"
#include "main/metrics.hpp"
#include "main/notices.hpp"
#include "main/process.hpp"
#include "main/read.hpp"
#include "main/receipt_keys.hpp"
#include "main/redraw.hpp"
#include "main/samples.hpp"
#include "main/side_lanes.hpp"
#include "main/uploads.hpp"
#include "onboard/cache.hpp"
#include "outbox/inbox.hpp"
#include "outbox/worker.hpp"
#include "store/sqlite.hpp"

namespace limen::main {

namespace fs = std::filesystem;

namespace {

constexpr auto sweep_every = std::chrono::seconds{5};
constexpr auto sweep_late = std::chrono::minutes{10};  // without a whole one: doctor says so
constexpr const char* backups = "backups";
constexpr std::string_view clock_setting = "dev_clock_offset_s";

fs::path prepared(const fs::path& data) {
  const bool is_new = !fs::exists(data);
  make_folders_durably(data);
  if (is_new) fs::permissions(data, fs::perms::owner_all);
  refuse_lost_root(data);
  return data;
}

// As many connections as there are files for.
Config bounded(Config config) {
  const std::size_t wanted = config.http.connections;
  const std::size_t open_files = raise_open_files();
  const std::size_t threads = std::thread::hardware_concurrency() + config.readers;
  config.http.connections =
      connections_within(wanted, open_files, own_files(threads), http::upload_files(config.http));
  if (config.http.connections < wanted)
    log::Line(log::Level::warning, "fewer_connections")
        .with("connections", static_cast<std::int64_t>(config.http.connections))
        .with("wanted", static_cast<std::int64_t>(wanted))
        .with("open_files", static_cast<std::int64_t>(open_files));
  return config;
}

// How a URL names this machine's `address`: any address is reached by loopback from here.
std::string url_host(const std::string& address) {
  if (address == "0.0.0.0") return "127.0.0.1";
  if (address == "::") return "[::1]";
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

// Names of requests: UUIDs of version 4, on the loop thread. They are no secrets, so one question
// to the kernel serves for many.
class RequestIds {
 public:
  explicit RequestIds(seal::Entropy& entropy) : entropy_(entropy) {}
  std::string operator()() {
    if (left_ == 0) {
      entropy_.fill(bytes_);
      left_ = bytes_.size();
    }
    Id id;
    std::copy_n(bytes_.end() - static_cast<std::ptrdiff_t>(left_), id.bytes.size(),
                id.bytes.begin());
    left_ -= id.bytes.size();
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0F) | 0x40);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3F) | 0x80);
    return to_string(id);
  }

 private:
  seal::Entropy& entropy_;
  std::array<std::uint8_t, 32 * sizeof(Id::bytes)> bytes_{};
  std::size_t left_ = 0;
};

std::vector<const http::Route*> rows_of(const std::vector<doors::Route>& routes) {
  std::vector<const http::Route*> rows;
  for (const auto& route : routes) rows.push_back(&route);
  return rows;
}

outbox::Templates letters(const Config& config) {
  if (config.templates.empty()) return outbox::Templates::built_in();
  auto loaded = outbox::Templates::load(config.templates);
  if (!loaded) throw std::runtime_error(loaded.error().field + ": " + loaded.error().detail);
  return std::move(*loaded);
}

std::unique_ptr<outbox::Transport> transport(const Config& config, seal::Entropy& entropy,
                                             const Clock& clock) {
  if (!config.mail_configured)
    return std::make_unique<outbox::Inbox>(entropy, [&clock] { return clock.now(); });
  auto smtp = outbox::Smtp::make(config.smtp);
  if (!smtp) throw std::runtime_error("mail." + smtp.error().field + ": " + smtp.error().detail);
  return std::move(*smtp);
}

}  // namespace

class Service::Impl final : public doors::Operations {
 public:
  explicit Impl(Config config);
  ~Impl() override { shut_down(); }

  void write(const std::function<void(doors::Desk&)>& job);
  // A job of the house's own; what fails is told in the log, and false.
  bool try_job(store::Lane& lane, std::string_view name,
               const std::function<void(onboard::Ledger&)>& job);
  bool try_write(std::string_view name, const std::function<void(onboard::Ledger&)>& job);
  // The same with a desk.
  bool try_use(std::string_view name, const std::function<void(onboard::Desk&)>& job);
  void run();
  void stop() { server_.stop(); }
  void reload_tls() { server_.reload_tls(); }
  std::uint16_t port() const { return server_.port(); }
  const std::string& base_url() const { return settings_.base_url; }

  // doors::Operations
  std::string backup() override;
  std::string rotate_signing_key(onboard::Ledger& ledger) override;
  std::string rotate_receipt_key(onboard::Ledger& ledger) override {
    return main::rotate_receipt_key(keys_, ledger, clock_.now());
  }
  bool disown_receipt_key(onboard::Ledger& ledger, std::string_view kid) override {
    return main::disown_receipt_key(keys_, ledger, kid);
  }
  std::vector<doors::Check> doctor() override;
  std::string metrics() override;
  std::optional<Bytes> redraw(BytesView picture, const doors::Redraw& wanted) override {
    return redraw_apart(picture, wanted);
  }
  std::optional<journey::Reading> read(const std::string& file, journey::Shows shows) override;
  Time advance_clock(onboard::Ledger& ledger, Seconds by) override;
  void set_health(doors::Service service, doors::Health health) override;
  seal::Secret enrolment_key() override;

 private:
  void on_commit(const store::Touched& touched);
  void keep_house();
  void keep_house_once();
  bool is_closing();
  void write_presence();
  void shut_down();
  void restore_clock();
  onboard::Settings make_settings() const;

  Config config_;
  Clock clock_;
  seal::KernelEntropy entropy_;
  store::Claim claim_;  // before the keys: a second server must not make them anew under the first
  Keys keys_;
  seal::Sealer sealer_;
  seal::Codes codes_;
  seal::Digest enrolment_key_bits_;
  seal::Hmac enrolment_key_;
  journey::Catalogue catalogue_;
  onboard::Cache cache_;
  onboard::Presence presence_;
  store::Blobs blobs_;
  Uploads uploads_;
  Troubles troubles_;
  std::unique_ptr<store::Store> store_;
  SideLanes side_;
  std::unique_ptr<outbox::Transport> transport_;
  EngineRoom engine_;
  NoticeRoom notices_;
  onboard::Settings settings_;
  Furniture furniture_;
  Application application_;
  std::vector<doors::Route> routes_;
  http::Server server_;
  Janitor janitor_;
  std::unique_ptr<outbox::Worker> worker_;  // made once the port, and so our links, are known

  std::atomic<bool> store_failing_{false}, mail_refused_{false};
  std::mutex house_mutex_;
  std::condition_variable house_bell_;
  bool is_closing_ = false;
  std::thread house_;  // last: it uses all of the above
};

Service::Impl::Impl(Config config)
    : config_(bounded(std::move(config))),
      claim_(prepared(config_.data) / "limen.db"),
      keys_(config_.data / "keys", entropy_, clock_.now()),
      sealer_(keys_.root()),
      codes_(sealer_.key_for("codes/ff1"), config_.code_symbols),
      enrolment_key_bits_(sealer_.key_for("enrolment/hs256")),
      enrolment_key_(enrolment_key_bits_),
      catalogue_(load_skills(config_.skills_folder)),
      blobs_(config_.data / "uploads", entropy_),
      uploads_(blobs_),
      store_(store::Store::open(
          claim_, config_.readers, [this](const store::Touched& touched) { on_commit(touched); },
          [this] { return cache_.epoch(); })),
      side_(config_.data / "limen.db"),
      transport_(transport(config_, entropy_, clock_)),
      engine_(config_.engine),
      notices_(config_.webhooks),
      furniture_{clock_,
                 entropy_,
                 sealer_,
                 codes_,
                 enrolment_key_,
                 catalogue_,
                 settings_,
                 cache_,
                 blobs_,
                 *this,
                 [this] { return keys_.signing(); },
                 &presence_,
                 engine_.engine()},
      application_(furniture_, *store_, side_),
      routes_(doors::all_routes(config_.is_dev)),
      server_(config_.http, rows_of(routes_), application_, uploads_, RequestIds(entropy_)),
      janitor_(blobs_,
               {[this](auto name, const auto& job) { return try_write(name, job); },
                [this](auto name, const auto& job) { return try_job(store_->reader(), name, job); },
                [this] { return clock_.now(); }, [this] { return is_closing(); }}) {
  store::drop_cut_copies(config_.data / backups);
  settings_ = make_settings();
  outbox::Ports ports{[this](const auto& job) { return try_write("letters", job); },
                      [this] { return clock_.now(); }};
  outbox::WorkerOptions options;
  options.sender = {settings_.base_url, config_.mail_from, config_.mail_from_name, {}};
  worker_ = std::make_unique<outbox::Worker>(std::move(ports), codes_, entropy_, *transport_,
                                             letters(config_), std::move(options));
  engine_.furnish(
      {[this](const auto& job) { return try_use("checks", job); }, [this] { return clock_.now(); },
       [this](const std::string& file) { return blobs_.read(file); }},
      entropy_, settings_.base_url);
  notices_.furnish([this](const auto& job) { return try_use("notices", job); },
                   [this] { return clock_.now(); }, entropy_);
  restore_clock();
  write([this](doors::Desk& desk) { agree_on_receipt_keys(keys_, desk.ledger, clock_.now()); });
}

onboard::Settings Service::Impl::make_settings() const {
  onboard::Settings settings;
  settings.base_url = config_.base_url;
  if (settings.base_url.empty())
    settings.base_url =
        "http://" + url_host(config_.http.address) + ":" + std::to_string(server_.port());
  settings.issuer = config_.issuer.empty() ? settings.base_url : config_.issuer;
  settings.enrolment_token = config_.enrolment_token;
  settings.access_life = config_.access_life;
  settings.invitation_life = config_.invitation_life;
  settings.session_life = config_.session_life;
  settings.quotas = config_.quotas;
  settings.upload_bytes = config_.http.upload_file_bytes;
  settings.webhooks = config_.webhooks.reach;
  settings.is_dev = config_.is_dev;
  // Its owners' passwords are drawn, and its start shall be quick: OWASP's least.
  if (config_.is_dev) settings.password_cost = {19 * 1024, 2};
  return settings;
}

void Service::Impl::restore_clock() {
  if (!config_.is_dev) return;
  write([this](doors::Desk& desk) {
    if (const auto offset = desk.ledger.setting(std::string(clock_setting)))
      clock_.set_offset(Seconds{std::stoll(*offset)});
  });
}

void Service::Impl::write(const std::function<void(doors::Desk&)>& job) {
  auto failure = run_errand(store_->writer(),
                            [&](onboard::Ledger& ledger) { application_.with_desk(ledger, job); });
  if (failure) std::rethrow_exception(std::move(failure));
}

bool Service::Impl::try_job(store::Lane& lane, std::string_view name,
                            const std::function<void(onboard::Ledger&)>& job) {
  const auto failure = run_errand(lane, job);
  if (failure) troubles_.note(name, failure);
  return !failure;
}

bool Service::Impl::try_write(std::string_view name,
                              const std::function<void(onboard::Ledger&)>& job) {
  return try_job(store_->writer(), name, job);
}

bool Service::Impl::try_use(std::string_view name, const std::function<void(onboard::Desk&)>& job) {
  return try_write(name, [&](onboard::Ledger& ledger) {
    application_.with_desk(ledger, [&](doors::Desk& desk) { job(desk); });
  });
}

void Service::Impl::on_commit(const store::Touched& touched) {
  if (touched.rights) cache_.next_epoch();
  if (touched.letters) worker_->wake();
  if (touched.checks) engine_.wake();
  if (touched.notices) notices_.wake();
  if (touched.all_sessions) server_.publish_all();
  for (const journey::SessionId& id : touched.sessions) server_.publish(doors::topic_of(id));
}

void Service::Impl::run() {
  worker_->start();
  engine_.start();
  notices_.start();
  house_ = std::thread([this] { keep_house(); });
  server_.run();
  shut_down();
}

void Service::Impl::shut_down() {
  {
    const std::lock_guard lock(house_mutex_);
    is_closing_ = true;
  }
  house_bell_.notify_all();
  worker_->begin_stop();
  engine_.begin_stop();
  notices_.begin_stop();
  if (house_.joinable()) house_.join();
  worker_->stop();
  engine_.stop();
  notices_.stop();
  side_.stop();
  store_->stop();
}

void Service::Impl::keep_house() {
  std::unique_lock lock(house_mutex_);
  while (!house_bell_.wait_for(lock, sweep_every, [this] { return is_closing_; })) {
    lock.unlock();
    keep_house_once();
    lock.lock();
  }
}

bool Service::Impl::is_closing() {
  const std::lock_guard lock(house_mutex_);
  return is_closing_;
}

// Whatever fails here is told, keeps nothing else from being done and is tried again at the next
// turn; it is no reason to stop serving.
void Service::Impl::keep_house_once() {
  const auto attempt = [this](std::string_view name, const std::function<void()>& chore) {
    try {
      chore();
    } catch (const std::exception&) {
      troubles_.note(name, std::current_exception());
    }
  };
  attempt("checks", [this] { engine_.end_overdue(); });
  attempt("notices", [this] { notices_.keep_house(presence_.journeys); });
  attempt("notices", [this] {
    try_job(store_->reader(), "notices",
            [this](onboard::Ledger& ledger) { notices_.count(ledger); });
  });
  if (janitor_.may_sweep()) {
    attempt("sweep of the ledger", [this] { janitor_.sweep_ledger(); });
    attempt("sweep of files", [this] { janitor_.sweep_files(); });
    attempt("keys", [this] { keys_.retire(clock_.now(), key_overlap(config_)); });
  }
  attempt("presence", [this] { write_presence(); });
}

// What nobody waited for: when keys and console sessions were last seen.
void Service::Impl::write_presence() {
  const auto sessions = presence_.sessions.take(clock_.now());
  const auto keys = presence_.keys.take(clock_.now());
  if (sessions.empty() && keys.empty()) return;
  try_write("presence", [&](onboard::Ledger& ledger) {
    for (const auto& [id, at] : sessions) ledger.office().see_signed_in(id, at);
    for (const auto& [id, at] : keys) ledger.office().used(id, at);
  });
}

std::string Service::Impl::backup() {
  const fs::path folder = config_.data / backups;
  make_folders_durably(folder);
  const fs::path file = folder / ("limen-" + std::to_string(to_ms(clock_.now())) + ".db");
  store_->backup(file);
  return file.string();
}

std::string Service::Impl::rotate_signing_key(onboard::Ledger&) {
  const std::string id = keys_.rotate(clock_.now());
  log::Line(log::Level::info, "signing_key_rotated").with("kid", id);
  return id;
}

std::vector<doors::Check> Service::Impl::doctor() {
  std::vector<doors::Check> checks;
  const bool store_ok =
      !store_failing_ && store_->writer().counters().queued.load() < limits::queued_jobs;
  checks.push_back({"store", store_ok, store_ok ? "takes jobs" : "refuses jobs"});
  const auto signing = keys_.signing();
  checks.push_back({"keys", !signing->keys.empty(),
                    std::to_string(signing->keys.size()) + " signing keys, " +
                        std::to_string(signing->receipts.size()) + " receipt keys"});
  const bool relay_down = worker_->counters().is_relay_down.load();
  // A silent relay keeps letters waiting, and loses none: that is no reason to send people
  // elsewhere.
  checks.push_back({"outbox", true,
                    mail_refused_ ? "refused on request; letters wait"
                    : relay_down  ? "the relay does not answer; letters wait"
                                  : "delivers"});
  // Nor is this: what is over is refused by its time, whether its row is there or not.
  const auto minutes = janitor_.since_whole() / std::chrono::minutes{1};
  checks.push_back({"sweep", true,
                    janitor_.since_whole() < sweep_late
                        ? "takes what is over"
                        : "not whole for " + std::to_string(minutes) +
                              " minutes; the log says why: job_failed or clock_leapt"});
  return checks;
}

std::string Service::Impl::metrics() {
  return metrics_text(server_.counters(), store_->writer().counters(), store_->reader().counters(),
                      worker_->counters(), application_.refusals(), clock_.now(),
                      janitor_.since_whole(), notices_.counters(), engine_.counters());
}

std::optional<journey::Reading> Service::Impl::read(const std::string& file, journey::Shows shows) {
  return read_apart(blobs_.read(file), shows);
}

Time Service::Impl::advance_clock(onboard::Ledger& ledger, Seconds by) {
  const Seconds offset = clock_.offset() + by;
  ledger.set_setting(std::string(clock_setting), std::to_string(offset.count()));
  clock_.set_offset(offset);
  worker_->wake();
  engine_.wake();
  notices_.wake();
  return clock_.now();
}

void Service::Impl::set_health(doors::Service service, doors::Health health) {
  const bool failing = health == doors::Health::failing;
  if (service == doors::Service::mail) {
    mail_refused_ = failing;
    worker_->refuse(failing);
    return;
  }
  store_failing_ = failing;
  store_->refuse(failing);
  side_.refuse(failing);
}

seal::Secret Service::Impl::enrolment_key() { return seal::Secret(base64url(enrolment_key_bits_)); }

Service::Service(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Service::~Service() = default;
std::uint16_t Service::port() const { return impl_->port(); }
const std::string& Service::base_url() const { return impl_->base_url(); }
void Service::write(const std::function<void(onboard::Desk&)>& job) {
  impl_->write([&](doors::Desk& desk) { job(desk); });
}
void Service::run() { impl_->run(); }
void Service::stop() { impl_->stop(); }
void Service::reload_tls() { impl_->reload_tls(); }

}  // namespace limen::main
