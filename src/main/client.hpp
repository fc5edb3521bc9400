// A small blocking HTTP client for the commands that talk to a running server (tour, operator
// commands, doctor). Not for the server's own outgoing calls.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace limen::main {

struct Exchange {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers{};  // "Name: value"
  std::string body{};
  std::string username{}, password{};  // Basic, when username is not empty
  std::chrono::seconds patience{600};  // for all of it, from the first byte to the last
  std::uint64_t answer_bytes_max = 64ULL * 1024 * 1024;
};
// A part of a multipart form: a text, or a file when `file_name` is not empty.
struct FormPart {
  std::string name, content, file_name{};
};
struct Answer {
  int status = 0;  // 0: no answer
  std::string body;
  std::string error;                                         // why there is none
  std::vector<std::pair<std::string, std::string>> headers;  // names lower case
  json::value json() const;                                  // null when the body is no JSON
};
// Never throws, and puts nothing into `error` that came from outside.
Answer call(const Exchange& exchange);
Answer call_form(const Exchange& exchange, const std::vector<FormPart>& parts);

// Whether what a URL gives may be trusted because of where it comes from: over https, or in clear
// from this machine. No user, query or fragment, which are there to look like another place.
enum class Origin : std::uint8_t { unsafe, loopback, https };
Origin origin_of(std::string_view url);
// The URL of a well-known document of an issuer: the path of the issuer comes after it (RFC 8414
// section 3.1). Nothing when origin_of finds the issuer unsafe.
std::optional<std::string> well_known(std::string_view issuer, std::string_view document);

}  // namespace limen::main
