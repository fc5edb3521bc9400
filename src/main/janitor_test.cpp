// The janitor leaves the writer alone, however many files there are, and takes nothing in doubt.
#include "main/janitor.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <stdexcept>

#include "conformance/folder.hpp"
#include "main/errand.hpp"

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
  std::size_t sweep(const std::function<bool()>& is_closing = [] { return false; }) {
    return sweep_files(blobs_, store_->reader(), old + Seconds{1}, is_closing);
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
  EXPECT_EQ(sweep_files(blobs_, store_->reader(), old + Seconds{1}, [] { return false; }), 0U)
      << "a lane that takes no jobs";
}

}  // namespace
}  // namespace limen::main
