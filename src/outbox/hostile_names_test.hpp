// Names that try to be something else: the kinds of the Big List of Naughty Strings that a letter
// could fall for, and a generator that mixes them. Texts only; what must not happen is in the
// tests.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "seal/entropy.hpp"

namespace limen::outbox {

inline const std::vector<std::string>& hostile_names() {
  static const std::vector<std::string> names = {
      "John",
      "",
      " ",
      "<script>alert(1)</script>",
      "\"><img src=x onerror=alert(1)>",
      "' onmouseover='alert(1)",
      "&lt;b&gt;&amp;",
      "</title><h1>",
      "{{code}}",
      "{{{link}}}",
      "{{>first_name}}",
      "John\r\nBcc: john.doe@example.com",
      "John\nSubject: other",
      "John\rX: y",
      "a\r\n.\r\nMAIL FROM:<john@example.com>",
      "a\n.\n",
      "a\r.\r",
      ".",
      "..",
      "\r\n.\r\n",
      "From the start",
      std::string("nul\0inside", 10),
      "esc\x1B[31mred",
      "\x7F\x80\xFF broken bytes",
      "overlong \xC0\xAF",
      "surrogate \xED\xA0\x80",
      "next line \xC2\x85 line \xE2\x80\xA8 paragraph \xE2\x80\xA9",
      "\xE2\x80\xAEtxt.exe",
      "\xE2\x81\xA6isolated\xE2\x81\xA9",
      "http://evil.example.com/login",
      "www.evil.example.com",
      "evil.example.com",
      "john.doe@example.com",
      "mailto:john.doe@example.com",
      "javascript:alert(1)",
      "\xE3\x80\x82www\xE3\x80\x82\x65vil\xEF\xBC\x8E\x65xample",
      "=?UTF-8?B?Qmxh?=",
      "=?utf-8?q?=0D=0ABcc:_john@example.com?=",
      "\"John\" <john@example.com>, other@example.com",
      "John, Smith; Doe: <",
      "(comment) \\",
      "J\xC3\xB6rg M\xC3\xBCller",
      "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xA4\xAA\xE9\x83\x8E",
      "\xD7\x99\xD7\x95\xD7\x97\xD7\xA0\xD7\x9F",
      "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7 \xF0\x9F\x98\x80",
      "Z\xCD\x91\xCD\x92\xCD\x97\xCD\xA9\x61\xCC\xB6l",
      std::string(64, 'W'),
      std::string(500, 'x'),
      "----=_limen_",
      "$(reboot) `id` %s%n",
      "undefined NULL -1",
  };
  return names;
}

// 64 times the widest code point.
inline std::string long_name() {
  std::string out;
  for (int i = 0; i < 64; ++i) out += "\xF0\x9F\x98\x80";
  return out;
}

inline std::uint64_t draw(seal::Entropy& entropy, std::uint64_t below) {
  std::array<std::uint8_t, 4> bytes{};
  entropy.fill(bytes);
  std::uint64_t n = 0;
  for (const auto byte : bytes) n = (n << 8) | byte;
  return n % below;
}

// Pieces of hostile names, raw bytes and line ends, glued together.
inline std::string fuzzed_name(seal::Entropy& entropy) {
  std::string out;
  for (auto pieces = 1 + draw(entropy, 5); pieces > 0; --pieces) {
    const auto& base = hostile_names()[draw(entropy, hostile_names().size())];
    const auto kind = draw(entropy, 4);
    if (kind == 0) out += static_cast<char>(draw(entropy, 256));
    if (kind == 1) out += draw(entropy, 2) == 0 ? "\r\n" : "\n";
    if (kind == 2) out += base;
    if (kind == 3 && !base.empty())
      out += base.substr(draw(entropy, base.size()), draw(entropy, 40));
  }
  return out;
}

}  // namespace limen::outbox
