// The world of one history: the real use cases over the real SQL ledger and group commit, in one
// thread, with a clock, randomness, a relay and a process that can die, all driven by the history.
// Every answer goes before the model; at the end everything is read back. Worlds are reused: each
// history starts on empty tables.
#pragma once

#include <iosfwd>
#include <memory>
#include <optional>

#include "onboard/desk.hpp"
#include "onboard/presence.hpp"
#include "outbox/notice_worker.hpp"
#include "outbox/worker.hpp"
#include "sim/clients.hpp"
#include "sim/forge.hpp"
#include "sim/model.hpp"
#include "store/group_commit.hpp"

namespace limen::sim {

// `memory`: a death undoes what was not committed. `file`: it also closes the connection and
// recovers from the file.
enum class Backing : std::uint8_t { memory, file };

struct Planted {
  std::vector<Plant> sql{};
  bool deaf_cache = false;  // nobody tells the cache what was committed
};

class World {
 public:
  World(Backing backing, Planted planted);
  ~World();

  // What is wrong with this history; nothing when all went as the model says.
  std::optional<std::string> run(std::uint64_t seed, const History& history);
  // See forge.hpp.
  std::vector<Forged> forge(std::uint64_t seed, std::uint64_t tries);
  void trace(std::ostream* out) { trace_ = out; }
  std::size_t planted() const { return faulty_.planted(); }
  struct Totals {
    std::uint64_t requests = 0, refused = 0, unknown = 0, deaths = 0, mails = 0, repeated = 0;
    std::uint64_t waits = 0, letters_refused = 0,
                  locked = 0;                 // and those who opened what is locked
    std::uint64_t crossed = 0, by_phone = 0;  // links used, and what was done behind one
    std::uint64_t backwards = 0;              // steps back of the clock
    std::uint64_t answered_again = 0;         // under an Idempotency-Key
    std::uint64_t verdicts = 0;               // sessions a person decided
    std::uint64_t onward = 0, withdrawn = 0;  // journeys of who was invited
    std::uint64_t raced = 0;                  // calls beside which another thread was at work
    std::uint64_t notices = 0;                // on their way, however often
  };
  const Totals& totals() const { return totals_; }

 private:
  struct Post;
  struct Receivers;
  struct Asked {
    Request request;
    Fault fault = Fault::none;
    bool may_repeat = false;
  };
  struct Try {
    Request request;
    Answer answer{};
    bool ran = false;
    int started = 0, released = 0, failed = 0;
  };

  void begin(std::uint64_t seed);
  void set_quotas(std::uint64_t choice);
  void set_rules(std::uint64_t choice);
  void found(std::uint32_t hooks, const std::string& onward);
  void step(const Event& event);
  void submit(std::vector<Asked> asked, std::size_t at);
  void run_one(onboard::Ledger& ledger, Try& one);
  void note_phone(const Request& request);
  void settle_accounts(const std::vector<Try>& tries, bool is_faulty);
  // One job of the house itself; false when it was undone.
  bool house_job(const std::function<void(onboard::Ledger&)>& job);
  void commit(std::vector<store::Job>& batch);
  void restart();
  void start_worker();
  void mail(const Event& event);
  void drain();
  void start_tellers();
  void tell(const Event& event);
  void tell_started();
  void drain_notices();
  void jump(const Event& event);
  void to_edge(const Event& event);
  void sweep();
  void audit();
  void audit_rights(std::size_t org);
  void audit_links(std::size_t org);
  void audit_budgets();
  void audit_answers();
  void audit_sessions();
  void audit_decision(const onboard::Session& session);
  void audit_reviews();
  void audit_letters();
  void audit_notices();
  seal::Digest contents();
  onboard::Desk desk(onboard::Ledger& ledger);
  void complain(std::string what);
  void say(const std::string& line);

  Backing backing_;
  Planted planted_;
  std::string file_;
  std::unique_ptr<store::Connection> connection_;
  Faulty faulty_;
  store::Shared shared_;
  std::unique_ptr<store::GroupCommit> commits_;
  std::vector<std::string> tables_;  // a query each that tells the contents, misses apart
  std::vector<std::string> empties_;

  seal::SeededEntropy entropy_{0};
  seal::Sealer sealer_;
  seal::Codes codes_;
  std::vector<std::shared_ptr<const seal::SigningKey>> key_pool_;
  seal::SigningKeys signing_;
  seal::Hmac enrolment_key_;
  journey::Catalogue catalogue_;
  onboard::Settings settings_;
  std::optional<onboard::Cache> cache_;
  std::optional<onboard::Presence> presence_;
  std::unique_ptr<onboard::Files> files_;
  std::vector<Id> organisations_;
  Time now_, newest_;  // the latest before the last step back
  std::unique_ptr<Post> post_;
  std::unique_ptr<outbox::Worker> worker_;
  std::unique_ptr<Receivers> receivers_;
  std::unique_ptr<outbox::NoticeWorker> teller_, rival_;

  Model model_;
  Clients clients_;
  std::vector<Asked> waiting_;  // joined requests of the next commit
  std::size_t waiting_at_ = 0;
  Fault house_fault_ = Fault::none;  // of the house's next job but `house_skip_`
  std::size_t house_at_ = 0, house_skip_ = 0;
  bool digests_ = false, swept_ = false;
  std::optional<std::string> wrong_;
  std::ostream* trace_ = nullptr;
  Totals totals_;
};

}  // namespace limen::sim
