// The configuration file: what is read, what is refused by line, and what is called unsafe.
#include "main/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/text.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "limen-config-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  ConfigFile read(const std::string& text) {
    const fs::path file = folder_ / "limen.toml";
    std::ofstream(file) << text;
    return read_config(file);
  }
  // A configuration with nothing unsafe in it, to which a test adds its one fault.
  Config sound() {
    const ConfigFile file = read("data = \"" + (folder_ / "data").string() + R"("
base_url = "https://onboard.bank.test"
behind_proxy = true
[mail]
host = "127.0.0.1"
tls = "none"
from = "onboarding@bank.test"
)");
    EXPECT_THAT(file.errors, testing::IsEmpty());
    return file.config;
  }
  fs::path folder_;
};

TEST_F(ConfigTest, errors_are_one_line_each) {
  for (const char* text : {"[\x14[a]]\n", "d.ii\xD2\x9D (\n", "behind_proxy = t\nlisten = 1\n",
                           "data = \"/d\"\n\"a\\nb\" = 1\n"}) {
    const ConfigFile file = read(text);
    EXPECT_THAT(file.errors, testing::SizeIs(1)) << text;
    for (const std::string& error : file.errors) EXPECT_FALSE(has_control(error)) << error;
  }
}

TEST_F(ConfigTest, reads_where_webhooks_may_lead) {
  const WebhookConfig none = sound().webhooks;
  EXPECT_TRUE(none.reach.networks.empty());
  EXPECT_EQ(none.reach.ports, (std::vector<std::uint16_t>{443, 8443}));
  const std::string head = "data = \"/d\"\n[webhooks]\n";
  const auto file = read(head + R"(networks = ["10.1.0.0/16", "fd00::/8"]
ports = [443]
ca_file = "/etc/limen/receivers.pem"
connect_time = "2s"
time = "9s"
parallel = 8
)");
  ASSERT_EQ(file.errors, std::vector<std::string>{});
  const WebhookConfig& webhooks = file.config.webhooks;
  EXPECT_EQ(webhooks.reach.networks.size(), 2U);
  EXPECT_EQ(webhooks.reach.ports, std::vector<std::uint16_t>{443});
  EXPECT_EQ(webhooks.ca_file, "/etc/limen/receivers.pem");
  EXPECT_EQ(webhooks.total_time, Seconds{9});
  EXPECT_EQ(webhooks.parallel, 8U);
  for (const char* wrong : {"ports = []", "ports = [0]", "ports = [65536]", "ports = [\"443\"]",
                            "ports = 443", "networks = [\"10.1.0.1/16\"]", "networks = \"all\"",
                            "time = \"soon\"", "time = \"30d\"", "parallel = 0", "retries = 3"})
    EXPECT_EQ(read(head + wrong).errors.size(), 1U) << wrong;
}

TEST_F(ConfigTest, reads_an_engine) {
  const EngineConfig none = sound().engine;
  EXPECT_FALSE(none.is_set);
  EXPECT_EQ(none.deadline, Seconds{180});
  const std::string head = "data = \"/d\"\n[engine]\nurl = \"https://engine.test/\"\n";
  const ConfigFile file = read(head + R"(
secret_file = "/etc/limen/engine-secret"
time = "10s"
deadline = "5m"
parallel = 4
pictures = ["face"]
)");
  EXPECT_THAT(file.errors, testing::IsEmpty());
  const EngineConfig& engine = file.config.engine;
  EXPECT_TRUE(engine.is_set);
  EXPECT_EQ(engine.settings.url, "https://engine.test/");
  EXPECT_EQ(engine.settings.secret_file, "/etc/limen/engine-secret");
  EXPECT_EQ(engine.settings.total_time, Seconds{10});
  EXPECT_EQ(engine.deadline, Seconds{300});
  EXPECT_EQ(engine.parallel, 4U);
  EXPECT_FALSE(engine.wants_documents);
  EXPECT_TRUE(read(head + "pictures = [\"face\", \"document\"]").config.engine.wants_documents);
  EXPECT_THAT(read(head + "pictures = [\"voice\"]").errors, testing::SizeIs(1));
  EXPECT_THAT(read(head + "parallel = 0").errors, testing::SizeIs(1));
  EXPECT_THAT(read(head + "retries = 3").errors, testing::SizeIs(1));
  EXPECT_THAT(read(head + "time = \"3m\"").errors, testing::SizeIs(1)) << "as long as the deadline";
  EXPECT_THAT(read(head + "deadline = \"30s\"").errors, testing::SizeIs(1));
  const std::string start = "data = \"/d\"\n[engine]\n";
  EXPECT_THAT(read(start + "parallel = 2").errors, testing::SizeIs(1)) << "no url";
  EXPECT_THAT(read(start).errors, testing::SizeIs(1));
  for (const char* url : {"https://e.test/?key=hushhush", "https://hushhush@e.test/"})
    EXPECT_EQ(describe(read(start + "url = \"" + url + "\"").config).find("hushhush"),
              std::string::npos);
  EXPECT_EQ(describe(file.config).find("engine-secret"), std::string::npos);
}

