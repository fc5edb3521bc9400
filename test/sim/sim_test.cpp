// The simulation's share of every build: a fixed run of seeds without a divergence, the same
// history giving the same end, and, so that a quiet simulator can be believed, a bug planted in
// each place that matters and found. Long runs are `make sim` and the `sim` stage.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>
#include <sstream>

#include "grant/kinds.hpp"
#include "sim/world.hpp"

namespace limen::sim {
namespace {

TEST(Simulation, no_divergence_in_the_first_histories) {
  World memory(Backing::memory, {});
  World file(Backing::file, {});
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    World& world = seed % 16 == 0 ? file : memory;
    const auto wrong = world.run(seed, history_of(seed));
    ASSERT_FALSE(wrong) << *wrong << ": make sim SEED=" << seed;
  }
  // What was simulated is not nothing.
  EXPECT_GT(memory.totals().requests, 2000U);
  EXPECT_GT(memory.totals().refused, 500U);
  EXPECT_GT(memory.totals().unknown, 50U);
  EXPECT_GT(memory.totals().deaths, 20U);
  EXPECT_GT(memory.totals().mails, 50U);
  EXPECT_GT(memory.totals().repeated, 20U);
  EXPECT_GT(memory.totals().waits, 50U);
  EXPECT_GT(memory.totals().letters_refused, 10U);
  EXPECT_GT(memory.totals().locked, 0U);
  EXPECT_GT(memory.totals().crossed, 20U);
  EXPECT_GT(memory.totals().by_phone, 3U);
  EXPECT_GT(memory.totals().answered_again, 20U);
  EXPECT_GT(memory.totals().backwards, 20U);
  EXPECT_GT(memory.totals().verdicts, 10U);
  EXPECT_GT(memory.totals().onward, 20U);
  EXPECT_GT(memory.totals().withdrawn, 1U);
  EXPECT_GT(memory.totals().notices, 100U);
  EXPECT_GT(memory.totals().raced, 20U);
  EXPECT_GT(file.totals().deaths, 0U);
}

TEST(Simulation, a_seed_is_a_history) {
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    std::ostringstream first;
    std::ostringstream second;
    for (auto* out : {&first, &second}) {
      World world(Backing::memory, {});
      world.trace(out);
      EXPECT_FALSE(world.run(seed, history_of(seed)));
    }
    EXPECT_FALSE(first.str().empty());
    EXPECT_TRUE(first.str() == second.str()) << seed;  // whole histories would be no help here
  }
}

TEST(Simulation, shrinking_keeps_the_fault_and_drops_the_rest) {
  History history;
  for (std::uint32_t i = 0; i < 40; ++i) history.push_back({Kind::clock, i});
  const auto has = [](const History& h, std::uint32_t a) {
    return std::any_of(h.begin(), h.end(), [&](const Event& e) { return e.a == a; });
  };
  const History shortest =
      shrink(history, [&](const History& h) { return has(h, 7) && has(h, 31); });
  ASSERT_EQ(shortest.size(), 2U);
  EXPECT_EQ(shortest[0].a, 7U);
  EXPECT_EQ(shortest[1].a, 31U);
}

struct Bug {
  std::string name;
  Planted planted;
};
void PrintTo(const Bug& bug, std::ostream* out) { *out << bug.name; }

class PlantedBugs : public testing::TestWithParam<Bug> {};

TEST_P(PlantedBugs, is_found) {
  constexpr std::uint64_t seeds = 3000;
  World world(Backing::memory, GetParam().planted);
  std::uint64_t seed = 0;
  std::optional<std::string> wrong;
  for (; seed < seeds && !wrong; ++seed) wrong = world.run(seed, history_of(seed));
  // A plant that matches no statement any more tests nothing.
  EXPECT_GE(world.planted(), GetParam().planted.sql.size());
  ASSERT_TRUE(wrong) << GetParam().name << " was not found in " << seeds << " histories";
  const auto is_bad = [&](const History& h) { return world.run(seed - 1, h).has_value(); };
  const History shortest = shrink(history_of(seed - 1), is_bad);
  EXPECT_TRUE(is_bad(shortest));
  EXPECT_LE(shortest.size(), 20U);
  std::cout << GetParam().name << ": seed " << seed - 1 << ", " << shortest.size()
            << " events: " << *wrong << "\n";
}

