// The small readers of base/: times, dates, lifetimes, ids, encodings, addresses. Each accepts one
// spelling of a value, so what it reads is written as it was.
#include <string>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/time.hpp"
#include "fuzz/fuzz.hpp"

namespace limen {
namespace {

void check_times(std::string_view text) {
  if (const auto date = parse_date(text)) ASSERT(iso_date(*date) == text);
  if (const auto time = parse_time(text)) {
    const std::string_view size = text;
    if (size.size() == 10) ASSERT(iso_date(date_of(*time)) == text);
    else ASSERT(text == (size.size() == 20 ? iso_seconds(*time) : iso_millis(*time)));
    ASSERT(*time <= never);
    ASSERT(parse_time(iso_millis(*time)) == time);
    ASSERT(years_between(date_of(*time), date_of(*time)) == 0);
  }
  if (const auto life = parse_life(text)) {
    ASSERT(life->count() >= 1 && *life <= std::chrono::days{36'500});
    ASSERT(parse_life(std::to_string(life->count())) == life);
    ASSERT(parse_life(std::to_string(life->count()) + "s") == life);
  }
}

void check_encodings(std::string_view text) {
  const BytesView bytes = as_bytes(text);
  const Bytes copy(bytes.begin(), bytes.end());
  ASSERT(from_base64url(base64url(bytes)) == copy);
  ASSERT(from_base64(base64(bytes)) == copy);
  ASSERT(from_hex(hex(bytes)) == copy);
  if (const auto read = from_base64url(text)) ASSERT(base64url(*read) == text);
  if (const auto read = from_base64(text)) ASSERT(base64(*read) == text);
  if (const auto read = from_hex(text)) ASSERT(hex(*read) == lower_ascii(text));
  if (const auto id = parse_id(text)) ASSERT(to_string(*id) == lower_ascii(text));
}

void check_text(std::string_view text) {
  const bool is_right = is_utf8(text);
  if (!has_control(text)) ASSERT(is_right && text.find('\0') == std::string_view::npos);
  if (is_ascii(text)) ASSERT(is_right && count_points(text) == text.size());
  // A text is UTF-8 exactly when it can be cut in two that are, at the start of any code point.
  for (std::size_t at = 1; at < text.size() && at < 32; ++at)
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80)
      ASSERT(is_right == (is_utf8(text.substr(0, at)) && is_utf8(text.substr(at))));
  if (is_email(text)) {
    ASSERT(is_ascii(text) && !has_control(text) && text.size() <= 254);
    ASSERT(text.find_first_of(" <>,;:\"()[]\\") == std::string_view::npos);
    const std::size_t at = text.find('@');
    ASSERT(at == text.rfind('@') && at > 0 && text.find('.', at) != std::string_view::npos);
  }
  ASSERT(equals_ignoring_case(text, upper_ascii(text)) && trim(trim(text)) == trim(text));
}

FUZZ(texts) {
  check_times(input);
  check_encodings(input);
  check_text(input);
}

}  // namespace
}  // namespace limen
