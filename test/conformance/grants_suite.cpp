// Conformance: grants. Round trips, the guarded writes and the laws a store has its part in.
#include <thread>

#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using grant::Grant;
using grant::Kind;
using grant::Scope;
using onboard::Ledger;

std::vector<Id> ids_of(const std::vector<Grant>& grants) {
  std::vector<Id> ids;
  for (const Grant& g : grants) ids.push_back(g.id);
  return ids;
}

}  // namespace

TEST_P(LedgerSuite, a_grant_comes_back_as_it_was_added) {
  Grant plain = a_grant(Kind::key, tenant_);
  Grant full = a_grant(Kind::credential, tenant_);
  full.parent = plain.id;
  full.subject = "späße\nand 'quotes'";
  full.terms.expires = never;
  full.terms.bond = {draw(), 7};
  full.terms.misses = UINT32_MAX;
  full.digest = seal::sha256("secret");
  full.spent = Scope::complete;
  full.spent_request = seal::sha256("request");
  full.spent_at = now_;
  full.missed = 3;
  full.revoked = now_;
  write([&](Ledger& ledger) {
    plain.serial = ledger.add(plain);
    full.serial = ledger.add(full);
  });
  EXPECT_LT(plain.serial, full.serial);
  EXPECT_EQ(grant(plain.id), plain);
  EXPECT_EQ(grant(full.id), full);
  EXPECT_EQ(grant(draw()), std::nullopt);
  reopen();
  EXPECT_EQ(grant(full.id), full);
}

TEST_P(LedgerSuite, an_id_is_added_once) {
  const Grant g = a_grant(Kind::key, tenant_);
  write([&](Ledger& ledger) { ledger.add(g); });
  EXPECT_ANY_THROW(write([&](Ledger& ledger) { ledger.add(g); }));
}

TEST_P(LedgerSuite, law_1_once_a_part_is_spent_by_one) {
  const Grant g = a_grant(Kind::invitation, tenant_);
  write([&](Ledger& ledger) {
    ledger.add(g);
    EXPECT_FALSE(ledger.spend(draw(), Scope::complete, seal::sha256("a"), now_));
    EXPECT_TRUE(ledger.spend(g.id, Scope::complete, seal::sha256("a"), now_));
    EXPECT_FALSE(ledger.spend(g.id, Scope::complete, seal::sha256("b"), now_));
    EXPECT_TRUE(ledger.spend(g.id, Scope::open, seal::sha256("c"), now_));
  });
  const auto spent = grant(g.id);
  ASSERT_TRUE(spent);
  EXPECT_EQ(spent->spent, Scope::complete | Scope::open);
  EXPECT_EQ(spent->spent_request, seal::sha256("c"));
  EXPECT_EQ(spent->spent_at, now_);
}

TEST_P(LedgerSuite, law_1_once_in_a_race_of_a_hundred) {
  constexpr int rivals = 100;
  for (int round = 0; round < 5; ++round) {
    const Grant g = a_grant(Kind::invitation, tenant_);
    write([&](Ledger& ledger) { ledger.add(g); });
    std::atomic<int> first{0};
    std::atomic<int> answered{0};
    std::promise<void> start;
    const std::shared_future<void> started = start.get_future().share();
    std::promise<void> all;
    std::vector<std::thread> threads;
    for (int i = 0; i < rivals; ++i) {
      threads.emplace_back([&, i] {
        store::Job job;
        job.run = [&, i](Ledger& ledger) {
          if (ledger.spend(g.id, Scope::complete, seal::sha256(std::to_string(i)), now_)) ++first;
        };
        job.release = [&] {
          if (++answered == rivals) all.set_value();
        };
        started.wait();
        ASSERT_TRUE(store_->writer().submit(std::move(job)));
      });
    }
    start.set_value();
    for (auto& thread : threads) thread.join();
    all.get_future().wait();
    EXPECT_EQ(first, 1);
  }
}

