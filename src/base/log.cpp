// Building of log lines. Kept free of JSON libraries: it runs for every request.
#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>

#include "base/text.hpp"

namespace limen::log {
namespace {

// Set once by main before any thread starts, so unsynchronised reads are safe.
Sink& sink() {
  static Sink instance;
  return instance;
}
std::function<void()>& flusher() {
  static std::function<void()> instance;
  return instance;
}
thread_local bool is_patient = false;

Level& least_level() {
  static Level level = Level::info;
  return level;
}

constexpr std::array<std::string_view, 4> level_names = {"debug", "info", "warning", "error"};

bool is_wanted(Level level) { return sink() && level >= least_level(); }

}  // namespace

void install(Sink new_sink, Level least, std::function<void()> flush) {
  sink() = std::move(new_sink);
  flusher() = std::move(flush);
  least_level() = least;
}

MayWait::MayWait() { is_patient = true; }
MayWait::~MayWait() {
  is_patient = false;
  flush();
}
bool may_wait() { return is_patient; }
void flush() {
  if (flusher()) flusher()();
}

void append_escaped(std::string& out, std::string_view value) {
  const bool is_plain = std::all_of(value.begin(), value.end(), [](char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
  });
  if (is_plain) {  // nearly all that is ever logged
    out += '"';
    out += value;
    out += '"';
    return;
  }
  const bool safe_utf8 = is_utf8(value);
  out += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F || (byte >= 0x80 && !safe_utf8)) {
      std::array<char, 8> code{};
      std::snprintf(code.data(), code.size(), "\\u%04x", byte);
      out += code.data();
    } else {
      out += c;
    }
  }
  out += '"';
}

// What fails leaves the line empty, and an empty line stays so.
template <class Step>
void Line::build(Step step) noexcept {
  try {
    step();
  } catch (const std::exception&) {
    text_.clear();
  }
}

Line::Line(Level level, std::string_view event) noexcept : level_(level) {
  if (!is_wanted(level_)) return;
  build([&] {
    text_.reserve(384);  // as long as the line of a request gets
    text_ = "{\"level\":\"";
    text_ += level_names[static_cast<std::size_t>(level)];
    text_ += "\"";
  });
  with("event", event);
}

Line::~Line() {
  if (text_.empty()) return;
  build([&] {
    text_ += '}';
    sink()(level_, text_);
  });
}

Line& Line::with(std::string_view name, std::string_view value) noexcept {
  if (text_.empty()) return *this;
  build([&] {
    text_ += ",\"";
    text_ += name;
    text_ += "\":";
    append_escaped(text_, value);
  });
  return *this;
}

Line& Line::with(std::string_view name, std::int64_t value) noexcept {
  if (text_.empty()) return *this;
  build([&] {
    text_ += ",\"";
    text_ += name;
    text_ += "\":";
    text_ += std::to_string(value);
  });
  return *this;
}

}  // namespace limen::log
