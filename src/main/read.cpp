// The picture goes in, the text of a reading comes out.
#include "main/read.hpp"

#include <system_error>

#include "base/log.hpp"
#include "evidence/look.hpp"

namespace limen::main {

journey::Reading read_apart(BytesView picture, journey::Shows shows) {
  std::optional<Bytes> text;
  try {
    text = apart(picture, {read_task, std::string(journey::to_string(shows))});
  } catch (const std::system_error& error) {
    log::Line(log::Level::error, "reading_failed").with("error", error.what());
  }
  if (!text) return {};
  return journey::reading_of(as_text(*text)).value_or(journey::Reading{});
}

std::optional<Bytes> run_read(BytesView picture, const Words& words) {
  const auto shows = words.size() == 2 ? journey::shows_of(words[1]) : std::nullopt;
  if (!shows) return std::nullopt;
  const std::string text = journey::to_text(evidence::look(picture, *shows));
  const BytesView bytes = as_bytes(text);
  return Bytes(bytes.begin(), bytes.end());
}

}  // namespace limen::main