TEST_F(ConfigTest, reads_every_section) {
  const ConfigFile file = read(R"(
data = "/var/lib/limen"
listen = "0.0.0.0:8443"
base_url = "https://onboard.bank.test"
code_symbols = 7
trusted_proxies = ["10.0.0.0/8", "::1"]
proxy_header = "Forwarded"
[tls]
certificate = "/etc/c.pem"
key = "/etc/k.pem"
[mail]
host = "mail.bank.test"
port = 465
tls = "tls"
from = "onboarding@bank.test"
[lifetimes]
invitation = "24h"
[budgets]
guesses_address = 7
letters_recipient = 1
[limits]
upload_file_bytes = 1048576
idle_time = "30s"
)");
  EXPECT_THAT(file.errors, testing::IsEmpty());
  const Config& c = file.config;
  EXPECT_EQ(c.http.address, "0.0.0.0");
  EXPECT_EQ(c.http.port, 8443);
  ASSERT_TRUE(c.http.tls);
  EXPECT_EQ(c.http.tls->private_key, "/etc/k.pem");
  EXPECT_EQ(c.code_symbols, 7U);
  EXPECT_EQ(c.http.proxies.trusted,
            (std::vector{*parse_network("10.0.0.0/8"), *parse_network("::1")}));
  EXPECT_EQ(c.http.proxies.by, http::ForwardedBy::forwarded);
  EXPECT_EQ(c.quotas[static_cast<std::size_t>(onboard::Budget::guesses_address)], 7U);
  EXPECT_EQ(c.quotas[static_cast<std::size_t>(onboard::Budget::letters_recipient)], 1U);
  EXPECT_EQ(c.quotas[static_cast<std::size_t>(onboard::Budget::guesses_overall)],
            limits::guesses_overall);
  EXPECT_EQ(c.smtp.port, 465);
  EXPECT_EQ(c.smtp.tls, outbox::Tls::tls);
  EXPECT_EQ(c.invitation_life, std::chrono::hours{24});
  EXPECT_EQ(c.http.upload_file_bytes, 1048576U);
  EXPECT_EQ(c.http.idle_time, std::chrono::seconds{30});
}

// Access tokens of enrolments live an hour whatever the setting says.
TEST_F(ConfigTest, a_replaced_key_verifies_as_long_as_any_token_lives) {
  const std::string start = "data = \"/d\"\n[lifetimes]\naccess = ";
  EXPECT_EQ(key_overlap(read(start + "\"5m\"").config), std::chrono::hours{2});
  EXPECT_EQ(key_overlap(read(start + "\"3h\"").config), std::chrono::hours{6});
}

