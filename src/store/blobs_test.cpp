// Blobs: whole or not there, private, and nothing outside the folder.
#include "store/blobs.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <system_error>
#include <thread>

#include "conformance/folder.hpp"

namespace limen::store {
namespace {

namespace fs = std::filesystem;

class BlobsTest : public testing::Test {
 protected:
  BlobsTest() : blobs_(root(), entropy_) {}
  fs::path root() const { return folder_.path() / "blobs"; }
  Blob put(std::string_view content) {
    const auto file = blobs_.create();
    file->write(as_bytes(content));
    return file->finish();
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root()))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }
  // As if it had been written at `time`.
  static void set_time(const fs::path& path, Time time) {
    const timespec moment{to_ms(time) / 1000, 0};
    const timespec times[2] = {moment, moment};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }
  static unsigned mode(const fs::path& path) {
    struct stat about {};
    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_mode & 0777U;
  }

  test::Folder folder_;
  seal::SeededEntropy entropy_{3};
  Blobs blobs_;
};

TEST_F(BlobsTest, pieces_become_one_and_stay) {
  const std::string big(200'000, 'b');
  const Blob one = put("first "), two = put(big), three = put("last");
  const onboard::Whole whole = blobs_.join({one.name, two.name, three.name});
  const std::string content = "first " + big + "last";
  EXPECT_EQ(as_text(blobs_.read(whole.file)), content);
  EXPECT_EQ(whole.bytes, content.size());
  EXPECT_EQ(whole.sha256, seal::sha256(content));
  EXPECT_EQ(as_text(whole.head), content.substr(0, 64));
  EXPECT_EQ(files(), 4U);
  EXPECT_THROW(blobs_.join({one.name, "../" + two.name}), std::system_error);
  EXPECT_THROW(blobs_.join({one.name, std::string(32, 'f')}), std::system_error);
  EXPECT_EQ(files(), 4U) << "nothing is left of what failed";
}

TEST_F(BlobsTest, what_is_written_is_read) {
  const auto file = blobs_.create();
  const std::string part(70'000, 'p');
  file->write(as_bytes("first "));
  file->write(as_bytes(part));
  file->write({});
  const Blob blob = file->finish();
  EXPECT_EQ(blob.name.size(), 32U);
  EXPECT_EQ(blob.path, root() / blob.name.substr(0, 2) / blob.name);
  EXPECT_EQ(blob.bytes, part.size() + 6);
  EXPECT_EQ(blob.sha256, seal::sha256("first " + part));
  EXPECT_EQ(as_text(blobs_.read(blob.name)), "first " + part);
  EXPECT_TRUE(blobs_.read(put("").name).empty());
  EXPECT_NE(put("same").name, put("same").name);
}

TEST_F(BlobsTest, an_unfinished_file_is_removed) {
  {
    const auto file = blobs_.create();
    file->write(as_bytes("half"));
    EXPECT_EQ(files(), 1U);
  }
  EXPECT_EQ(files(), 0U);
}

TEST_F(BlobsTest, only_the_owner_may_look) {
  const Blob blob = put("secret");
  EXPECT_EQ(mode(blob.path), 0600U);
  EXPECT_EQ(mode(blob.path.parent_path()), 0700U);
  EXPECT_EQ(mode(root()), 0700U);
  EXPECT_EQ(mode(root() / "incoming"), 0700U);
}

TEST_F(BlobsTest, a_name_cannot_leave_the_folder) {
  const Blob blob = put("content");
  std::ofstream(folder_.path() / "outside") << "outside";
  for (const std::string name :
       {"", "..", "../outside", "/etc/passwd", "incoming", "0123456789abcdef0123456789abcde/",
        "../../../../../../etc/passwd", "ABCDEF0123456789ABCDEF0123456789"}) {
    EXPECT_THROW(blobs_.read(name), std::system_error) << name;
    blobs_.remove(name);
  }
  EXPECT_TRUE(fs::exists(folder_.path() / "outside"));
  EXPECT_TRUE(fs::exists(blob.path));
}

TEST_F(BlobsTest, what_was_removed_is_gone) {
  const Blob blob = put("content");
  blobs_.remove(blob.name);
  blobs_.remove(blob.name);
  EXPECT_EQ(files(), 0U);
  EXPECT_THROW(blobs_.read(blob.name), std::system_error);
}

TEST_F(BlobsTest, the_janitor_takes_old_files_that_nobody_knows) {
  const Time old = from_ms(1'000'000'000'000);
  const Blob known = put("known");
  const Blob orphan = put("orphan");
  const Blob young = put("young");
  const auto unfinished = blobs_.create();
  set_time(known.path, old);
  set_time(orphan.path, old);
  for (const auto& entry : fs::directory_iterator(root() / "incoming")) set_time(entry, old);
  const fs::path foreign = orphan.path.parent_path() / "README";  // not ours: not our business
  std::ofstream(foreign) << "keep";
  set_time(foreign, old);
  std::size_t removed = 0;
  std::vector<std::string> asked;
  for (int i = 0; i < 256; ++i) {
    removed += blobs_.sweep_orphans(old + Seconds{1}, [&](const std::vector<std::string>& names) {
      asked.insert(asked.end(), names.begin(), names.end());
      auto unknown = names;
      std::erase(unknown, known.name);
      return unknown;
    });
  }
  EXPECT_EQ(removed, 2U);
  EXPECT_EQ(asked.size(), 2U) << "young files are not asked about";
  EXPECT_TRUE(fs::exists(known.path));
  EXPECT_TRUE(fs::exists(young.path));
  EXPECT_TRUE(fs::exists(foreign));
  EXPECT_FALSE(fs::exists(orphan.path));
  EXPECT_TRUE(fs::is_empty(root() / "incoming"));
  EXPECT_THROW(unfinished->finish(), std::system_error) << "a late finish must not invent a file";
}

TEST_F(BlobsTest, the_janitor_asks_about_a_folder_at_once_and_removes_nothing_else) {
  const Time old = from_ms(1'000'000'000'000);
  std::vector<Blob> twins;  // of one folder
  while (twins.size() < 3) {
    Blob blob = put("content");
    set_time(blob.path, old);
    if (twins.empty() || twins[0].path.parent_path() == blob.path.parent_path())
      twins.push_back(std::move(blob));
  }
  const Blob& kept = twins[1];
  const Blob young = put("young");
  std::size_t questions_about_twins = 0;
  for (int i = 0; i < 256; ++i) {
    blobs_.sweep_orphans(old + Seconds{1}, [&](const std::vector<std::string>& names) {
      EXPECT_FALSE(names.empty());
      const bool is_theirs = names[0].substr(0, 2) == kept.name.substr(0, 2);
      questions_about_twins += is_theirs ? 1 : 0;
      // An answer that was not asked for is no harm.
      std::vector<std::string> unknown = {"../" + young.name, "README"};
      for (const std::string& name : names)
        if (name != kept.name) unknown.push_back(name);
      return unknown;
    });
  }
  EXPECT_EQ(questions_about_twins, 1U);
  EXPECT_EQ(files(), 2U);
  EXPECT_TRUE(fs::exists(kept.path));
  EXPECT_TRUE(fs::exists(young.path));
}

TEST_F(BlobsTest, many_threads_at_once) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string content = std::to_string(t * 100 + i);
        EXPECT_EQ(as_text(blobs_.read(put(content).name)), content);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(files(), 80U);
}

TEST_F(BlobsTest, a_second_start_finds_the_files) {
  const Blob blob = put("content");
  Blobs again(root(), entropy_);
  EXPECT_EQ(as_text(again.read(blob.name)), "content");
}

}  // namespace
}  // namespace limen::store
