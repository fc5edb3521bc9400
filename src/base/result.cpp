// The one place a broken invariant ends the process.
#include "base/result.hpp"

#include <cstdio>
#include <cstdlib>

namespace limen {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "limen: broken invariant: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace limen
