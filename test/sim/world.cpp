// The scheduler: which requests share a commit, what fails where, what time it is. What a history
// leaves behind is read in audit.cpp.
#include "sim/world.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <ostream>

#include "base/problem_codes.hpp"
#include "sim/post.hpp"
#include "sim/receivers.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace limen::sim {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr Time first_moment = from_ms(1'795'294'923'000);

seal::Digest root() { return seal::sha256("simulation: root key"); }

// A P-256 key that is always the same and stands in no file: RFC 5915 around 32 digested bytes.
std::shared_ptr<const seal::SigningKey> signing_key(std::size_t number) {
  constexpr std::string_view before =
      "3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420";
  const auto der = from_hex(std::string(before) +
                            hex(seal::sha256("simulation: key " + std::to_string(number))));
  const std::string label = "PRIVATE KEY-----\n";
  return seal::SigningKey::from_pem("-----BEGIN " + label + base64(*der) + "\n-----END " + label);
}

// Enough of a text to tell it from others. Signatures are not the same twice, so a JWT shows its
// claims' end.
std::string brief(const std::string& text) {
  const std::string shown = text.starts_with("eyJ") ? text.substr(0, text.rfind('.')) : text;
  std::string out = shown.size() > 24 ? "…" + shown.substr(shown.size() - 8) : shown;
  if (text.starts_with("\xFF")) out = "picture" + text.substr(3);
  return out;
}

class NoFiles final : public onboard::Files {
 public:
  Bytes read(const std::string&) override { return {}; }
  void remove(const std::string&) noexcept override {}
  onboard::Whole join(const std::vector<std::string>&) override { return {}; }
};

std::string new_file() {
  static int count = 0;
  const fs::path shared = "/dev/shm";  // no disk: power loss is another test's business
  const fs::path folder = fs::is_directory(shared) ? shared : fs::temp_directory_path();
  return (folder / ("limen-sim-" + std::to_string(::getpid()) + "-" + std::to_string(count++)))
      .string();
}

void remove_file(const std::string& file) {
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    std::error_code ignored;
    fs::remove(file + suffix, ignored);
  }
}

std::unique_ptr<store::Connection> open(Backing backing, const std::string& file) {
  if (backing == Backing::memory) return store::open_sqlite_in_memory();
  return store::open_sqlite(file, store::Role::writer);
}

}  // namespace

