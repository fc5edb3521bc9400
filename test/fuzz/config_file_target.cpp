// The configuration file: every text is either settings within their bounds or a list of errors
// that can be printed a line each, and the settings that are shown hold no secret and no surprise.
#include <algorithm>
#include <string>

#include "fuzz/fuzz.hpp"
#include "main/config.hpp"

namespace limen::main {
namespace {

void check_bounds(const Config& config) {
  ASSERT(!config.data.empty());
  ASSERT(config.code_symbols >= 7 && config.code_symbols <= 12);
  ASSERT(config.readers >= 1 && config.readers <= 64);
  ASSERT(config.http.text_body_bytes >= 1024 && config.http.header_fields >= 10);
  for (const Seconds life : {config.access_life, config.invitation_life, config.session_life})
    ASSERT(life.count() >= 1 && life <= std::chrono::days{36'500});
}

void check_listen(std::string_view text) {
  const auto found = parse_listen(text);
  if (!found) return;
  ASSERT(!found->address.empty());
  const auto again = parse_listen("[" + found->address + "]:" + std::to_string(found->port));
  ASSERT(again && again->address == found->address && again->port == found->port);
}

FUZZ(config_file) {
  check_listen(input.substr(0, input.find('\n')));
  const ConfigFile file = read_config(input, "limen.toml");
  for (const std::string& error : file.errors) {
    ASSERT(error.starts_with("limen.toml:"));
    ASSERT(!has_control(error));
  }
  if (!file.errors.empty()) return;
  check_bounds(file.config);
  for (const std::string& sentence : unsafe_settings(file.config)) ASSERT(!sentence.empty());
  const std::string shown = describe(file.config);
  ASSERT(std::ranges::count(shown, '\n') >=
         static_cast<std::ptrdiff_t>(effective(file.config).size()));
}

}  // namespace
}  // namespace limen::main
