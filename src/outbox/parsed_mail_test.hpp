// A reader of messages for tests, written against the RFCs and not against mime.cpp: what a mail
// program would see. It is strict: what it does not expect is a std::runtime_error. The second
// opinion, Python's parser, is in test/smtp/server.py.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace limen::outbox {

struct ParsedMail {
  std::vector<std::pair<std::string, std::string>> headers;  // unfolded, not decoded
  std::string text, html;

  std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, value] : headers) out.push_back(name);
    return out;
  }
  std::string header(std::string_view wanted) const {
    for (const auto& [name, value] : headers)
      if (name == wanted) return value;
    return {};
  }
};

inline std::string decode_qp(std::string_view body) {
  std::string out;
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (body[at] != '=') {
      out += body[at];
      continue;
    }
    const auto code = body.substr(at + 1, 2);
    if (code != "\r\n") {
      const auto byte = from_hex(code);
      if (!byte) throw std::runtime_error("bad quoted-printable");
      out += as_text(*byte);
    }
    at += 2;
  }
  return out;
}

// RFC 2047: encoded-words next to each other are one text.
inline std::string decode_words(std::string_view value) {
  std::string out;
  bool was_encoded = false;
  while (!value.empty()) {
    const bool is_encoded = value.starts_with("=?UTF-8?B?");
    const auto space = std::min(value.find(' '), value.size());
    const auto word = value.substr(0, space);
    if (!out.empty() && !(is_encoded && was_encoded)) out += ' ';
    if (is_encoded) {
      if (word.size() > 75 || !word.ends_with("?=")) throw std::runtime_error("bad encoded-word");
      out += as_text(from_base64(word.substr(10, word.size() - 12)).value());
    } else {
      out += word;
    }
    was_encoded = is_encoded;
    value.remove_prefix(std::min(space + 1, value.size()));
  }
  return out;
}

// Headers of `text`, which begins at one; moves `text` behind the empty line.
inline std::vector<std::pair<std::string, std::string>> take_headers(std::string_view& text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.starts_with("\r\n")) {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    if (line.starts_with(' ')) {
      out.back().second += line;
    } else {
      const auto colon = line.find(':');
      if (colon == line.npos) throw std::runtime_error("no header: " + std::string(line));
      const auto value = line.substr(colon + 1);
      if (!value.empty() && value[0] != ' ') throw std::runtime_error("no space after the colon");
      out.emplace_back(line.substr(0, colon), value.substr(std::min<std::size_t>(1, value.size())));
    }
    text.remove_prefix(end + 2);
  }
  text.remove_prefix(2);
  return out;
}

inline ParsedMail parse_mail(std::string_view bytes) {
  ParsedMail out;
  out.headers = take_headers(bytes);
  const std::string type = out.header("Content-Type");
  const auto at = type.find("boundary=\"") + 10;
  const std::string line = "--" + type.substr(at, type.size() - 1 - at);
  std::vector<std::string> bodies;
  if (!bytes.starts_with(line + "\r\n")) throw std::runtime_error("no first part");
  while (!bytes.starts_with(line + "--\r\n")) {
    bytes.remove_prefix(line.size() + 2);
    take_headers(bytes);
    const auto end = bytes.find("\r\n" + line);
    bodies.push_back(decode_qp(bytes.substr(0, end)));
    bytes.remove_prefix(end + 2);
  }
  if (bytes.size() != line.size() + 4 || bodies.size() != 2) throw std::runtime_error("not two");
  out.text = bodies[0];
  out.html = bodies[1];
  return out;
}

}  // namespace limen::outbox
