// The invitation letter: its words, its templates, and that no name gets to be anything but a name.
#include "outbox/letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <regex>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "outbox/hostile_names_test.hpp"
#include "outbox/parsed_mail_test.hpp"

namespace limen::outbox {
namespace {

using testing::HasSubstr;
using testing::Not;

const Sender sender{.base_url = "https://limen.example.com", .address = "noreply@example.com"};

const std::vector<std::string> header_names = {"Date",
                                               "From",
                                               "To",
                                               "Subject",
                                               "Message-ID",
                                               "Auto-Submitted",
                                               "Content-Language",
                                               "MIME-Version",
                                               "Content-Type"};

Invitation sample() {
  return {.letter = *parse_id("01931c1b-8d2a-7000-8000-0000000000aa"),
          .created = from_unix(1'795'294'923),
          .to = "john@example.com",
          .first_name = "John",
          .last_name = "Smith",
          .organisation = "Example Group",
          .prefix = "SNF",
          .code = seal::Secret("SNF7K3Q9XHPA"),
          .expires = from_unix(1'796'504'700)};
}

TEST(Letter, a32_says_who_invites_with_what_code_and_until_when) {
  const auto message = render(Templates::built_in(), sender, sample());
  EXPECT_EQ(message.subject, "Your invitation from Example Group");
  EXPECT_EQ(message.from.name, "Example Group");
  EXPECT_EQ(message.to.name, "John Smith");
  EXPECT_EQ(message.domain, "example.com");
  for (const auto& body : {message.text, message.html}) {
    EXPECT_THAT(body, HasSubstr("John"));
    EXPECT_THAT(body, HasSubstr("SNF 7K3 Q9X HPA"));
    EXPECT_THAT(body, HasSubstr("https://limen.example.com/invite?code=SNF7K3Q9XHPA"));
    EXPECT_THAT(body, HasSubstr("Saturday, 5 December 2026, 21:05 UTC"));
    EXPECT_THAT(body, HasSubstr("Example Group"));
    EXPECT_THAT(body, HasSubstr("ignore it"));
    EXPECT_THAT(body, Not(HasSubstr("{{")));
  }
  EXPECT_THAT(message.text, testing::StartsWith("Hello John Smith,\n"));
}

TEST(Letter, a24_is_one_mail_to_one_address) {
  const auto mail = parse_mail(to_wire(render(Templates::built_in(), sender, sample())).value());
  EXPECT_EQ(mail.header("To"), "John Smith <john@example.com>");
  EXPECT_EQ(mail.header("From"), "Example Group <noreply@example.com>");
  EXPECT_THAT(mail.text, HasSubstr("SNF7K3Q9XHPA"));
}

TEST(Letter, html_is_accessible_and_loads_nothing) {
  const auto html = render(Templates::built_in(), sender, sample()).html;
  EXPECT_THAT(html, HasSubstr("<html lang=\"en-US\" dir=\"ltr\">"));
  EXPECT_THAT(html, HasSubstr("<h1"));
  for (const auto* remote : {"<img", "<script", "<link", "src=", "@import", "url(", "<iframe"})
    EXPECT_THAT(html, Not(HasSubstr(remote)));
  const std::regex reference("href=\"([^\"]*)\"");
  for (std::sregex_iterator it(html.begin(), html.end(), reference), end; it != end; ++it)
    EXPECT_EQ((*it)[1], "https://limen.example.com/invite?code=SNF7K3Q9XHPA");
}

TEST(Letter, settings_choose_sender_name_and_domain) {
  Sender other = sender;
  other.name = "Limen at Example";
  other.domain = "mail.example.com";
  const auto message = render(Templates::built_in(), other, sample());
  EXPECT_EQ(message.from.name, "Limen at Example");
  EXPECT_EQ(message.domain, "mail.example.com");
}

TEST(Letter, checks_the_sender) {
  EXPECT_TRUE(check(sender));
  struct Case {
    std::string field;
    Sender given;
  };
  const std::vector<Case> cases = {
      {"base_url", {.base_url = "", .address = "a@example.com"}},
      {"base_url", {.base_url = "ftp://example.com", .address = "a@example.com"}},
      {"base_url", {.base_url = "https://example.com/", .address = "a@example.com"}},
      {"base_url", {.base_url = "https://example.com\r\n", .address = "a@example.com"}},
      {"base_url", {.base_url = "https://example.com/?a", .address = "a@example.com"}},
      {"address", {.base_url = "https://example.com", .address = "a"}},
      {"domain", {.base_url = "https://example.com", .address = "a@example.com", .domain = "a b"}},
  };
  for (const auto& c : cases) EXPECT_EQ(check(c.given).error().field, c.field) << c.given.base_url;
}

TEST(Letter, codes_are_grouped_for_reading) {
  struct Case {
    std::string code;
    std::size_t prefix;
    std::string want;
  };
  const std::vector<Case> cases = {
      {"SNF7K3Q9XHPA", 3, "SNF 7K3 Q9X HPA"},
      {"SN7K3Q9XH", 2, "SN 7K3 Q9XH"},
      {"SNFA7K3Q9XHP", 4, "SNFA 7K3 Q9X HP"},
      {"SNF7K3Q9XHPAB", 3, "SNF 7K3 Q9X HPAB"},
      {"7K3", 0, "7K3"},
      {"", 3, ""},
      {"SN", 3, "SN"},
  };
  for (const auto& c : cases) EXPECT_EQ(grouped(c.code, c.prefix), c.want);
}

TEST(Letter, links_are_percent_encoded) {
  EXPECT_EQ(invitation_link("https://example.com", "A B&c=%/\xC3\xBC", ""),
            "https://example.com/invite?code=A%20B%26c%3D%25%2F%C3%BC");
  EXPECT_EQ(invitation_link("https://example.com", "ABC", "jp-JP"),
            "https://example.com/invite?code=ABC&lang=jp-JP");
}

TEST(Letter, m5_names_stay_names) {
  struct Case {
    std::string given, want;
  };
  const std::vector<Case> cases = {
      {"John", "John"},
      {"St.John", "St. John"},
      {"J. R. R.", "J. R. R."},
      {"evil.example.com", "evil. example. com"},
      {"http://evil.example.com", "http: //evil. example. com"},
      {"john@example.com", "john@ example. com"},
      {"www\xE3\x80\x82\x65vil", "www\xE3\x80\x82 evil"},
      {"O'Brien-Smith", "O'Brien-Smith"},
  };
  for (const auto& c : cases) EXPECT_EQ(inert_name(c.given), c.want);
  EXPECT_EQ(count_points(inert_name(std::string(500, 'x'))), limits::name_points);
  EXPECT_EQ(inert_name(long_name()), long_name());
}

// What a name may not leave behind in any part of the letter.
void expect_inert(const std::string& name, const Invitation& invitation) {
  const auto message = render(Templates::built_in(), sender, invitation);
  const auto bytes = to_wire(message).value();
  ASSERT_TRUE(is_wire_safe(bytes)) << name;
  const auto mail = parse_mail(bytes);
  ASSERT_EQ(mail.names(), header_names) << name;
  EXPECT_TRUE(mail.header("To").ends_with("<john@example.com>"));
  EXPECT_TRUE(is_ascii(bytes));
  const auto lines = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '\n');
  };
  static const auto plain = render(Templates::built_in(), sender, sample());
  EXPECT_EQ(lines(message.text), lines(plain.text)) << name;
  EXPECT_EQ(lines(message.html), lines(plain.html)) << name;
  const auto tags = [](std::string_view text) { return std::count(text.begin(), text.end(), '<'); };
  EXPECT_EQ(tags(message.html), tags(plain.html)) << name;
  EXPECT_TRUE(is_utf8(message.text) && is_utf8(message.html));
  static const std::regex link(R"(\S[.:@][^ ,.:@])");
  const std::string greeting = message.text.substr(0, message.text.find('\n'));
  EXPECT_FALSE(std::regex_search(greeting, link)) << greeting;
}

TEST(Letter, w9_hostile_names_are_inert) {
  for (const auto& name : hostile_names()) {
    auto invitation = sample();
    invitation.first_name = name;
    expect_inert(name, invitation);
  }
}

TEST(Letter, ten_thousand_fuzzed_names_make_one_to_and_one_subject) {
  seal::SeededEntropy entropy(7);
  for (int i = 0; i < 10'000; ++i) {
    auto message = Message{.id = {},
                           .domain = "example.com",
                           .date = {},
                           .from = {fuzzed_name(entropy), "noreply@example.com"},
                           .to = {fuzzed_name(entropy), "john@example.com"},
                           .language = "en-US",
                           .subject = fuzzed_name(entropy),
                           .text = fuzzed_name(entropy),
                           .html = fuzzed_name(entropy)};
    const auto bytes = to_wire(message).value();
    ASSERT_TRUE(is_wire_safe(bytes));
    ASSERT_EQ(parse_mail(bytes).names(), header_names);
  }
  for (int i = 0; i < 500; ++i) {
    auto invitation = sample();
    invitation.first_name = fuzzed_name(entropy);
    invitation.last_name = fuzzed_name(entropy);
    expect_inert(invitation.first_name + invitation.last_name, invitation);
  }
}

TEST(Letter, is_written_in_every_language) {
  const auto english = render(Templates::built_in(), sender, sample());
  for (const auto code : words::language_codes) {
    SCOPED_TRACE(code);
    auto invitation = sample();
    invitation.language = code;
    const auto message = render(Templates::built_in(), sender, invitation);
    const auto& about = words::about(*words::language_of(code));
    const std::string link =
        "https://limen.example.com/invite?code=SNF7K3Q9XHPA&lang=" + std::string(code);
    EXPECT_THAT(message.html, HasSubstr("<html lang=\"" + std::string(about.html_lang) +
                                        "\" dir=\"" + std::string(about.direction()) + "\">"));
    EXPECT_THAT(message.text, HasSubstr("\n" + link + "\n"));
    // In HTML the ampersand of the link is an entity.
    EXPECT_THAT(message.html, HasSubstr("SNF7K3Q9XHPA&amp;lang=" + std::string(code)));
    for (const auto& text : {message.subject, message.text, message.html}) {
      EXPECT_THAT(text, HasSubstr("Example Group"));
      for (const auto* open : {"{{", "[[", "{organisation}"})
        EXPECT_THAT(text, Not(HasSubstr(open)));
    }
    for (const auto& text : {message.text, message.html}) {
      EXPECT_THAT(text, HasSubstr("SNF 7K3 Q9X HPA"));
      EXPECT_THAT(text, HasSubstr("2026"));
      EXPECT_THAT(text, HasSubstr("John"));
    }
    EXPECT_EQ(message.text == english.text, code == "en-US" && link.empty());
    const auto mail = parse_mail(to_wire(message).value());
    EXPECT_EQ(mail.names(), header_names);
    EXPECT_EQ(mail.header("Content-Language"), about.html_lang);
    EXPECT_TRUE(is_ascii(to_wire(message).value()));
  }
}

TEST(Letter, names_stand_apart_in_a_language_from_right_to_left) {
  auto invitation = sample();
  invitation.language = "ar-SA";
  const auto message = render(Templates::built_in(), sender, invitation);
  EXPECT_THAT(message.text, HasSubstr("\u2068Example Group\u2069"));
  EXPECT_THAT(message.text, HasSubstr("\u2068John Smith\u2069"));
  EXPECT_THAT(message.html, HasSubstr("<bdi>Example Group</bdi>"));
  EXPECT_EQ(message.subject.find("\u2068"), std::string::npos);
  EXPECT_THAT(message.html, HasSubstr("<bdi\ndir=\"ltr\">SNF 7K3 Q9X HPA</bdi>"));
}

TEST(Letter, lines_of_its_text_are_short) {
  auto invitation = sample();
  invitation.language = "de-DE";
  std::string text = render(Templates::built_in(), sender, invitation).text;
  for (std::size_t end = text.find('\n'); end != text.npos; end = text.find('\n')) {
    const std::string line = text.substr(0, end);
    EXPECT_LE(count_points(line), 80U) << line;
    text.erase(0, end + 1);
  }
}

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "limen-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  void put(const std::string& name, std::string_view content) const {
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(Templates, an_empty_folder_changes_nothing) {
  const Folder folder;
  const auto templates = Templates::load(folder.path()).value();
  EXPECT_EQ(render(templates, sender, sample()).text,
            render(Templates::built_in(), sender, sample()).text);
}

TEST(Templates, the_built_in_files_pass_their_own_check) {
  EXPECT_TRUE(Templates::load(LIMEN_OUTBOX_TEMPLATES));
}

TEST(Templates, a32_files_replace_the_built_in_words) {
  const Folder folder;
  folder.put("invitation.text.mustache",
             "Dear {{first_name}},{{! words }}\r\n.\r\n{{#last_name}}{{code}}{{/last_name}}\n");
  folder.put("invitation.subject.mustache", "Code for {{first_name}}\n");
  folder.put("notes.txt", "{{nothing}}");
  const auto message = render(Templates::load(folder.path()).value(), sender, sample());
  EXPECT_EQ(message.text, "Dear John,\r\n.\r\nSNF 7K3 Q9X HPA\n");
  EXPECT_EQ(message.subject, "Code for John");
  EXPECT_THAT(message.html, HasSubstr("<h1"));
  // RFC 5321 section 4.1.1.4: a line of one dot would end the mail.
  EXPECT_THAT(to_wire(message).value(), Not(HasSubstr("\r\n.\r\n")));
}

TEST(Templates, an_operators_own_speaks_every_language_or_one) {
  const Folder folder;
  folder.put("invitation.text.mustache", "[[letter.hello]]\n{{code}} {{language}} {{direction}}\n");
  folder.put("invitation.text.de-DE.mustache", "Moin {{first_name}}, {{code}}\n");
  folder.put("invitation.subject.mustache", "[[letter.open]]");
  const auto templates = Templates::load(folder.path()).value();
  struct Case {
    std::string language, subject, text;
  };
  const std::vector<Case> cases = {
      {"", "Open your invitation", "Hello John Smith,\nSNF 7K3 Q9X HPA en-US ltr\n"},
      {"de-DE", "Einladung öffnen", "Moin John, SNF 7K3 Q9X HPA\n"},
      {"hu-HU", "Meghívó megnyitása", "Tisztelt Smith John!\nSNF 7K3 Q9X HPA hu-HU ltr\n"},
  };
  for (const auto& c : cases) {
    auto invitation = sample();
    invitation.language = c.language;
    const auto message = render(templates, sender, invitation);
    EXPECT_EQ(message.subject, c.subject);
    EXPECT_EQ(message.text, c.text);
  }
}

TEST(Templates, broken_ones_are_named_with_their_rule) {
  struct Case {
    std::string name, file, content, rule;
  };
  const std::string text = "invitation.text.mustache", html = "invitation.html.mustache";
  const std::vector<Case> cases = {
      {"unknown", text, "{{code}} {{nmae}}", "unknown variable {{nmae}}"},
      {"unknown section", html, "{{code}}{{#who}}x{{/who}}", "unknown variable {{who}}"},
      {"no code", text, "{{link}}", "{{code}} is missing"},
      {"no code in html", html, "<p>{{first_name}}</p>", "{{code}} is missing"},
      {"code in a dead branch", text, "{{^code}}{{code}}{{/code}}", "{{code}} is missing"},
      {"unescaped", html, "{{code}}{{{first_name}}}", "not allowed"},
      {"ampersand", html, "{{code}}{{&first_name}}", "not allowed"},
      {"partial", html, "{{code}}{{>first_name}}", "not allowed"},
      {"delimiters", html, "{{code}}{{=<% %>=}}", "not allowed"},
      {"open tag", text, "{{code}} {{first_name", "not closed"},
      {"open section", text, "{{code}}{{#link}}", "Unclosed section"},
      {"wrong end", text, "{{code}}{{/link}}", "Unopened section"},
      {"empty subject", "invitation.subject.mustache", " \n", "subject is empty"},
      {"two lines", "invitation.subject.mustache", "a\nb", "more than one line"},
      {"control", text, "{{code}}\x1B", "control character"},
      {"not utf-8", text, "{{code}}\xFF", "not UTF-8"},
      {"large", text, "{{code}}" + std::string(70'000, 'a'), "64 KiB"},
      {"empty", text, "", "empty"},
      {"wrong name", "invitaton.text.mustache", "{{code}}", "no letter has"},
      {"wrong language", "invitation.text.de.mustache", "{{code}}", "no letter has"},
      {"wrong mark", "invitation.textile.mustache", "{{code}}", "no letter has"},
      {"unknown sentence", text, "{{code}} [[letter.helo]]",
       "no sentence is called [[letter.helo]]"},
      {"open sentence", text, "{{code}} [[letter.hello", "no sentence is called"},
      {"broken in one", "invitation.text.de-DE.mustache", "x", "{{code}} is missing"},
  };
  for (const auto& c : cases) {
    const Folder folder;
    folder.put(c.file, c.content);
    const auto result = Templates::load(folder.path());
    ASSERT_FALSE(result) << c.name;
    EXPECT_EQ(result.error().field, c.file) << c.name;
    EXPECT_THAT(result.error().detail, HasSubstr(c.file)) << c.name;
    EXPECT_THAT(result.error().detail, HasSubstr(c.rule)) << c.name;
  }
  EXPECT_FALSE(Templates::load("/nonexistent"));
}

}  // namespace
}  // namespace limen::outbox
