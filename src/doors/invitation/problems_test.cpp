// Problem to exact body, in s1's tongue.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/problem_codes.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

const Time now = *parse_time("2025-07-11T06:51:25.202Z");

Request request_to(std::string method, std::string path) {
  Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  return request;
}

std::string six(std::string_view head, std::string_view tail,
                std::string_view path = "/v1/onboarding-token", std::string_view method = "POST") {
  std::string out = "{\"code\":";
  out.append(head).append(",\"timestamp\":\"2025-07-11T06:51:25.202Z\",\"path\":\"");
  out.append(path).append("\",\"method\":\"").append(method).append("\",").append(tail);
  return out + "}";
}

TEST(InvitationProblems, six_keys) {
  struct Case {
    const char* name;
    Fault fault;
    std::string_view code;
    int status;
    std::string_view tail;
  };
  constexpr std::string_view ours =
      "\"error\":\"INTERNAL_SERVER_ERROR\",\"message\":\"Internal Server Error\"";
  const Case cases[] = {
      {"A15", Fault::unauthenticated, codes::unauthenticated, 401,
       "\"error\":\"UNAUTHORIZED\",\"message\":\"Unauthorized\""},
      {"A16", Fault::forbidden, codes::insufficient_scope, 403,
       "\"error\":\"FORBIDDEN\",\"message\":\"Forbidden\""},
      {"A02", Fault::malformed, codes::wrong_method, 404,
       "\"error\":\"NOT_FOUND\",\"message\":\"Cannot POST /v1/onboarding-token\""},
      {"A17", Fault::absent, codes::no_route, 404,
       "\"error\":\"NOT_FOUND\",\"message\":\"Cannot POST /v1/onboarding-token\""},
      {"absent thing", Fault::absent, codes::no_invitation, 404,
       "\"error\":\"NOT_FOUND\",\"message\":\"Not Found\""},
      {"A18", Fault::conflict, codes::already_invited, 409,
       "\"error\":\"CONFLICT\",\"message\":\"Conflict\""},
      {"A19", Fault::unavailable, codes::store_unavailable, 503, ours},
      {"our fault", Fault::unavailable, codes::internal, 500, ours},
      {"too slow", Fault::malformed, codes::too_slow, 408,
       "\"error\":\"REQUEST_TIMEOUT\",\"message\":\"Request Timeout\""},
      {"too large", Fault::malformed, codes::too_large, 413,
       "\"error\":\"CONTENT_TOO_LARGE\",\"message\":\"Content Too Large\""},
      {"long target", Fault::malformed, codes::target_too_long, 414,
       "\"error\":\"URI_TOO_LONG\",\"message\":\"URI Too Long\""},
      {"media type", Fault::malformed, codes::wrong_media_type, 415,
       "\"error\":\"UNSUPPORTED_MEDIA_TYPE\",\"message\":\"Unsupported Media Type\""},
      {"limited", Fault::limited, codes::busy, 429,
       "\"error\":\"TOO_MANY_REQUESTS\",\"message\":\"Too Many Requests\""},
      {"large head", Fault::malformed, codes::head_too_large, 431,
       "\"error\":\"REQUEST_HEADER_FIELDS_TOO_LARGE\",\"message\":\"Request Header Fields Too "
       "Large\""},
  };
  const Request request = request_to("POST", "/v1/onboarding-token");
  for (const Case& c : cases) {
    const Response response =
        word_invitation({c.fault, c.code, "email", "detail", "secret note"}, request, now);
    EXPECT_EQ(response.status, c.status) << c.name;
    EXPECT_EQ(response.body, six(std::to_string(c.status), c.tail)) << c.name;
  }
}

TEST(InvitationProblems, wrong_method_elsewhere_is_405) {
  const Problem problem{Fault::malformed, codes::wrong_method, "", "GET, HEAD"};
  const Response response = word_invitation(problem, request_to("POST", "/healthz"), now);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.body,
            six("405", "\"error\":\"METHOD_NOT_ALLOWED\",\"message\":\"Method Not Allowed\"",
                "/healthz"));
}

TEST(InvitationProblems, a_400_has_code_and_errors_only) {
  struct Case {
    Problem problem;
    std::string_view want;
  };
  const Case cases[] = {
      {{Fault::malformed, codes::malformed_json, "", "malformed JSON: syntax error at byte 3"},
       R"({"field":"body","code":"isJson","hint":"malformed JSON: syntax error at byte 3"})"},
      {{Fault::malformed, codes::malformed_request, "", "A chunk size is too long."},
       R"({"field":"request","code":"isValid","hint":"A chunk size is too long."})"},
      {{Fault::malformed, codes::missing_fields, "first_name"},
       R"({"field":"firstName","code":"isNotEmpty","hint":"firstName should not be empty"})"},
      {{Fault::malformed, codes::invalid_field, "dob", "dob must be a past date"},
       R"({"field":"dob","code":"isValid","hint":"dob must be a past date"})"},
  };
  const Request request = request_to("POST", "/v1/onboarding-token");
  for (const Case& c : cases) {
    const Response response = word_invitation(c.problem, request, now);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.body, "{\"code\":400,\"errors\":[" + std::string(c.want) + "]}");
  }
}

std::string challenge_of(const Problem& problem, const Request& request) {
  const Response response = word_invitation(problem, request, now);
  for (const auto& [name, value] : response.headers)
    if (name == "WWW-Authenticate") return value;
  return {};
}

TEST(InvitationProblems, challenges) {
  Request request = request_to("POST", "/v1/user-status");
  const Problem unknown{Fault::unauthenticated, codes::unauthenticated};
  const Problem expired{Fault::unauthenticated, codes::token_expired};
  const Problem beyond{Fault::forbidden, codes::insufficient_scope};
  EXPECT_EQ(challenge_of(unknown, request), "Bearer realm=\"limen\"");
  request.headers.emplace_back("authorization", "Bearer x");
  EXPECT_EQ(challenge_of(unknown, request), "Bearer realm=\"limen\", error=\"invalid_token\"");
  EXPECT_EQ(challenge_of(expired, request),
            "Bearer realm=\"limen\", error=\"invalid_token\", "
            "error_description=\"The token expired\"");
  EXPECT_EQ(challenge_of(beyond, request),
            "Bearer realm=\"limen\", error=\"insufficient_scope\", scope=\"user-status:read\"");
}

TEST(InvitationProblems, what_was_sent_is_escaped) {
  const Problem problem{Fault::absent, codes::no_route};
  const Response response = word_invitation(problem, request_to("GET", "/a\"b\\<"), now);
  EXPECT_EQ(response.body, six("404", R"("error":"NOT_FOUND","message":"Cannot GET /a\"b\\<")",
                               R"(/a\"b\\<)", "GET"));
}

}  // namespace
}  // namespace limen::doors
