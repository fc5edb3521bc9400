// The hammer: SQLite 3.40 can damage a file when two connections write or checkpoint; our rule that
// exactly one ever does (src/store/README.md) is reasoning, and this tries to prove it wrong. One
// writer commits small and checkpoints all the time, many readers begin and end snapshots under
// it, backups are taken meanwhile; every row carries a digest of what it must say. It
// knows nothing of crashes: power_test.cpp does. LIMEN_COMMITS is how many (`make hammer`).
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>
#include <random>
#include <semaphore>
#include <thread>

#include "conformance/folder.hpp"
#include "faults/kit.hpp"
#include "faults/sound.hpp"
#include "seal/digest.hpp"
#include "store/writer.hpp"

namespace limen::faults {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t counters = 1000;  // rows written again and again, at random places
constexpr std::size_t reader_threads = 16, askers = 24;
constexpr std::ptrdiff_t in_flight = 8;
const Time epoch = from_ms(1'800'000'000'000);

Id id_of(std::uint64_t number, std::string_view label) {
  const seal::Digest bits = seal::sha256(
      {as_bytes(label), {reinterpret_cast<const std::uint8_t*>(&number), sizeof number}});
  Id id;
  std::copy_n(bits.begin(), id.bytes.size(), id.bytes.begin());
  return id;
}

std::string says(std::uint64_t number) { return to_string(id_of(number, "says")); }

void write(onboard::Ledger& ledger, std::uint64_t number) {
  onboard::Letter letter;
  letter.id = id_of(number, "letter");
  letter.to = says(number);
  letter.created = letter.due = epoch + Seconds{number};
  ledger.add_letter(letter);
  ledger.raise_budget(id_of(number % counters, "counter"), epoch + Seconds{number});
}

// What is wrong with what the ledger says of a number that was acknowledged; empty when nothing is.
std::string read(onboard::Ledger& ledger, std::uint64_t number) {
  const auto letter = ledger.letter(id_of(number, "letter"));
  if (!letter) return "lost: " + std::to_string(number);
  if (letter->to != says(number)) return "says something else: " + std::to_string(number);
  const auto counter = ledger.budget(id_of(number % counters, "counter"));
  if (!counter || *counter < epoch + Seconds{number})
    return "went back: " + std::to_string(number % counters);
  return {};
}

class Hammer : public testing::Test {
 protected:
  // Commits numbers 0 to `count`, some in each commit, and waits for the last.
  void write_all(std::uint64_t count) {
    std::mt19937_64 dice(1);
    for (std::uint64_t number = 0; number < count; ++number) {
      room_.acquire();
      store::Job job;
      job.run = [number](onboard::Ledger& ledger) { write(ledger, number); };
      job.release = [this, number] {
        written_ = number + 1;  // the writer keeps the order
        room_.release();
      };
      job.fail = [this](std::exception_ptr) {
        ++failures_;
        room_.release();
      };
      ASSERT_TRUE(store_->writer().submit(std::move(job)));
      // Alone in its commit now and then: the smaller the commits, the more checkpoints.
      while (dice() % 4 == 0 && written_ <= number && failures_ == 0) std::this_thread::yield();
    }
    for (std::ptrdiff_t i = 0; i < in_flight; ++i) room_.acquire();
  }

  void ask_on(std::uint64_t seed) {
    std::mt19937_64 dice(seed);
    while (!is_over_) {
      const std::uint64_t known = written_;
      if (known == 0) continue;
      const std::uint64_t number = dice() % 2 == 0 ? known - 1 : dice() % known;
      std::promise<std::string> said;
      store::Job job;
      job.run = [&](onboard::Ledger& ledger) { said.set_value(read(ledger, number)); };
      job.release = [] {};
      job.fail = [&](std::exception_ptr error) { said.set_exception(error); };
      if (!store_->reader().submit(std::move(job))) continue;
      const std::string wrong = said.get_future().get();
      if (wrong.empty()) continue;
      ++failures_;
      ADD_FAILURE() << wrong;
    }
  }

  void back_up() {
    for (int copies = 0; !is_over_; ++copies) {
      const fs::path copy = folder_.path() / "copy.db";
      store_->backup(copy);
      EXPECT_EQ(soundness(copy), "ok") << "copy " << copies;
      fs::remove(copy);
    }
  }

  test::Folder folder_;
  const fs::path file_ = folder_.path() / "limen.db";
  std::unique_ptr<store::Store> store_ = store::Store::open(file_, reader_threads, {});
  std::counting_semaphore<> room_{in_flight};
  std::atomic<std::uint64_t> written_{0}, failures_{0};
  std::atomic<bool> is_over_{false};
};

TEST_F(Hammer, one_connection_that_writes_and_checkpoints_damages_nothing) {
  const std::uint64_t commits = number_of("LIMEN_COMMITS", 4000);
  std::vector<std::thread> others;
  for (std::size_t i = 0; i < askers; ++i) others.emplace_back([this, i] { ask_on(i + 2); });
  others.emplace_back([this] { back_up(); });
  write_all(commits);
  is_over_ = true;
  for (std::thread& other : others) other.join();
  EXPECT_EQ(failures_, 0U);
  EXPECT_EQ(written_, commits);
  std::promise<std::string> said;
  store::Job job;
  job.run = [&](onboard::Ledger& ledger) {
    std::string wrong;
    for (std::uint64_t number = 0; number < commits && wrong.empty(); ++number)
      wrong = read(ledger, number);
    said.set_value(wrong);
  };
  job.release = [] {};
  job.fail = [&](std::exception_ptr error) { said.set_exception(error); };
  ASSERT_TRUE(store_->reader().submit(std::move(job)));
  EXPECT_EQ(said.get_future().get(), "");
  const std::uint64_t batches = store_->writer().counters().batches;
  store_->stop();
  store_.reset();
  EXPECT_EQ(soundness(file_), "ok");
  std::printf("%llu rows in %llu commits, sound\n", static_cast<unsigned long long>(commits),
              static_cast<unsigned long long>(batches));
}

}  // namespace
}  // namespace limen::faults
