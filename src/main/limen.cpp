// The program: one binary, its roles as subcommands. Everything it does is in the other files of
// this room; here only words become calls and signals become stop().
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <iostream>
#include <string_view>

#include "main/commands.hpp"
#include "main/redraw.hpp"

int main(int argc, char** argv) {
  // The process that decodes pictures for the server; no command for people.
  if (argc == 4 && std::string_view(argv[1]) == limen::main::redraw_word)
    return limen::main::run_redraw(argv[2], argv[3]);
  ::umask(077);  // whatever we write is ours alone
  // A core dump would hold secrets and pictures.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
  // Few threads, small objects: more arenas would only keep memory that nobody uses.
  ::mallopt(M_ARENA_MAX, 2);
  return limen::main::run_command(argc, argv, std::cout, std::cerr);
}
