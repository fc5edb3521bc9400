// SQLite's and OpenSSL's allocations, in our hands as operator new is (interpose.hpp). Apart from
// the interposer, since that is preloaded into programs that have neither.
#include <openssl/crypto.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>

#include "faults/interpose.hpp"

namespace limen::faults {
namespace {

sqlite3_mem_methods sqlite;

void* sqlite_malloc(int size) { return is_struck(by_sqlite) ? nullptr : sqlite.xMalloc(size); }
void* sqlite_realloc(void* at, int size) {
  return is_struck(by_sqlite) ? nullptr : sqlite.xRealloc(at, size);
}

void* openssl_malloc(std::size_t size, const char*, int) {
  return size == 0 || is_struck(by_openssl) ? nullptr : std::malloc(size);
}
void openssl_free(void* at, const char*, int) { std::free(at); }
// As CRYPTO_realloc: what is made smaller than a byte is given back.
void* openssl_realloc(void* at, std::size_t size, const char* file, int line) {
  if (size == 0) openssl_free(at, file, line);
  return size == 0 || is_struck(by_openssl) ? nullptr : std::realloc(at, size);
}

// Before main: both libraries refuse once they have allocated, and a refusal must not pass for
// failures that do no harm. Lookaside would hide most of SQLite's allocations from us.
const bool are_ours = [] {
  bool is_done = sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite) == SQLITE_OK;
  sqlite3_mem_methods counted = sqlite;
  counted.xMalloc = sqlite_malloc;
  counted.xRealloc = sqlite_realloc;
  is_done = is_done && sqlite3_config(SQLITE_CONFIG_MALLOC, &counted) == SQLITE_OK &&
            sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0) == SQLITE_OK &&
            CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1;
  if (is_done) return true;
  std::fputs("allocators.cpp: SQLite or OpenSSL has allocated already\n", stderr);
  std::abort();
}();

}  // namespace
}  // namespace limen::faults
