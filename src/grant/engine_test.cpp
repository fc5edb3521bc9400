// One test per law, as far as the law shows in the pure engine; an in-memory ledger stands in for
// the store. What needs a database, two threads or a crash is in the store's conformance suite.
#include "grant/engine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/problem_codes.hpp"

namespace limen::grant {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Time start = from_ms(1'795'284'000'000);  // 2026-11-21T18:00:00Z

Digest request_of(std::uint8_t n) {
  Digest digest{};
  digest[0] = n;
  return digest;
}

// The contract of ledger.hpp in forty lines: what the store's SQL must do, seen by one thread.
class MemoryLedger final : public Ledger {
 public:
  std::uint64_t add(const Grant& grant) override {
    ++calls;
    rows[grant.id] = grant;
    return rows[grant.id].serial = rows.size();
  }
  std::optional<Grant> grant(const GrantId& id) override {
    ++calls;
    const auto row = rows.find(id);
    return row == rows.end() ? std::nullopt : std::optional(row->second);
  }
  bool spend(const GrantId& id, Scope part, const Digest& request, Time now) override {
    ++calls;
    Grant& row = rows.at(id);
    if (intersects(row.spent, part)) return false;
    row.spent = row.spent | part;
    row.spent_request = request;
    row.spent_at = now;
    return true;
  }
  void miss(const GrantId& id) override { ++calls, ++rows.at(id).missed; }
  int revoke(const GrantId& root, Time now) override {
    ++calls;
    int fallen = 0;
    std::set<GrantId> reached = {root};
    for (bool is_growing = true; is_growing;) {
      is_growing = false;
      for (const auto& [id, row] : rows)
        if (reached.contains(row.parent)) is_growing |= reached.insert(id).second;
    }
    for (const GrantId& id : reached) {
      if (!rows.contains(id) || rows[id].revoked) continue;
      rows[id].revoked = now;
      ++fallen;
    }
    return fallen;
  }

  std::map<GrantId, Grant> rows;
  int calls = 0;
};

// A back end's key that may do everything, and what the tests issue under it.
class Engine : public testing::Test {
 protected:
  Engine() {
    Terms all;
    all.may = Scope(0x3FFFU);
    root =
        draft({Kind::key, tenant, "back end", all}, nullptr, seal::draw_id(entropy, start), start);
    root.serial = ledger.add(root);
  }

  Issued issue_device(Terms asked = {}) {
    return issue(ledger, sealer, {Kind::device, tenant, "", asked}, &root, entropy, start);
  }
  Result<Grant> show(std::string_view text, Scope wanted, Time now = start) {
    return present(ledger, sealer, Kind::device, text, wanted, {}, now);
  }
  // A pass as a session rebuilds it: bound to one step, spent or not.
  Grant pass_of(const Bond& bond) {
    Terms asked;
    asked.bond = bond;
    return draft({Kind::pass, tenant, "", asked}, &root, seal::draw_id(entropy, start), start);
  }

