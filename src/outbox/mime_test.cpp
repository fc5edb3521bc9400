// Messages as bytes: what a strict reader gets back is what was put in, and nothing else. Hostile
// names through the whole letter are letter_test.cpp.
#include "outbox/mime.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "outbox/hostile_names_test.hpp"
#include "outbox/parsed_mail_test.hpp"

namespace limen::outbox {
namespace {

Message sample_message() {
  return {.id = *parse_id("01931c1b-8d2a-7000-8000-0000000000aa"),
          .domain = "limen.example.com",
          .date = from_unix(1'795'294'923),
          .from = {"Limen", "noreply@example.com"},
          .to = {"John Smith", "john@example.com"},
          .subject = "Your invitation",
          .text = "Hello\nJohn\n",
          .html = "<p>Hello John</p>\n"};
}

TEST(Mime, writes_the_headers_of_rfc_5322_once_each) {
  const auto mail = parse_mail(to_wire(sample_message()).value());
  EXPECT_THAT(mail.names(), testing::ElementsAre("Date", "From", "To", "Subject", "Message-ID",
                                                 "Auto-Submitted", "MIME-Version", "Content-Type"));
  EXPECT_EQ(mail.header("Date"), "Sat, 21 Nov 2026 21:02:03 +0000");
  EXPECT_EQ(mail.header("From"), "Limen <noreply@example.com>");
  EXPECT_EQ(mail.header("To"), "John Smith <john@example.com>");
  EXPECT_EQ(mail.header("Message-ID"), "<01931c1b-8d2a-7000-8000-0000000000aa@limen.example.com>");
  EXPECT_EQ(mail.header("Auto-Submitted"), "auto-generated");
  EXPECT_EQ(mail.text, "Hello\r\nJohn\r\n");
  EXPECT_EQ(mail.html, "<p>Hello John</p>\r\n");
}

TEST(Mime, is_the_same_bytes_for_the_same_message) {
  EXPECT_EQ(to_wire(sample_message()).value(), to_wire(sample_message()).value());
}

TEST(Mime, refuses_what_is_no_address) {
  struct Case {
    std::string name, address;
  };
  const std::vector<Case> cases = {
      {"empty", ""},
      {"two", "john@example.com, doe@example.com"},
      {"line end", "john@example.com\r\nBcc: doe@example.com"},
      {"bracket", "john@example.com>"},
      {"no domain", "john"},
  };
  for (const auto& c : cases) {
    auto message = sample_message();
    message.to.address = c.address;
    EXPECT_EQ(to_wire(message).error().field, "to") << c.name;
    message = sample_message();
    message.from.address = c.address;
    EXPECT_EQ(to_wire(message).error().field, "from") << c.name;
    message = sample_message();
    message.domain = c.address + "\r\n";
    EXPECT_EQ(to_wire(message).error().field, "domain") << c.name;
  }
}

TEST(Mime, keeps_lines_short_and_ends_them_with_crlf) {
  auto message = sample_message();
  message.to.name = long_name();
  message.subject = long_name() + " " + std::string(200, 'x') + " " + long_name();
  message.text = std::string(5000, 'y') + "\n" + long_name() + "\r" + std::string(80, ' ') + "\n";
  message.html = std::string(300, '.');
  const auto bytes = to_wire(message).value();
  EXPECT_TRUE(is_wire_safe(bytes));
  for (std::size_t at = 0; at < bytes.size(); at = bytes.find("\r\n", at) + 2)
    EXPECT_LE(bytes.find("\r\n", at) - at, 76U) << bytes.substr(at, 90);
  const auto mail = parse_mail(bytes);
  EXPECT_EQ(decode_words(mail.header("Subject")), message.subject);
  EXPECT_EQ(mail.html, message.html);
}

TEST(Mime, decodes_to_what_was_encoded) {
  for (const auto& name : hostile_names()) {
    auto message = sample_message();
    message.subject = message.to.name = name;
    message.text = "a" + name + "z";
    const auto bytes = to_wire(message).value();
    ASSERT_TRUE(is_wire_safe(bytes)) << name;
    const auto mail = parse_mail(bytes);
    ASSERT_EQ(mail.headers.size(), 8U) << name;
    // Runs of spaces survive because such a text is encoded.
    EXPECT_EQ(decode_words(mail.header("Subject")), single_line(name));
    const auto to = decode_words(mail.header("To"));
    EXPECT_EQ(to, single_line(name).empty() ? "<john@example.com>"
                                            : single_line(name) + " <john@example.com>");
    std::string lines = mail.text, given = message.text;
    std::erase(lines, '\r');
    std::erase(given, '\r');
    std::erase(lines, '\n');
    std::erase(given, '\n');
    EXPECT_EQ(lines, given);  // line ends become CRLF, nothing else changes
  }
}

TEST(Mime, quoted_printable_by_table) {
  struct Case {
    std::string name, given, want;
  };
  const std::vector<Case> cases = {
      {"empty", "", ""},
      {"plain", "abc", "abc"},
      {"equals", "a=b", "a=3Db"},
      {"utf-8", "\xC3\xBC", "=C3=BC"},
      {"lf", "a\nb", "a\r\nb"},
      {"cr", "a\rb", "a\r\nb"},
      {"crlf", "a\r\nb", "a\r\nb"},
      {"lfcr is two", "a\n\rb", "a\r\n\r\nb"},
      {"space at the end", "a \nb\t", "a=20\r\nb=09"},
      {"space inside", "a b\tc", "a b\tc"},
      {"nul", std::string("a\0b", 3), "a=00b"},
      {"dot alone", "a\n.\nb", "a\r\n=2E\r\nb"},
      {"dot first", ".a.b", "=2Ea.b"},
      {"From", "From here", "=46rom here"},
      {"Fromage", "Fromage", "Fromage"},
      {"75 stay", std::string(75, 'a'), std::string(75, 'a')},
      {"76 break", std::string(76, 'a'), std::string(75, 'a') + "=\r\na"},
      {"dot after a break", std::string(75, 'a') + ".b", std::string(75, 'a') + "=\r\n=2Eb"},
      {"a character stays whole", std::string(70, 'a') + "\xC3\xBC",
       std::string(70, 'a') + "=\r\n=C3=BC"},
  };
  for (const auto& c : cases) EXPECT_EQ(quoted_printable(c.given), c.want) << c.name;
}

TEST(Mime, is_wire_safe_by_table) {
  struct Case {
    std::string name, given;
    bool want;
  };
  const std::vector<Case> cases = {
      {"one line", "a\r\n", true},
      {"empty line", "\r\n", true},
      {"no end", "a", false},
      {"nothing", "", false},
      {"bare lf", "a\nb\r\n", false},
      {"bare cr", "a\rb\r\n", false},
      {"lf first", "\na\r\n", false},
      {"cr cr lf", "a\r\r\n", false},
      {"smuggled end", "a\n.\nb\r\n", false},
      {"nul", std::string("a\0\r\n", 4), false},
      {"998", std::string(998, 'a') + "\r\n", true},
      {"999", std::string(999, 'a') + "\r\n", false},
  };
  for (const auto& c : cases) EXPECT_EQ(is_wire_safe(c.given), c.want) << c.name;
}

TEST(Mime, parses_the_sender_of_settings) {
  EXPECT_EQ(parse_mailbox("noreply@example.com")->address, "noreply@example.com");
  EXPECT_EQ(parse_mailbox(" Limen <noreply@example.com> ")->name, "Limen");
  EXPECT_EQ(parse_mailbox("Limen <noreply@example.com>")->address, "noreply@example.com");
  for (const auto* bad :
       {"", "Limen", "<>", "a@example.com, b@example.com", "L <a@b", "x\n <a@b.c>"})
    EXPECT_FALSE(parse_mailbox(bad)) << bad;
}

}  // namespace
}  // namespace limen::outbox
