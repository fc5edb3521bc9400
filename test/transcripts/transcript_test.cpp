// One test per file of test/transcripts/. `make bless` sets LIMEN_BLESS and so rewrites what the
// files expect; whoever blesses reads the diff.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "transcripts/runner.hpp"

namespace limen::transcripts {

namespace {

// Written by CMake, so that a new file is a new test without touching this one.
constexpr const char* files[] = {
#include "transcripts.inc"
};

// "invitation/01_issue.txt" as a name of GoogleTest's.
std::string name_of(const testing::TestParamInfo<const char*>& info) {
  std::string name = std::filesystem::path(info.param).replace_extension().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

}  // namespace

class Transcript : public testing::TestWithParam<const char*> {};

TEST_P(Transcript, plays) {
  const bool blesses = std::getenv("LIMEN_BLESS") != nullptr;
  const auto file = std::filesystem::path(LIMEN_TRANSCRIPTS) / GetParam();
  const std::string differences = play(file, blesses ? Mode::bless : Mode::compare);
  EXPECT_TRUE(differences.empty()) << "expected (-) and got (+):\n" << differences;
}

INSTANTIATE_TEST_SUITE_P(transcript, Transcript, testing::ValuesIn(files), name_of);

}  // namespace limen::transcripts
