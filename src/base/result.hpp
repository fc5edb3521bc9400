// Result<T>: a value or a Problem. TRY unwraps one in a plain function, ASSERT states what only our
// own bug could break. Not for coroutines: there, write the two lines out (ADR 0006).
#pragma once

#include <expected>
#include <utility>

#include "base/problem.hpp"
#include "base/problem_codes.hpp"

namespace limen {

template <class T>
using Result = std::expected<T, Problem>;

inline std::unexpected<Problem> refuse(Problem p) { return std::unexpected<Problem>(std::move(p)); }
inline std::unexpected<Problem> refuse(Fault fault, std::string_view code, std::string detail = {},
                                       std::string field = {}) {
  return std::unexpected<Problem>(
      Problem{fault, code, std::move(field), std::move(detail), {}, std::nullopt});
}

// The field at fault, in snake_case, and the rule it broke.
inline std::unexpected<Problem> bad_field(std::string field, std::string detail) {
  return refuse(Fault::malformed, codes::invalid_field, std::move(detail), std::move(field));
}

// Prints the expression and where it stands, then aborts. Stays on in release builds.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace limen

#define TRY(expression)                                                       \
  __extension__({                                                             \
    auto try_result_ = (expression);                                          \
    if (!try_result_) return std::unexpected(std::move(try_result_).error()); \
    std::move(try_result_).value();                                           \
  })

#define CHECK_OK(expression)                                                  \
  do {                                                                        \
    auto try_result_ = (expression);                                          \
    if (!try_result_) return std::unexpected(std::move(try_result_).error()); \
  } while (false)

#define ASSERT(expression) \
  ((expression) ? void() : ::limen::assertion_failed(#expression, __FILE__, __LINE__))