World::World(Backing backing, Planted planted)
    : backing_(backing),
      planted_(std::move(planted)),
      file_(backing == Backing::file ? new_file() : std::string()),
      connection_(open(backing, file_)),
      faulty_(*connection_, planted_.sql),
      sealer_(root()),
      codes_(sealer_.key_for("codes/ff1"), 9),
      enrolment_key_(sealer_.key_for("enrolment/hs256")),
      files_(std::make_unique<NoFiles>()) {
  for (std::size_t i = 0; i < 4; ++i) key_pool_.push_back(signing_key(i));
  settings_.base_url = settings_.issuer = "https://limen.test";
  shared_.epoch_now = [this] { return cache_->epoch(); };
  store::migrate(*connection_, store::migrations());
  std::vector<std::string> names;
  {
    static constexpr char all[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migrations' ORDER BY 1";
    store::Rows rows = connection_->query(all, {});
    while (rows.next()) names.emplace_back(rows.text(0));
  }
  for (const std::string& name : names) {
    empties_.push_back("DELETE FROM " + name);
    // Counters and alarms may change at a refusal (I12); the model says how.
    if (name == "alarms" || name == "budgets") continue;
    static constexpr char columns[] = "SELECT name FROM pragma_table_info($1)";
    std::string list;
    store::Rows rows = connection_->query(columns, {name});
    while (rows.next()) {
      if (rows.text(0) == "missed") continue;
      list += (list.empty() ? "quote(" : "||'|'||quote(") + std::string(rows.text(0)) + ")";
    }
    tables_.push_back("SELECT " + list + " FROM " + name + " ORDER BY 1");
  }
}

World::~World() {
  teller_.reset();
  rival_.reset();
  worker_.reset();
  commits_.reset();
  connection_.reset();
  if (!file_.empty()) remove_file(file_);
}

onboard::Desk World::desk(onboard::Ledger& ledger) {
  return {ledger,     {now_, entropy_}, sealer_, codes_,  signing_,   enrolment_key_,
          catalogue_, settings_,        *cache_, *files_, &*presence_};
}

void World::complain(std::string what) {
  if (!wrong_) wrong_ = std::move(what);
}

void World::say(const std::string& line) {
  if (trace_) *trace_ << iso_millis(now_) << "  " << line << '\n';
}

std::optional<std::string> World::run(std::uint64_t seed, const History& history) {
  begin(seed);
  for (const Event& event : history) {
    if (wrong_) break;
    step(event);
  }
  if (!wrong_ && !waiting_.empty()) step({Kind::clock});
  if (!wrong_) drain();
  if (!wrong_) drain_notices();
  if (!wrong_) audit();
  totals_.locked += model_.opened_locked;
  totals_.answered_again += model_.repeated;
  for (const auto& session : model_.sessions) {
    totals_.verdicts += session.verdict ? 1 : 0;
    totals_.onward += session.person < 0 ? 0 : 1;
    totals_.withdrawn += session.was_withdrawn ? 1 : 0;
  }
  return wrong_;
}

void World::begin(std::uint64_t seed) {
  wrong_.reset();
  waiting_.clear();
  connection_->begin(store::Access::writes);
  for (const std::string& sql : empties_) connection_->exec(sql.c_str(), {});
  connection_->commit();
  connection_->upkeep(store::Load::flood);
  entropy_ = seal::SeededEntropy(seed);
  digests_ = seed % 8 == 0;
  swept_ = false;
  now_ = newest_ = first_moment;
  signing_.keys = {key_pool_.front()};
  model_ = Model();
  set_quotas((seed / 8 + seed / 64) % 4);
  set_rules(seed / 5);
  clients_.forget();
  teller_.reset();
  rival_.reset();
  post_ = std::make_unique<Post>(*this);
  receivers_ = std::make_unique<Receivers>(*this);
  restart();
  static const std::string onward[] = {"", "loan", "card"};
  found(static_cast<std::uint32_t>(seed % 4), onward[seed / 3 % 3]);
}

void World::step(const Event& event) {
  const bool is_request =
      static_cast<std::size_t>(event.kind) < verb_count || event.kind <= Kind::guess;
  if (is_request) {
    auto request = clients_.request(event);
    if (!request) return;
    waiting_.push_back({std::move(*request), event.fault, event.may_repeat});
    if (event.fault != Fault::none) waiting_at_ = event.at;
    if (event.joins && waiting_.size() < 12) return;
  }
  if (!waiting_.empty()) {
    submit(std::exchange(waiting_, {}), waiting_at_);
  }
  if (is_request) return;
  say(to_string(event));
  house_fault_ = event.fault;
  house_at_ = event.at;
  house_skip_ = event.a % 3;
  switch (event.kind) {
    case Kind::clock: jump(event); break;
    case Kind::edge: to_edge(event); break;
    case Kind::mail: mail(event); break;
    case Kind::tell: tell(event); break;
    case Kind::reload: set_rules(event.a); break;
    case Kind::rotate:
      if (signing_.keys.size() < key_pool_.size())
        signing_.keys.insert(signing_.keys.begin(), key_pool_[signing_.keys.size()]);
      break;
    default: house_skip_ = 0; sweep();
  }
  house_fault_ = Fault::none;
}

// One transaction, one commit; then what was told is held against what is true.
void World::submit(std::vector<Asked> asked, std::size_t at) {
  std::vector<Try> tries(asked.size());
  std::vector<store::Job> batch(asked.size());
  Fault fault = Fault::none;
  for (const Asked& one : asked)
    if (one.fault != Fault::none) fault = one.fault;
  std::optional<Model> before;
  if (fault != Fault::none) before = model_;
  std::string thrown;
  for (std::size_t i = 0; i < tries.size(); ++i) {
    Try& one = tries[i];
    one.request = std::move(asked[i].request);
    clients_.asked(one.request);
    batch[i].may_repeat = asked[i].may_repeat;
    batch[i].run = [this, &one, &before, is_first = i == 0](onboard::Ledger& ledger) {
      if (one.started++ > 0 && is_first) {  // all of it was undone
        if (!before) return complain("a batch ran twice without a fault");
        model_ = *before;
        ++totals_.repeated;
        say("  (undone, and once more)");
      }
      run_one(ledger, one);
    };
    batch[i].release = [&one] { ++one.released; };
    batch[i].fail = [&one, &thrown](const std::exception_ptr& failure) {
      ++one.failed;
      try {
        std::rethrow_exception(failure);
      } catch (const std::exception& error) {
        thrown = error.what();
      }
    };
  }
  faulty_.arm(fault, at, at % 2 == 0 ? 1 : 2);
  commit(batch);
  if (!faulty_.has_struck() && !thrown.empty()) complain("a job threw: " + thrown);
  if (!faulty_.is_committed() && before) model_ = std::move(*before);
  settle_accounts(tries, fault != Fault::none);
  if (faulty_.is_dead()) restart();
}

void World::run_one(onboard::Ledger& ledger, Try& one) {
  now_ += 1ms;
  seal::Digest before{};
  if (digests_) before = contents();
  one.ran = false;
  onboard::Desk d = desk(ledger);
  one.answer = perform(d, organisations_, one.request);
  one.ran = true;
  ++totals_.requests;
  totals_.refused += one.answer.ok ? 0 : 1;
  totals_.waits += one.answer.code == codes::too_many_guesses ? 1 : 0;
  totals_.letters_refused += one.answer.code == codes::too_many_letters ? 1 : 0;
  if (one.answer.ok) note_phone(one.request);
  const auto wrong = model_.judge(one.request, one.answer, now_);
  if (trace_) {
    std::string line(name_of(one.request.verb));
    for (const auto* part : {&one.request.who, &one.request.secret, &one.request.about,
                             &one.request.what, &one.request.body})
      line += part->empty() ? "" : " " + brief(*part);
    line += one.answer.ok ? " → done" : " → refused " + std::string(one.answer.code);
    for (const auto& out : one.answer.out) line += " " + brief(out);
    say(line + (wrong ? "   <<< " + *wrong : ""));
  }
  if (wrong) complain(std::string(name_of(one.request.verb)) + ": " + *wrong);
  if (digests_ && !one.answer.ok && before != contents())
    complain(std::string(name_of(one.request.verb)) + ": a refusal changed the database (I12)");
}

void World::note_phone(const Request& request) {
  const auto who = model_.secrets.find(request.who);
  const bool is_phone = who != model_.secrets.end() && who->second.cls == Class::phone;
  totals_.crossed += request.verb == Verb::cross ? 1 : 0;
  totals_.by_phone += is_phone && request.verb != Verb::look ? 1 : 0;
}

void World::settle_accounts(const std::vector<Try>& tries, bool is_faulty) {
  for (const Try& one : tries) {
    if (one.released + one.failed != 1) complain("a job was answered twice or never");
    if (one.released > 0 && (!faulty_.is_committed() || !one.ran))
      complain("an answer left before its commit (I2)");
    if (one.failed > 0 && !is_faulty) complain("an answer was lost without a fault");
    const bool is_known = one.released > 0 && !faulty_.is_dead();
    totals_.unknown += is_known ? 0 : 1;
    if (trace_ && !is_known) say("  (unknown to its client)");
    if (!is_known || !one.answer.ok) continue;
    clients_.learn(one.request, one.answer);
    if (one.request.verb == Verb::invite) post_->told.insert(one.answer.out.at(1));
  }
}

void World::commit(std::vector<store::Job>& batch) {
  if (commits_->run(batch) == store::Batch::broken) complain("the store calls itself broken");
  if (!faulty_.is_dead()) connection_->upkeep(store::Load::flood);
}

bool World::house_job(const std::function<void(onboard::Ledger&)>& job) {
  now_ += 1ms;
  bool is_done = false;
  std::vector<store::Job> batch(1);
  batch[0].run = job;
  batch[0].release = [&] { is_done = true; };
  batch[0].fail = [&](const std::exception_ptr&) { is_done = false; };
  const bool strikes = house_fault_ != Fault::none && house_skip_ == 0;
  if (house_skip_ > 0) --house_skip_;
  faulty_.arm(strikes ? std::exchange(house_fault_, Fault::none) : Fault::none, house_at_);
  commit(batch);
  if (!is_done && !faulty_.has_struck()) complain("a job of the house failed without a fault");
  if (faulty_.is_dead()) throw Died();  // whoever asked for it is gone, too
  return is_done;
}

// A new process over what the old one left. With a file: over a copy of what was on the disk at
// the moment of death, which SQLite has to recover.
void World::restart() {
  const bool has_died = faulty_.is_dead();
  teller_.reset();
  rival_.reset();
  worker_.reset();
  commits_.reset();
  if (has_died) {
    ++totals_.deaths;
    if (trace_) say("  (the process died and starts again)");
    if (backing_ == Backing::memory) {
      connection_->rollback();
    } else {
      const std::string old = std::exchange(file_, new_file());
      for (const auto* part : {"", "-wal"})
        if (fs::exists(old + part)) fs::copy_file(old + part, file_ + part);
      connection_.reset();
      remove_file(old);
      connection_ = open(backing_, file_);
    }
  }
  faulty_.revive(*connection_);
  cache_.emplace();
  presence_.emplace();
  commits_ =
      std::make_unique<store::GroupCommit>(faulty_, shared_, [this](const store::Touched& touched) {
        if (touched.rights && !planted_.deaf_cache) cache_->next_epoch();
      });
  start_worker();
  start_tellers();
  if (!has_died) return;
  post_->note_death(*connection_);
  receivers_->note_trouble();
  receivers_->note_gone();
  receivers_->said.clear();  // what was not on record yet is forgotten
}

void World::jump(const Event& event) {
  static constexpr Millis jumps[] = {1s,       20s,      59'999ms, 60s,      9min, 30min,
                                     30min,    1h,       6h,       24h,      24h,  5 * 24h,
                                     15 * 24h, 31 * 24h, 91 * 24h, 400 * 24h};
  // A clock that is set right goes back, by a minute at most from the latest it ever showed.
  static constexpr Millis steps[] = {1ms, 2ms, 999ms, 1s, 3s, 10s, 30s, 60s};
  newest_ = std::max(newest_, now_);
  if (event.c % 5 == 4) {
    const Time back = std::max(now_ - steps[event.a % std::size(steps)], newest_ - 60s);
    totals_.backwards += back < now_ ? 1 : 0;
    now_ = std::min(now_, back);
    return;
  }
  // Long ones end most of what a history has, so they are rarer.
  const std::size_t among = event.b % 5 == 0 ? std::size(jumps) : 5;
  now_ += jumps[event.a % among];
}

void World::to_edge(const Event& event) {
  std::vector<Time> edges;
  const auto add = [&](Time t) {
    if (t > now_ + 2ms && t != never) edges.push_back(t);
  };
  if (event.c / 3 % 4 == 0) {  // budgets have so many that they would hide the others
    for (const auto& bucket : model_.buckets) add(bucket.second.next(now_));
  } else {
    for (const auto& right : model_.rights) add(right.expires);
    for (const auto& person : model_.people) add(person.updated + 30 * 24h);
    for (const auto& secret : model_.secrets) add(secret.second.expires);
    for (const auto& session : model_.sessions) {
      add(session.expires);
      if (session.settled) add(*session.settled + 60s);
      if (session.erase) add(*session.erase);
    }
    for (const auto& hook : model_.hooks) add(hook.previous_until);
  }
  if (edges.empty()) return;
  std::sort(edges.begin(), edges.end());
  const std::size_t among =
      event.b % 5 == 0 ? edges.size() : std::min<std::size_t>(edges.size(), 3);
  // The next job runs a millisecond later: at T-1 ms, T or T+1 ms.
  now_ = edges[event.a % among] - 2ms + Millis{event.c % 3};
}

void World::sweep() {
  std::optional<Model> before;
  if (house_fault_ != Fault::none) before = model_;
  bool has_run = false;
  try {
    house_job([&](onboard::Ledger& ledger) {
      const auto swept = ledger.sweep(now_, limits::rows_per_sweep);
      if (swept.rows >= limits::rows_per_sweep) complain("too much for one sweep");
      model_.sweep(now_);
      has_run = true;
    });
  } catch (const Died&) {
  }
  if (!faulty_.is_committed() && before) model_ = std::move(*before);
  swept_ = swept_ || (has_run && faulty_.is_committed());
  if (faulty_.is_dead()) restart();
}

seal::Digest World::contents() {
  seal::Sha256 sum;
  for (const std::string& sql : tables_) {
    store::Rows rows = connection_->query(sql.c_str(), {});
    while (rows.next()) sum.add(as_bytes(rows.text(0)));
  }
  return sum.finish();
}

}  // namespace limen::sim
