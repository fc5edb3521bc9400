// See repeat.hpp.
#include "doors/repeat.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"

namespace limen::doors {
namespace {

constexpr std::size_t longest_key = 255;

bool is_printable(char c) { return c >= 0x21 && c <= 0x7E; }

// RFC 8941 section 3.3.3: a string in quotes, `\` before a quote and before itself. What stands in
// quotes may hold spaces; what does not is taken as it is.
std::optional<std::string> unquoted(std::string_view text) {
  if (!text.starts_with('"'))
    return std::ranges::all_of(text, is_printable) ? std::optional<std::string>(text)
                                                   : std::nullopt;
  std::string out;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') return i + 1 == text.size() ? std::optional<std::string>(out) : std::nullopt;
    if (c == '\\') {
      if (++i == text.size() || (text[i] != '"' && text[i] != '\\')) return std::nullopt;
      c = text[i];
    } else if (c != ' ' && !is_printable(c)) {
      return std::nullopt;
    }
    out += c;
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<std::string>> idempotency_key(const Request& request) {
  const auto header = request.header("idempotency-key");
  if (!header) return std::optional<std::string>{};
  auto key = request.count_headers("idempotency-key") == 1 ? unquoted(*header) : std::nullopt;
  if (!key || key->empty() || key->size() > longest_key)
    return refuse(Fault::malformed, codes::invalid_field,
                  "Idempotency-Key must be one text of 1 to 255 printable ASCII characters",
                  "Idempotency-Key");
  return key;
}

// Status, headers and body as JSON: small, and readable by whoever must debug it.
Bytes kept_form(const Response& response) {
  json::array headers;
  for (const auto& [name, value] : response.headers) headers.push_back(json::array{name, value});
  const std::string text = json::serialize(json::object{
      {"status", response.status}, {"headers", std::move(headers)}, {"body", response.body}});
  return {text.begin(), text.end()};
}

Response from_kept_form(BytesView kept) {
  const json::value value = json::parse(std::string(kept.begin(), kept.end()));
  Response response;
  response.status = static_cast<int>(value.at("status").as_int64());
  for (const json::value& header : value.at("headers").as_array())
    response.headers.emplace_back(header.at(0).as_string(), header.at(1).as_string());
  response.body = value.at("body").as_string();
  return response;
}

}  // namespace limen::doors