// Each is one statement of the store gone wrong, or one promise forgotten.
const Bug bugs[] = {
    {"a_commit_is_forgotten", {{{"COMMIT", "ROLLBACK"}}}},
    {"a_throw_is_not_undone", {{{"ROLLBACK TO", "RELEASE"}}}},
    {"a_batch_tried_in_vain_is_kept", {{{"UNDO", "COMMIT"}}}},
    {"a_miss_is_lost",
     {{{"UPDATE grants SET missed", "UPDATE grants SET missed = missed WHERE id = $1"}}}},
    {"an_invitation_is_never_used_up",
     {{{"UPDATE grants SET spent",
        "UPDATE grants SET spent_request = $3, spent_ms = $4, spent = CASE kind WHEN 2 THEN "
        "spent & ~$2 ELSE spent | $2 END WHERE id = $1 RETURNING serial"}}}},
    // Whoever asks finds it unused; what is read back at the end is right.
    {"a_link_works_twice",
     {{{"UPDATE grants SET spent",
        "UPDATE grants SET spent = spent | $2, spent_request = $3, spent_ms = $4 WHERE id = $1 "
        "AND (kind = 10 OR (spent & $2) = 0) AND revoked_ms IS NULL"},
       {"SELECT serial, id, kind, tenant, parent, subject, created_ms, expires_ms, may, once, "
        "misses, bond, bond_part, digest, spent, spent_request, spent_ms, missed, revoked_ms "
        "FROM grants WHERE id = $1",
        "SELECT serial, id, kind, tenant, parent, subject, created_ms, expires_ms, may, once, "
        "misses, bond, bond_part, digest, CASE kind WHEN 10 THEN 0 ELSE spent END, spent_request, "
        "spent_ms, missed, revoked_ms FROM grants WHERE id = $1"}}}},
    {"a_phone_outlives_the_next_link",
     {{{"WITH RECURSIVE fallen",
        "WITH RECURSIVE fallen (id) AS (SELECT id FROM grants WHERE id = $1 OR parent = $1 "
        "UNION SELECT g.id FROM fallen f JOIN grants g ON g.parent = f.id) "
        "UPDATE grants SET revoked_ms = $2 WHERE revoked_ms IS NULL AND kind <> 11 "
        "AND id IN (SELECT id FROM fallen) RETURNING expires_ms"}}}},
    {"a_revocation_stops_at_the_root",
     {{{"WITH RECURSIVE fallen",
        "UPDATE grants SET revoked_ms = $2 WHERE revoked_ms IS NULL AND id = $1 "
        "RETURNING expires_ms"}}}},
    {"a_hand_over_is_not_marked_exchanged",
     {{{"UPDATE sessions SET version = version + 1, updated_ms = $3, settled_ms",
        "UPDATE sessions SET version = version + 1, updated_ms = $3, "
        "settled_ms = CASE WHEN 0 THEN $4 END, settle_request = CASE WHEN 0 THEN $5 END "
        "WHERE id = $1 AND version = $2"}}}},
    {"a_step_forgets_its_request",
     {{{"INSERT INTO steps",
        "INSERT INTO steps (session, position, id, name, answers, request, submitted_ms, "
        "consent_texts) "
        "VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 IS NOT NULL THEN zeroblob(32) END, $7, $8)"}}}},
    {"an_organisation_reads_the_next_ones_sessions",
     {{{"SELECT id, tenant, owner, door, skill, state, version, created_ms, updated_ms, "
        "expires_ms, caller_id, external_id, person, return_url, theme, metadata, applicant, "
        "completed_ms, decision, review, settled_ms, settle_request, rules, duplicates, faces "
        "FROM sessions WHERE tenant = $1 AND caller_key = $2",
        "SELECT id, $1, owner, door, skill, state, version, created_ms, updated_ms, "
        "expires_ms, caller_id, external_id, person, return_url, theme, metadata, applicant, "
        "completed_ms, decision, review, settled_ms, settle_request, rules, duplicates, faces "
        "FROM sessions WHERE caller_key = $2 ORDER BY id LIMIT 1"}}}},
    {"rules_are_kept_in_other_words",
     {{{"INSERT INTO rules",
        "INSERT INTO rules (digest, text, first_ms) VALUES ($1, 'version = \"0\"' || "
        "substr($2, 1, 0), $3) ON CONFLICT DO NOTHING"}}}},
    {"two_members_both_decide",
     {{{"SELECT id, tenant, owner, door, skill, state, version, created_ms, updated_ms, "
        "expires_ms, caller_id, external_id, person, return_url, theme, metadata, applicant, "
        "completed_ms, decision, review, settled_ms, settle_request, rules, duplicates, faces "
        "FROM sessions WHERE id = $1",
        "SELECT id, tenant, owner, door, skill, CASE state WHEN 3 THEN 1 ELSE state END, version, "
        "created_ms, updated_ms, expires_ms, caller_id, external_id, person, return_url, theme, "
        "metadata, applicant, completed_ms, decision, review, settled_ms, settle_request, rules, "
        "duplicates, faces FROM sessions WHERE id = $1"}}}},
    {"a_verdict_stands_in_no_trail",
     {{{"INSERT INTO audit",
        "INSERT INTO audit (id, tenant, at_ms, actor, who, who_name, what, about, detail, hash) "
        "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 WHERE $7 <> 'session_reviewed'"}}}},
    {"who_waits_is_decided_by_the_rules_of_today",
     {{{"SELECT text FROM rules",
        "SELECT text FROM rules WHERE $1 IS NOT NULL ORDER BY first_ms DESC LIMIT 1"}}}},
    {"who_waits_for_a_person_is_told_as_passed",
     {{{"INSERT INTO notices",
        "INSERT INTO notices (id, tenant, webhook, session, event, state, attempts, created_ms, "
        "due_ms, ended_ms, error) SELECT $1, $2, $3, $4, CASE $5 WHEN 2 THEN 3 ELSE $5 END, $6, "
        "$7, $8, $9, $10, $11 WHERE 1 ON CONFLICT DO NOTHING"}}}},
    {"a_letter_is_not_recorded_as_sent",
     {{{"UPDATE letters SET state",
        "UPDATE letters SET state = 0, attempts = $3, created_ms = $4, due_ms = $5, error = $6 "
        "WHERE id = $1 AND $2 >= 0 RETURNING state"}}}},
    {"a_second_failure_is_forgiven",
     {{{"INSERT INTO budgets", "INSERT OR IGNORE INTO budgets (key, until_ms) VALUES ($1, $2)"}}}},
    {"everybody_pays_for_everybody",
     {{{"SELECT until_ms FROM budgets",
        "SELECT until_ms FROM budgets WHERE key <> $1 ORDER BY until_ms DESC LIMIT 1"}}}},
    {"the_sweep_gives_budgets_back",
     {{{"SELECT key, until_ms FROM budgets",
        "SELECT key, 0 FROM budgets WHERE key > $1 ORDER BY key LIMIT $2"}}}},
    {"the_sweep_takes_who_agreed",
     {{{"SELECT id, tenant, invitation, consent FROM connections",
        "SELECT id, tenant, invitation, consent FROM connections WHERE updated_ms <= $1 "
        "LIMIT $2"}}}},
    {"the_sweep_leaves_lent_rights",
     {{{"DELETE FROM grants WHERE serial IN", "DELETE FROM grants WHERE serial < 0 AND $1 > $2"}}}},
    {"a_request_is_not_known_again_by_its_key",
     {{{"SELECT request, locked, until_ms FROM answers",
        "SELECT request, locked, until_ms FROM answers WHERE row = $1 AND 0"}}}},
    {"what_a_person_decides_is_not_told",
     {{{"INSERT INTO notices",
        "INSERT INTO notices (id, tenant, webhook, session, event, state, attempts, created_ms, "
        "due_ms, ended_ms, error) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 "
        "WHERE $5 < 5 ON CONFLICT DO NOTHING"}}}},
    {"everybody_hears_of_everybody",
     {{{"SELECT id, tenant, url, events, state, generation, previous_until_ms, password, "
        "failures, free_ms, claimed_until_ms, error, created_ms, failing_since_ms FROM webhooks "
        "WHERE tenant = $1",
        "SELECT id, tenant, url, events, state, generation, previous_until_ms, password, "
        "failures, free_ms, claimed_until_ms, error, created_ms, failing_since_ms FROM webhooks "
        "WHERE tenant = $1 OR state < 3 ORDER BY id"}}}},
    // Nobody who died with a notice in hand leaves it to the next.
    {"a_claim_is_for_ever",
     {{{"UPDATE notices SET due_ms = $3 WHERE id",
        "UPDATE notices SET due_ms = $3 + 9000000000 WHERE id = (SELECT id FROM notices "
        "WHERE webhook = $1 AND state = 0 AND due_ms <= $2 ORDER BY due_ms, id LIMIT 1) RETURNING "
        "id, tenant, webhook, session, event, state, attempts, created_ms, due_ms, ended_ms, "
        "error"}}}},
    {"a_notice_has_another_id_each_time",
     {{{"UPDATE notices SET due_ms = $3 WHERE id",
        "UPDATE notices SET due_ms = $3, id = randomblob(16) WHERE id = (SELECT id FROM notices "
        "WHERE webhook = $1 AND state = 0 AND due_ms <= $2 ORDER BY due_ms, id LIMIT 1) RETURNING "
        "id, tenant, webhook, session, event, state, attempts, created_ms, due_ms, ended_ms, "
        "error"}}}},
    {"who_is_gone_is_called_again",
     {{{"UPDATE webhooks SET url",
        "UPDATE webhooks SET url = $2, events = $3, state = CASE $4 WHEN 2 THEN 0 ELSE $4 END, "
        "generation = $5, previous_until_ms = $6, password = $7, failures = $8, free_ms = $9, "
        "claimed_until_ms = $10, error = $11, failing_since_ms = $12 WHERE id = $1 AND state < "
        "3"}}}},
    {"an_old_secret_signs_for_ever",
     {{{"UPDATE webhooks SET url",
        "UPDATE webhooks SET url = $2, events = $3, state = $4, generation = $5, "
        "previous_until_ms = $6 + 9000000000, password = $7, failures = $8, free_ms = $9, "
        "claimed_until_ms = $10, error = $11, failing_since_ms = $12 WHERE id = $1 AND state < "
        "3"}}}},
    {"who_was_erased_is_told_of",
     {{{"DELETE FROM notices WHERE session", "DELETE FROM notices WHERE session = $1 AND 0"}}}},
    {"two_call_one_webhook_at_once",
     {{{"SELECT w.id FROM webhooks w",
        "SELECT w.id FROM webhooks w WHERE w.state = 0 AND w.free_ms <= $1 AND EXISTS (SELECT 1 "
        "FROM notices n WHERE n.webhook = w.id AND n.state = 0 AND n.due_ms <= $1) AND $2 > 0 "
        "ORDER BY w.free_ms LIMIT 1"},
       {"UPDATE webhooks SET claimed_until_ms",
        "UPDATE webhooks SET claimed_until_ms = $3 WHERE id = $1 AND state = 0 AND free_ms <= $2 "
        "RETURNING id, tenant, url, events, state, generation, previous_until_ms, password, "
        "failures, free_ms, claimed_until_ms, error, created_ms, failing_since_ms"}}}},
    {"who_has_withdrawn_is_read_on",
     {{{"SELECT id, tenant, invitation, email, first_name, last_name, date_of_birth, consent, "
        "decided_ms, created_ms, updated_ms FROM connections WHERE id = $1",
        "SELECT id, tenant, invitation, email, first_name, last_name, date_of_birth, "
        "CASE consent WHEN 2 THEN 1 ELSE consent END, decided_ms, created_ms, updated_ms "
        "FROM connections WHERE id = $1"}}}},
    {"the_cache_hears_of_nothing", {.deaf_cache = true}},
};

INSTANTIATE_TEST_SUITE_P(Each, PlantedBugs, testing::ValuesIn(bugs),
                         [](const auto& given) { return given.param.name; });

TEST(Forgery, no_kind_of_secret_can_be_forged) {
  std::set<grant::Kind> kinds;
  for (const Forged& one : forge(1, 28'000)) {
    EXPECT_GE(one.tried, 1'000U) << one.secret;
    EXPECT_EQ(one.accepted, 0U) << one.secret << ": " << one.first;
    kinds.insert(one.kind);
  }
  for (const auto& policy : grant::policies)
    EXPECT_TRUE(kinds.contains(policy.kind)) << policy.wire;
}

}  // namespace
}  // namespace limen::sim
