// OAuth's tongue, and how a client shows who it is, without a store.
#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/problem_codes.hpp"
#include "doors/oauth/client.hpp"

namespace limen::doors {
namespace {

Request form(std::string body, std::string authorization = {}) {
  Request request;
  request.method = "POST";
  request.path = "/oauth2/token";
  request.headers.emplace_back("content-type", "application/x-www-form-urlencoded");
  if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
  request.body = std::move(body);
  return request;
}

std::string basic(std::string_view pair) { return "Basic " + base64(as_bytes(pair)); }

// "id|secret", or the problem's slug.
std::string client_of(const Request& request) {
  auto fields = read_parameters(request);
  if (!fields) return std::string(fields.error().code);
  const auto client = read_client(request, std::move(*fields));
  if (!client) return std::string(client.error().code);
  return client->client_id + "|" + client->client_secret;
}

TEST(OAuthClient, one_method) {
  struct Case {
    const char* name;
    Request request;
    std::string_view want;
  };
  const Case cases[] = {
      {"body", form("client_id=a&client_secret=b"), "a|b"},
      {"Basic", form("grant_type=x", basic("a:b")), "a|b"},
      {"Basic, percent-encoded", form("", basic("a%3Ab%2B:c+d%25")), "a:b+|c d%"},
      {"Basic, non-ASCII", form("", basic("%C3%BC:b")), "\xC3\xBC|b"},
      {"Basic, bad escape", form("", basic("a%zz:b")), codes::invalid_client},
      {"Basic and the same client_id", form("client_id=a", basic("a:b")), "a|b"},
      {"Basic and another client_id", form("client_id=c", basic("a:b")), codes::malformed_request},
      {"both", form("client_id=a&client_secret=b", basic("a:b")), codes::malformed_request},
      {"both, the one in the body empty", form("client_secret=", basic("a:b")), "a|b"},
      {"none", form("grant_type=x"), codes::invalid_client},
      {"empty is absent", form("client_id=a&client_secret="), codes::invalid_client},
      {"another scheme", form("client_id=a", "Bearer abc"), codes::invalid_client},
      {"twice", form("client_id=a&client_secret=b&client_id=a"), codes::malformed_request},
      {"an unknown one twice", form("x=1&x=2"), codes::malformed_request},
  };
  for (const Case& c : cases) EXPECT_EQ(client_of(c.request), c.want) << c.name;
}

// As many names as a body holds: looking each up among all before it took a second of a reader.
TEST(OAuthClient, one_of_many_parameters_twice) {
  std::string body;
  for (int i = 0; i < 10'000; ++i) body += std::to_string(i) + "&";
  EXPECT_EQ(client_of(form(body + "client_id=a&client_secret=b")), "a|b");
  EXPECT_EQ(client_of(form(body + "client_id=a&client_secret=b&9999")), codes::malformed_request);
}

TEST(OAuthClient, query_is_never_read) {
  Request request = form("grant_type=client_credentials");
  request.query = "client_id=a&client_secret=b";
  EXPECT_EQ(client_of(request), codes::invalid_client);
}

TEST(OAuthProblems, bodies) {
  struct Case {
    Problem problem;
    int status;
    std::string_view body;
  };
  const Case cases[] = {
      {{Fault::unauthenticated, codes::invalid_client, "", "client authentication failed"},
       401,
       R"({"error":"invalid_client","error_description":"client authentication failed"})"},
      {{Fault::malformed, codes::invalid_grant_type, "", "grant_type must be client_credentials"},
       400,
       R"({"error":"unsupported_grant_type",)"
       R"("error_description":"grant_type must be client_credentials"})"},
      {{Fault::malformed, codes::invalid_scope},
       400,
       R"({"error":"invalid_scope","error_description":"Bad Request"})"},
      {{Fault::malformed, codes::missing_fields, "grant_type", "grant_type is missing"},
       400,
       R"({"error":"invalid_request","error_description":"grant_type is missing"})"},
      {{Fault::malformed, codes::wrong_media_type},
       415,
       R"({"error":"invalid_request","error_description":"Unsupported Media Type"})"},
      {{Fault::malformed, codes::wrong_method, "", "POST"},
       405,
       R"({"error":"invalid_request","error_description":"Method Not Allowed"})"},
      {{Fault::forbidden, codes::insufficient_scope},
       403,
       R"({"error":"unauthorized_client","error_description":"Forbidden"})"},
      {{Fault::unavailable, codes::busy},
       503,
       R"({"error":"temporarily_unavailable","error_description":"Service Unavailable"})"},
      {{Fault::unavailable, codes::internal},
       500,
       R"({"error":"server_error","error_description":"Internal Server Error"})"},
      {{Fault::malformed, codes::malformed_json, "", "a\"b\\c\r\n\xC3\xBC"},
       400,
       R"({"error":"invalid_request","error_description":"a'b'c''''"})"},
  };
  for (const Case& c : cases) {
    const Response response = word_oauth(c.problem, Request{}, from_ms(0));
    EXPECT_EQ(response.status, c.status) << c.body;
    EXPECT_EQ(response.body, c.body);
    std::string challenge, pragma;
    for (const auto& [name, value] : response.headers) {
      if (name == "WWW-Authenticate") challenge = value;
      if (name == "Pragma") pragma = value;
    }
    EXPECT_EQ(challenge, c.status == 401 ? "Basic realm=\"limen\"" : "");
    EXPECT_EQ(pragma, "no-cache");
  }
}

}  // namespace
}  // namespace limen::doors
