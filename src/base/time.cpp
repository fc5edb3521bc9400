// Text forms of time. Pure arithmetic over <chrono>; libstdc++ 12 has no std::format for dates.
#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace limen {
namespace {

struct Parts {
  Date date;
  int hour, minute, second, milli;
};

Parts split(Time t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const auto ms = (t - day).count();
  return {Date{day}, static_cast<int>(ms / 3'600'000), static_cast<int>(ms / 60'000 % 60),
          static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000)};
}

// Reads `count` digits at `at`; -1 when one of them is none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::string iso_millis(Time t) {
  const Parts p = split(t);
  // By hand: each line of the log and most answers hold one.
  std::string out = "0000-00-00T00:00:00.000Z";
  const auto put = [&out](std::size_t end, int number) {  // right-aligned, over the noughts
    for (; number > 0; number /= 10) out[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, std::clamp(static_cast<int>(p.date.year()), 0, 9999));
  put(7, static_cast<int>(static_cast<unsigned>(p.date.month())));
  put(10, static_cast<int>(static_cast<unsigned>(p.date.day())));
  put(13, p.hour);
  put(16, p.minute);
  put(19, p.second);
  put(23, p.milli);
  return out;
}

std::string iso_seconds(Time t) {
  std::string out = iso_millis(t);
  out.replace(out.size() - 5, 4, "");
  return out;
}

std::string iso_date(Date d) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%04d-%02u-%02u", static_cast<int>(d.year()),
                static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
  return out.data();
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  if (year < 1 || month < 0 || day < 0) return std::nullopt;
  const Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                  std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return date;
}

std::optional<Time> parse_time(std::string_view text) {
  const auto date = parse_date(text.substr(0, 10));
  if (!date) return std::nullopt;
  const Time midnight = std::chrono::sys_days{*date};
  if (text.size() == 10) return midnight;
  const bool seconds = text.size() == 20 && text[19] == 'Z';
  const bool millis = text.size() == 24 && text[19] == '.' && text[23] == 'Z';
  if (!seconds && !millis) return std::nullopt;
  if (text[10] != 'T' || text[13] != ':' || text[16] != ':') return std::nullopt;
  const int h = digits(text, 11, 2), m = digits(text, 14, 2), s = digits(text, 17, 2);
  const int ms = millis ? digits(text, 20, 3) : 0;
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59 || ms < 0) return std::nullopt;
  return midnight + std::chrono::hours{h} + std::chrono::minutes{m} + Seconds{s} + Millis{ms};
}

std::optional<Seconds> parse_life(std::string_view text) {
  constexpr Seconds longest = std::chrono::days{36'500};
  std::int64_t count = 0;
  const char* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, count);
  if (error != std::errc{} || count < 1 || count > longest.count()) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(last - end));
  std::int64_t each = 0;
  if (unit.empty() || unit == "s") each = 1;
  else if (unit == "m") each = 60;
  else if (unit == "h") each = 3'600;
  else if (unit == "d") each = 86'400;
  if (each == 0 || count > longest.count() / each) return std::nullopt;
  return Seconds{count * each};
}

int years_between(Date born, Date on) {
  int years = static_cast<int>(on.year()) - static_cast<int>(born.year());
  if (std::pair{on.month(), on.day()} < std::pair{born.month(), born.day()}) --years;
  return years;
}

Date date_of(Time t) { return Date{std::chrono::floor<std::chrono::days>(t)}; }

}  // namespace limen
