// The problem+json tongue: exact body, status and headers of refusals as a client sees them.
#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "doors/door.hpp"
#include "doors/header_test.hpp"

namespace limen::doors {
namespace {

Response worded(const Problem& problem, std::string path) {
  Request request;
  request.method = "POST";
  request.path = std::move(path);
  request.query = "authorization=secret";
  return word_problem(problem, request, Time{});
}

TEST(ProblemTongue, body_of_a_field_problem_is_exact) {
  const auto response = worded({Fault::malformed,
                                codes::invalid_field,
                                "ttl",
                                "ttl must be a whole number",
                                "note for the log",
                                {}},
                               "/api/device/ephemeral");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(header_of(response, "Content-Type"), "application/problem+json");
  EXPECT_EQ(header_of(response, "Cache-Control"), "no-store");
  EXPECT_EQ(response.body,
            R"({"type":"/problems/invalid_field","title":"A value is not allowed","status":400,)"
            R"("detail":"ttl must be a whole number","instance":"/api/device/ephemeral",)"
            R"("code":"invalid_field","errors":{"ttl":["ttl must be a whole number"]}})");
}

TEST(ProblemTongue, body_without_detail_is_about_blank) {
  const auto response = worded({Fault::absent, codes::no_route, {}, {}, {}, {}}, "/api/nothing");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Not Found","status":404,)"
                           R"("instance":"/api/nothing","code":"no_route"})");
}

TEST(ProblemTongue, status_of_every_fault_and_special_code) {
  struct Case {
    const char* name;
    Fault fault;
    std::string_view code;
    int want;
  };
  const Case cases[] = {
      {"malformed", Fault::malformed, codes::malformed_json, 400},
      {"too large", Fault::malformed, codes::too_large, 413},
      {"media type", Fault::malformed, codes::wrong_media_type, 415},
      {"method", Fault::malformed, codes::wrong_method, 405},
      {"unauthenticated", Fault::unauthenticated, codes::unauthenticated, 401},
      {"expired", Fault::unauthenticated, codes::token_expired, 401},
      {"forbidden", Fault::forbidden, codes::not_yours, 403},
      {"absent", Fault::absent, codes::unknown_session, 404},
      {"conflict", Fault::conflict, codes::duplicate_session, 409},
      {"gone", Fault::gone, codes::session_over, 410},
      {"limited", Fault::limited, codes::busy, 429},
      {"unavailable", Fault::unavailable, codes::store_unavailable, 503},
      {"internal", Fault::unavailable, codes::internal, 500},
  };
  for (const auto& c : cases)
    EXPECT_EQ(worded({c.fault, c.code, {}, {}, {}, {}}, "/api/x").status, c.want) << c.name;
}

TEST(ProblemTongue, challenge_fits_the_path) {
  const Problem stranger{Fault::unauthenticated, codes::unauthenticated, {}, {}, {}, {}};
  const std::string basic = R"(Basic realm="limen", charset="UTF-8")";
  const std::string keys = R"(ApiKey realm="limen", Token realm="limen", Bearer realm="limen")";
  struct Case {
    const char* path;
    const std::string* want;
  };
  const Case cases[] = {{"/api/v1/enrolment/initialize", &basic},
                        {"/api/v1/data/session/list/", &basic},
                        {"/operator/v1/keys", &basic},
                        {"/api/apikey", &basic},
                        {"/api/device/ephemeral", &keys},
                        {"/api/sessions/1", &keys}};
  for (const auto& c : cases)
    EXPECT_EQ(header_of(worded(stranger, c.path), "WWW-Authenticate"), *c.want) << c.path;
}

TEST(ProblemTongue, a_wrong_method_says_what_is_allowed) {
  const auto response =
      worded({Fault::malformed, codes::wrong_method, {}, "GET, HEAD", {}, {}}, "/api/sessions/1");
  EXPECT_EQ(header_of(response, "Allow"), "GET, HEAD");
  EXPECT_NE(response.body.find("Allowed here: GET, HEAD"), std::string::npos);
}

TEST(ProblemTongue, neither_note_nor_query_is_shown) {
  const auto response = worded(
      {Fault::unavailable, codes::internal, {}, {}, "disk /var/x is full", {}}, "/api/sessions");
  EXPECT_EQ(response.body.find("disk"), std::string::npos);
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST(ProblemTongue, a_hostile_path_stays_inside_its_string) {
  const auto quoted = worded({Fault::absent, codes::no_route, {}, {}, {}, {}}, "/api/\"},\"x\":\"");
  EXPECT_TRUE(parse_json(quoted.body).has_value());
  const auto binary = worded({Fault::absent, codes::no_route, {}, {}, {}, {}}, "/api/\xFF\xFE");
  EXPECT_TRUE(parse_json(binary.body).has_value());
}

}  // namespace
}  // namespace limen::doors