TEST_P(LedgerSuite, law_4_the_tree_falls) {
  const Grant root = a_grant(Kind::key, tenant_);
  Grant child = a_grant(Kind::invitation, tenant_);
  child.parent = root.id;
  Grant grandchild = a_grant(Kind::device, tenant_);
  grandchild.parent = child.id;
  // What follows a hand-over is a credential below the client (ADR 0009), so it falls with it.
  Grant credential = a_grant(Kind::credential, tenant_);
  credential.parent = root.id;
  const Grant stranger = a_grant(Kind::key, tenant_);
  Grant over = a_grant(Kind::invitation, tenant_);
  over.parent = root.id;
  over.terms.expires = now_ - Millis{1};
  int count = 0;
  int again = 0;
  write([&](Ledger& ledger) {
    for (const Grant& g : {root, child, grandchild, credential, stranger, over}) ledger.add(g);
    count = ledger.revoke(root.id, now_);
    again = ledger.revoke(root.id, now_ + Millis{1});
  });
  EXPECT_EQ(count, 4);  // `over` falls as well, but was not live
  EXPECT_EQ(again, 0);
  EXPECT_TRUE(touched_.rights);
  for (const Grant& g : {root, child, grandchild, credential, over})
    EXPECT_EQ(grant(g.id)->revoked, now_);
  EXPECT_FALSE(grant(stranger.id)->revoked);
  bool did_spend = true;
  write([&](Ledger& ledger) {
    did_spend = ledger.spend(child.id, Scope::complete, seal::sha256("late"), now_);
  });
  EXPECT_FALSE(did_spend) << "a revoked grant was spent";
}

TEST_P(LedgerSuite, law_4_a_circle_of_parents_ends) {
  Grant a = a_grant(Kind::device, tenant_);
  Grant b = a_grant(Kind::device, tenant_);
  a.parent = b.id;
  b.parent = a.id;
  int count = 0;
  write([&](Ledger& ledger) {
    ledger.add(a);
    ledger.add(b);
    count = ledger.revoke(a.id, now_);
  });
  EXPECT_EQ(count, 2);
}

TEST_P(LedgerSuite, law_4_revoking_a_sealed_grant_reaches_the_rows_below_it) {
  const Id sealed = draw();  // no row
  Grant child = a_grant(Kind::invitation, tenant_);
  child.parent = sealed;
  Grant tombstone = a_grant(Kind::access, tenant_);
  tombstone.id = sealed;
  tombstone.revoked = now_;
  int count = 0;
  write([&](Ledger& ledger) {
    ledger.add(child);
    count = ledger.revoke(sealed, now_);
  });
  EXPECT_EQ(count, 1);
  EXPECT_TRUE(grant(child.id)->revoked);
  touched_ = {};
  write([&](Ledger& ledger) { tombstone.serial = ledger.add(tombstone); });
  EXPECT_TRUE(touched_.rights);
  EXPECT_EQ(grant(sealed), tombstone);
}

TEST_P(LedgerSuite, law_6_a_miss_counts) {
  const Grant g = a_grant(Kind::invitation, tenant_);
  write([&](Ledger& ledger) {
    ledger.add(g);
    ledger.miss(g.id);
    ledger.miss(g.id);
    ledger.miss(draw());
  });
  EXPECT_EQ(grant(g.id)->missed, 2U);
}

TEST_P(LedgerSuite, the_latest_invitation_of_an_address) {
  const Id other = draw();
  Grant first = a_grant(Kind::invitation, tenant_);
  Grant second = a_grant(Kind::invitation, tenant_);
  second.subject = "ada@example.com\nAda@Example.com\nAda\nLovelace";  // more lines may follow
  Grant foreign = a_grant(Kind::invitation, other);
  Grant someone = a_grant(Kind::invitation, tenant_);
  someone.subject = "eve@example.com";
  const Grant key = a_grant(Kind::key, tenant_);  // the same subject, but no invitation
  write([&](Ledger& ledger) {
    for (Grant* g : {&first, &second, &foreign, &someone}) g->serial = ledger.add(*g);
    ledger.add(key);
  });
  const auto latest = [&](const Id& tenant, const std::string& email) {
    return ask<std::optional<Grant>>(
        [&](Ledger& ledger) { return ledger.latest_invitation(tenant, email); });
  };
  EXPECT_EQ(latest(tenant_, "ada@example.com"), second);
  // Law 10: the same person is somebody else to another organisation.
  EXPECT_EQ(latest(other, "ada@example.com"), foreign);
  EXPECT_EQ(latest(tenant_, "eve@example.com"), someone);
  EXPECT_EQ(latest(other, "eve@example.com"), std::nullopt);
  EXPECT_EQ(latest(tenant_, "ada@example.co"), std::nullopt);
  EXPECT_EQ(latest(tenant_, ""), std::nullopt);
  const auto by_serial = [&](std::uint64_t serial) {
    return ask<std::optional<Grant>>(
        [&](Ledger& ledger) { return ledger.grant_by_serial(serial); });
  };
  EXPECT_EQ(by_serial(second.serial), second);
  EXPECT_EQ(by_serial(second.serial + 1'000'000), std::nullopt);
}

