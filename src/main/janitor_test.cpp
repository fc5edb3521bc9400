// The janitor leaves the writer alone, however many files there are, takes nothing in doubt, and
// one part of the sweep that fails keeps no other from being done.
#include "main/janitor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <stdexcept>

#include "base/log.hpp"
#include "conformance/folder.hpp"
#include "main/errand.hpp"
#include "store/sqlite.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t known_files = 1000;
const Time old = from_ms(1'000'000'000'000);

// All in the first folder that a janitor looks at.
std::string name_of(std::size_t number) {
  std::string digits = std::to_string(number);
  return std::string(32 - digits.size(), '0') + digits;
}

class JanitorTest : public testing::Test {
 protected:
  JanitorTest()
      : blobs_(folder_.path() / "uploads", entropy_),
        store_(store::Store::open(folder_.path() / "limen.db", 1, [](const auto&) {})) {
    onboard::Parcel parcel;
    parcel.id.bytes[0] = 1;
    parcel.type = "front";
    parcel.bytes = known_files + 1;
    run([&](onboard::Ledger& ledger) {
      ledger.add_parcel(parcel);
      for (std::size_t i = 0; i < known_files; ++i)
        ASSERT_TRUE(ledger.add_piece(parcel.id, {i, 1, name_of(i)}));
    });
    for (std::size_t i = 0; i <= known_files; ++i) put(name_of(i));  // the last one has no row
  }
  ~JanitorTest() override { store_->stop(); }

  void run(const std::function<void(onboard::Ledger&)>& job) {
    if (const auto failure = run_errand(store_->writer(), job)) std::rethrow_exception(failure);
  }
  void put(const std::string& name) {
    std::ofstream(path_of(name)) << "content";
    const timespec moment{to_ms(old) / 1000, 0};
    const timespec times[2] = {moment, moment};
    ASSERT_EQ(::utimensat(AT_FDCWD, path_of(name).c_str(), times, 0), 0);
  }
  fs::path path_of(const std::string& name) const {
    return folder_.path() / "uploads" / name.substr(0, 2) / name;
  }
  static HouseJob on(store::Lane& lane) {
    return [&lane](std::string_view, const auto& job) { return !run_errand(lane, job); };
  }
  std::size_t sweep(const std::function<bool()>& is_closing = [] { return false; }) {
    return sweep_files(blobs_, on(store_->reader()), old + Seconds{1}, is_closing);
  }
  // A turn comes back to the same folder after all the others.
  void sweep_the_others() {
    for (int i = 0; i < 255; ++i) EXPECT_EQ(sweep(), 0U);
  }

  test::Folder folder_;
  seal::SeededEntropy entropy_{7};
  store::Blobs blobs_;
  std::unique_ptr<store::Store> store_;
};

TEST_F(JanitorTest, a_thousand_known_files_are_three_questions_to_a_reader) {
  const std::uint64_t written = store_->writer().counters().jobs.load();
  EXPECT_EQ(sweep(), 1U);
  EXPECT_FALSE(fs::exists(path_of(name_of(known_files))));
  for (std::size_t i = 0; i < known_files; ++i) ASSERT_TRUE(fs::exists(path_of(name_of(i)))) << i;
  EXPECT_EQ(store_->writer().counters().jobs.load(), written);
  EXPECT_EQ(store_->reader().counters().jobs.load(), 3U);
}

TEST_F(JanitorTest, a_question_that_fails_takes_nothing) {
  store_->refuse(true);
  EXPECT_EQ(sweep(), 0U);
  EXPECT_TRUE(fs::exists(path_of(name_of(known_files))));
  store_->refuse(false);
  sweep_the_others();
  EXPECT_EQ(sweep(), 1U);
}

TEST_F(JanitorTest, whoever_closes_waits_for_one_question_at_most) {
  std::size_t asked = 0;
  EXPECT_LE(sweep([&] { return ++asked > 1; }), 1U);
  EXPECT_EQ(asked, 2U);
  EXPECT_EQ(store_->reader().counters().jobs.load(), 1U);
  store_->stop();
  EXPECT_EQ(sweep_files(blobs_, on(store_->reader()), old + Seconds{1}, [] { return false; }), 0U)
      << "a lane that takes no jobs";
}

