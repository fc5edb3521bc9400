// That looking for duplicates, for grants whose time is over and for what webhooks are to be told
// never walks a table: what the engine itself says it will do with each statement the ledger runs.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "seal/entropy.hpp"
#include "store/ledger.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

namespace limen::store {
namespace {

// Asks for the plan of every statement before it runs.
class Planned final : public Connection {
 public:
  explicit Planned(Connection& inner) : inner_(inner) {}
  void begin(Access access) override { inner_.begin(access); }
  void commit() override { inner_.commit(); }
  void rollback() noexcept override { inner_.rollback(); }
  bool is_in_transaction() const override { return inner_.is_in_transaction(); }
  void savepoint() override { inner_.savepoint(); }
  void release_savepoint() override { inner_.release_savepoint(); }
  void rollback_to_savepoint() override { inner_.rollback_to_savepoint(); }
  Cursor& start(const char* sql, Values values) override {
    plan(sql, values);
    return inner_.start(sql, values);
  }
  std::int64_t exec(const char* sql, Values values) override {
    plan(sql, values);
    return inner_.exec(sql, values);
  }
  std::int64_t insert(const char* sql, Values values) override {
    return inner_.insert(sql, values);
  }
  void script(const std::string& sql) override { inner_.script(sql); }

  std::vector<std::string> steps;  // of all plans

