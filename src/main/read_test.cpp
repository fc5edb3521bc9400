// What becomes of a picture when there can be no process to read it in. That pictures are read is
// test/e2e's: the process is the server's own binary.
#include "main/read.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

namespace limen::main {
namespace {

// While it lives this process writes to no file, so that the picture cannot be handed on. (Without
// descriptors the sanitizers could not look at memory either.)
class NoMoreFiles {
 public:
  NoMoreFiles() : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit none{0, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~NoMoreFiles() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST(ReadApart, makes_an_unreadable_picture_where_there_can_be_no_process) {
  const NoMoreFiles none;
  EXPECT_EQ(read_apart(as_bytes("a picture"), journey::Shows::document), journey::Reading{});
}

}  // namespace
}  // namespace limen::main
