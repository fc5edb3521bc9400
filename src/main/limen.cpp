// The program: one binary, its roles as subcommands. Everything it does is in the other files of
// this room; here only words become calls and signals become stop().
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <iostream>
#include <string_view>

#include "main/apart.hpp"
#include "main/commands.hpp"

int main(int argc, char** argv) {
  // The process that looks at pictures for the server; no command for people. It is started with
  // this word in the place of its own name.
  if (argc > 1 && std::string_view(argv[0]) == limen::main::apart_word)
    return limen::main::run_apart(argc - 1, argv + 1);
  ::umask(077);  // whatever we write is ours alone
  // A core dump would hold secrets and pictures.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  // Few threads, small objects: more arenas would only keep memory that nobody uses.
  ::mallopt(M_ARENA_MAX, 2);
  return limen::main::run_command(argc, argv, std::cout, std::cerr);
}
