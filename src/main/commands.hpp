// The command line: subcommands, their options, and exit codes: 0 done, 1 refused, 2 misuse, 3
// unavailable.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>

namespace limen::main {

constexpr int exit_done = 0, exit_refused = 1, exit_misuse = 2, exit_unavailable = 3;

int run_command(int argc, char** argv, std::ostream& out, std::ostream& err);

// --- the long-running ones (serve.cpp) ---
struct DevOptions {
  std::string listen = "127.0.0.1:8080";
  std::filesystem::path data;         // empty: a temporary folder, removed at the end
  std::filesystem::path credentials;  // empty: not written
  std::filesystem::path engine;       // a file with an [engine] table; empty: no engine
  std::filesystem::path webhooks;     // a file with a [webhooks] table; empty: this machine only
};
int run_dev(const DevOptions& options, std::ostream& out, std::ostream& err);
struct ServeOptions {
  std::filesystem::path config;
  bool new_operator = false;  // makes one, revokes every older one
};
int run_serve(const ServeOptions& options, std::ostream& out, std::ostream& err);

}  // namespace limen::main