TEST_P(LedgerSuite, law_10_lists_hold_one_organisation_newest_first_by_pages) {
  for (const Kind kind : {Kind::key, Kind::invitation}) {
    const Id other = draw();
    std::vector<Id> want;
    write([&](Ledger& ledger) {
      for (int i = 0; i < 7; ++i) {
        const Grant mine = a_grant(kind, tenant_);
        want.insert(want.begin(), mine.id);
        ledger.add(mine);
        ledger.add(a_grant(kind, other));
        ledger.add(a_grant(Kind::device, tenant_));
      }
    });
    std::vector<Id> got;
    onboard::Page page{3, {}};
    for (int i = 0; i < 4; ++i) {
      const auto part = ask<std::vector<Grant>>(
          [&](Ledger& ledger) { return ledger.grants(tenant_, kind, page); });
      EXPECT_EQ(part.size(), i < 2 ? 3U : i == 2 ? 1U : 0U);
      for (const Id& id : ids_of(part)) got.push_back(id);
      if (!part.empty()) page.after = part.back().id;
    }
    EXPECT_EQ(got, want);
    page.after = draw();
    EXPECT_TRUE(ask<std::vector<Grant>>([&](Ledger& ledger) {
                  return ledger.grants(tenant_, kind, page);
                }).empty());
  }
}

TEST_P(LedgerSuite, the_newest_of_a_kind_below_a_parent_is_found) {
  const Id parent = draw();  // a sealed right: it has no row
  Grant first = a_grant(Kind::phone, tenant_);
  Grant second = a_grant(Kind::phone, tenant_);
  Grant link = a_grant(Kind::transfer, tenant_);
  Grant stranger = a_grant(Kind::phone, tenant_);
  for (Grant* g : {&first, &second, &link}) g->parent = parent;
  write([&](Ledger& ledger) {
    for (const Grant& g : {first, second, link, stranger}) ledger.add(g);
  });
  const auto below = [&](const Id& id, Kind kind) {
    const auto found =
        ask<std::optional<Grant>>([&](Ledger& ledger) { return ledger.newest_below(id, kind); });
    return found ? found->id : Id{};
  };
  EXPECT_EQ(below(parent, Kind::phone), second.id);
  EXPECT_EQ(below(parent, Kind::transfer), link.id);
  EXPECT_TRUE(below(parent, Kind::device).is_nil());
  EXPECT_TRUE(below(draw(), Kind::phone).is_nil());
}

TEST_P(LedgerSuite, what_a_commit_touched_is_told) {
  write([&](Ledger& ledger) { ledger.add(a_grant(Kind::invitation, tenant_)); });
  EXPECT_FALSE(touched_.rights || touched_.letters);
  EXPECT_ANY_THROW(write([&](Ledger& ledger) {
    ledger.add_letter(a_letter(tenant_));
    ledger.add(a_grant(Kind::key, tenant_));
    throw std::runtime_error("rolled back");
  }));
  write([](Ledger&) {});  // the batch before has told by now
  EXPECT_FALSE(touched_.letters) << "a letter that was rolled back is no letter";
  EXPECT_TRUE(touched_.rights) << "a cache may have seen the key before it was rolled back";
  touched_ = {};
  write([&](Ledger& ledger) { ledger.add(a_grant(Kind::key, tenant_)); });
  EXPECT_TRUE(touched_.rights);
  EXPECT_FALSE(touched_.letters);
  touched_ = {};
  write([&](Ledger& ledger) { ledger.add_letter(a_letter(tenant_)); });
  EXPECT_FALSE(touched_.rights);
  EXPECT_TRUE(touched_.letters);
}

}  // namespace limen::test