 private:
  void plan(const char* sql, Values values) {
    kept_.push_back("EXPLAIN QUERY PLAN " + std::string(sql));
    Rows rows = inner_.query(kept_.back().c_str(), values);
    while (rows.next()) steps.emplace_back(rows.text(3));
  }
  Connection& inner_;
  std::deque<std::string> kept_;  // a statement is remembered by its address
};

onboard::TraceDigest digest_of(std::uint8_t n) {
  onboard::TraceDigest out{};
  out[0] = n;
  return out;
}

TEST(Traces, are_found_and_dropped_by_index_alone) {
  const auto connection = open_sqlite_in_memory();
  migrate(*connection, migrations());
  Planned planned(*connection);
  SqlLedger ledger(planned);
  const Time now = from_ms(1'750'000'000'000);
  seal::SeededEntropy entropy(1);
  journey::Session session;
  session.id = seal::draw_id(entropy, now);
  session.state = journey::State::completed;
  session.updated = now;
  ASSERT_TRUE(ledger.add_session(session));
  ledger.erase_session(session.id, now + Millis{1});
  planned.steps.clear();

  ledger.add_trace({digest_of(1), digest_of(2)}, session.id);
  EXPECT_EQ(ledger.traced_to_others({digest_of(1), digest_of(1)}, now, 8).size(), 1U);
  const std::vector<std::string> want = {
      "SEARCH m USING PRIMARY KEY (trace=? AND who>?)", "SEARCH s USING INDEX",
      "SEARCH m USING PRIMARY KEY (trace=? AND who<?)", "SEARCH s USING INDEX"};
  ASSERT_EQ(planned.steps.size(), want.size());
  for (std::size_t i = 0; i < want.size(); ++i)
    EXPECT_TRUE(planned.steps[i].starts_with(want[i])) << planned.steps[i];

  planned.steps.clear();
  ledger.sweep(now + Millis{1}, 10);
  EXPECT_TRUE(ledger.traced_to_others({digest_of(1), digest_of(1)}, now, 8).empty());
  EXPECT_TRUE(std::ranges::any_of(planned.steps, [](const std::string& step) {
    return step.find("traces_by_session (session=?)") != step.npos;
  }));
  for (const std::string& step : planned.steps) {
    const bool walks_traces = step.starts_with("SCAN") && step.find("trace") != step.npos;
    EXPECT_FALSE(walks_traces) << step;
  }
}

// The index is partial: what it says of the kinds and what the sweep asks must be one text.
TEST(Sweep, finds_expired_grants_by_index) {
  const auto connection = open_sqlite_in_memory();
  migrate(*connection, migrations());
  Planned planned(*connection);
  SqlLedger ledger(planned);
  ledger.sweep(from_ms(1'750'000'000'000), 10);
  EXPECT_TRUE(std::ranges::any_of(planned.steps, [](const std::string& step) {
    return step.find("USING INDEX grants_by_expiry (expires_ms<?)") != step.npos;
  }));
}

grant::Grant a_row(grant::Kind kind, Time created, Time expires) {
  static std::uint8_t count = 0;
  grant::Grant g;
  g.id.bytes[0] = ++count;
  g.kind = kind;
  g.created = created;
  g.terms.expires = expires;
  return g;
}

// Millions of device tokens lie above the newest invitation of an installation that gives out
// little else: how many there are must not matter to a sweep.
TEST(Sweep, looks_at_few_of_the_rows_above_an_old_invitation) {
  const auto connection = open_sqlite_in_memory();
  migrate(*connection, migrations());
  Planned planned(*connection);
  SqlLedger ledger(planned);
  const Time now = from_ms(1'750'000'000'000);
  const Time over = now + std::chrono::days{60};
  const auto sweep = [&](Time at) {
    for (const auto part : {onboard::SweepPart::lent_grants, onboard::SweepPart::enrolments,
                            onboard::SweepPart::invitations})
      ledger.sweep_part(part, at, 1000);
    for (const std::string& step : planned.steps)
      EXPECT_FALSE(step.starts_with("SCAN grants")) << step;
  };
  const grant::Grant old = a_row(grant::Kind::invitation, now, now);
  ledger.add(old);
  sweep(now);
  sweep(over);
  EXPECT_TRUE(ledger.grant(old.id)) << "its serial is the newest that must not come again";
  seal::SeededEntropy entropy(1);
  grant::Grant device = a_row(grant::Kind::device, over, over + Millis{1});
  for (int i = 0; i < 600; ++i) {
    device.id = seal::draw_id(entropy, now);
    ledger.add(device);
  }
  ledger.add(a_row(grant::Kind::key, over, never));
  sweep(over);
  EXPECT_TRUE(ledger.grant(old.id)) << "500 rows above it tell nothing, and no more are looked at";
  sweep(over + Millis{1});
  EXPECT_FALSE(ledger.grant(old.id)) << "those are gone, and the key is seen";
}

// Each list and each turn of the queue by the index that is meant for it: an organisation's notices
// are all it was ever told.
TEST(Webhooks, are_told_by_index) {
  const auto connection = open_sqlite_in_memory();
  migrate(*connection, migrations());
  Planned planned(*connection);
  SqlWebhooks webhooks(planned);
  const Id id{};
  const Time now = from_ms(1'750'000'000'000);
  const auto index_of = [&](const std::function<void()>& ask) {
    planned.steps.clear();
    ask();
    std::string found;
    for (const std::string& step : planned.steps)
      if (const auto at = step.find("notices_"); at != step.npos)
        found += step.substr(at, step.find(' ', at) - at) + " ";
    return found;
  };
  EXPECT_EQ(index_of([&] { webhooks.notices(id, {.session = id}, {}); }), "notices_once ");
  EXPECT_EQ(index_of([&] { webhooks.notices(id, {.webhook = id}, {}); }), "notices_by_webhook ");
  EXPECT_EQ(index_of([&] { webhooks.notices(id, {.state = onboard::NoticeState::dead}, {}); }),
            "notices_dead ");
  EXPECT_EQ(index_of([&] { webhooks.notices(id, {}, {}); }), "notices_by_tenant ");
  EXPECT_EQ(index_of([&] { webhooks.hurry(id); }), "notices_tried ");
  EXPECT_EQ(index_of([&] { webhooks.give_up(id, now, now, "", 9); }), "notices_due ");
  EXPECT_EQ(index_of([&] { webhooks.next_due(); }), "notices_due notices_due notices_due ");
  EXPECT_EQ(index_of([&] { webhooks.drop_of(id); }), "notices_once ");
  EXPECT_EQ(index_of([&] { webhooks.claim(now, now, 1); }), "notices_due ");
}

}  // namespace
}  // namespace limen::store
