// What becomes of a picture when there can be no process to read it in. That pictures are read is
// test/e2e's: the process is the server's own binary.
#include "main/read.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace limen::main {
namespace {

// While it lives this process opens nothing.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_{};
};

TEST(ReadApart, makes_an_unreadable_picture_where_there_can_be_no_process) {
  const NoMoreFiles none;
  EXPECT_EQ(read_apart(as_bytes("a picture"), journey::Shows::document), journey::Reading{});
}

}  // namespace
}  // namespace limen::main
