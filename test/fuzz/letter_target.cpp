// Letters: no text from anywhere becomes a header, a second recipient or the end of the message.
// The input is six texts parted by NUL: two names, an address, a subject, a text and an HTML part.
#include "outbox/letter.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "fuzz/fuzz.hpp"

namespace limen::outbox {
namespace {

std::vector<std::string_view> headers_of(const Message& message) {
  std::vector<std::string_view> headers = {"Date",    "From",       "To",
                                           "Subject", "Message-ID", "Auto-Submitted"};
  if (!message.language.empty()) headers.push_back("Content-Language");
  headers.insert(headers.end(), {"MIME-Version", "Content-Type"});
  return headers;
}

const Time written = *parse_time("2026-11-21T18:00:00Z");

// RFC 5322 section 2.2.3: a line that begins with white space goes on with the one before.
std::vector<std::string> unfolded(std::string_view head) {
  std::vector<std::string> out;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    ASSERT(end != std::string_view::npos && end <= 998 && end > 0);
    const std::string_view line = head.substr(0, end);
    if (line[0] == ' ') {
      ASSERT(!out.empty());
      out.back() += line;
    } else {
      out.emplace_back(line);
    }
    head.remove_prefix(end + 2);
  }
  return out;
}

// RFC 2047: the text of encoded-words, or the text itself.
std::string decoded(std::string_view value) {
  constexpr std::string_view mark = "=?UTF-8?B?";
  if (!value.starts_with(mark)) return std::string(value);
  std::string out;
  while (!value.empty()) {
    ASSERT(value.starts_with(mark));
    const std::size_t end = value.find("?=");
    const auto bytes = from_base64(value.substr(mark.size(), end - mark.size()));
    ASSERT(bytes && is_utf8(as_text(*bytes)));
    out += as_text(*bytes);
    value = trim(value.substr(end + 2));
  }
  return out;
}

void check_quoted_printable(std::string_view text) {
  const std::string coded = quoted_printable(text);
  ASSERT(is_ascii(coded) && is_wire_safe(coded + "\r\n"));
  std::string read;
  for (std::size_t at = 0; at < coded.size(); ++at) {
    if (coded[at] != '=') {
      read += coded[at];
      continue;
    }
    if (coded.substr(at, 3) != "=\r\n") read += as_text(*from_hex(coded.substr(at + 1, 2)));
    at += 2;
  }
  // Line ends are all that changes.
  std::string want;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\r' && text[at] != '\n') want += text[at];
    else want += "\r\n";
    if (text.substr(at, 2) == "\r\n") ++at;
  }
  ASSERT(read == want);
}

void check_message(const Message& message) {
  const auto wire = to_wire(message);
  if (!wire) return fuzz::check_problem(wire.error());
  ASSERT(is_wire_safe(*wire) && is_ascii(*wire));
  const std::size_t end = wire->find("\r\n\r\n");
  ASSERT(end != std::string::npos);
  const auto lines = unfolded(std::string_view(*wire).substr(0, end + 2));
  const auto headers = headers_of(message);
  ASSERT(lines.size() == headers.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    ASSERT(lines[i].starts_with(std::string(headers[i]) + ":") && !has_control(lines[i]));
  ASSERT(lines[2].ends_with(" <" + message.to.address + ">"));
  ASSERT(std::ranges::count(lines[2], '<') == 1 && std::ranges::count(lines[2], ',') == 0);
  ASSERT(decoded(trim(std::string_view(lines[3]).substr(8))) == single_line(message.subject));
  ASSERT(wire->find("\r\n.") == std::string::npos);
  ASSERT(to_wire(message) == wire);
}

void check_names(std::string_view name) {
  const std::string line = single_line(name);
  ASSERT(is_utf8(line) && !has_control(line) && single_line(line) == line);
  const std::string inert = inert_name(name);
  ASSERT(is_utf8(inert) && !has_control(inert) && count_points(inert) <= limits::name_points);
  for (std::size_t at = 0; at + 1 < inert.size(); ++at)
    if (inert[at] == '.' || inert[at] == ':' || inert[at] == '@') ASSERT(inert[at + 1] == ' ');
  if (const auto box = parse_mailbox(name))
    ASSERT(is_email(box->address) && !has_control(box->name));
}

Message rendered(const std::string& first, const std::string& last, const std::string& house) {
  static const Templates templates = Templates::built_in();
  static const Sender sender{"https://id.example.com", "noreply@example.com", {}, {}};
  return render(templates, sender,
                {.letter = {},
                 .created = written,
                 .to = "a@example.com",
                 .first_name = first,
                 .last_name = last,
                 .organisation = house,
                 .prefix = "SNF",
                 .code = seal::Secret("SNF7K3Q9XHPA"),
                 .expires = written});
}

// Markup in a name stays a name: the letter has as many tags as one of plain names.
void check_rendered(const std::array<std::string, 6>& texts) {
  const Message message = rendered(texts[0], texts[1], texts[3]);
  ASSERT(to_wire(message));
  check_message(message);
  const auto tags = [](std::string_view html) { return std::ranges::count(html, '<'); };
  static const auto plain = tags(rendered("A", "B", "C").html);
  ASSERT(tags(message.html) <= plain);
}

FUZZ(letter) {
  std::array<std::string, 6> texts;
  for (auto& text : texts) text = fuzz::take_until(input, '\0');
  check_names(texts[0]);
  check_quoted_printable(texts[4]);
  if (texts[4].empty() && texts[5].empty()) return check_rendered(texts);
  check_message({.id = {},
                 .domain = "example.com",
                 .date = written,
                 .from = {texts[1], "noreply@example.com"},
                 .to = {texts[0], texts[2]},
                 .subject = texts[3],
                 .text = texts[4],
                 .html = texts[5]});
}

}  // namespace
}  // namespace limen::outbox
