// Power cuts. The main flows are walked once while everything that happens to the data folder is
// recorded; then, for many moments and seeds, a folder is built as a cut at that moment may leave
// it (disk.hpp), opened again, and asked whether what was promised before the cut is true. The same
// with a disk that ignores syncs must find losses, or the test proves nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <random>

#include "faults/disk.hpp"
#include "faults/kit.hpp"
#include "faults/sound.hpp"
#include "store/blobs.hpp"
#include "store/sqlite.hpp"

namespace limen::faults {
namespace {

namespace fs = std::filesystem;

// What happened, and what was promised when.
struct Recording {
  std::vector<Event> events;
  std::vector<Fact> facts;
  transcripts::Lease lease;
  std::size_t opened = 0;  // from here on the organisations are promised
};

// Three lives of one folder, all flows in each: the log is copied back and begun anew between them.
Recording record(const fs::path& folder, std::uint64_t seed) {
  Recording out;
  fs::create_directory(folder);
  Recorder recorder(folder);
  out.lease = {folder, {}, 0, *parse_time("2026-11-21T18:00:00.000Z")};
  std::mt19937_64 dice(seed);
  for (int life = 0; life < 3; ++life) {
    House house(out.lease);
    if (life == 0) out.opened = recorder.now();
    Visitor people(
        house, [&] { return recorder.now(); }, life * 1000);
    auto order = flows();
    std::shuffle(order.begin(), order.end(), dice);
    for (const Flow& flow : order) flow.walk(people);
    out.facts.insert(out.facts.end(), people.facts().begin(), people.facts().end());
    out.lease = house.lease();
  }
  out.events = recorder.events();
  return out;
}

// What is wrong with a folder that was left by a cut at `moment`; empty when nothing is.
std::string judge(const Recording& recording, std::size_t moment, const fs::path& left) {
  try {
    {
      transcripts::Lease lease = recording.lease;
      lease.folder = left;
      lease.asked += 1'000'000;
      if (moment < recording.opened) lease.credentials = {};
      if (moment < recording.opened && fs::exists(left / "limen.db")) {
        // Made or not, it must open; who lives there was never promised.
        store::Store::open(left / "limen.db", 1, {});
        return {};
      }
      House house(lease);
      Visitor people(house, {}, 1'000'000);
      check_facts(people, recording.facts, moment);
    }
    for (const std::string& said : {soundness(left / "limen.db"), uploads_soundness(left)})
      if (said != "ok") return said;
    return {};
  } catch (const std::exception& problem) {
    return problem.what();
  }
}

struct Losses {
  std::size_t cuts = 0, lost = 0;
  std::string first;
};

// `cuts` cuts at moments spread evenly over the recording, each with a seed of its own.
Losses cut(const Recording& recording, const fs::path& space, const Deaf& deaf, std::size_t cuts,
           std::uint64_t seed) {
  Losses out;
  std::mt19937_64 dice(seed);
  std::vector<std::size_t> moments(cuts);
  for (auto& moment : moments) moment = dice() % (recording.events.size() + 1);
  std::sort(moments.begin(), moments.end());
  Disk disk(recording.lease.folder, deaf);
  std::size_t done = 0;
  for (const std::size_t moment : moments) {
    for (; done < moment; ++done) disk.apply(recording.events[done]);
    const fs::path left = space / "left";
    fs::remove_all(left);
    fs::create_directory(left);
    std::mt19937_64 own(dice());
    disk.leave(left, own);
    const std::string wrong = judge(recording, moment, left);
    ++out.cuts;
    if (wrong.empty()) continue;
    ++out.lost;
    if (out.first.empty())
      out.first = "cut before event " + std::to_string(moment) + " of " +
                  std::to_string(recording.events.size()) + ": " + wrong;
  }
  return out;
}

class PowerTest : public testing::Test {
 protected:
  PowerTest() : seed_(number_of("LIMEN_SEED", 20261121)), recording_(record(data(), seed_)) {}
  fs::path data() const { return folder_.path() / "data"; }