  seal::SeededEntropy entropy{7};
  seal::Sealer sealer{seal::sha256("a root for tests")};
  MemoryLedger ledger;
  TenantId tenant = seal::draw_id(entropy, start);
  Grant root;
};
using Laws = Engine;

TEST_F(Laws, law_1_once) {
  // Ten requests come at once; each judges the same live grant, one of them spends it.
  Grant pass = pass_of({});
  ledger.add(pass);
  int first = 0;
  for (std::uint8_t n = 0; n < 10; ++n) {
    EXPECT_EQ(redeem_value(pass, Scope::submit, {}, request_of(n), start).use, Use::first);
    if (ledger.spend(pass.id, Scope::submit, request_of(n), start)) ++first;
  }
  EXPECT_EQ(first, 1);
  const Grant after = *ledger.grant(pass.id);
  for (std::uint8_t n = 1; n < 10; ++n)
    EXPECT_NE(redeem_value(after, Scope::submit, {}, request_of(n), start).use, Use::first);
  // "a nonce submits its step once": the once part is spent, the rest of the pass is not.
  EXPECT_EQ(judge(after, Scope::submit | Scope::upload, {}, start), Verdict::spent);
  EXPECT_EQ(judge(after, Scope::upload, {}, start), Verdict::live);
}

TEST_F(Laws, law_1_once_holds_for_a_link_to_another_device) {
  Terms asked;
  asked.bond.part = 7;
  const Issued link =
      issue(ledger, sealer, {Kind::transfer, tenant, "", asked}, &root, entropy, start);
  EXPECT_EQ(link.grant.terms.expires, start + limits::transfer_life);
  EXPECT_EQ(redeem_value(link.grant, Scope::open, asked.bond, request_of(1), start).use,
            Use::first);
  EXPECT_TRUE(ledger.spend(link.grant.id, Scope::open, request_of(1), start));
  EXPECT_FALSE(ledger.spend(link.grant.id, Scope::open, request_of(1), start));
  const Grant after = *ledger.grant(link.grant.id);
  EXPECT_EQ(judge(after, Scope::open, asked.bond, start), Verdict::spent);
  // Looking at it, to say so, spends nothing.
  EXPECT_EQ(judge(after, Scope::preview, asked.bond, start), Verdict::live);
  EXPECT_EQ(redeem_value(link.grant, Scope::open, {}, request_of(1), start).verdict,
            Verdict::misbound);
}

TEST_F(Laws, law_2_attenuation) {
  for (const Policy& policy : policies) {
    SCOPED_TRACE(policy.label);
    for (std::uint32_t bits = 0; bits < 0x4000U; bits += 0x1FU) {
      Grant parent = root;
      parent.terms.may = Scope(bits) | policy.by;
      parent.terms.expires = start + hours{1};
      Terms asked;
      asked.may = Scope(~bits & 0x3FFFU) | Scope::read_own;
      asked.expires = start + hours{bits % 3};
      const Grant child =
          draft({policy.kind, tenant, "", asked}, &parent, seal::draw_id(entropy, start), start);
      // A parent that may issue a kind lends it what the kind's row says, and nothing beyond.
      EXPECT_TRUE(is_within(child.terms.may, parent.terms.may | policy.may));
      EXPECT_TRUE(is_within(child.terms.once, child.terms.may));
      EXPECT_LE(child.terms.expires, parent.terms.expires);
      EXPECT_EQ(child.tenant, parent.tenant);
      EXPECT_EQ(child.parent, parent.id);
    }
  }
}

TEST_F(Laws, law_2_attenuation_is_the_meet) {
  Terms parent, asked;
  parent.may = Scope::open | Scope::submit;
  parent.expires = start + hours{1};
  asked.may = asked.once = Scope::submit | Scope::settle;
  asked.expires = never;
  const Terms meet = attenuate(parent, asked);
  EXPECT_EQ(meet.may, Scope::submit);
  EXPECT_EQ(meet.once, Scope::submit);
  EXPECT_EQ(meet.expires, start + hours{1});
  EXPECT_EQ(attenuate(parent, meet), meet);
}

TEST_F(Laws, law_2_issuing_needs_the_right_to_issue) {
  Grant weak = root;
  weak.terms.may = Scope::read_all;
  EXPECT_DEATH(draft({Kind::device, tenant, "", {}}, &weak, seal::draw_id(entropy, start), start),
               "policy.by");
}

TEST_F(Laws, law_3_succession) {
  // A hand-over lives ten minutes; the credential in its place lives as its own row says, because
  // its parent is the ticket's parent and not the ticket.
  const Grant ticket =
      draft({Kind::hand_over, tenant, "", {}}, &root, seal::draw_id(entropy, start), start);
  ledger.add(ticket);
  EXPECT_EQ(ticket.terms.expires, start + limits::hand_over_life);
  Terms asked;
  asked.expires = start + limits::consent_life;
  const Issued child =
      issue(ledger, sealer, {Kind::credential, tenant, "", asked}, &root, entropy, start);
  EXPECT_EQ(child.grant.parent, ticket.parent);
  EXPECT_EQ(child.grant.terms.expires, start + limits::consent_life);
  // What the child may be comes from kinds.hpp: asking for more gives nothing more, for less less.
  Terms greedy;
  greedy.may = Scope(0x3FFFU);
  EXPECT_EQ(issue_device(greedy).grant.terms.may, policy_of(Kind::device).may);
  Terms modest;
  modest.may = Scope::open;
  EXPECT_EQ(issue_device(modest).grant.terms.may, Scope::open);
  EXPECT_EQ(issue_device().grant.terms.may, policy_of(Kind::device).may);
}

TEST_F(Laws, law_4_fall_of_the_tree) {
  const Issued device = issue_device(), other = issue_device();
  const Grant below =
      draft({Kind::pass, tenant, "", {}}, &device.grant, seal::draw_id(entropy, start), start);
  ledger.add(below);
  // What takes a ticket's place hangs below the client (Law 3), so it falls with that, not before.
  const Issued credential =
      issue(ledger, sealer, {Kind::credential, tenant, "", {}}, &root, entropy, start);
  EXPECT_EQ(ledger.revoke(device.grant.id, start), 2);
  EXPECT_FALSE(ledger.grant(credential.grant.id)->revoked);
  for (const GrantId& id : {device.grant.id, below.id})
    for (const Time now : {start, start + hours{1000}})
      EXPECT_EQ(judge(*ledger.grant(id), Scope::none, {}, now), Verdict::revoked);
  EXPECT_FALSE(show(device.secret.reveal(), Scope::open));
  EXPECT_TRUE(show(other.secret.reveal(), Scope::open));
  EXPECT_EQ(ledger.revoke(device.grant.id, start), 0);
  EXPECT_EQ(ledger.revoke(root.id, start), 3);
  EXPECT_TRUE(ledger.grant(credential.grant.id)->revoked);
  EXPECT_FALSE(show(other.secret.reveal(), Scope::open));
}

TEST_F(Laws, law_5_secrets_are_seen_once) {
  const Issued device = issue_device();
  const auto sealed = unseal(sealer, Kind::device, device.secret.reveal(), start);
  ASSERT_TRUE(sealed);
  const Grant row = *ledger.grant(device.grant.id);
  // The row has the digest, from which the text cannot be made again.
  EXPECT_EQ(row.digest, digest_of(sealed->bits));
  EXPECT_NE(row.digest, sealed->bits);
  EXPECT_NE(row.spent_request, sealed->bits);
  EXPECT_EQ(row.subject.find(device.secret.reveal()), std::string::npos);
  // Two of a kind share nothing.
  EXPECT_NE(issue_device().grant.digest, row.digest);
}

TEST_F(Laws, law_6_a_miss_counts) {
  // The short code: the use case counts before it compares; the right code after ten wrong ones
  // finds the invitation locked, at every time.
  const Grant invitation =
      draft({Kind::invitation, tenant, "", {}}, &root, seal::draw_id(entropy, start), start);
  ledger.add(invitation);
  for (std::uint32_t n = 0; n < limits::invitation_misses; ++n) {
    EXPECT_EQ(judge(*ledger.grant(invitation.id), Scope::open, {}, start), Verdict::live);
    ledger.miss(invitation.id);
  }
  EXPECT_EQ(judge(*ledger.grant(invitation.id), Scope::open, {}, start), Verdict::locked);
  EXPECT_EQ(judge(*ledger.grant(invitation.id), Scope::open, {}, start + hours{24}),
            Verdict::locked);
  // Guessing 256 bits is hopeless and not counted: nobody locks a back end out.
  Grant key = root;
  key.missed = 1'000'000;
  EXPECT_EQ(judge(key, Scope::open, {}, start), Verdict::live);
}

TEST_F(Laws, law_7_one_face) {
  const auto text = [&] { return std::string(issue_device().secret.reveal()); };
  const auto face = [](Result<Grant> result) {
    Problem problem = result.error();
    EXPECT_FALSE(problem.note.empty());
    problem.note.clear();
    return problem;
  };
  const Problem want{Fault::unauthenticated, codes::unauthenticated};

  std::string forged = text();
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(face(show(forged, Scope::open)), want);
  const seal::Sealer foreign{seal::sha256("another installation")};
  const Issued alien =
      issue(ledger, foreign, {Kind::device, tenant, "", {}}, &root, entropy, start);
  EXPECT_EQ(face(show(alien.secret.reveal(), Scope::open)), want);
  const Issued unknown = issue_device();
  ledger.rows.erase(unknown.grant.id);
  EXPECT_EQ(face(show(unknown.secret.reveal(), Scope::open)), want);
  const Issued revoked = issue_device();
  ledger.revoke(revoked.grant.id, start);
  EXPECT_EQ(face(show(revoked.secret.reveal(), Scope::open)), want);
  Terms elsewhere;
  elsewhere.bond.part = 1;
  EXPECT_EQ(face(show(issue_device(elsewhere).secret.reveal(), Scope::open)), want);
  const Issued stale = issue_device();
  ledger.rows[stale.grant.id].digest = request_of(1);
  EXPECT_EQ(face(show(stale.secret.reveal(), Scope::open)), want);
  // A genuine text of one kind never stands for a row of another, though id and bits were right.
  const Issued other = issue_device();
  ledger.rows[other.grant.id].kind = Kind::credential;
  EXPECT_EQ(face(show(other.secret.reveal(), Scope::open)), want);
  // Every verdict a stranger can meet has that face, too; each has its own note.
  std::set<std::string> notes;
  for (const Verdict v : {Verdict::spent, Verdict::revoked, Verdict::locked, Verdict::misbound}) {
    EXPECT_EQ(face(std::unexpected(refusal(v))), want);
    notes.insert(refusal(v).note);
  }
  EXPECT_EQ(notes.size(), 4U);
  // Only the holder of a genuine text is told that it expired, or what it may not do.
  EXPECT_EQ(show(text(), Scope::open, start + limits::device_life).error().code,
            codes::token_expired);
  EXPECT_EQ(show(forged, Scope::open, start + limits::device_life).error().code,
            codes::unauthenticated);
  EXPECT_EQ(show(text(), Scope::operate).error().code, codes::insufficient_scope);
  EXPECT_EQ(show(text(), Scope::operate).error().fault, Fault::forbidden);
  EXPECT_EQ(refusal(Verdict::expired).code, codes::token_expired);
}

TEST_F(Laws, law_8_replay_is_memory) {
  struct Case {
    const char* name;
    Kind kind;
    Scope part;
    bool followed;
    Seconds later;
    Use same, other;
  };
  const Case cases[] = {
      {"nonce, at once", Kind::pass, Scope::submit, false, Seconds{0}, Use::again, Use::alarm},
      {"nonce, late", Kind::pass, Scope::submit, false, Seconds{1799}, Use::again, Use::alarm},
      {"nonce, expired", Kind::pass, Scope::submit, false, Seconds{1800}, Use::refused,
       Use::refused},
      {"nonce, next one used", Kind::pass, Scope::submit, true, Seconds{0}, Use::refused,
       Use::alarm},
      {"temp_token, at once", Kind::hand_over, Scope::settle, false, Seconds{0}, Use::again,
       Use::alarm},
      {"temp_token, 59 s", Kind::hand_over, Scope::settle, true, Seconds{59}, Use::again,
       Use::alarm},
      {"temp_token, 60 s", Kind::hand_over, Scope::settle, false, Seconds{60}, Use::alarm,
       Use::alarm},
      {"temp_token, expired", Kind::hand_over, Scope::settle, false, Seconds{600}, Use::refused,
       Use::refused},
      {"invitation", Kind::invitation, Scope::complete, false, Seconds{0}, Use::refused,
       Use::alarm},
      // A link to another device: who opens it second is told so, and gets nothing.
      {"transfer", Kind::transfer, Scope::open, false, Seconds{0}, Use::refused, Use::alarm},
      {"transfer, expired", Kind::transfer, Scope::open, false, Seconds{600}, Use::refused,
       Use::refused},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Grant grant = draft({c.kind, tenant, "", {}}, &root, seal::draw_id(entropy, start), start);
    grant.spent = c.part;
    grant.spent_request = request_of(1);
    grant.spent_at = start;
    grant.followed = c.followed;
    EXPECT_EQ(redeem_value(grant, c.part, {}, request_of(1), start + c.later).use, c.same);
    EXPECT_EQ(redeem_value(grant, c.part, {}, request_of(2), start + c.later).use, c.other);
    // A row that does not say when it was spent is never remembered by the clock.
    grant.spent_at.reset();
    if (c.kind == Kind::hand_over) {
      EXPECT_NE(redeem_value(grant, c.part, {}, request_of(1), start).use, Use::again);
    }
  }
}

TEST_F(Laws, law_9_time_is_given) {
  // The same entropy and the same time make the same grant and the same text.
  const auto make = [&] {
    seal::SeededEntropy same{42};
    MemoryLedger empty;
    return issue(empty, sealer, {Kind::device, tenant, "", {}}, &root, same, start);
  };
  const Issued once = make(), twice = make();
  EXPECT_EQ(once.grant, twice.grant);
  EXPECT_EQ(once.secret.reveal(), twice.secret.reveal());
  EXPECT_EQ(once.grant.created, start);
}

TEST_F(Laws, law_10_isolation) {
  const TenantId stranger = seal::draw_id(entropy, start);
  EXPECT_DEATH(draft({Kind::device, stranger, "", {}}, &root, seal::draw_id(entropy, start), start),
               "tenant");
  EXPECT_EQ(show(issue_device().secret.reveal(), Scope::open)->tenant, tenant);
  // A grant for one thing is none for another: session, step, and kind are all compared.
  const Id session = seal::draw_id(entropy, start);
  const Grant pass = pass_of({session, 1});
  EXPECT_EQ(judge(pass, Scope::submit, {session, 1}, start), Verdict::live);
  EXPECT_EQ(judge(pass, Scope::submit, {session, 2}, start), Verdict::misbound);
  EXPECT_EQ(judge(pass, Scope::submit, {stranger, 1}, start), Verdict::misbound);
  const Issued device = issue_device();
  for (const Policy& policy : policies)
    EXPECT_EQ(present(ledger, sealer, policy.kind, device.secret.reveal(), Scope::open, {}, start)
                  .has_value(),
              policy.kind == Kind::device)
        << policy.label;
}

TEST_F(Laws, law_11_forged_costs_nothing) {
  const std::string text(issue_device().secret.reveal());
  ledger.calls = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string forged = text;
    forged[at] = forged[at] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(show(forged, Scope::open));
  }
  for (const std::string& wrong : {std::string(), text + "A", text.substr(1), text + "=",
                                   std::string(text.size(), 'A'), std::string(100'000, 'x')})
    EXPECT_FALSE(show(wrong, Scope::open));
  EXPECT_FALSE(show(text, Scope::open, start + limits::device_life));
  EXPECT_EQ(ledger.calls, 0);
  EXPECT_TRUE(show(text, Scope::open));
  EXPECT_EQ(ledger.calls, 1);
}

// --- the verbs, row by row ---

TEST_F(Engine, judges_by_one_table) {
  struct Case {
    const char* name;
    void (*change)(Grant&);
    Scope wanted;
    Verdict want;
  };
  const Case cases[] = {
      {"live", [](Grant&) {}, Scope::submit, Verdict::live},
      {"nothing wanted", [](Grant&) {}, Scope::none, Verdict::live},
      {"beyond", [](Grant&) {}, Scope::settle, Verdict::beyond},
      {"partly beyond", [](Grant&) {}, Scope::submit | Scope::settle, Verdict::beyond},
      {"expired", [](Grant& g) { g.terms.expires = start; }, Scope::submit, Verdict::expired},
      {"last moment", [](Grant& g) { g.terms.expires = start + Millis{1}; }, Scope::submit,
       Verdict::live},
      {"spent", [](Grant& g) { g.spent = Scope::submit; }, Scope::submit, Verdict::spent},
      {"spent, other part", [](Grant& g) { g.spent = Scope::submit; }, Scope::upload,
       Verdict::live},
      {"spent what is not once", [](Grant& g) { g.spent = Scope::upload; }, Scope::upload,
       Verdict::live},
      {"revoked", [](Grant& g) { g.revoked = start; }, Scope::submit, Verdict::revoked},
      {"locked", [](Grant& g) { g.terms.misses = g.missed = 3; }, Scope::submit, Verdict::locked},
      {"one miss left", [](Grant& g) { g.terms.misses = 3, g.missed = 2; }, Scope::submit,
       Verdict::live},
      {"misbound", [](Grant& g) { g.terms.bond.part = 1; }, Scope::submit, Verdict::misbound},
      {"revoked before expired", [](Grant& g) { g.revoked = start, g.terms.expires = start; },
       Scope::submit, Verdict::revoked},
      {"expired before spent", [](Grant& g) { g.spent = Scope::submit, g.terms.expires = start; },
       Scope::submit, Verdict::expired},
      {"misbound before beyond", [](Grant& g) { g.terms.bond.part = 1; }, Scope::settle,
       Verdict::misbound},
      {"beyond before spent", [](Grant& g) { g.spent = Scope::submit; },
       Scope::submit | Scope::settle, Verdict::beyond},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Grant grant = pass_of({});
    c.change(grant);
    EXPECT_EQ(judge(grant, c.wanted, {}, start), c.want);
    if (c.want == Verdict::live) continue;
    const auto redeemed = redeem_value(grant, c.wanted, {}, request_of(1), start);
    EXPECT_NE(redeemed.use, Use::first);
    EXPECT_EQ(redeemed.verdict, c.want);
  }
}

TEST_F(Engine, drafts_with_the_defaults_of_the_kind) {
  for (const Policy& policy : policies) {
    SCOPED_TRACE(policy.label);
    const Grant grant =
        draft({policy.kind, tenant, "about", {}}, &root, seal::draw_id(entropy, start), start);
    EXPECT_EQ(grant.kind, policy.kind);
    EXPECT_EQ(grant.subject, "about");
    EXPECT_EQ(grant.terms.may, policy.may);
    EXPECT_EQ(grant.terms.once, policy.once);
    EXPECT_EQ(grant.terms.misses, policy.misses);
    EXPECT_EQ(grant.terms.expires, policy.life.count() == 0 ? never : start + policy.life);
    EXPECT_EQ(grant.spent, Scope::none);
    EXPECT_FALSE(grant.revoked);
  }
}

TEST_F(Engine, issues_only_what_is_stored) {
  EXPECT_DEATH(issue(ledger, sealer, {Kind::pass, tenant, "", {}}, &root, entropy, start),
               "stored");
  EXPECT_EQ(issue_device().grant.serial, 2U);
}

}  // namespace
}  // namespace limen::grant
