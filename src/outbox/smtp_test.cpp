// SMTP against a real server (test/smtp/server.py: aiosmtpd, and a raw one for bad manners): what
// each failure becomes, and what is on the wire. Times are cut to fractions of a second; nothing
// sleeps.
#include "outbox/smtp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>

#include "base/text.hpp"
#include "outbox/fake_ledger_test.hpp"
#include "outbox/hostile_names_test.hpp"
#include "outbox/letter.hpp"
#include "outbox/relay_test.hpp"

namespace limen::outbox {

std::string to_string(Outcome outcome) {
  constexpr std::array<const char*, 5> names = {"sent", "later", "never", "relay_down",
                                                "broken_off"};
  return names[static_cast<std::size_t>(outcome)];
}
void PrintTo(Outcome outcome, std::ostream* out) { *out << to_string(outcome); }

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class SmtpTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { shared() = std::make_unique<Relay>(); }
  static void TearDownTestSuite() { shared().reset(); }
  static std::unique_ptr<Relay>& shared() {
    static std::unique_ptr<Relay> instance;
    return instance;
  }
  static Relay& relay() { return *shared(); }

  static SmtpSettings at(const std::string& manner, Tls tls = Tls::none) {
    return {.host = "127.0.0.1",
            .port = relay().port(manner),
            .tls = tls,
            .ca_file = (relay().folder() / "ca.pem").string(),
            .hello = "limen.example.com",
            .connect_time = 2s,
            .total_time = 5s,
            .stall_time = 1s};
  }
  static std::unique_ptr<Smtp> open(SmtpSettings settings) {
    return Smtp::make(std::move(settings)).value();
  }
  static Message message(const std::string& to = "john@example.com", std::uint8_t number = 1) {
    Invitation invitation{.letter = {},
                          .created = from_unix(1'795'294'923),
                          .to = to,
                          .first_name = "John",
                          .last_name = "Smith",
                          .organisation = "Example Group",
                          .prefix = "SNF",
                          .code = seal::Secret("SNF7K3Q9XHPA"),
                          .expires = from_unix(1'796'504'700)};
    invitation.letter.bytes[15] = number;
    return render(Templates::built_in(), sender(), invitation);
  }
  static Sender sender() {
    return {.base_url = "https://limen.example.com", .address = "noreply@example.com"};
  }
  static Delivery send(Smtp& smtp, const std::string& to = "john@example.com") {
    return smtp.send({"noreply@example.com", to}, message(to));
  }
  static std::string password_file(const std::string& password, mode_t mode = 0600) {
    const auto path = (relay().folder() / "password").string();
    std::ofstream(path) << password << "\n";
    chmod(path.c_str(), mode);
    return path;
  }
};

TEST_F(SmtpTest, a24_one_mail_to_one_address_as_written) {
  auto smtp = open(at("plain"));
  const auto delivery = send(*smtp);
  EXPECT_EQ(delivery.outcome, Outcome::sent) << delivery.why;
  EXPECT_EQ(delivery.reply, 250);
  const auto mails = relay().mails();
  ASSERT_FALSE(mails.empty());
  const auto& mail = mails.back();
  EXPECT_EQ(mail.bytes, to_wire(message()).value());
  EXPECT_EQ(mail.text("sender"), "noreply@example.com");
  EXPECT_EQ(mail.parsed.at("recipients"), json::array{"john@example.com"});
  EXPECT_EQ(mail.parsed.at("to_addresses"), json::array{"john@example.com"});
  EXPECT_EQ(mail.parsed.at("defects"), json::array{});
  EXPECT_EQ(mail.text("subject"), "Your invitation from Example Group");
  EXPECT_THAT(mail.text("text"), HasSubstr("https://limen.example.com/invite?code=SNF7K3Q9XHPA"));
  EXPECT_THAT(mail.text("html"), HasSubstr("SNF 7K3 Q9X HPA"));
}

TEST_F(SmtpTest, replies_become_outcomes) {
  struct Case {
    std::string to;
    Outcome want;
    int reply;
    std::string why;
  };
  const std::vector<Case> cases = {
      {"rcpt-450@example.com", Outcome::later, 450, "450 4.2.0 try later"},
      {"rcpt-451@example.com", Outcome::later, 451, "451"},
      {"rcpt-550@example.com", Outcome::never, 550, "550 5.1.1 no such user"},
      {"rcpt-530@example.com", Outcome::relay_down, 530, "530"},
      {"rcpt-421@example.com", Outcome::broken_off, 421, "421"},
      {"data-451@example.com", Outcome::later, 451, "451 4.3.0 local error"},
      {"data-554@example.com", Outcome::never, 554, "554 5.7.1 refused"},
      {"data-421@example.com", Outcome::broken_off, 421, "421"},
      {"john@example.com", Outcome::sent, 250, ""},
  };
  auto smtp = open(at("plain"));  // one connection for all, as long as it lasts
  for (const auto& c : cases) {
    const auto delivery = send(*smtp, c.to);
    EXPECT_EQ(delivery.outcome, c.want) << c.to << ": " << delivery.why;
    EXPECT_EQ(delivery.reply, c.reply) << c.to;
    EXPECT_THAT(delivery.why, testing::StartsWith(c.why)) << c.to;
  }
}

TEST_F(SmtpTest, a_refused_sender_is_no_dead_letter) {
  struct Case {
    std::string from;
    Outcome want;
  };
  const std::vector<Case> cases = {{"mail-550@example.com", Outcome::relay_down},
                                   {"mail-530@example.com", Outcome::relay_down},
                                   {"mail-552@example.com", Outcome::never},
                                   {"mail-451@example.com", Outcome::later},
                                   {"mail-421@example.com", Outcome::broken_off}};
  auto smtp = open(at("plain"));
  for (const auto& c : cases) {
    const auto delivery = smtp->send({c.from, "john@example.com"}, message());
    EXPECT_EQ(delivery.outcome, c.want) << c.from << ": " << delivery.why;
  }
}

TEST_F(SmtpTest, nobody_there_is_a_relay_that_is_down) {
  for (const auto* manner : {"refuse", "greet_421", "greet_554", "drop_greeting"}) {
    auto smtp = open(at(manner));
    const auto delivery = send(*smtp);
    EXPECT_EQ(delivery.outcome, Outcome::relay_down) << manner;
    EXPECT_FALSE(delivery.why.empty()) << manner;
    EXPECT_EQ(smtp->probe().error().code, "mail_refused") << manner;
  }
}

TEST_F(SmtpTest, silence_at_every_stage_ends_in_time) {
  struct Case {
    std::string stage;
    Outcome want;
    Tls tls = Tls::none;
  };
  const std::vector<Case> cases = {
      {"greeting", Outcome::relay_down},
      {"ehlo", Outcome::relay_down},
      {"mail", Outcome::broken_off},
      {"rcpt", Outcome::broken_off},
      {"data", Outcome::broken_off},
      {"dot", Outcome::broken_off},
      {"greeting", Outcome::relay_down, Tls::tls},  // in the handshake
  };
  for (const auto& c : cases) {
    auto settings = at("hang_" + c.stage, c.tls);
    settings.connect_time = settings.total_time = 500ms;
    auto smtp = open(settings);
    const auto begin = std::chrono::steady_clock::now();
    const auto delivery = send(*smtp);
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_EQ(delivery.outcome, c.want) << c.stage << ": " << delivery.why;
    EXPECT_GE(took, 490ms) << c.stage;
    EXPECT_LT(took, smtp->longest() + 2s) << c.stage;
  }
}

TEST_F(SmtpTest, a_greeting_a_byte_a_second_ends_in_time) {
  auto settings = at("drip");
  settings.connect_time = settings.total_time = 300ms;
  const auto delivery = send(*open(settings));
  EXPECT_EQ(delivery.outcome, Outcome::relay_down) << delivery.why;
}

TEST_F(SmtpTest, a_line_cut_at_any_stage_after_mail_is_broken_off) {
  struct Case {
    std::string stage;
    Outcome want;
  };
  const std::vector<Case> cases = {
      {"ehlo", Outcome::relay_down}, {"mail", Outcome::broken_off}, {"rcpt", Outcome::broken_off},
      {"data", Outcome::broken_off}, {"dot", Outcome::broken_off},  {"quit", Outcome::sent},
  };
  for (const auto& c : cases) {
    const auto delivery = send(*open(at("drop_" + c.stage)));
    EXPECT_EQ(delivery.outcome, c.want) << c.stage << ": " << delivery.why;
    if (c.want == Outcome::broken_off) {
      EXPECT_EQ(delivery.reply, 0) << c.stage;
    }
  }
}

TEST_F(SmtpTest, m4_a_letter_that_was_taken_and_not_confirmed_comes_again_as_the_same_message) {
  auto dropping = open(at("drop_dot"));
  EXPECT_EQ(send(*dropping).outcome, Outcome::broken_off);
  const auto first = relay().mails().back();
  auto working = open(at("raw"));
  EXPECT_EQ(send(*working).outcome, Outcome::sent);
  const auto second = relay().mails().back();
  EXPECT_EQ(first.text("message_id"), "<00000000-0000-0000-0000-000000000001@example.com>");
  EXPECT_EQ(first.bytes, second.bytes);
}

TEST_F(SmtpTest, a_kept_connection_that_ended_is_no_attempt) {
  for (const auto* manner : {"idle_421", "idle_close"}) {
    auto smtp = open(at(manner));
    EXPECT_EQ(send(*smtp).outcome, Outcome::sent) << manner;
    const auto second = send(*smtp);
    EXPECT_EQ(second.outcome, Outcome::sent) << manner << ": " << second.why;
  }
}

TEST_F(SmtpTest, a_relay_that_hangs_at_quit_does_not_hold_us) {
  auto smtp = open(at("hang_quit"));
  EXPECT_EQ(send(*smtp).outcome, Outcome::sent);
  const auto begin = std::chrono::steady_clock::now();
  smtp->rest();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
  EXPECT_EQ(send(*smtp).outcome, Outcome::sent);
}

TEST_F(SmtpTest, m2_tls_is_required_and_names_are_checked) {
  struct Case {
    std::string manner;
    Tls tls;
    Outcome want;
  };
  const std::vector<Case> cases = {
      {"starttls", Tls::starttls, Outcome::sent},
      {"tls", Tls::tls, Outcome::sent},
      {"starttls_wrong_name", Tls::starttls, Outcome::relay_down},
      {"tls_wrong_name", Tls::tls, Outcome::relay_down},
      {"plain", Tls::starttls, Outcome::relay_down},   // not offered
      {"raw", Tls::starttls, Outcome::relay_down},     // not even known
      {"inject", Tls::starttls, Outcome::relay_down},  // CVE-2021-22947
      {"plain", Tls::tls, Outcome::relay_down},
      {"tls", Tls::none, Outcome::relay_down},
      {"starttls", Tls::none, Outcome::relay_down},  // 530: TLS first
  };
  for (const auto& c : cases) {
    const auto count = relay().mails().size();
    auto settings = at(c.manner, c.tls);
    if (c.want != Outcome::sent) settings.connect_time = 500ms;
    auto smtp = open(settings);
    const auto delivery = send(*smtp);
    EXPECT_EQ(delivery.outcome, c.want) << c.manner << ": " << delivery.why;
    EXPECT_EQ(relay().mails().size(), count + (c.want == Outcome::sent ? 1 : 0)) << c.manner;
  }
}

TEST_F(SmtpTest, m2_an_unknown_authority_is_refused) {
  auto settings = at("starttls", Tls::starttls);
  settings.ca_file.clear();
  EXPECT_EQ(send(*open(settings)).outcome, Outcome::relay_down);
}

TEST_F(SmtpTest, auth_needs_the_right_password_over_tls) {
  auto settings = at("auth", Tls::starttls);
  settings.user = "limen";
  settings.password_file = password_file("s3cret");
  auto smtp = open(settings);
  EXPECT_EQ(send(*smtp).outcome, Outcome::sent);
  EXPECT_TRUE(smtp->probe());
  settings.password_file = password_file("wrong");
  smtp = open(settings);
  const auto delivery = send(*smtp);
  EXPECT_EQ(delivery.outcome, Outcome::relay_down);
  EXPECT_THAT(delivery.why, Not(HasSubstr("wrong")));
  EXPECT_FALSE(smtp->probe());
  EXPECT_EQ(send(*open(at("auth", Tls::starttls))).outcome, Outcome::relay_down);  // no AUTH: 530
}

TEST_F(SmtpTest, m2_auth_in_clear_is_for_loopback_when_allowed) {
  auto settings = at("auth_plain_text");
  settings.user = "limen";
  settings.password_file = password_file("s3cret");
  EXPECT_EQ(Smtp::make(settings).error().field, "tls");
  settings.loopback_auth = LoopbackAuth::allowed;
  EXPECT_EQ(send(*open(settings)).outcome, Outcome::sent);
  for (const auto* host : {"192.0.2.1", "mail.example.com", "127.example.com", "::2"}) {
    settings.host = host;
    EXPECT_EQ(Smtp::make(settings).error().field, "tls") << host;
  }
  for (const auto* host : {"127.0.0.53", "::1", "LOCALHOST"}) {
    settings.host = host;
    EXPECT_TRUE(Smtp::make(settings)) << host;
  }
}

TEST_F(SmtpTest, settings_are_checked) {
  const auto field = [](SmtpSettings settings) { return Smtp::make(settings).error().field; };
  EXPECT_EQ(field({}), "host");
  EXPECT_EQ(field({.host = "a b"}), "host");
  EXPECT_EQ(field({.host = "a/../b"}), "host");
  EXPECT_EQ(field({.host = "a", .port = 0}), "port");
  EXPECT_EQ(field({.host = "a", .user = "x"}), "user");
  EXPECT_EQ(field({.host = "a", .hello = "x\r\n"}), "hello");
  EXPECT_EQ(field({.host = "a", .total_time = 0ms}), "total_time");
  EXPECT_EQ(field({.host = "a", .user = "x", .password_file = "/nonexistent"}), "password_file");
  EXPECT_EQ(field({.host = "a", .user = "x", .password_file = password_file("p", 0644)}),
            "password_file");
  EXPECT_EQ(field({.host = "a", .user = "x", .password_file = password_file("")}), "password_file");
}

// What libcurl 7.88 does with the bytes of a read callback: it doubles the dot that starts a line
// (RFC 5321 section 4.5.2) and ends the mail; bare line ends it would pass on, so we never give it
// any.
TEST_F(SmtpTest, m2_dots_are_stuffed_once_by_libcurl) {
  auto smtp = open(at("raw"));
  const std::string given =
      ".first\r\nSubject: x\r\n\r\n.\r\n..\r\n.a\r\na.\r\n.\r\nMAIL FROM:<x@example.com>\r\n.\r\n";
  const auto delivery = smtp->send_bytes({"noreply@example.com", "john@example.com"}, given);
  EXPECT_EQ(delivery.outcome, Outcome::sent) << delivery.why;
  EXPECT_EQ(relay().mails().back().bytes,
            "..first\r\nSubject: x\r\n\r\n..\r\n...\r\n..a\r\na.\r\n..\r\nMAIL FROM:<x@example.com>"
            "\r\n..\r\n.\r\n");
  // Across the buffers of libcurl, too: 64 KiB and more of lines that are one dot.
  std::string many, wanted;
  for (int i = 0; i < 50'000; ++i) {
    many += ".\r\n";
    wanted += "..\r\n";
  }
  auto settings = at("plain");
  settings.total_time = 20s;
  EXPECT_EQ(open(settings)->send_bytes({"noreply@example.com", "john@example.com"}, many).outcome,
            Outcome::sent);
  EXPECT_EQ(relay().mails().back().bytes, many);
}

TEST_F(SmtpTest, m2_bytes_that_could_smuggle_are_never_sent) {
  auto smtp = open(at("raw"));
  const auto count = relay().mails().size();
  for (const auto* bytes :
       {"a\n.\nb\r\n", "a\r\n.\nb\r\n", "a\r.\rb\r\n", "a\n.\r\nb\r\n", "a", ""})
    EXPECT_EQ(smtp->send_bytes({"noreply@example.com", "john@example.com"}, bytes).outcome,
              Outcome::never);
  const std::vector<Envelope> envelopes = {
      {"noreply@example.com", "john@example.com> ORCPT=x"},
      {"noreply@example.com", "john@example.com\r\nRCPT TO:<doe@example.com>"},
      {"noreply@example.com\r\nDATA", "john@example.com"},
      {"", "john@example.com"},
      {"noreply@example.com", "john@example.com,doe@example.com"}};
  for (const auto& envelope : envelopes)
    EXPECT_EQ(smtp->send(envelope, message()).outcome, Outcome::never) << envelope.to;
  EXPECT_EQ(relay().mails().size(), count);
}

// Trust B-9: hostile names, raw capture, and a parser that is not ours.
TEST_F(SmtpTest, m1_hostile_names_on_the_wire) {
  auto smtp = open(at("raw"));
  seal::SeededEntropy entropy(11);
  auto names = hostile_names();
  for (int i = 0; i < 300; ++i) names.push_back(fuzzed_name(entropy));
  std::size_t count = relay().mails().size();
  for (const auto& name : names) {
    auto hostile = message();
    hostile.to.name = hostile.from.name = hostile.subject = name;
    hostile.text = name + "\n" + inert_name(name);
    hostile.html = "<p>" + std::string("\n.\n") + "</p>";
    ASSERT_EQ(smtp->send({"noreply@example.com", "john@example.com"}, hostile).outcome,
              Outcome::sent)
        << name;
  }
  const auto mails = relay().mails();
  ASSERT_EQ(mails.size(), count + names.size());
  for (const auto& name : names) {
    const auto& mail = mails[count++];
    // The mail ends at its only end: nothing behind a smuggled one became a second mail.
    EXPECT_TRUE(is_wire_safe(mail.bytes)) << name;
    EXPECT_TRUE(is_ascii(mail.bytes)) << name;
    EXPECT_EQ(mail.bytes.find("\r\n."), mail.bytes.size() - 5) << name;
    EXPECT_EQ(mail.parsed.at("recipients"), json::array{"john@example.com"}) << name;
    EXPECT_EQ(mail.parsed.at("to_addresses"), json::array{"john@example.com"}) << name;
    EXPECT_EQ(mail.parsed.at("headers"),
              (json::array{"Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted",
                           "Content-Language", "MIME-Version", "Content-Type"}))
        << name;
    EXPECT_EQ(mail.parsed.at("defects"), json::array{}) << name;
    EXPECT_EQ(mail.text("subject"), single_line(name));
  }
}

}  // namespace
}  // namespace limen::outbox
