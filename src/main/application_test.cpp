// What becomes of an upload's file when its answer is an outage.
#include "main/application.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "store/connection.hpp"

namespace limen::main {
namespace {

using store::StoreError;

TEST(WordFailureTest, a_file_stays_while_its_row_may_be_there) {
  const auto routes = doors::all_routes(false);
  http::Request request;
  request.path = routes[0].path;
  struct Case {
    const char* name;
    std::exception_ptr failure;
    bool is_kept;
  };
  const Case cases[] = {
      {"commit failed", std::make_exception_ptr(StoreError(StoreError::Cause::in_doubt, "x")),
       true},
      {"job failed", std::make_exception_ptr(StoreError(StoreError::Cause::full, "x")), false},
      {"refused", std::make_exception_ptr(StoreError(StoreError::Cause::refused, "x")), false},
      {"bug", std::make_exception_ptr(std::logic_error("x")), false},
      {"no memory", std::make_exception_ptr(std::bad_alloc()), false},
  };
  for (const Case& c : cases) {
    const http::Response response = word_failure(routes[0], request, c.failure, from_ms(0));
    EXPECT_EQ(response.keep_file, c.is_kept) << c.name;
    EXPECT_GE(response.status, 500) << c.name;
  }
}

}  // namespace
}  // namespace limen::main
