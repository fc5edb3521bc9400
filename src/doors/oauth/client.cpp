// See client.hpp. The query is never read: credentials there would end up in logs.
#include "doors/oauth/client.hpp"

#include <algorithm>
#include <vector>

#include "base/problem_codes.hpp"

namespace limen::doors {
namespace {

std::unexpected<Problem> invalid_client() {
  return refuse(Fault::unauthenticated, codes::invalid_client, "client authentication failed");
}

std::unexpected<Problem> invalid_request(std::string detail) {
  return refuse(Fault::malformed, codes::malformed_request, std::move(detail));
}

Result<ClientRequest> read_basic(const Request& request, TextFields fields) {
  // RFC 6749 section 2.3: "The client MUST NOT use more than one authentication method in each
  // request."
  if (!fields.get("client_secret").empty())
    return invalid_request("the client authenticates by more than one method");
  const auto basic = basic_credentials(request);
  if (!basic) return invalid_client();
  // RFC 6749 section 2.3.1: both "encoded using the "application/x-www-form-urlencoded" encoding
  // algorithm".
  auto id = http::percent_decode(basic->username, http::Plus::is_space);
  auto secret = http::percent_decode(basic->password, http::Plus::is_space);
  if (!id || !secret) return invalid_client();
  const std::string_view named = fields.get("client_id");
  if (!named.empty() && named != *id)
    return invalid_request("client_id differs from the one in the Authorization header");
  return ClientRequest{std::move(fields), std::move(*id), std::move(*secret)};
}

}  // namespace

Result<TextFields> read_parameters(const Request& request) {
  TextFields fields = TRY(text_fields(request));
  // RFC 6749 section 3.2: "Request and response parameters MUST NOT be included more than once."
  std::vector<std::string_view> names;
  names.reserve(fields.pairs.size());
  for (const auto& [name, value] : fields.pairs) names.push_back(name);
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end())
    return invalid_request("a parameter is included more than once");
  return fields;
}

Result<ClientRequest> read_client(const Request& request, TextFields fields) {
  if (request.count_headers("authorization") > 0) return read_basic(request, std::move(fields));
  // RFC 6749 section 5.2, invalid_client: "unknown client, no client authentication included, or
  // unsupported authentication method"; section 3.2: a parameter "sent without a value MUST be
  // treated as if [it] were omitted".
  std::string id(fields.get("client_id"));
  std::string secret(fields.get("client_secret"));
  if (id.empty() || secret.empty()) return invalid_client();
  return ClientRequest{std::move(fields), std::move(id), std::move(secret)};
}

}  // namespace limen::doors
