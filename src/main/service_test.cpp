// The assembled server over real HTTP: what no single room can show.
#include "main/service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>
#include <thread>

#include "base/log.hpp"
#include "main/client.hpp"
#include "main/dev.hpp"
#include "main/keys.hpp"
#include "main/operate.hpp"
#include "store/sqlite.hpp"
#include "store/writer.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Config dev_config(const fs::path& data) {
  Config config;
  config.is_dev = true;
  config.data = data;
  config.mail_from = "noreply@limen.example";
  config.http.port = 0;
  return config;
}

class ServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "limen-service-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override {
    stop();
    fs::remove_all(folder_);
  }
  void start() {
    service_ = std::make_unique<Service>(dev_config(folder_));
    credentials_ = dev_credentials(*service_, folder_);
    thread_ = std::thread([this] { service_->run(); });
  }
  void stop() {
    if (thread_.joinable()) {
      service_->stop();
      thread_.join();
    }
    service_.reset();
  }
  Answer ask(const std::string& method, const std::string& path, const std::string& body = {},
             const json::value& by = nullptr) {
    Exchange exchange{.method = method, .url = service_->base_url() + path, .body = body};
    if (!body.empty()) exchange.headers.emplace_back("Content-Type: application/json");
    if (const auto* as = by.if_object()) {
      exchange.username = std::string(text_member(*as, "username"));
      exchange.password = std::string(text_member(*as, "password"));
    }
    return call(exchange);
  }
  json::value demo() { return credentials_["organisations"].at("demo").at("operator"); }
  json::value house() { return credentials_["installation_operator"]; }

  fs::path folder_;
  std::unique_ptr<Service> service_;
  json::object credentials_;
  std::thread thread_;
};

// Made anew under the first one, they would void every secret it has given out.
TEST_F(ServiceTest, a_second_server_touches_no_key) {
  const store::Claim first(folder_ / "limen.db");
  EXPECT_THROW(Service{dev_config(folder_)}, std::runtime_error);
  EXPECT_FALSE(fs::exists(folder_ / "keys"));
}

TEST_F(ServiceTest, a_backup_is_there_when_its_answer_is) {
  start();
  EXPECT_EQ(ask("POST", "/operator/v1/backups", "{}").status, 401);
  EXPECT_EQ(ask("POST", "/operator/v1/backups", "{}", demo()).status, 403);
  const Answer made = ask("POST", "/operator/v1/backups", "{}", house());
  ASSERT_EQ(made.status, 201) << made.body;
  const fs::path file = made.json().at("file").as_string().c_str();
  EXPECT_GT(fs::file_size(file), 0U);
}

TEST_F(ServiceTest, a_start_removes_what_a_backup_that_was_killed_left) {
  fs::create_directories(folder_ / "backups");
  for (const char* name : {"limen-1.db", "limen-2.db.partial", "limen-2.db.partial-journal"})
    std::ofstream(folder_ / "backups" / name) << "people";
  start();
  EXPECT_TRUE(fs::exists(folder_ / "backups" / "limen-1.db"));
  EXPECT_FALSE(fs::exists(folder_ / "backups" / "limen-2.db.partial"));
  EXPECT_FALSE(fs::exists(folder_ / "backups" / "limen-2.db.partial-journal"));
}

TEST_F(ServiceTest, health_answers_while_the_store_fails_and_a_backup_does_not) {
  start();
  ASSERT_EQ(ask("POST", "/dev/fault", R"({"store":"unavailable","mail":"refusing"})").status, 204);
  const Answer alive = ask("GET", "/healthz");
  EXPECT_EQ(alive.status, 200);
  EXPECT_THAT(alive.headers, testing::Contains(std::pair<std::string, std::string>(
                                 "content-type", "text/plain; charset=utf-8")));
  const Answer ready = ask("GET", "/readyz");
  EXPECT_EQ(ready.status, 503);
  EXPECT_THAT(ready.body, HasSubstr("refused on request"));
  EXPECT_EQ(ask("POST", "/operator/v1/backups", "{}", house()).status, 503);
  ASSERT_EQ(ask("POST", "/dev/fault", R"({"store":"ok","mail":"ok"})").status, 204);
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
}

