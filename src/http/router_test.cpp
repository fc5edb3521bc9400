// Which row answers which path, and what is allowed where none does.
#include "http/router.hpp"

#include <gtest/gtest.h>

namespace limen::http {
namespace {

const Route rows[] = {
    {"GET", "/", Access::reads, Body::none},
    {"POST", "/sessions", Access::writes, Body::text},
    {"GET", "/sessions/{id}", Access::reads, Body::none},
    {"DELETE", "/sessions/{id}", Access::writes, Body::none},
    {"POST", "/sessions/{session_id}/steps", Access::writes, Body::text},
    {"GET", "/sessions/list/", Access::reads, Body::none},
    {"GET", "/sessions/{id}/steps/last", Access::reads, Body::none},
    {"GET", "/sessions/new/steps/{step}", Access::reads, Body::none},
    {"POST", "/sessions/lookup", Access::reads, Body::text},
};

struct RouterTest : ::testing::Test {
  static std::vector<const Route*> all() {
    std::vector<const Route*> out;
    for (const Route& row : rows) out.push_back(&row);
    return out;
  }
  Router router{all()};
};

TEST_F(RouterTest, finds_the_row_and_its_parameters) {
  struct Case {
    const char* method;
    const char* path;
    const char* want;
    std::map<std::string, std::string, std::less<>> params;
  };
  const Case cases[] = {
      {"GET", "/", "/", {}},
      {"POST", "/sessions", "/sessions", {}},
      {"GET", "/sessions/7", "/sessions/{id}", {{"id", "7"}}},
      {"HEAD", "/sessions/7", "/sessions/{id}", {{"id", "7"}}},
      {"GET", "/sessions/a%2Fb%20c+", "/sessions/{id}", {{"id", "a/b c+"}}},
      {"GET", "/sessions/list/", "/sessions/list/", {}},
      {"GET", "/sessions/list", "/sessions/{id}", {{"id", "list"}}},
      {"POST", "/sessions/x/steps", "/sessions/{session_id}/steps", {{"session_id", "x"}}},
      {"GET", "/sessions/new/steps/last", "/sessions/new/steps/{step}", {{"step", "last"}}},
      {"GET", "/sessions/old/steps/last", "/sessions/{id}/steps/last", {{"id", "old"}}},
      // The literal leads nowhere, so the search goes back to {id}.
      {"POST", "/sessions/new/steps", "/sessions/{session_id}/steps", {{"session_id", "new"}}},
      {"GET", "/sessions/..", "/sessions/{id}", {{"id", ".."}}},
  };
  for (const Case& c : cases) {
    const Match match = router.find(c.method, c.path);
    ASSERT_EQ(match.found, Found::row) << c.method << ' ' << c.path;
    EXPECT_EQ(match.route->path, c.want) << c.path;
    EXPECT_EQ(match.params, c.params) << c.path;
  }
}

TEST_F(RouterTest, knows_no_route) {
  for (const char* path : {"", "x", "*", "/nothing", "/sessions/", "/sessions//steps", "//",
                           "/sessions/7/", "/sessions/7/steps/other", "/Sessions", "/%73essions",
                           "/sessions/7/steps/", "/sessions/list//"})
    EXPECT_EQ(router.find("GET", path).found, Found::no_route) << path;
}

TEST_F(RouterTest, names_the_allowed_methods) {
  const Match match = router.find("PUT", "/sessions/7");
  EXPECT_EQ(match.found, Found::wrong_method);
  EXPECT_EQ(match.allow, "GET, HEAD, DELETE");
  EXPECT_EQ(router.find("get", "/sessions/7").found, Found::wrong_method);
  EXPECT_EQ(router.find("HEAD", "/sessions").allow, "POST");
  // The path picks the resource before the method is looked at.
  EXPECT_EQ(router.find("GET", "/sessions/lookup").allow, "POST");
}

TEST_F(RouterTest, refuses_a_bad_escape_in_a_parameter) {
  for (const char* path : {"/sessions/%", "/sessions/%0", "/sessions/%00", "/sessions/%FF"})
    EXPECT_EQ(router.find("GET", path).found, Found::bad_escape) << path;
}

}  // namespace
}  // namespace limen::http
