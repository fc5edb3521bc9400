// What `serve` would refuse, found without opening a socket or the store: files that cannot be
// read, templates and skills that break a rule, settings no relay could work with. It exists so
// that the answer is there before the old server is stopped.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "main/config.hpp"

namespace limen::main {

// Each thing that would stop `serve` beyond unsafe_settings(), as a sentence. With `probe_mail` the
// relay is spoken to as well.
std::vector<std::string> refusals(const Config& config, bool probe_mail);

struct DoctorOptions {
  std::filesystem::path config;
  bool as_json = false, probe_mail = false;
};
// Prints the effective configuration and every finding; an exit code of commands.hpp.
int run_doctor(const DoctorOptions& options, std::ostream& out, std::ostream& err);

}  // namespace limen::main
