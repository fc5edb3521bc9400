// Each check tries what `serve` does with the same functions, so that the two cannot disagree.
#include "main/doctor.hpp"

#include <unistd.h>

#include <boost/asio/ssl/context.hpp>
#include <functional>
#include <ostream>
#include <stdexcept>

#include "base/json.hpp"
#include "main/commands.hpp"
#include "main/keys.hpp"
#include "main/samples.hpp"
#include "outbox/templates.hpp"

namespace limen::main {
namespace {

namespace fs = std::filesystem;

// The first folder on the way up that is there must let us make the rest.
void check_data(const fs::path& data) {
  fs::path at = fs::absolute(data);
  while (!fs::exists(at) && at.has_relative_path()) at = at.parent_path();
  if (!fs::is_directory(at)) throw std::runtime_error("data: " + at.string() + " is no folder");
  if (::access(at.c_str(), W_OK | X_OK) != 0)
    throw std::runtime_error("data: " + at.string() + " cannot be written to");
}

void check_tls(const http::Tls& tls) {
  boost::asio::ssl::context context(boost::asio::ssl::context::tls_server);
  boost::system::error_code error;
  read_file(tls.certificate_chain);
  context.use_certificate_chain_file(tls.certificate_chain.string(), error);
  if (error)
    throw std::runtime_error("tls.certificate: " + tls.certificate_chain.string() + ": " +
                             error.message());
  read_file(tls.private_key);
  context.use_private_key_file(tls.private_key.string(), boost::asio::ssl::context::pem, error);
  if (error)
    throw std::runtime_error("tls.key: " + tls.private_key.string() + ": " + error.message());
}

void check_mail(const Config& config, bool probe_mail) {
  if (!config.mail_configured) return;
  const auto smtp = outbox::Smtp::make(config.smtp);
  if (!smtp) throw std::runtime_error("mail." + smtp.error().field + ": " + smtp.error().detail);
  if (!probe_mail) return;
  const auto probed = (*smtp)->probe();
  if (!probed) throw std::runtime_error("mail: the relay refused: " + probed.error().detail);
}

void check_engine(const EngineConfig& engine) {
  if (!engine.is_set) return;
  const auto key = outbox::engine_key(engine.settings);
  if (!key) throw std::runtime_error("engine." + key.error().field + ": " + key.error().detail);
}

void check_letters(const fs::path& folder) {
  if (folder.empty()) return;
  const auto loaded = outbox::Templates::load(folder);
  if (!loaded) throw std::runtime_error(loaded.error().field + ": " + loaded.error().detail);
}

int print_json(const json::object& found, bool is_well, std::ostream& out) {
  out << json::serialize(found) << "\n";
  return is_well ? exit_done : exit_refused;
}

int doctor_errors(const ConfigFile& read, bool as_json, std::ostream& out, std::ostream& err) {
  if (as_json) {
    json::object found{{"ok", false}, {"errors", json::value_from(read.errors)}};
    print_json(found, false, out);
  }
  for (const auto& error : read.errors)
    if (!as_json) err << error << "\n";
  return exit_misuse;
}

}  // namespace

std::vector<std::string> refusals(const Config& config, bool probe_mail) {
  std::vector<std::string> found;
  const auto attempt = [&](const std::function<void()>& check) {
    try {
      check();
    } catch (const std::exception& problem) {
      found.emplace_back(problem.what());
    }
  };
  attempt([&] { check_data(config.data); });
  attempt([&] { refuse_lost_root(config.data); });
  attempt([&] { refuse_readable_by_others(config.data / "keys" / "root.key"); });
  attempt([&] {
    if (config.http.tls) check_tls(*config.http.tls);
  });
  attempt([&] { check_mail(config, probe_mail); });
  attempt([&] { check_engine(config.engine); });
  attempt([&] { check_letters(config.templates); });
  attempt([&] { load_skills(config.skills_folder); });
  return found;
}

int run_doctor(const DoctorOptions& options, std::ostream& out, std::ostream& err) {
  const ConfigFile read = read_config(options.config);
  if (!read.errors.empty()) return doctor_errors(read, options.as_json, out, err);
  const auto unsafe = unsafe_settings(read.config);
  const auto refused = refusals(read.config, options.probe_mail);
  const auto doubtful = doubtful_settings(read.config);
  const bool is_well = unsafe.empty() && refused.empty();
  if (options.as_json) {
    json::object settings;
    for (const auto& [key, value] : effective(read.config)) settings[key] = value;
    return print_json({{"ok", is_well},
                       {"unsafe", json::value_from(unsafe)},
                       {"refused", json::value_from(refused)},
                       {"doubtful", json::value_from(doubtful)},
                       {"settings", std::move(settings)}},
                      is_well, out);
  }
  out << describe(read.config);
  for (const auto& sentence : unsafe) out << "unsafe: " << sentence << "\n";
  for (const auto& sentence : refused) out << "refused: " << sentence << "\n";
  for (const auto& sentence : doubtful) out << "doubtful: " << sentence << "\n";
  if (is_well) out << "all is well: serve would start\n";
  return is_well ? exit_done : exit_refused;
}

}  // namespace limen::main
