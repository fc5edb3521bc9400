// Exit codes and sentences of the command line, without a server.
#include "main/commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/json.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class CommandsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "limen-commands-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  int run(std::vector<std::string> words) {
    out_.str("");
    err_.str("");
    words.insert(words.begin(), "limen");
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    return run_command(static_cast<int>(argv.size()), argv.data(), out_, err_);
  }
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name) << content;
    return (folder_ / name).string();
  }
  // Nothing listens on port 1 of this machine.
  std::string nobody() {
    return file("nobody.json", R"({"base_url":"http://127.0.0.1:1",
      "installation_operator":{"username":"i","password":"p"},
      "organisations":{"demo":{"oauth":{"client_id":"c","client_secret":"s"},
                               "operator":{"username":"d","password":"p"}}}})");
  }
  fs::path folder_;
  std::ostringstream out_, err_;
};

TEST_F(CommandsTest, an_unknown_command_is_named) {
  EXPECT_EQ(run({"frobnicate"}), exit_misuse);
  EXPECT_THAT(err_.str(), HasSubstr("no command frobnicate"));
  EXPECT_EQ(run({"client", "frobnicate"}), exit_misuse);
  EXPECT_THAT(err_.str(), HasSubstr("no command client frobnicate"));
}

TEST_F(CommandsTest, dev_refuses_a_listen_that_is_none) {
  EXPECT_EQ(run({"dev", "--listen", "nonsense"}), exit_misuse);
  EXPECT_THAT(err_.str(), HasSubstr("ADDRESS:PORT"));
}

TEST_F(CommandsTest, the_tour_tells_misuse_from_an_unreachable_server) {
  EXPECT_EQ(run({"tour", "--credentials", (folder_ / "none").string()}), exit_misuse);
  EXPECT_EQ(run({"tour", "--credentials", file("wrong.json", "[]")}), exit_misuse);
  EXPECT_EQ(run({"tour", "--credentials", nobody()}), exit_unavailable);
  EXPECT_THAT(err_.str(), HasSubstr("refused"));
  EXPECT_THAT(err_.str(), testing::Not(HasSubstr("boost")));
}

TEST_F(CommandsTest, an_operator_command_says_whose_operator_is_missing) {
  EXPECT_EQ(run({"server", "doctor", "--credentials", nobody()}), exit_unavailable);
  EXPECT_THAT(err_.str(), testing::Not(HasSubstr(".hpp")));
  EXPECT_EQ(run({"server", "doctor", "--as", "installation", "--credentials", nobody()}),
            exit_unavailable);
  EXPECT_EQ(run({"server", "doctor", "--as", "other", "--credentials", nobody()}), exit_misuse);
  EXPECT_THAT(err_.str(), HasSubstr("no operator of other"));
  EXPECT_EQ(run({"server", "doctor", "--as", "nobody", "--credentials", nobody()}), exit_misuse);
}

TEST_F(CommandsTest, skill_check_speaks_to_machines) {
  EXPECT_EQ(run({"skill", "check", "--json", file("a.toml", "?")}), exit_refused);
  const auto found = parse_json(out_.str());
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->at("ok").as_bool());
  EXPECT_EQ(found->at("errors").as_array().size(), 1U);
}

}  // namespace
}  // namespace limen::main
