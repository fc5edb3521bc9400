// See words.hpp.
#include "transcripts/words.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/bytes.hpp"
#include "base/text.hpp"
#include "http/message.hpp"

namespace limen::transcripts {

namespace {

constexpr std::size_t npos = std::string_view::npos;
// A shorter value may stand somewhere by chance, and says what it means itself.
constexpr std::size_t named_from = 12;

// Where the brace that `${` opened at `begin` closes.
std::size_t closing(std::string_view text, std::size_t begin) {
  int depth = 0;
  for (std::size_t i = begin; i < text.size(); ++i) {
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i;
  }
  throw std::runtime_error("unclosed ${ in: " + std::string(text));
}

std::string forged(std::string text) {
  if (!text.empty()) text.back() = text.back() == 'A' ? 'B' : 'A';
  return text;
}

std::string repeated(std::string_view text) {
  const std::size_t bar = text.find('|');
  if (bar == npos) throw std::runtime_error("repeat takes a number and a text");
  std::string out;
  for (auto n = std::stoul(std::string(text.substr(0, bar))); n > 0; --n)
    out += text.substr(bar + 1);
  return out;
}

std::string computed(std::string_view function, const std::string& text) {
  if (function == "base64") return base64(as_bytes(text));
  if (function == "base64url") return base64url(as_bytes(text));
  if (function == "url") return percent_encode(text);
  if (function == "upper") return upper_ascii(text);
  if (function == "lower") return lower_ascii(text);
  if (function == "forged") return forged(text);
  if (function == "repeat") return repeated(text);
  if (function == "unpadded") return text.substr(0, text.find('='));
  if (function == "hex") {
    if (const auto bytes = from_hex(text)) return std::string(as_text(*bytes));
  }
  throw std::runtime_error("no function " + std::string(function) + " for: " + text);
}

// The pieces of `want` around its <<names>>: text, name, text, …, text.
Lines pieces_of(std::string_view want) {
  Lines out;
  while (true) {
    const std::size_t open = want.find("<<");
    const std::size_t close = open == npos ? npos : want.find(">>", open);
    if (close == npos) break;
    out.emplace_back(want.substr(0, open));
    out.emplace_back(want.substr(open + 2, close - open - 2));
    want.remove_prefix(close + 2);
  }
  out.emplace_back(want);
  return out;
}

// What stands at a <<name>>: as far as no quote and no blank goes.
std::string_view taken(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of("\"' \t<>"), text.size()));
}

}  // namespace

Lines split_lines(std::string_view text) {
  Lines lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string join_lines(const Lines& lines) {
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "" : "\n") + lines[i];
  return out;
}

void Words::set_all(const json::object& tree, const std::string& root) {
  for (const auto& [key, value] : tree) {
    const std::string name = root.empty() ? std::string(key) : root + '.' + std::string(key);
    if (const auto* inner = value.if_object()) set_all(*inner, name);
    if (const auto* text = value.if_string()) set(name, std::string(*text));
  }
}

const std::string& Words::get(const std::string& name) const {
  const auto at = values_.find(name);
  if (at == values_.end()) throw std::runtime_error("nobody has set ${" + name + "}");
  return at->second;
}

std::string Words::expand(std::string_view text) const {
  std::string out;
  while (true) {
    const std::size_t begin = text.find("${");
    out += text.substr(0, begin);
    if (begin == npos) return out;
    const std::size_t end = closing(text, begin + 1);
    const std::string_view inner = text.substr(begin + 2, end - begin - 2);
    const std::size_t bar = inner.find('|');
    if (bar == npos) out += get(std::string(inner));
    else out += computed(inner.substr(0, bar), expand(inner.substr(bar + 1)));
    text.remove_prefix(end + 1);
  }
}

bool Words::match(std::string_view want, std::string_view line) {
  const Lines pieces = pieces_of(expand(want));
  std::map<std::string, std::string> found;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool is_name = i % 2 == 1;
    if (is_name) {
      const std::string_view value = taken(line);
      if (value.empty()) return false;
      found[pieces[i]] = value;
      line.remove_prefix(value.size());
    } else {
      if (!line.starts_with(pieces[i])) return false;
      line.remove_prefix(pieces[i].size());
    }
  }
  if (!line.empty()) return false;
  for (auto& [name, value] : found) set(name, std::move(value));
  return true;
}

bool Words::match_all(const Lines& want, const Lines& got) {
  if (want.size() != got.size()) return false;
  for (std::size_t i = 0; i < want.size(); ++i)
    if (!match(want[i], got[i])) return false;
  return true;
}

// The longest values first, so that none is cut in two by a shorter one.
std::string Words::name_values(std::string text) const {
  std::vector<std::pair<std::string, std::string>> known;
  for (const auto& [name, value] : values_)
    if (value.size() >= named_from && !name.ends_with(".username")) known.emplace_back(value, name);
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) {
    return a.first.size() != b.first.size() ? a.first.size() > b.first.size() : a < b;
  });
  for (const auto& [value, name] : known)
    for (auto at = text.find(value); at != npos; at = text.find(value, at + name.size() + 3))
      text.replace(at, value.size(), "${" + name + "}");
  return text;
}

std::string Words::reword_line(const Lines& old, std::string_view line) {
  for (const std::string& want : old)
    if (match(want, line)) return want;
  std::string out(line);
  // A member that was masked stays masked: "access_token":"<<access>>".
  for (const std::string& want : old) {
    for (auto at = want.find(":\"<<"); at != npos; at = want.find(":\"<<", at + 1)) {
      const std::size_t quote = at < 2 ? npos : want.rfind('"', at - 2);
      const std::size_t end = want.find(">>\"", at);
      if (quote == npos || end == npos) continue;
      const std::string member = want.substr(quote, at + 2 - quote);
      const std::size_t place = out.find(member);
      if (place == npos) continue;
      const std::size_t value = place + member.size();
      const std::size_t size = out.find('"', value) - value;
      set(want.substr(at + 4, end - at - 4), out.substr(value, size));
      out.replace(value, size, want.substr(at + 2, end - at));
    }
  }
  return name_values(std::move(out));
}

Lines Words::reword(const Lines& old, const Lines& got) {
  Lines out;
  for (const std::string& line : got) out.push_back(reword_line(old, line));
  return out;
}

}  // namespace limen::transcripts
