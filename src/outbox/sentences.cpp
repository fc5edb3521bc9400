// Finding the marks, putting sentences in, folding lines.
#include "outbox/sentences.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace limen::outbox {
namespace {

constexpr std::size_t npos = std::string_view::npos;
constexpr std::string_view opening = "[[letter.", closing = "]]", plain_suffix = " plain";
constexpr std::size_t line_points = 72;

// A mark: where it stands, and what it asks for.
struct Mark {
  std::size_t at, size;
  std::string_view key;
  bool is_plain;
};

std::optional<Mark> next_mark(std::string_view text, std::size_t from) {
  const std::size_t at = text.find(opening, from);
  if (at == npos) return std::nullopt;
  const std::size_t end = text.find(closing, at);
  if (end == npos) return Mark{at, text.size() - at, text.substr(at + 1, 40), false};  // no key
  std::string_view key = text.substr(at + 2, end - at - 2);
  const bool is_plain = key.ends_with(plain_suffix);
  if (is_plain) key.remove_suffix(plain_suffix.size());
  return Mark{at, end + closing.size() - at, key, is_plain};
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

// What stands around a value, so that a name of another direction leaves the sentence alone: an
// element in HTML, U+2068 and U+2069 in a text written from right to left.
std::pair<std::string_view, std::string_view> bounds(std::string_view name,
                                                     words::Language language, Form form,
                                                     bool is_plain) {
  if (form == Form::html && !is_plain && name == "expires") return {"<strong>", "</strong>"};
  if (form == Form::html && !is_plain) return {"<bdi>", "</bdi>"};
  if (form == Form::text && words::about(language).is_right_to_left) return {"\u2068", "\u2069"};
  return {};
}

// The name in "{name} …"; words.py has checked that braces are closed.
std::string_view variable_at(std::string_view text) { return text.substr(1, text.find('}') - 1); }

std::string sentence(const Mark& mark, words::Language language, Form form) {
  const auto key = words::Key::find(mark.key);
  if (!key) return {};  // refused when it was loaded
  std::string text(words::pattern(language, *key));
  if (form == Form::html) text = escaped(text);
  std::string out;
  std::string_view rest = text;
  while (true) {
    const std::size_t open = rest.find('{');
    out += rest.substr(0, open);
    if (open == npos) return out;
    rest.remove_prefix(open);
    const std::string_view first = variable_at(rest);
    const auto [before, after] = bounds(first, language, form, mark.is_plain);
    out.append(before).append("{{").append(first).append("}}");
    rest.remove_prefix(first.size() + 2);
    // The parts of a name stay together, in their own order.
    while (rest.starts_with(" {")) {
      const std::string_view next = variable_at(rest.substr(1));
      out.append(" {{").append(next).append("}}");
      rest.remove_prefix(next.size() + 3);
    }
    out.append(after);
  }
}

// Blanks, or a number with its full stop: lines below are indented as far.
std::size_t indentation(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  if (digits != npos && digits > 0 && line.substr(digits, 2) == ". ") return digits + 2;
  return std::min(line.find_first_not_of(' '), line.size());
}

std::string folded(std::string_view line) {
  const std::size_t indent = indentation(line);
  std::string out(line.substr(0, indent));
  std::size_t column = indent;
  bool is_first = true;
  line.remove_prefix(indent);
  while (!line.empty()) {
    const std::size_t size = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, size);
    line.remove_prefix(std::min(size + 1, line.size()));
    const std::size_t points = count_points(word);
    if (!is_first && column + 1 + points > line_points) {
      out.append("\n").append(indent, ' ');
      column = indent;
    } else if (!is_first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += points;
    is_first = false;
  }
  return out;
}

std::string filled_line(std::string_view line, words::Language language, Form form) {
  std::string out;
  std::size_t from = 0;
  while (const auto mark = next_mark(line, from)) {
    out += line.substr(from, mark->at - from);
    out += sentence(*mark, language, form);
    from = mark->at + mark->size;
  }
  out += line.substr(from);
  return from > 0 && form == Form::text ? folded(out) : out;
}

}  // namespace

std::string unknown_sentence(std::string_view structure) {
  for (std::size_t from = 0; const auto mark = next_mark(structure, from);) {
    if (!words::Key::find(mark->key)) return std::string(mark->key);
    from = mark->at + mark->size;
  }
  return {};
}

std::string with_sentences(std::string_view structure, words::Language language, Form form) {
  std::string out;
  while (true) {
    const std::size_t end = structure.find('\n');
    out += filled_line(structure.substr(0, end), language, form);
    if (end == npos) return out;
    out += '\n';
    structure.remove_prefix(end + 1);
  }
}

}  // namespace limen::outbox