TEST_F(ConfigTest, a_multipart_body_has_room_for_the_file_it_may_hold) {
  struct Case {
    const char* text;
    std::size_t file, body, in_flight;
  };
  for (const Case& c :
       {Case{"", 20U << 20, 24U << 20, 256U << 20},
        {"[limits]\nupload_file_bytes = 134217728\n", 128U << 20, 132U << 20, 553'746'432},
        {"[limits]\nupload_file_bytes = 1024\n", 1024, 24U << 20, 256U << 20},
        {"[limits]\nuploads_in_flight_bytes = 50380800\n", 20U << 20, 24U << 20, 50'380'800},
        {"[limits]\nmultipart_body_bytes = 2048\n", 20U << 20, 2048, 256U << 20}}) {
    const auto file = read(std::string("data = \"/d\"\n") + c.text);
    EXPECT_THAT(file.errors, testing::IsEmpty()) << c.text;
    EXPECT_EQ(file.config.http.upload_file_bytes, c.file) << c.text;
    EXPECT_EQ(file.config.http.multipart_body_bytes, c.body) << c.text;
    EXPECT_EQ(file.config.http.uploads_in_flight_bytes, c.in_flight) << c.text;
  }
}

TEST_F(ConfigTest, names_each_broken_rule_by_line) {
  struct Case {
    std::string name, text, want;
  };
  const Case cases[] = {
      {"a misspelt key", "data = \"/d\"\nbase_ulr = \"https://x\"", ":2: unknown key base_ulr"},
      {"a misspelt key in a section", "data = \"/d\"\n[mail]\nhots = \"x\"",
       ":3: unknown key mail.hots"},
      {"a number out of range", "data = \"/d\"\ncode_symbols = 6",
       ":2: code_symbols must be a whole number"},
      {"a text for a number", "data = \"/d\"\ncode_symbols = \"9\"",
       ":2: code_symbols must be a whole number"},
      {"a time that is none", "data = \"/d\"\n[lifetimes]\naccess = \"soon\"",
       ":3: lifetimes.access must be a time"},
      {"an unknown word", "data = \"/d\"\n[mail]\ntls = \"maybe\"",
       ":3: mail.tls must be one of starttls"},
      {"a port too high", "data = \"/d\"\nlisten = \"0.0.0.0:70000\"",
       ":2: listen must be ADDRESS:PORT"},
      {"a proxy that is none", "data = \"/d\"\ntrusted_proxies = [\"::1\",\n\"10.0.0.1/8\"]",
       ":3: trusted_proxies must be networks"},
      {"proxies in no array", "data = \"/d\"\ntrusted_proxies = \"::1\"",
       ":2: trusted_proxies must be networks"},
      {"a number for a proxy", "data = \"/d\"\ntrusted_proxies = [1]",
       ":2: trusted_proxies must be networks"},
      {"another header", "data = \"/d\"\nproxy_header = \"X-Real-IP\"",
       ":2: proxy_header must be one of X-Forwarded-For, Forwarded"},
      {"a budget that is none", "data = \"/d\"\n[budgets]\nguesses = 3",
       ":3: unknown key budgets.guesses"},
      {"an empty budget", "data = \"/d\"\n[budgets]\nguesses_address = 0",
       ":3: budgets.guesses_address must be"},
      {"uploads that one sender could never finish",
       "data = \"/d\"\n[limits]\nuploads_in_flight_bytes = 50380799",
       ":3: limits.uploads_in_flight_bytes must be 50380800 at least"},
      {"no data", "base_url = \"https://x\"", ": data must name a folder"},
      {"no TOML", "data = ", ":1: "},
  };
  for (const auto& c : cases) {
    const ConfigFile file = read(c.text);
    ASSERT_FALSE(file.errors.empty()) << c.name;
    EXPECT_THAT(file.errors[0], testing::HasSubstr(c.want)) << c.name;
  }
}

TEST_F(ConfigTest, a_sound_configuration_may_start) {
  EXPECT_THAT(unsafe_settings(sound()), testing::IsEmpty());
}

TEST_F(ConfigTest, each_unsafe_setting_is_named) {
  struct Case {
    std::string name;
    void (*break_it)(Config&);
    std::string want;
  };
  const Case cases[] = {
      {"public http", [](Config& c) { c.base_url = "http://onboard.bank.test"; },
       "http beyond this machine"},
      {"no base_url", [](Config& c) { c.base_url = ""; }, "base_url must be"},
      {"sample host", [](Config& c) { c.base_url = "https://onboard.example.com"; },
       "the sample's"},
      {"slash", [](Config& c) { c.base_url += "/"; }, "end with a slash"},
      {"open listener",
       [](Config& c) {
         c.http.address = "0.0.0.0";
         c.behind_proxy = false;
       },
       "without TLS"},
      {"no mail", [](Config& c) { c.mail_configured = false; }, "mail.host"},
      {"mail in clear", [](Config& c) { c.smtp.host = "mail.bank.test"; }, "in clear"},
      {"no sender", [](Config& c) { c.mail_from = "Bank"; }, "mail.from"},
  };
  for (const auto& c : cases) {
    Config config = sound();
    c.break_it(config);
    EXPECT_THAT(unsafe_settings(config), testing::ElementsAre(testing::HasSubstr(c.want)))
        << c.name;
  }
}

