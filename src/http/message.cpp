// The questions a handler may ask of a request, and the percent coding behind them. Strict where
// the text came from a stranger: a bad escape is nothing, never a guess. It reads no bytes from
// anywhere.
#include "http/message.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/text.hpp"

namespace limen::http {
namespace {

// Calls `each(name, value)` on every raw pair of a form text until it returns false.
template <class Each>
void for_each_pair(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!each(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())))) return;
  }
}

}  // namespace

std::optional<std::string_view> Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return std::nullopt;
}

std::size_t Request::count_headers(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      headers.begin(), headers.end(), [name](const auto& header) { return header.first == name; }));
}

std::string Request::media_type() const {
  const auto value = header("content-type");
  if (!value) return {};
  return lower_ascii(trim(value->substr(0, value->find(';'))));
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  std::optional<std::string> found;
  for_each_pair(query, [&](std::string_view key, std::string_view value) {
    const auto decoded = percent_decode(key, Plus::is_space);
    if (!decoded || *decoded != name) return true;
    found = percent_decode(value, Plus::is_space);
    return false;
  });
  return found;
}

// RFC 6265 section 4.2.1: pairs with "; " between them.
std::optional<std::string> Request::cookie(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      const std::string_view pair = trim(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t equals = pair.find('=');
      if (equals != pair.npos && pair.substr(0, equals) == name)
        return std::string(pair.substr(equals + 1));
    }
  }
  return std::nullopt;
}

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus == Plus::is_space) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view body) {
  std::vector<std::pair<std::string, std::string>> pairs;
  bool is_good = true;
  for_each_pair(body, [&](std::string_view name, std::string_view value) {
    auto key = percent_decode(name, Plus::is_space);
    auto text = percent_decode(value, Plus::is_space);
    is_good = key && text;
    if (is_good) pairs.emplace_back(std::move(*key), std::move(*text));
    return is_good;
  });
  if (!is_good) return std::nullopt;
  return pairs;
}

}  // namespace limen::http
