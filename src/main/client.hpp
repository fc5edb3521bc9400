// A small blocking HTTP client for the commands that talk to a running server (tour, operator
// commands, doctor). Not for the server's own outgoing calls.
#pragma once

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
Answer call(const Exchange& exchange);
Answer call_form(const Exchange& exchange, const std::vector<FormPart>& parts);

}  // namespace limen::main
