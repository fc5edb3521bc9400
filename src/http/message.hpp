// Request and Response as values: what a handler gets and gives. They exist so that no door ever
// sees a socket, a parser or a thread. No rule about paths or credentials lives here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace limen::http {

// A file that arrived in a multipart body, or as the whole body, and is on disk, fsynced, at `path`
// (see spool.hpp). Whoever answers the request may keep it by Response::keep_file; otherwise it is
// removed after the answer.
struct ReceivedFile {
  std::filesystem::path path;
  std::string name;         // the spool's name for it: stable, unique, ours
  std::string field;        // the form field it came in
  std::string client_name;  // filename= as sent: metadata only, never a path
  std::string media_type;   // Content-Type of the part as sent; never trusted
  std::uint64_t bytes = 0;
  Bytes sha256;
  Bytes head;  // the first bytes (at most 64), for sniffing
};

struct Request {
  std::string method;  // "GET", upper case as sent
  std::string target;  // as sent, for the handler's eyes only: it may hold a secret
  std::string path;    // without the query, percent-decoding not applied
  std::string query;   // after '?', raw
  std::vector<std::pair<std::string, std::string>> headers;  // names lower case, in the order sent
  std::map<std::string, std::string, std::less<>> params;    // {name} of the route, percent-decoded
  std::string body;                                          // JSON or form text; empty for a file
  std::map<std::string, std::string, std::less<>> fields;    // text fields of a multipart body
  std::optional<ReceivedFile> file;                          // the one file of the body
  std::string peer;  // address of who sent it, without the port (forwarded.hpp)
  std::string id;    // request id, unique, also in the answer's X-Request-Id

  // First header of that (lower-case) name; nothing when absent.
  std::optional<std::string_view> header(std::string_view name) const;
  std::size_t count_headers(std::string_view name) const;
  // Content-Type without parameters, lower case: "application/json".
  std::string media_type() const;
  // The decoded value of a query parameter ('+' is a space); nothing when absent or badly encoded.
  std::optional<std::string> query_value(std::string_view name) const;
  // The first cookie of that name, as sent: of two, the more specific path comes first (RFC 6265
  // section 5.4).
  std::optional<std::string> cookie(std::string_view name) const;
};

// Percent-decoding (RFC 3986 section 2.1); nothing on a bad escape, a NUL, or text that is not
// UTF-8.
enum class Plus : std::uint8_t { is_plus, is_space };
std::optional<std::string> percent_decode(std::string_view text, Plus plus);
// application/x-www-form-urlencoded pairs in order; nothing when an escape is bad.
std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view body);

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>>
      headers;  // Content-Length, Date, Connection are http's
  std::string body;
  // Not empty: sent instead of `body`; bytes of the binary, of which no connection needs a copy.
  std::string_view built_in{};
  bool keep_file = false;  // the request's file now belongs to the application
  // Not empty: instead of a body comes a stream of server-sent events about this topic, one each
  // time it is published (Server::publish). Made by stream_of() in answer.hpp.
  std::string topic{};

  std::string_view content() const { return built_in.empty() ? std::string_view(body) : built_in; }
};

}  // namespace limen::http
