// One log line: a JSON object on one line, built field by field, escaped so that no value can start
// a second line or smuggle a terminal sequence. Where lines go is decided by main, which installs
// the sink; nothing here does I/O. Values that are secrets are never passed to it. Nothing here
// throws: a line for which there is no memory is lost, for it may be about just that.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace limen::log {

enum class Level : std::uint8_t { debug, info, warning, error };

class Line {
 public:
  Line(Level level, std::string_view event) noexcept;
  ~Line();  // hands the finished line to the sink; silent without one
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& with(std::string_view name, std::string_view value) noexcept;
  Line& with(std::string_view name, const char* value) noexcept {
    return with(name, std::string_view(value));
  }
  Line& with(std::string_view name, std::int64_t value) noexcept;

 private:
  template <class Step>
  void build(Step step) noexcept;

  std::string text_;
  Level level_;
};

// Takes one complete line without its newline. Called from any thread; must be thread-safe.
using Sink = std::function<void(Level, std::string_view)>;
// Call once, before any thread starts. Lines below `least` are not built. `flush` is for a sink
// that lets lines wait.
void install(Sink sink, Level least, std::function<void()> flush = {});

// While one lives, a sink may let this thread's lines wait for flush(), and the lines of many
// requests leave in one write. Whoever has one flushes before anybody hears what the lines tell of.
class MayWait {
 public:
  MayWait();
  ~MayWait();
  MayWait(const MayWait&) = delete;
  MayWait& operator=(const MayWait&) = delete;
};
bool may_wait();  // this thread's lines
void flush();     // what waits of this thread

// Appends `value` to `out` as a JSON string, non-printing and non-ASCII-safe parts escaped.
void append_escaped(std::string& out, std::string_view value);

}  // namespace limen::log