// A row that cannot be read, as a bad page would be.
TEST_F(JanitorTest, a_part_of_the_sweep_that_fails_keeps_no_other_from_being_done) {
  const Time over = old + std::chrono::days{400};
  journey::Session session;
  session.id.bytes[0] = 2;
  session.state = journey::State::completed;
  grant::Grant invitation, last;
  invitation.id.bytes[0] = 3;
  last.id.bytes[0] = 4;
  invitation.kind = last.kind = grant::Kind::invitation;
  invitation.created = invitation.terms.expires = old;
  last.created = last.terms.expires = over;
  onboard::Letter letter;
  letter.id.bytes[15] = 1;
  letter.state = onboard::LetterState::sent;
  run([&](onboard::Ledger& ledger) {
    ASSERT_TRUE(ledger.add_session(session));
    ledger.erase_session(session.id, old);
    ledger.add(invitation);
    ledger.add(last);
    ledger.add_letter(letter);
    ledger.raise_budget(Id{}, old);
  });
  store_->stop();
  store_.reset();
  store::open_sqlite(folder_.path() / "limen.db", store::Role::writer)
      ->script("INSERT INTO budgets (key, until_ms) VALUES (x'0102030405', 1)");
  store_ = store::Store::open(folder_.path() / "limen.db", 1, [](const auto&) {});
  std::vector<std::string> failed;
  const HouseJob write = [&](std::string_view name, const auto& job) {
    const bool is_done = !run_errand(store_->writer(), job);
    if (!is_done) failed.emplace_back(name);
    return is_done;
  };
  const auto now = [&] { return over; };
  EXPECT_FALSE(sweep_ledger(blobs_, write, now, [] { return false; }));
  EXPECT_EQ(failed, std::vector<std::string>{"sweep of budgets"});
  EXPECT_FALSE(fs::exists(path_of(name_of(0)))) << "a piece of a parcel nobody finished";
  run([&](onboard::Ledger& ledger) {
    EXPECT_FALSE(ledger.session(session.id));
    EXPECT_FALSE(ledger.grant(invitation.id));
    EXPECT_FALSE(ledger.letter(letter.id));
  });
  EXPECT_FALSE(sweep_ledger(blobs_, write, now, [] { return true; })) << "it was closing";
  EXPECT_EQ(failed.size(), 1U);
}

TEST_F(JanitorTest, a_sweep_in_which_nothing_fails_is_whole) {
  EXPECT_TRUE(sweep_ledger(
      blobs_, on(store_->writer()), [] { return old; }, [] { return false; }));
}

TEST_F(JanitorTest, waits_while_the_clock_may_be_wrong_and_says_how_long_nothing_was_whole) {
  Time shown = old;
  Steady passed{};
  bool writes = true;
  Janitor janitor(blobs_, {[&](auto name, const auto& job) {
                             return writes && on(store_->writer())(name, job);
                           },
                           on(store_->reader()), [&] { return shown; }, [] { return false; },
                           [&] { return shown; }, [&] { return passed; }});
  const auto turn = [&](Seconds clock, Seconds time) {
    shown += clock;
    passed += time;
    const bool may_sweep = janitor.may_sweep();
    if (may_sweep) janitor.sweep_ledger();
    return may_sweep;
  };
  constexpr Seconds second{1}, hour{3600}, year{365 * 86'400};
  EXPECT_TRUE(turn(second, second));
  EXPECT_FALSE(turn(year, second));
  EXPECT_FALSE(turn(hour - second, hour - second));
  EXPECT_EQ(janitor.since_whole(), hour);
  EXPECT_TRUE(turn(second, second));
  EXPECT_EQ(janitor.since_whole(), Seconds{0});
  writes = false;
  EXPECT_TRUE(turn(hour, hour));
  EXPECT_EQ(janitor.since_whole(), hour);
}

TEST(Troubles, are_told_when_they_are_new_and_each_minute) {
  std::vector<std::string> lines;
  log::install([&](log::Level, std::string_view line) { lines.emplace_back(line); },
               log::Level::info);
  Troubles troubles;
  const auto disk = std::make_exception_ptr(std::runtime_error("no disk"));
  const auto page = std::make_exception_ptr(std::runtime_error("a bad page"));
  const auto start = time_passed();
  troubles.note("letters", disk, start);
  troubles.note("letters", disk, start + std::chrono::seconds{59});
  EXPECT_EQ(lines.size(), 1U);
  troubles.note("sweep of budgets", disk, start + std::chrono::seconds{59});
  EXPECT_EQ(lines.size(), 2U) << "of another job";
  troubles.note("letters", disk, start + std::chrono::seconds{60});
  EXPECT_EQ(lines.size(), 3U);
  troubles.note("letters", page, start + std::chrono::seconds{61});
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_NE(lines[3].find(R"("event":"job_failed","job":"letters","why":"a bad page")"),
            std::string::npos)
      << lines[3];
  log::install(nullptr, log::Level::info);
}

}  // namespace
}  // namespace limen::main