  test::Folder folder_;
  std::uint64_t seed_;
  Recording recording_;
};

TEST_F(PowerTest, nothing_acknowledged_is_lost) {
  const auto cuts = number_of("LIMEN_CUTS", 200);
  const Losses found = cut(recording_, folder_.path(), {}, cuts, seed_);
  EXPECT_EQ(found.cuts, cuts);
  EXPECT_EQ(found.lost, 0U) << "seed " << seed_ << ", " << found.first;
  RecordProperty("events", static_cast<int>(recording_.events.size()));
  RecordProperty("facts", static_cast<int>(recording_.facts.size()));
}

TEST_F(PowerTest, a_disk_that_ignores_syncs_is_found_out) {
  const auto holds = [](const char* part) {
    return [part](const std::string& path) { return path.find(part) != std::string::npos; };
  };
  const std::pair<const char*, Deaf> deaf[] = {
      {"the log", holds("-wal")},
      {"uploads, files and folders", holds("/uploads/")},
      {"folders of uploads",
       [](const std::string& path) {
         return path.find("/uploads/") != std::string::npos && fs::is_directory(path);
       }},
      {"the data folder", [&](const std::string& path) { return path == data().string(); }},
  };
  for (const auto& [what, ignores] : deaf)
    EXPECT_GT(cut(recording_, folder_.path(), ignores, 40, seed_).lost, 0U) << what;
}

void run(store::Lane& lane, const std::function<void(onboard::Ledger&)>& what) {
  std::promise<void> done;
  lane.submit(
      {what, [&] { done.set_value(); }, [&](std::exception_ptr why) { done.set_exception(why); }});
  done.get_future().get();
}

// --- groups: many jobs a commit, and a log long enough to be copied back under load ---

constexpr int jobs_of_group = 40, groups = 14;

std::string value_of(int job) { return std::string(36'000, static_cast<char>('a' + job % 26)); }
std::string name_of(int job) { return "job " + std::to_string(job); }

// Keeps the writer busy until all of a group wait; each job's moment is that of its answer.
std::vector<Event> record_groups(const fs::path& data, std::vector<std::size_t>& since) {
  Recorder recorder(data);
  const auto store = store::Store::open(data / "limen.db", 1, {});
  since.assign(jobs_of_group * groups, 0);
  for (int group = 0; group < groups; ++group) {
    std::promise<void> opened, done;
    auto gate = opened.get_future().share();
    store->writer().submit({[gate](onboard::Ledger&) { gate.wait(); }, {}, {}});
    for (int i = 0; i < jobs_of_group; ++i) {
      const int job = group * jobs_of_group + i;
      store::Job work;
      work.run = [job](onboard::Ledger& ledger) {
        ledger.set_setting(name_of(job), value_of(job));
      };
      work.release = [&, job, i] {
        since[static_cast<std::size_t>(job)] = recorder.now();
        if (i == jobs_of_group - 1) done.set_value();
      };
      store->writer().submit(std::move(work));
    }
    opened.set_value();
    done.get_future().get();
  }
  store->stop();
  return recorder.events();
}

TEST(GroupsTest, a_group_is_lost_or_kept_as_it_was_answered) {
  const test::Folder folder;
  const fs::path data = folder.path() / "data", left = folder.path() / "left";
  fs::create_directory(data);
  std::vector<std::size_t> since;
  const auto events = record_groups(data, since);
  const auto is_copy = [](const Event& event) {
    return event.verb == writes && event.path.ends_with("limen.db");
  };
  const auto copied = std::find_if(events.begin(), events.end(), is_copy);
  EXPECT_LT(static_cast<std::size_t>(copied - events.begin()), since.back())
      << "the log was never copied back under load";
  Disk disk(data);
  std::mt19937_64 dice(number_of("LIMEN_SEED", 20261121));
  std::vector<std::size_t> moments(number_of("LIMEN_CUTS", 200) / 10);
  for (auto& moment : moments) moment = dice() % (events.size() + 1);
  std::sort(moments.begin(), moments.end());
  std::size_t done = 0;
  for (const std::size_t moment : moments) {
    for (; done < moment; ++done) disk.apply(events[done]);
    fs::remove_all(left);
    fs::create_directory(left);
    disk.leave(left, dice);
    {
      const auto store = store::Store::open(left / "limen.db", 1, {});
      run(store->reader(), [&](onboard::Ledger& ledger) {
        for (int job = 0; job < jobs_of_group * groups; ++job) {
          const auto value = ledger.setting(name_of(job));
          const bool is_promised = since[static_cast<std::size_t>(job)] <= moment;
          ASSERT_TRUE(value || !is_promised) << name_of(job) << " is lost at " << moment;
          ASSERT_EQ(value.value_or(value_of(job)), value_of(job));
        }
      });
    }
    ASSERT_EQ(soundness(left / "limen.db"), "ok");
  }
}

// --- a first start that fails, and one after it ---

// Starts, and once that succeeded promises a setting and a file; the file's name.
std::string live(const fs::path& data) {
  seal::SeededEntropy entropy{5};
  store::Blobs blobs(data / "uploads", entropy);
  const auto store = store::Store::open(data / "limen.db", 1, {});
  control().strike = 0;
  run(store->writer(), [](onboard::Ledger& ledger) { ledger.set_setting("promised", "yes"); });
  const auto file = blobs.create();
  file->write(as_bytes("promised"));
  return file->finish().name;
}

void expect_promised(const fs::path& data, const std::string& name) {
  seal::SeededEntropy entropy{6};
  store::Blobs blobs(data / "uploads", entropy);
  const auto store = store::Store::open(data / "limen.db", 1, {});
  run(store->reader(), [](onboard::Ledger& ledger) {
    EXPECT_EQ(ledger.setting("promised"), std::optional<std::string>("yes"));
  });
  EXPECT_EQ(as_text(blobs.read(name)), "promised");
}

// Whatever sync fails in a start, either the start fails too and the next one makes up for it, or
// nothing rested on it. SQLite for one ignores a failed sync of the folder its log is in.
TEST(FirstStartTest, a_failed_sync_is_made_up_for) {
  Control& faults = control();
  std::uint64_t number = 0;
  for (bool has_struck = true; has_struck;) {
    SCOPED_TRACE(++number);
    const test::Folder folder;
    const fs::path data = folder.path() / "data", left = folder.path() / "left";
    fs::create_directory(data);
    Disk disk(data);
    std::string name;
    {
      Recorder recorder(data);
      faults.seen = faults.struck = 0;
      faults.action = fail;
      faults.error = EIO;
      faults.verbs = syncs;
      faults.parts = any_part;
      faults.strike = number;
      try {
        name = live(data);
      } catch (const std::exception&) {
        faults.strike = 0;
        name = live(data);
      }
      faults.strike = 0;
      has_struck = faults.struck > 0;
      for (const Event& event : recorder.events()) disk.apply(event);
    }
    std::mt19937_64 dice(number);
    for (int i = 0; i < 8; ++i) {
      fs::remove_all(left);
      fs::create_directory(left);
      disk.leave(left, dice);
      EXPECT_NO_THROW(expect_promised(left, name));
    }
    if (testing::Test::HasFailure()) break;
  }
  EXPECT_GT(number, 4U);
}

}  // namespace
}  // namespace limen::faults
