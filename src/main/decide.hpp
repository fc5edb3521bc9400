// `limen decide`: a decision made again by the server, and printed beside the one that counts; or
// those of past sessions of a skill by other rules, page after page. It changes nothing.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <string>

namespace limen::main {

struct DecideOptions {
  std::filesystem::path credentials;
  std::string as = "demo";
  std::string organisation;     // handle, for an operator of the installation
  std::string session, skill;   // one of them
  std::filesystem::path rules;  // empty: each session's own
  std::string from, to;         // of beginning; empty: no bound
  std::int64_t limit = 0;       // sessions to look at; 0: all
  bool as_json = false;
};
// An exit code of commands.hpp.
int decide(const DecideOptions& options, std::ostream& out, std::ostream& err);

}  // namespace limen::main
