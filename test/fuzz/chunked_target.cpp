// The framing of a body: the payload found must not depend on how the bytes arrive, must be what a
// second, plain reader of RFC 9112 section 7.1 finds, and what we chunk ourselves must come back.
#include <optional>
#include <string>

#include "fuzz/fuzz.hpp"
#include "http/body_framing.hpp"

namespace limen::http {
namespace {

constexpr std::uint64_t limit = 600;

struct Heard {
  std::string payload;
  std::size_t used = 0;
  bool is_done = false;
  std::optional<Refusal> refused;
};

Heard read_body(const Terms& terms, std::string_view bytes, std::optional<fuzz::Cuts> cuts) {
  BodyFraming framing(terms, limit);
  Heard out;
  std::size_t known = 0;
  while (known < bytes.size() && !framing.is_done() && !framing.refused()) {
    known += cuts ? cuts->next(bytes.size() - known) : bytes.size();
    while (out.used < known && !framing.is_done() && !framing.refused()) {
      const auto step = framing.next(bytes.substr(out.used, known - out.used));
      ASSERT(step.consumed > 0 && step.consumed <= known - out.used);
      ASSERT(step.payload.size() <= step.consumed);
      out.payload += step.payload;
      out.used += step.consumed;
    }
  }
  out.is_done = framing.is_done();
  out.refused = framing.refused();
  ASSERT(out.payload.size() <= framing.announced());
  ASSERT(terms.framing == Framing::length || out.payload.size() <= limit);
  return out;
}

// Moves past one line and returns it without its CR LF; nothing when it does not end so.
std::optional<std::string_view> line_of(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos || end == 0 || rest[end - 1] != '\r') return std::nullopt;
  const std::string_view line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  for (const char c : line)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F) return std::nullopt;
  return line;
}

// The payload of a complete chunked body at the start of `rest`, read line by line.
std::optional<std::string> plain_reading(std::string_view rest) {
  std::string payload;
  while (true) {
    const auto line = line_of(rest);
    if (!line) return std::nullopt;
    const std::string digits(line->substr(0, line->find(';')));
    if (digits.empty() || digits.size() > 15 ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
      return std::nullopt;
    const std::uint64_t size = std::stoull(digits, nullptr, 16);
    if (size == 0) break;
    if (rest.size() < size || rest.substr(static_cast<std::size_t>(size), 2) != "\r\n")
      return std::nullopt;
    payload += rest.substr(0, static_cast<std::size_t>(size));
    rest.remove_prefix(static_cast<std::size_t>(size) + 2);
  }
  while (true) {
    const auto line = line_of(rest);
    if (!line) return std::nullopt;
    if (line->empty()) return payload;
    const std::size_t colon = line->find(':');
    if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
    for (const char c : line->substr(0, colon))
      if (c <= ' ' || std::string_view("\"(),/;<=>?@[\\]{}").find(c) != std::string_view::npos)
        return std::nullopt;
  }
}

void check_round_trip(std::string_view payload, fuzz::Cuts cuts) {
  constexpr std::string_view letters = "0123456789abcdef";
  std::string bytes;
  for (std::string_view rest = payload; !rest.empty();) {
    const std::size_t size = cuts.next(rest.size());
    bytes += letters[size / 16 % 16];
    bytes += letters[size % 16];
    bytes.append("\r\n").append(rest.substr(0, size)).append("\r\n");
    rest.remove_prefix(size);
  }
  bytes += "0\r\n\r\n";
  const Heard found = read_body({.framing = Framing::chunked}, bytes + "GET", cuts);
  if (payload.size() > limit) {
    ASSERT(found.refused && found.refused->status == 413);
    return;
  }
  ASSERT(found.is_done && found.payload == payload && found.used == bytes.size());
}

FUZZ(chunked) {
  const std::uint8_t seed = fuzz::take_byte(input);
  const fuzz::Cuts cuts(seed);
  const bool is_counted = seed % 8 == 0;
  const Terms terms = is_counted ? Terms{.framing = Framing::length, .length = 1 + seed * 3U}
                                 : Terms{.framing = Framing::chunked};
  const Heard whole = read_body(terms, input, std::nullopt);
  const Heard cut = read_body(terms, input, cuts);
  ASSERT(whole.is_done == cut.is_done && whole.payload == cut.payload && whole.used == cut.used);
  ASSERT(whole.refused.has_value() == cut.refused.has_value());
  if (whole.refused) {
    fuzz::check_problem(whole.refused->problem);
    ASSERT(whole.refused->status == cut.refused->status);
    ASSERT(whole.refused->problem == cut.refused->problem);
  }
  if (is_counted) {
    ASSERT(whole.is_done == (input.size() >= terms.length));
    ASSERT(whole.payload == input.substr(0, static_cast<std::size_t>(terms.length)));
    return;
  }
  const auto plain = plain_reading(input.substr(0, whole.is_done ? whole.used : input.size()));
  if (whole.is_done) ASSERT(plain && *plain == whole.payload);
  else ASSERT(!plain || whole.refused->status == 413);
  check_round_trip(input, cuts);
}

}  // namespace
}  // namespace limen::http
