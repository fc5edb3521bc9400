// Plain appends, no formatting library: this runs for every answer.
#include "http/answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/text.hpp"

namespace limen::http {

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";  // RFC 9112 section 4: a client SHOULD ignore it anyway
  }
}

namespace {

void append_number(std::string& out, std::size_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

// Headers whose one value is http's to choose. Framing headers from above could desynchronise the
// peer.
constexpr std::array<std::string_view, 8> own_headers = {
    "content-length",         "date",           "connection",
    "transfer-encoding",      "keep-alive",     "x-request-id",
    "x-content-type-options", "referrer-policy"};

bool is_own(std::string_view name) {
  return std::any_of(own_headers.begin(), own_headers.end(), [name](std::string_view own) {
    return own.size() == name.size() && equals_ignoring_case(own, name);
  });
}

// What every answer says unless the application says otherwise. Any answer may be opened in a
// browser: as a document it then loads nothing, and no foreign page frames or embeds it.
struct Default {
  std::string_view name, line;
};
constexpr std::array<Default, 3> defaults = {{
    {"cache-control", "Cache-Control: no-store\r\n"},
    {"content-security-policy",
     "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"},
    {"cross-origin-resource-policy", "Cross-Origin-Resource-Policy: same-origin\r\n"},
}};

// No value may end its line early: an answer cannot be split by what it quotes.
bool can_be_sent(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7F;
  });
}

}  // namespace

// RFC 9110 section 5.6.7: IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT".
std::string_view DateText::at(std::chrono::sys_seconds now) {
  if (now == built_for_ && !text_.empty()) return text_;
  constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{now - day};
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
      days[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
      months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  text_.assign(text.data(), static_cast<std::size_t>(size));
  built_for_ = now;
  return text_;
}

// RFC 9110 sections 15.3.5 and 15.4.5: 204 and 304 end after the head.
bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

// https://html.spec.whatwg.org/multipage/server-sent-events.html, section 9.2.6: an event needs
// data to be dispatched, a line that begins with a colon is a comment.
const std::string_view changed_event = "event: changed\ndata: changed\n\n";
const std::string_view still_there = ":\n\n";

Response stream_of(std::string_view topic) {
  Response response;
  response.headers = {{"Content-Type", "text/event-stream"},
                      {"X-Accel-Buffering", "no"}};  // nginx would wait for more
  response.topic = topic;
  return response;
}

void append_head(std::string& out, const Response& response, std::string_view id,
                 std::string_view date, Persistence persistence) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  out += ' ';
  out += reason(response.status);
  out += "\r\nDate: ";
  out += date;
  // RFC 9110 section 8.6: "A server MUST NOT send a Content-Length header field in any response
  // with a status code of [...] 204"; in a 304 it would describe what is not sent.
  if (may_have_body(response.status) && persistence != Persistence::until_close) {
    out += "\r\nContent-Length: ";
    append_number(out, response.content().size());
  }
  out += "\r\nX-Request-Id: ";
  out += id;
  out += "\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n";
  std::array<bool, defaults.size()> is_said{};
  for (const auto& [name, value] : response.headers) {
    if (name.empty() || is_own(name) || !can_be_sent(name) || !can_be_sent(value)) continue;
    for (std::size_t i = 0; i < defaults.size(); ++i)
      is_said[i] = is_said[i] || equals_ignoring_case(name, defaults[i].name);
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
  for (std::size_t i = 0; i < defaults.size(); ++i)
    if (!is_said[i]) out += defaults[i].line;
  if (persistence >= Persistence::close) out += "Connection: close\r\n";
  if (persistence == Persistence::keep_announced) out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

}  // namespace limen::http
