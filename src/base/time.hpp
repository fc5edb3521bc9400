// Time as the whole project speaks of it: a point on the UTC line in milliseconds, and a calendar
// date. It exists so that no function below main/ ever reads a clock: time is given (Law 9). It
// does not know time zones; every text it reads or writes is UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace limen {

using Millis = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;
using Time = std::chrono::sys_time<Millis>;
using Date = std::chrono::year_month_day;

// "Never" for rights without an end. Far enough that adding a lifetime to it cannot overflow.
constexpr Time never{Millis{253'402'300'799'999}};  // 9999-12-31T23:59:59.999Z

constexpr std::int64_t to_ms(Time t) { return t.time_since_epoch().count(); }
constexpr Time from_ms(std::int64_t ms) { return Time{Millis{ms}}; }
// Whole seconds since 1970 rounded down: the NumericDate of RFC 7519 section 2.
constexpr std::int64_t to_unix(Time t) {
  return std::chrono::floor<Seconds>(t).time_since_epoch().count();
}
constexpr Time from_unix(std::int64_t s) { return Time{Seconds{s}}; }

// "2025-07-11T06:51:25.202Z" (s1's timestamp form).
std::string iso_millis(Time t);
// "2020-11-03T11:22:54Z".
std::string iso_seconds(Time t);
// "2004-07-09".
std::string iso_date(Date d);

// Reads exactly YYYY-MM-DD with a day that exists; anything else is nothing.
std::optional<Date> parse_date(std::string_view text);
// Reads YYYY-MM-DDThh:mm:ss[.mmm]Z or a bare date (its midnight); anything else is nothing.
std::optional<Time> parse_time(std::string_view text);

// Reads a lifetime, "30s", "15m", "12h", "14d" or whole seconds "3600", from 1 s to 36500 d;
// anything else is nothing.
std::optional<Seconds> parse_life(std::string_view text);

// Completed years between two dates, as the law counts a birthday (29 February turns on 1 March).
int years_between(Date born, Date on);
Date date_of(Time t);

}  // namespace limen
