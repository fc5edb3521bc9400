// The writing of messages. Headers are either plain ASCII from a small alphabet or encoded-words
// (RFC 2047); there is no third way for a text to get into one.
#include "outbox/mime.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "base/bytes.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"

namespace limen::outbox {
namespace {

// RFC 5322 section 2.1.1: "Each line of characters MUST be no more than 998 characters, and SHOULD
// be no more than 78". RFC 2047 section 2 asks 76 of lines with an encoded-word.
constexpr std::size_t line_max = 998;
constexpr std::size_t line_aim = 76;
// Octets of text in one encoded-word: 39 are 52 of base64, 64 with "=?UTF-8?B?" and "?=", and
// "Subject: " still fits before them.
constexpr std::size_t word_octets = 39;
constexpr std::size_t plain_word_max = 60;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::size_t octets_of_char(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t space = std::min(text.find(' '), text.size());
    if (space > 0) out.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return out;
}

// RFC 2047 section 5: "Each 'encoded-word' MUST represent an integral number of characters." White
// space between two of them is not shown (section 6.2), so folding adds nothing.
std::vector<std::string> encoded_words(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    while (at + size < text.size()) {
      const std::size_t next = std::min(octets_of_char(text[at + size]), text.size() - at - size);
      if (size + next > word_octets) break;
      size += next;
    }
    out.push_back("=?UTF-8?B?" + base64(as_bytes(text.substr(at, size))) + "?=");
    at += size;
  }
  return out;
}

// Words behind `name`, folded before the word that would pass the aim (RFC 5322 section 2.2.3).
std::string header(std::string_view name, const std::vector<std::string>& words) {
  std::string out(name);
  out += ':';
  std::size_t column = out.size();
  for (const auto& word : words) {
    const bool first = column == name.size() + 1 && out.size() == column;
    if (!first && column + 1 + word.size() > line_aim) {
      out += "\r\n";
      column = 0;
    }
    out += ' ';
    out += word;
    column += 1 + word.size();
  }
  return out + "\r\n";
}

std::vector<std::string> plain_or_encoded(std::string_view text, bool (*is_plain)(char)) {
  const auto words = words_of(text);
  const bool plain = std::all_of(text.begin(), text.end(), is_plain) &&
                     text.find("=?") == std::string_view::npos &&
                     text.find("  ") == std::string_view::npos &&
                     std::all_of(words.begin(), words.end(),
                                 [](auto word) { return word.size() <= plain_word_max; });
  if (!plain) return encoded_words(text);
  return {words.begin(), words.end()};
}

// A phrase of atoms (RFC 5322 section 3.2.5) without the quoting that gets read wrongly: anything
// but letters, digits and hyphens is encoded.
std::string mailbox(std::string_view header_name, const Mailbox& box) {
  auto words = plain_or_encoded(single_line(box.name),
                                [](char c) { return is_alnum(c) || c == '-' || c == ' '; });
  words.push_back("<" + box.address + ">");
  return header(header_name, words);
}

std::string subject_of(std::string_view text) {
  return header("Subject",
                plain_or_encoded(single_line(text), [](char c) { return c >= ' ' && c <= '~'; }));
}

// RFC 5322 section 3.3: "Sat, 21 Nov 2026 21:02:03 +0000".
std::string date_of_header(Time t) {
  constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Date date = limen::date_of(t);
  const auto day = std::chrono::weekday{std::chrono::sys_days{date}};
  const std::string iso = iso_seconds(t);
  std::array<char, 48> out{};
  std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %.8s +0000", days[day.c_encoding()],
                static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                static_cast<int>(date.year()), iso.c_str() + 11);
  return out.data();
}

std::string part(const std::string& boundary, std::string_view type, std::string_view body) {
  std::string out = "--" + boundary + "\r\nContent-Type: ";
  out += type;
  out += "; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
  return out + quoted_printable(body) + "\r\n";
}

bool is_domain(std::string_view domain) { return is_email("a@" + std::string(domain)); }

