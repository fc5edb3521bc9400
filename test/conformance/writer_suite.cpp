// Conformance: the lanes. What a commit means, what a throw undoes, and when an answer may leave.
#include <algorithm>
#include <set>
#include <thread>

#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using grant::Grant;
using grant::Kind;
using onboard::Ledger;

// Keeps the writer busy until opened, so that what is submitted meanwhile becomes one batch.
class Barrier {
 public:
  explicit Barrier(store::Lane& lane) {
    store::Job job;
    job.run = [this](Ledger&) {
      reached_.set_value();
      opened_.get_future().wait();
    };
    EXPECT_TRUE(lane.submit(std::move(job)));
    reached_.get_future().wait();
  }
  void open() { opened_.set_value(); }

 private:
  std::promise<void> reached_, opened_;
};

}  // namespace

TEST_P(WriterSuite, ten_thousand_invitations_from_eight_threads) {
  constexpr int threads = 8;
  constexpr int each = 1250;
  std::mutex mutex;
  std::set<std::uint64_t> serials;
  std::set<std::uint64_t> answered;
  std::promise<void> all;
  const auto invite = [&](Ledger& ledger, int thread, int number) {
    const std::string email =
        "p" + std::to_string(thread) + "." + std::to_string(number) + "@example.com";
    EXPECT_FALSE(ledger.latest_invitation(tenant_, email));
    const std::lock_guard lock(mutex);
    Grant g = a_grant(Kind::invitation, tenant_);
    g.subject = email;
    const std::uint64_t serial = ledger.add(g);
    serials.insert(serial);
    onboard::Letter letter = a_letter(tenant_);
    letter.invitation = g.id;
    ledger.add_letter(letter);
    return serial;
  };
  std::vector<std::thread> people;
  for (int t = 0; t < threads; ++t) {
    people.emplace_back([&, t] {
      for (int i = 0; i < each; ++i) {
        auto serial = std::make_shared<std::uint64_t>(0);
        store::Job job;
        job.run = [&, t, i, serial](Ledger& ledger) { *serial = invite(ledger, t, i); };
        job.release = [&, serial] {
          const std::lock_guard lock(mutex);
          answered.insert(*serial);
          if (answered.size() == threads * each) all.set_value();
        };
        while (!store_->writer().submit(std::move(job))) std::this_thread::yield();
      }
    });
  }
  for (auto& person : people) person.join();
  all.get_future().wait();
  EXPECT_EQ(serials.size(), static_cast<std::size_t>(threads * each));
  EXPECT_EQ(answered, serials);
  EXPECT_LT(store_->writer().counters().batches, static_cast<std::uint64_t>(threads * each))
      << "commits were not grouped";
  reopen();
  for (int t = 0; t < threads; ++t) {
    const std::string email = "p" + std::to_string(t) + ".1249@example.com";
    EXPECT_TRUE(ask<std::optional<Grant>>([&](Ledger& ledger) {
      return ledger.latest_invitation(tenant_, email);
    })) << email;
  }
  const auto letters = ask<std::vector<onboard::Letter>>([&](Ledger& ledger) {
    return ledger.letters({}, {}, {20'000, {}});
  });
  EXPECT_EQ(letters.size(), static_cast<std::size_t>(threads * each));
}

// Five jobs in one batch, the third throws. `repeats`: which of them may be run twice.
void WriterSuite::check_a_throw(const std::array<bool, 5>& repeats,
                                const std::array<int, 5>& runs) {
  std::vector<Grant> grants;
  for (int i = 0; i < 5; ++i) grants.push_back(a_grant(Kind::key, tenant_));
  const auto batches_before = store_->writer().counters().batches.load();
  Barrier barrier(store_->writer());
  std::atomic<int> released{0};
  std::array<int, 5> ran{};
  std::string why;
  std::promise<void> done;
  for (std::size_t i = 0; i < grants.size(); ++i) {
    store::Job job;
    job.run = [&, i](Ledger& ledger) {
      ++ran[i];
      ledger.add(grants[i]);
      ledger.miss(grants[0].id);
      if (i == 2) throw std::runtime_error("out of luck");
    };
    job.release = [&, i] {
      ++released;
      if (i == 4) done.set_value();
    };
    job.fail = [&](std::exception_ptr thrown) {
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& e) {
        why += e.what();
      }
    };
    job.may_repeat = repeats[i];
    ASSERT_TRUE(store_->writer().submit(std::move(job)));
  }
  barrier.open();
  done.get_future().wait();
  EXPECT_EQ(ran, runs);
  EXPECT_EQ(released, 4);
  EXPECT_EQ(why, "out of luck");
  EXPECT_LE(store_->writer().counters().batches - batches_before, 2U) << "it was one batch";
  for (std::size_t i = 0; i < grants.size(); ++i)
    EXPECT_EQ(grant(grants[i].id).has_value(), i != 2) << i;
  EXPECT_EQ(grant(grants[0].id)->missed, 4U) << "the undone job's write on another row stayed";
}

TEST_P(WriterSuite, a_throwing_job_leaves_nothing_and_its_neighbours_stay) {
  check_a_throw({false, false, false, false, false}, {1, 1, 1, 1, 1});
  // All may repeat: the first run ended at the throw, the second has its savepoints.
  check_a_throw({true, true, true, true, true}, {2, 2, 2, 1, 1});
  // One may not: nobody is run twice.
  check_a_throw({true, true, true, true, false}, {1, 1, 1, 1, 1});
}

TEST_P(WriterSuite, what_a_repeated_batch_undid_is_void_for_caches) {
  Barrier barrier(store_->writer());
  touched_ = {};
  int runs = 0;
  store::Job throws;
  throws.may_repeat = true;
  throws.run = [&](Ledger& ledger) {
    if (++runs == 1) ledger.add(a_grant(Kind::key, tenant_));
    throw std::runtime_error("out of luck");
  };
  std::promise<void> done;
  store::Job neighbour;
  neighbour.may_repeat = true;
  neighbour.run = [](Ledger&) {};
  neighbour.release = [&] { done.set_value(); };
  ASSERT_TRUE(store_->writer().submit(std::move(throws)));
  ASSERT_TRUE(store_->writer().submit(std::move(neighbour)));
  barrier.open();
  done.get_future().wait();
  EXPECT_EQ(runs, 2);
  EXPECT_TRUE(touched_.rights) << "only the run that was undone touched them";
}

TEST_P(WriterSuite, an_answer_leaves_only_after_its_commit) {
  // Asked at the very moment of release, another connection must see what the job wrote.
  for (int i = 0; i < 20; ++i) {
    const Grant g = a_grant(Kind::key, tenant_);
    std::promise<bool> seen;
    store::Job job;
    job.run = [&](Ledger& ledger) {
      ledger.add(g);
      EXPECT_FALSE(grant(g.id)) << "visible before its commit";
    };
    job.release = [&] { seen.set_value(grant(g.id).has_value()); };
    ASSERT_TRUE(store_->writer().submit(std::move(job)));
    EXPECT_TRUE(seen.get_future().get());
  }
}

TEST_P(WriterSuite, a_refusal_commits) {
  // A use case that refuses returns normally; what it wrote (a miss) must survive.
  const Grant g = a_grant(Kind::invitation, tenant_);
  write([&](Ledger& ledger) { ledger.add(g); });
  Result<int> answer = 1;
  write([&](Ledger& ledger) {
    ledger.miss(g.id);
    answer = refuse(Fault::unauthenticated, "unauthenticated");
  });
  EXPECT_FALSE(answer.has_value());
  reopen();
  EXPECT_EQ(grant(g.id)->missed, 1U);
}

TEST_P(WriterSuite, a_full_queue_refuses_and_stop_finishes_what_waits) {
  std::atomic<std::size_t> released{0};
  Barrier barrier(store_->writer());
  std::size_t taken = 0;
  for (std::size_t i = 0; i < limits::queued_jobs + 10; ++i) {
    store::Job job;
    job.run = [](Ledger&) {};
    job.release = [&] { ++released; };
    if (store_->writer().submit(std::move(job))) ++taken;
  }
  EXPECT_EQ(taken, limits::queued_jobs);
  EXPECT_EQ(store_->writer().counters().queued, limits::queued_jobs);
  barrier.open();
  store_->stop();
  EXPECT_EQ(released, taken);
  EXPECT_FALSE(store_->writer().submit({[](Ledger&) {}, {}, {}}));
  EXPECT_FALSE(store_->reader().submit({[](Ledger&) {}, {}, {}}));
  store_->stop();
}

TEST_P(WriterSuite, while_it_refuses_nothing_is_run) {
  const Grant g = a_grant(Kind::key, tenant_);
  bool did_run = false;
  store_->refuse(true);
  EXPECT_ANY_THROW(write([&](Ledger& ledger) {
    did_run = true;
    ledger.add(g);
  }));
  EXPECT_ANY_THROW(read([&](Ledger&) { did_run = true; }));
  EXPECT_FALSE(did_run);
  // Health is asked during an outage too, but nothing is written.
  std::promise<bool> asked;
  store::Job job;
  job.run = [](Ledger&) {};
  job.release = [&] { asked.set_value(true); };
  job.fail = [&](std::exception_ptr) { asked.set_value(false); };
  job.during = store::During::outage;
  ASSERT_TRUE(store_->reader().submit(std::move(job)));
  EXPECT_TRUE(asked.get_future().get());
  store_->refuse(false);
  EXPECT_FALSE(grant(g.id));
  write([&](Ledger& ledger) { ledger.add(g); });
  EXPECT_TRUE(grant(g.id));
}

TEST_P(WriterSuite, readers_cannot_write) {
  const Grant g = a_grant(Kind::key, tenant_);
  write([&](Ledger& ledger) { ledger.add(g); });
  EXPECT_ANY_THROW(read([&](Ledger& ledger) { ledger.miss(g.id); }));
  EXPECT_ANY_THROW(read([&](Ledger& ledger) { ledger.add(a_grant(Kind::key, tenant_)); }));
  EXPECT_EQ(grant(g.id)->missed, 0U);
}

TEST_P(WriterSuite, one_read_job_sees_one_moment) {
  // Two rows always change together; no reader may ever see one without the other.
  const Grant a = a_grant(Kind::key, tenant_);
  const Grant b = a_grant(Kind::key, tenant_);
  write([&](Ledger& ledger) {
    ledger.add(a);
    ledger.add(b);
  });
  std::atomic<bool> is_over{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!is_over) {
        read([&](Ledger& ledger) {
          const auto first = ledger.grant(a.id)->missed;
          EXPECT_EQ(ledger.grant(b.id)->missed, first);
        });
      }
    });
  }
  for (int i = 0; i < 300; ++i) {
    write([&](Ledger& ledger) {
      ledger.miss(a.id);
      ledger.miss(b.id);
    });
    // What was answered is read by whoever asks next.
    EXPECT_EQ(grant(b.id)->missed, static_cast<std::uint32_t>(i + 1));
  }
  is_over = true;
  for (auto& reader : readers) reader.join();
}

}  // namespace limen::test
