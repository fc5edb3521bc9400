// The doctor finds what `serve` would refuse, each as its own line.
#include "main/doctor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "main/commands.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DoctorTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "limen-doctor-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path file(const std::string& name, const std::string& content, unsigned mode = 0600) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << content;
    fs::permissions(folder_ / name, fs::perms(mode));
    return folder_ / name;
  }
  Config sound() {
    Config config;
    config.data = folder_ / "not" / "yet" / "there";
    return config;
  }
  int run(const std::string& text, bool as_json) {
    out_.str("");
    err_.str("");
    return run_doctor({file("limen.toml", text), as_json, false}, out_, err_);
  }
  fs::path folder_;
  std::ostringstream out_, err_;
};

TEST_F(DoctorTest, refuses_nothing_that_would_start) {
  EXPECT_THAT(refusals(sound(), false), testing::IsEmpty());
}

TEST_F(DoctorTest, names_each_thing_serve_would_refuse) {
  struct Case {
    std::string name;
    std::function<void(Config&)> break_it;
    std::string want;
  };
  const Case cases[] = {
      {"data is a file", [&](Config& c) { c.data = file("plain", "x") / "data"; }, "no folder"},
      {"lost root", [&](Config& c) { c.data = file("lost/limen.db", "x").parent_path(); },
       "root.key is missing"},
      {"open root",
       [&](Config& c) {
         c.data = file("open/keys/root.key", "x", 0644).parent_path().parent_path();
       },
       "chmod 600"},
      {"no certificate",
       [&](Config& c) {
         c.http.tls = http::Tls{folder_ / "none.pem", folder_ / "none.key"};
       },
       "none.pem"},
      {"no PEM",
       [&](Config& c) {
         c.http.tls = http::Tls{file("c.pem", "x"), file("k.pem", "x")};
       },
       "tls.certificate"},
      {"mail password",
       [&](Config& c) {
         c.mail_configured = true;
         c.smtp.host = "mail.bank.test";
         c.smtp.user = "limen";
         c.smtp.password_file = (folder_ / "no-password").string();
       },
       "mail."},
      {"templates", [&](Config& c) { c.templates = file("letters/x.mustache", "x").parent_path(); },
       "x.mustache"},
      {"skills", [&](Config& c) { c.skills_folder = file("skills/a.toml", "?").parent_path(); },
       "a.toml"},
  };
  for (const auto& c : cases) {
    Config config = sound();
    c.break_it(config);
    EXPECT_THAT(refusals(config, false), testing::ElementsAre(HasSubstr(c.want))) << c.name;
  }
}

TEST_F(DoctorTest, prints_for_people_and_for_machines) {
  const std::string text = "data = \"" + (folder_ / "data").string() + "\"\ntemplates_ = 1\n";
  EXPECT_EQ(run(text, false), exit_misuse);
  EXPECT_THAT(err_.str(), HasSubstr("unknown key templates_"));
  const std::string readable = "data = \"" + (folder_ / "data").string() +
                               "\"\nbase_url = \"https://x.test\"\n"
                               "[tls]\ncertificate = \"/none/c\"\nkey = \"/none/k\"\n";
  EXPECT_EQ(run(readable, false), exit_refused);
  EXPECT_THAT(out_.str(), HasSubstr("unsafe: mail.host is not set"));
  EXPECT_THAT(out_.str(), HasSubstr("refused: /none/c"));
  EXPECT_EQ(run(readable, true), exit_refused);
  const auto found = parse_json(out_.str());
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->at("ok").as_bool());
  EXPECT_EQ(found->at("refused").as_array().size(), 1U);
  EXPECT_TRUE(found->at("doubtful").as_array().empty()) << "it ends TLS itself";
}

}  // namespace
}  // namespace limen::main
