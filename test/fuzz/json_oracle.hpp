// A second reader of JSON, written for one purpose: to disagree with base/json.hpp. It follows RFC
// 8259 rule by rule over plain recursion, keeps nothing, and adds our own rules (no NUL, no member
// twice, a limited depth). It says only yes or no.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "base/limits.hpp"

namespace limen::fuzz {

class JsonOracle {
 public:
  static bool accepts(std::string_view text) {
    JsonOracle oracle(text);
    oracle.blank();
    if (!oracle.value(0)) return false;
    oracle.blank();
    return oracle.rest_.empty();
  }

 private:
  explicit JsonOracle(std::string_view text) : rest_(text) {}

  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }
  void blank() {
    while (!rest_.empty() && std::string_view(" \t\n\r").find(rest_[0]) != rest_.npos)
      rest_.remove_prefix(1);
  }

  bool value(std::size_t depth) {
    if (rest_.starts_with('"')) {
      std::string text;
      return string(text);
    }
    if (rest_.starts_with('{')) return depth < limits::json_depth && object(depth + 1);
    if (rest_.starts_with('[')) return depth < limits::json_depth && array(depth + 1);
    return take("true") || take("false") || take("null") || number();
  }

  bool object(std::size_t depth) {
    std::set<std::string> names;
    take("{");
    blank();
    if (take("}")) return true;
    while (true) {
      std::string name;
      if (!string(name) || !names.insert(name).second) return false;
      blank();
      if (!take(":")) return false;
      blank();
      if (!value(depth)) return false;
      blank();
      if (take("}")) return true;
      if (!take(",")) return false;
      blank();
    }
  }

  bool array(std::size_t depth) {
    take("[");
    blank();
    if (take("]")) return true;
    while (true) {
      if (!value(depth)) return false;
      blank();
      if (take("]")) return true;
      if (!take(",")) return false;
      blank();
    }
  }

  bool digits() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') rest_.remove_prefix(1);
    return rest_.size() < before;
  }
  bool number() {
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (!take("e") && !take("E")) return true;
    if (!take("+")) take("-");
    return digits();
  }

  bool hex4(std::uint32_t& unit) {
    if (rest_.size() < 4) return false;
    unit = 0;
    for (const char c : rest_.substr(0, 4)) {
      const std::size_t digit = std::string_view("0123456789abcdef")
                                    .find(c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c);
      if (digit == std::string_view::npos) return false;
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    rest_.remove_prefix(4);
    return true;
  }

  static void append(std::string& out, std::uint32_t point) {
    const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
    if (point < 0x80) return put(point);
    if (point < 0x800) put(0xC0 | point >> 6U);
    else if (point < 0x10000) put(0xE0 | point >> 12U);
    else put(0xF0 | point >> 18U), put(0x80 | (point >> 12U & 0x3FU));
    if (point >= 0x800) put(0x80 | (point >> 6U & 0x3FU));
    put(0x80 | (point & 0x3FU));
  }

  bool escape(std::string& out) {
    static constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
    if (rest_.empty()) return false;
    if (const std::size_t at = from.find(rest_[0]); at != from.npos) {
      out += to[at];
      rest_.remove_prefix(1);
      return true;
    }
    std::uint32_t unit = 0, low = 0;
    if (!take("u") || !hex4(unit) || unit == 0) return false;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return false;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      if (!take("\\u") || !hex4(low) || low < 0xDC00 || low > 0xDFFF) return false;
      unit = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
    }
    append(out, unit);
    return true;
  }

  // One code point of Unicode's table 3-7.
  bool utf8(std::string& out) {
    const auto byte = [&](std::size_t i) {
      return i < rest_.size() ? static_cast<unsigned char>(rest_[i]) : 0U;
    };
    const auto is_tail = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
    const unsigned lead = byte(0);
    std::size_t size = 0;
    if (lead >= 0xC2 && lead <= 0xDF) size = 2;
    else if (lead >= 0xE0 && lead <= 0xEF) size = 3;
    else if (lead >= 0xF0 && lead <= 0xF4) size = 4;
    if (size == 0) return false;
    for (std::size_t i = 1; i < size; ++i)
      if (!is_tail(i)) return false;
    if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
        (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F))
      return false;
    out += rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }

  bool string(std::string& out) {
    if (!take("\"")) return false;
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (take("\"")) return true;
      if (static_cast<unsigned char>(c) >= 0x80) {
        if (!utf8(out)) return false;
      } else if (take("\\")) {
        if (!escape(out)) return false;
      } else {
        if (c < 0x20) return false;
        out += c;
        rest_.remove_prefix(1);
      }
    }
    return false;
  }

  std::string_view rest_;
};

}  // namespace limen::fuzz