TEST_F(ConfigTest, a_proxy_that_is_not_trusted_is_doubtful) {
  Config config = sound();
  EXPECT_THAT(doubtful_settings(config), testing::ElementsAre(testing::HasSubstr("one address")));
  config.http.proxies.trusted = {*parse_network("127.0.0.1")};
  EXPECT_THAT(doubtful_settings(config), testing::IsEmpty());
  config.http.proxies.trusted.clear();
  config.base_url = "http://127.0.0.1:8080";
  EXPECT_THAT(doubtful_settings(config), testing::IsEmpty());
  config.base_url = "https://onboard.bank.test";
  config.http.tls = http::Tls{};
  EXPECT_THAT(doubtful_settings(config), testing::IsEmpty());
}

TEST_F(ConfigTest, a_data_folder_open_to_others_is_unsafe) {
  const Config config = sound();
  fs::create_directories(config.data);
  fs::permissions(config.data, fs::perms(0755));
  EXPECT_THAT(unsafe_settings(config), testing::ElementsAre(testing::HasSubstr("open to others")));
  fs::permissions(config.data, fs::perms(0700));
  EXPECT_THAT(unsafe_settings(config), testing::IsEmpty());
}

TEST_F(ConfigTest, a_tls_key_open_to_others_is_unsafe) {
  Config config = sound();
  const fs::path key = folder_ / "key.pem";
  std::ofstream(key) << "k";
  config.http.tls = http::Tls{folder_ / "chain.pem", key};
  fs::permissions(key, fs::perms(0640));
  EXPECT_THAT(unsafe_settings(config), testing::ElementsAre(testing::HasSubstr("chmod 600")));
  fs::permissions(key, fs::perms(0600));
  EXPECT_THAT(unsafe_settings(config), testing::IsEmpty());
}

TEST_F(ConfigTest, describing_shows_no_secret) {
  Config config = sound();
  config.smtp.password_file = "/etc/limen/mail-password";
  EXPECT_THAT(describe(config), testing::Not(testing::HasSubstr("mail-password")));
}

TEST(ListenText, is_read_strictly) {
  struct Case {
    std::string text, address;
    int port;
  };
  const Case cases[] = {{"127.0.0.1:8080", "127.0.0.1", 8080},
                        {"localhost:0", "localhost", 0},
                        {"[::1]:65535", "::1", 65535},
                        {":::80", "::", 80}};
  for (const auto& c : cases) {
    const auto read = parse_listen(c.text);
    ASSERT_TRUE(read) << c.text;
    EXPECT_EQ(read->address, c.address);
    EXPECT_EQ(read->port, c.port);
  }
  for (const char* bad : {"", "nonsense", "1.2.3.4", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536",
                          ":80", "[]:80", "h:-1", "h:8 "})
    EXPECT_FALSE(parse_listen(bad)) << bad;
}

TEST(Life, is_read_strictly) {
  struct Case {
    std::string text;
    std::optional<Seconds> want;
  };
  const Case cases[] = {{"30s", Seconds{30}},  {"3600", Seconds{3600}},   {"15m", Seconds{900}},
                        {"1h", Seconds{3600}}, {"14d", Seconds{1209600}}, {"", std::nullopt},
                        {"0s", std::nullopt},  {"-1s", std::nullopt},     {"1w", std::nullopt},
                        {"1 h", std::nullopt}, {"36501d", std::nullopt}};
  for (const auto& c : cases) EXPECT_EQ(parse_life(c.text), c.want) << c.text;
}

}  // namespace
}  // namespace limen::main
