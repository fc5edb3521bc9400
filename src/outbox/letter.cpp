// What the letter's variables hold. Escaping is the template's business, being one line is ours.
#include "outbox/letter.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace limen::outbox {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// The full stop, its IDNA twins U+3002, U+FF0E and U+FF61, the colon and the at sign: every link
// and address that a mail program might make clickable has one of them inside.
std::size_t link_mark_at(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 6> marks = {
      ".", ":", "@", "\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"};
  for (const auto mark : marks)
    if (text.substr(at, mark.size()) == mark) return mark.size();
  return 0;
}

std::string first_points(std::string_view text, std::size_t most) {
  std::size_t points = 0, at = 0;
  for (; at < text.size(); ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80 && ++points > most) break;
  return std::string(text.substr(0, at));
}

void append_encoded(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (is_unreserved(c)) out += c;
    else out += "%" + upper_ascii(hex(as_bytes(std::string_view(&c, 1))));
  }
}

std::string domain_of(const Sender& sender) {
  if (!sender.domain.empty()) return sender.domain;
  return sender.address.substr(sender.address.rfind('@') + 1);  // all of it when there is none
}

}  // namespace

Result<void> check(const Sender& sender) {
  const auto wrong = [](std::string field, std::string rule) {
    return refuse(Fault::malformed, codes::invalid_field, std::move(rule), std::move(field));
  };
  const std::string_view url = sender.base_url;
  const bool is_web = url.starts_with("https://") || url.starts_with("http://");
  if (!is_web || url.ends_with('/') || url.find_first_of(" \t\"<>?#") != url.npos ||
      has_control(url))
    return wrong("base_url", "an http(s) URL without a slash, query or fragment at its end");
  if (!is_email(sender.address)) return wrong("address", "not a mail address");
  if (!is_email("a@" + domain_of(sender))) return wrong("domain", "not a domain");
  return {};
}

std::string grouped(std::string_view code, std::size_t prefix) {
  std::string out(code.substr(0, std::min(prefix, code.size())));
  code.remove_prefix(out.size());
  while (!code.empty()) {
    const std::size_t size = code.size() == 4 ? 4 : std::min<std::size_t>(3, code.size());
    if (!out.empty()) out += ' ';
    out += code.substr(0, size);
    code.remove_prefix(size);
  }
  return out;
}

std::string invitation_link(std::string_view base_url, std::string_view code,
                            std::string_view language) {
  std::string out(base_url);
  out += "/invite?code=";
  append_encoded(out, code);
  if (language.empty()) return out;
  out += "&lang=";
  append_encoded(out, language);
  return out;
}

std::string inert_name(std::string_view name) {
  const std::string line = single_line(name);
  std::string out;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t mark = link_mark_at(line, at);
    const std::size_t size = std::max<std::size_t>(mark, 1);
    out.append(line, at, size);
    at += size;
    if (mark > 0 && at < line.size() && line[at] != ' ') out += ' ';
  }
  return first_points(out, limits::name_points);
}

Message render(const Templates& templates, const Sender& sender, const Invitation& invitation) {
  const auto code = invitation.code.reveal();
  const std::string first = inert_name(invitation.first_name);
  const std::string last = inert_name(invitation.last_name);
  const std::string organisation = single_line(invitation.organisation);
  const auto language = words::language_of(invitation.language).value_or(words::fallback);
  const auto& about = words::about(language);
  auto texts = templates.render(
      language, {{"first_name", first},
                 {"last_name", last},
                 {"organisation", organisation},
                 {"code", grouped(code, invitation.prefix.size())},
                 {"code_plain", std::string(code)},
                 {"link", invitation_link(sender.base_url, code, invitation.language)},
                 {"expires", words::in_words(language, invitation.expires)},
                 {"site", sender.base_url},
                 {"language", std::string(about.html_lang)},
                 {"direction", std::string(about.direction())}});
  return {.id = invitation.letter,
          .domain = domain_of(sender),
          // RFC 5322 section 3.6.1: the date is the time the creator put the message into its final
          // form, "it is specifically not intended to convey the time that the message is actually
          // transported". So every attempt is the same bytes.
          .date = invitation.created,
          .from = {sender.name.empty() ? organisation : sender.name, sender.address},
          .to = {single_line(first + " " + last), invitation.to},
          .language = std::string(about.html_lang),
          .subject = single_line(texts.subject),
          .text = std::move(texts.text),
          .html = std::move(texts.html)};
}

}  // namespace limen::outbox
