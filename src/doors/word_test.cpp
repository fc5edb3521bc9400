// Which tongue a path speaks, and what word() adds to every tongue.
#include <gtest/gtest.h>

#include "base/problem_codes.hpp"
#include "doors/door.hpp"
#include "doors/header_test.hpp"

namespace limen::doors {
namespace {

Request request_to(std::string path) {
  Request request;
  request.method = "POST";
  request.path = std::move(path);
  request.id = "7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b";
  return request;
}

TEST(Word, tongue_of_path) {
  struct Case {
    std::string_view path;
    Tongue want;
  };
  const Case cases[] = {
      {"/v1/onboarding-token", Tongue::invitation},
      {"/v1/user-status", Tongue::invitation},
      {"/v1/connections", Tongue::invitation},
      {"/v1/connections/7/consent", Tongue::invitation},
      {"/v1/oauth/token", Tongue::oauth},
      {"/oauth2/introspect", Tongue::oauth},
      {"/.well-known/jwks.json", Tongue::oauth},
      {"/sessions", Tongue::skills},
      {"/sessions/7/steps", Tongue::skills},
      {"/steps/7/upload", Tongue::skills},
      {"/token", Tongue::skills},
      {"/v1/tokens", Tongue::skills},
      {"/v1/token", Tongue::skills},
      {"/consents/get", Tongue::skills},
      {"/v1/consents/delete", Tongue::skills},
      {"/skills", Tongue::skills},
      {"/api/sessions", Tongue::problem},
      {"/operator/v1/keys", Tongue::problem},
      {"/dev/clock", Tongue::problem},
      {"/capture", Tongue::page},
      {"/mobile", Tongue::page},
      {"/invite", Tongue::page},
      {"/web-enrolment/", Tongue::page},
      {"/console/sessions", Tongue::page},
      {"/", Tongue::invitation},
      {"", Tongue::invitation},
      {"/healthz", Tongue::invitation},
      {"/tokens", Tongue::invitation},
      {"/sessionsX", Tongue::invitation},
      {"/apiary", Tongue::invitation},
  };
  for (const Case& c : cases) EXPECT_EQ(tongue_of(c.path), c.want) << c.path;
}

TEST(Word, unknown_routes_speak_six_keys) {
  const Problem problem{Fault::absent, codes::no_route};
  for (const char* path : {"/sessions/7/what", "/oauth2/what", "/v1/what", "/what"}) {
    const Response response = word(tongue_of(path), problem, request_to(path), from_ms(0));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.body,
              "{\"code\":404,\"timestamp\":\"1970-01-01T00:00:00.000Z\",\"path\":\"" +
                  std::string(path) +
                  "\",\"method\":\"POST\",\"error\":\"NOT_FOUND\",\"message\":"
                  "\"Cannot POST " +
                  path + "\"}");
  }
}

TEST(Word, retry_after) {
  Problem busy{Fault::unavailable, codes::busy};
  for (const Tongue tongue : {Tongue::invitation, Tongue::skills, Tongue::oauth}) {
    EXPECT_EQ(header_of(word(tongue, busy, request_to("/"), from_ms(0)), "Retry-After"), "1");
    busy.retry_after = std::chrono::seconds{7};
    EXPECT_EQ(header_of(word(tongue, busy, request_to("/"), from_ms(0)), "Retry-After"), "7");
    busy.retry_after.reset();
  }
  const Problem absent{Fault::absent, codes::absent};
  EXPECT_EQ(header_of(word(Tongue::skills, absent, request_to("/"), from_ms(0)), "Retry-After"),
            "");
}

TEST(Word, rate_limit_fields) {
  Problem problem{Fault::limited, codes::too_many_guesses};
  problem.retry_after = std::chrono::seconds{2880};
  problem.limit = Limit{"guesses_address", 30, std::chrono::days{1}};
  for (const Tongue tongue :
       {Tongue::invitation, Tongue::skills, Tongue::problem, Tongue::oauth, Tongue::page}) {
    const Response response = word(tongue, problem, request_to("/"), from_ms(0));
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(header_of(response, "Retry-After"), "2880");
    EXPECT_EQ(header_of(response, "RateLimit-Policy"), "\"guesses_address\";q=30;w=86400");
    EXPECT_EQ(header_of(response, "RateLimit"), "\"guesses_address\";r=0;t=2880");
    EXPECT_EQ(response.body.find("guesses_address"), std::string::npos);
  }
}

}  // namespace
}  // namespace limen::doors