// The next octets that must stay together, in quoted-printable.
std::string qp_token(std::string_view line, std::size_t at, std::size_t size, bool starts_line) {
  const char c = line[at];
  const bool is_last = at + size == line.size();
  const bool looks_like_mail = starts_line && (c == '.' || line.substr(at, 5) == "From ");
  const bool is_literal = c >= '!' && c <= '~' && c != '=' && !looks_like_mail;
  if (is_literal || ((c == ' ' || c == '\t') && !is_last)) return std::string(1, c);
  std::string out;
  for (std::size_t i = at; i < at + size; ++i) {
    out += '=';
    out += upper_ascii(hex(as_bytes(line.substr(i, 1))));
  }
  return out;
}

void append_qp_line(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t size = std::min(octets_of_char(line[at]), line.size() - at);
    std::string token = qp_token(line, at, size, column == 0);
    if (column + token.size() > line_aim - 1) {
      out += "=\r\n";
      column = 0;
      token = qp_token(line, at, size, true);
    }
    out += token;
    column += token.size();
    at += size;
  }
}

}  // namespace

Result<Mailbox> parse_mailbox(std::string_view text) {
  const auto trimmed = trim(text);
  const std::size_t open = trimmed.ends_with('>') ? trimmed.find('<') : trimmed.npos;
  Mailbox out{.name = {}, .address = std::string(trimmed)};
  if (open != trimmed.npos)
    out = {.name = std::string(trim(trimmed.substr(0, open))),
           .address = std::string(trimmed.substr(open + 1, trimmed.size() - open - 2))};
  if (!is_email(out.address) || has_control(out.name))
    return refuse(Fault::malformed, codes::invalid_field, "not a mailbox: Name <user@example.com>");
  return out;
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    append_qp_line(out, text.substr(0, end));
    if (end == text.size()) return out;
    out += "\r\n";
    text.remove_prefix(text.substr(end, 2) == "\r\n" ? end + 2 : end + 1);
  }
}

bool is_wire_safe(std::string_view bytes) {
  if (!bytes.ends_with("\r\n") || bytes.find('\0') != std::string_view::npos) return false;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find_first_of("\r\n");
    if (bytes.substr(end, 2) != "\r\n" || end > line_max) return false;
    bytes.remove_prefix(end + 2);
  }
  return true;
}

Result<std::string> to_wire(const Message& message) {
  const auto no_address = [](std::string field) {
    return refuse(Fault::malformed, codes::invalid_field, "not a mail address", std::move(field));
  };
  if (!is_email(message.to.address)) return no_address("to");
  if (!is_email(message.from.address)) return no_address("from");
  if (!is_domain(message.domain)) return no_address("domain");
  // RFC 2045 section 6.7: "=_" can never appear in a quoted-printable body.
  const std::string boundary = "=_limen_" + hex(message.id.bytes);
  std::string out = "Date: " + date_of_header(message.date) + "\r\n";
  out += mailbox("From", message.from);
  out += mailbox("To", message.to);
  out += subject_of(message.subject);
  out += "Message-ID: <" + to_string(message.id) + "@" + message.domain + ">\r\n";
  // RFC 3834 section 5: no answering machine should answer this.
  out += "Auto-Submitted: auto-generated\r\n";
  // RFC 3282. A tag is letters, digits and hyphens; whatever else somebody put there is left out.
  const auto is_tag = [](char c) { return is_alnum(c) || c == '-'; };
  if (!message.language.empty() && std::ranges::all_of(message.language, is_tag))
    out += "Content-Language: " + message.language + "\r\n";
  out += "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"" + boundary +
         "\"\r\n\r\n";
  // RFC 2046 section 5.1.4: "in order of increasing faithfulness".
  out += part(boundary, "text/plain", message.text);
  out += part(boundary, "text/html", message.html);
  out += "--" + boundary + "--\r\n";
  return out;
}

}  // namespace limen::outbox
