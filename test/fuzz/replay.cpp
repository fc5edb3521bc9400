// Feeds every target its kept corpus, as a unit test: what a fuzzer once found stays found, under
// every compiler and sanitizer of the build. It makes no new inputs; that is `make fuzz`.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "fuzz/fuzz.hpp"

namespace limen::fuzz {
namespace {

namespace fs = std::filesystem;

class FuzzCorpus : public testing::TestWithParam<Target> {};

TEST_P(FuzzCorpus, holds) {
  const fs::path folder = fs::path(LIMEN_CORPUS) / GetParam().name;
  ASSERT_TRUE(fs::is_directory(folder)) << folder;
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    SCOPED_TRACE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    GetParam().run(text);
    ++files;
  }
  EXPECT_GT(files, 0U);
  GetParam().run("");
}

INSTANTIATE_TEST_SUITE_P(Kept, FuzzCorpus, testing::ValuesIn(targets()),
                         [](const auto& target) { return std::string(target.param.name); });

TEST(Fuzz, every_corpus_has_its_target) {
  for (const auto& entry : fs::directory_iterator(LIMEN_CORPUS)) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(std::ranges::any_of(targets(), [&](const auto& t) { return t.name == name; }))
        << name;
  }
}

}  // namespace
}  // namespace limen::fuzz
