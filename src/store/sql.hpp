// Joins SQL texts while compiling, so that a list of columns is written once and every statement
// stays a named constant with an address of its own (the key of the statement cache).
#pragma once

#include <cstddef>

namespace limen::store {

template <std::size_t N>
struct Sql {
  char text[N]{};
  constexpr operator const char*() const { return text; }
};

template <std::size_t... N>
consteval auto join(const char (&... parts)[N]) {
  Sql<(N + ...) - sizeof...(N) + 1> sql;
  std::size_t at = 0;
  const auto append = [&](const char* part, std::size_t size) {
    for (std::size_t i = 0; i + 1 < size; ++i) sql.text[at++] = part[i];
  };
  (append(parts, N), ...);
  return sql;
}

}  // namespace limen::store