TEST_F(ServiceTest, lists_keep_their_limits_and_words) {
  start();
  const Answer first = ask("GET", "/operator/v1/organisations?limit=1", "", house());
  ASSERT_EQ(first.json().at("items").as_array().size(), 1U) << first.body;
  const std::string next(first.json().at("next").as_string());
  const Answer second =
      ask("GET", "/operator/v1/organisations?limit=1&cursor=" + next, "", house());
  ASSERT_EQ(second.json().at("items").as_array().size(), 1U) << second.body;
  EXPECT_TRUE(second.json().at("next").is_null());
  EXPECT_NE(first.json().at("items"), second.json().at("items"));
  EXPECT_EQ(ask("GET", "/operator/v1/organisations?limit=0", "", house()).status, 400);
  EXPECT_EQ(ask("GET", "/operator/v1/organisations?cursor=" + to_string(Id{}), "", house()).status,
            400);
  const Answer state = ask("GET", "/operator/v1/invitations?state=issued", "", demo());
  EXPECT_EQ(state.status, 400);
  EXPECT_THAT(state.body, HasSubstr("Issued, Used, Expired, Revoked or Locked"));
  EXPECT_EQ(ask("GET", "/operator/v1/invitations?state=Issued", "", demo()).status, 200);
}

TEST_F(ServiceTest, a_new_operator_ends_the_older_ones) {
  start();
  const json::value old = house();
  EXPECT_EQ(ask("GET", "/operator/v1/doctor", "", old).status, 200);
  EXPECT_EQ(new_operator(*service_, folder_), 1U);
  const auto made = parse_json(read_file(folder_ / "operator.json"));
  ASSERT_TRUE(made);
  EXPECT_EQ(ask("GET", "/operator/v1/doctor", "", *made).status, 200);
  EXPECT_EQ(ask("GET", "/operator/v1/doctor", "", old).status, 401);
  EXPECT_EQ(ask("GET", "/operator/v1/doctor", "", demo()).status, 200);  // of an organisation
  EXPECT_EQ(new_operator(*service_, folder_), 1U);
}

TEST_F(ServiceTest, dev_mode_says_what_to_delete_when_its_secrets_are_gone) {
  start();
  stop();
  fs::remove(folder_ / "dev-credentials.json");
  Service service(dev_config(folder_));
  try {
    dev_credentials(service, folder_);
    ADD_FAILURE() << "not refused";
  } catch (const std::runtime_error& problem) {
    EXPECT_THAT(problem.what(), HasSubstr("delete the folder " + folder_.string()));
  }
}

TEST_F(ServiceTest, a_database_without_its_root_key_does_not_start) {
  start();
  stop();
  fs::remove(folder_ / "keys" / "root.key");
  EXPECT_THROW(Service(dev_config(folder_)), std::runtime_error);
  EXPECT_FALSE(fs::exists(folder_ / "keys" / "root.key"));
}

TEST_F(ServiceTest, a_command_names_the_option_of_a_member_that_is_missing) {
  start();
  const fs::path file = folder_ / "credentials.json";
  std::ofstream(file) << json::serialize(credentials_);
  for (const Command& command : commands()) {
    if (command.noun != "client" || command.verb != "create") continue;
    Given given;
    given.credentials = file;
    given.values = {{"--name", {"shop"}}, {"--kind", {"oauth"}}};
    std::ostringstream out, err;
    EXPECT_EQ(operate(command, given, out, err), 1);
    EXPECT_THAT(err.str(), HasSubstr("--permission"));
  }
}

// A letter that cannot be read: the claim fails each second, and whoever runs the server is told.
TEST_F(ServiceTest, a_job_of_the_house_that_fails_is_told_in_the_log) {
  start();
  EXPECT_THAT(ask("GET", "/metrics").body, HasSubstr("limen_sweep_age_seconds "));
  EXPECT_THAT(ask("GET", "/operator/v1/doctor", "", house()).body,
              HasSubstr(R"({"check":"sweep","ok":true,"detail":"takes what is over"})"));
  stop();
  store::open_sqlite(folder_ / "limen.db", store::Role::writer)
      ->script(
          "INSERT INTO letters (id, tenant, invitation, recipient, first_name, last_name, state, "
          "attempts, created_ms, due_ms, error) VALUES (x'0102030405', x'', x'', '', '', '', 0, "
          "0, 0, 0, '')");
  std::promise<std::string> told;
  std::atomic<int> lines{0};
  log::install(
      [&](log::Level, std::string_view line) {
        const bool is_it = line.find(R"("event":"job_failed","job":"letters")") != line.npos;
        if (is_it && ++lines == 1) told.set_value(std::string(line));
      },
      log::Level::info);
  start();
  auto line = told.get_future();
  EXPECT_EQ(line.wait_for(std::chrono::seconds{20}), std::future_status::ready);
  stop();
  log::install(nullptr, log::Level::info);
  EXPECT_EQ(lines, 1);
}

}  // namespace
}  // namespace limen::main
