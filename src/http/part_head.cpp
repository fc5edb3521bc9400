// Content-Disposition and Content-Type of a part, as browsers and curl write them (RFC 7578 section
// 4).
#include "http/part_head.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace limen::http {
namespace {

// RFC 9110 section 5.6.2
bool is_token_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string_view take_token(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_token_char);
  const auto size = static_cast<std::size_t>(end - text.begin());
  const std::string_view token = text.substr(0, size);
  text.remove_prefix(size);
  return token;
}

void skip_blank(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

// curl writes \" and \\ (RFC 9110 quoted-pair), browsers write %22 and leave \ alone (WHATWG); so a
// backslash before anything else is a backslash.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string out;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    if (text.front() == '\\' && text.size() > 1 && (text[1] == '"' || text[1] == '\\'))
      text.remove_prefix(1);
    out += text.front();
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  text.remove_prefix(1);
  return out;
}

std::optional<PartHead> fail(std::string& why, std::string_view sentence) {
  why = sentence;
  return std::nullopt;
}

bool read_disposition(std::string_view value, PartHead& head, std::string& why) {
  const std::string_view kind = take_token(value);
  const auto parameters = parse_parameters(value);
  why = "A part's Content-Disposition is malformed.";
  if (!equals_ignoring_case(kind, "form-data") || !parameters) return false;
  bool has_name = false;
  for (const auto& [name, text] : *parameters) {
    // RFC 7578 section 4.2: "filename*" [...] MUST NOT be used. It is also a second spelling of a
    // name.
    why = "A part uses an extended parameter such as filename*.";
    if (name.ends_with('*')) return false;
    if (name != "name" && name != "filename") continue;
    why = "A part's name is not UTF-8 text, or holds a control character.";
    if (has_control(text)) return false;
    why = "A part is named twice.";
    if (name == "name" ? has_name : head.file_name.has_value()) return false;
    if (name == "filename") {
      head.file_name = text;
    } else {
      head.name = text;
      has_name = true;
    }
  }
  why = "A part has no name.";
  return has_name && !head.name.empty();
}

}  // namespace

std::optional<Parameters> parse_parameters(std::string_view text) {
  Parameters out;
  skip_blank(text);
  while (!text.empty()) {
    if (text.front() != ';') return std::nullopt;
    text.remove_prefix(1);
    skip_blank(text);
    if (text.empty()) break;  // a trailing semicolon, as some clients send
    const std::string_view name = take_token(text);
    if (name.empty() || !text.starts_with('=')) return std::nullopt;
    text.remove_prefix(1);
    std::optional<std::string> value;
    if (text.starts_with('"')) value = take_quoted(text);
    else value = std::string(take_token(text));
    if (!value) return std::nullopt;
    out.emplace_back(lower_ascii(name), std::move(*value));
    skip_blank(text);
  }
  return out;
}

std::optional<PartHead> parse_part_head(std::string_view text, std::string& why) {
  PartHead head;
  std::size_t dispositions = 0;
  std::size_t types = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\r\n"), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    // Also catches a bare CR or LF, a NUL, and text that is not UTF-8.
    if (std::any_of(line.begin(), line.end(), [](char c) { return c == '\r' || c == '\n'; }) ||
        has_control(line))
      return fail(why, "A part head is not UTF-8 text, or holds a control character.");
    const std::string name = lower_ascii(take_token(line));
    if (name.empty() || !line.starts_with(':')) return fail(why, "A part head is malformed.");
    const std::string_view value = trim(line.substr(1));
    if (name == "content-disposition") {
      if (++dispositions > 1) return fail(why, "A part has two Content-Dispositions.");
      if (!read_disposition(value, head, why)) return std::nullopt;
    } else if (name == "content-type") {
      if (++types > 1) return fail(why, "A part has two Content-Types.");
      head.media_type = value;
    } else if (name == "content-transfer-encoding" && !equals_ignoring_case(value, "binary") &&
               !equals_ignoring_case(value, "8bit") && !equals_ignoring_case(value, "7bit")) {
      // RFC 7578 section 4.7: senders "SHOULD NOT generate any parts with a
      // Content-Transfer-Encoding".
      return fail(why, "A part uses a Content-Transfer-Encoding.");
    }
  }
  if (dispositions == 0) return fail(why, "A part has no Content-Disposition.");
  return head;
}

}  // namespace limen::http
