// `limen dev` and `limen serve`: from a Config to a running Service and back, with signals as the
// only way in. SIGTERM and SIGINT stop gracefully, SIGHUP reads the certificate again.
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdio>
#include <iostream>
#include <thread>

#include "base/log.hpp"
#include "main/commands.hpp"
#include "main/dev.hpp"
#include "main/keys.hpp"
#include "main/process.hpp"
#include "main/service.hpp"

namespace limen::main {

namespace fs = std::filesystem;

namespace {

// Lines on their way to the log: those of one call, and before it those that wait.
thread_local std::string lines;
constexpr std::size_t waiting_bytes = 16 * 1024;

// One fwrite, so that lines of several threads never mix.
void write_lines() {
  if (lines.empty()) return;
  std::fwrite(lines.data(), 1, lines.size(), stderr);
  lines.clear();
}

// What is graver than what every request says waits for nothing: it may be the last line.
void log_to_stderr(log::Level level, std::string_view line) {
  const auto now = std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  const std::string time = iso_millis(now);
  lines.reserve(lines.size() + line.size() + 40);  // so that no half line stays for want of memory
  lines.append("{\"time\":\"").append(time).append("\",").append(line.substr(1));
  lines += '\n';
  const bool waits = log::may_wait() && level <= log::Level::info && lines.size() < waiting_bytes;
  if (!waits) write_lines();
}

sigset_t handled_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  sigaddset(&set, SIGUSR1);  // ends the waiting thread
  return set;
}

// Blocks the signals in every thread started afterwards.
void block_signals() {
  const sigset_t set = handled_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  // Whoever starts us may ignore it, and that survives exec: the end of a child would be unknown.
  ::signal(SIGCHLD, SIG_DFL);
}

void wait_for_signals(Service& service) {
  const sigset_t set = handled_signals();
  while (true) {
    int number = 0;
    if (::sigwait(&set, &number) != 0 || number == SIGUSR1) return;
    if (number == SIGHUP) {
      service.reload_tls();
      continue;
    }
    log::Line(log::Level::info, "stopping").with("signal", std::int64_t{number});
    service.stop();
  }
}

void serve_until_stopped(Service& service) {
  std::thread signals([&] { wait_for_signals(service); });
  try {
    service.run();
  } catch (...) {
    ::pthread_kill(signals.native_handle(), SIGUSR1);
    signals.join();
    throw;
  }
  ::pthread_kill(signals.native_handle(), SIGUSR1);
  signals.join();
}

fs::path temporary_folder() {
  std::string name = (fs::temp_directory_path() / "limen-dev-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  return name;
}

void print_dev(const json::object& credentials, const fs::path& data, std::ostream& out) {
  const std::string base(credentials.at("base_url").as_string());
  const auto& demo = credentials.at("organisations").at("demo");
  const auto show = [&](std::string_view group, std::string_view name) {
    out << "  " << group << '.' << name << ": " << demo.at(group).at(name).as_string().c_str()
        << "\n";
  };
  out << "Limen " << LIMEN_VERSION << ", dev mode (not for real data)\n\n"
      << "  address:      " << base << "\n  mail inbox:   " << base
      << "/dev/inbox\n  skills:       " << base << "/skills\n  data:         " << data.string()
      << "\n\norganisation demo\n";
  show("oauth", "client_id");
  show("oauth", "client_secret");
  show("skills", "client_id");
  show("device", "api_key");
  show("enrolment", "username");
  out << "\nTry:\n  curl -s " << base
      << "/v1/oauth/token -H 'Content-Type: application/json' \\\n    -d "
         "'{\"client_id\":\"…\",\"client_secret\":\"…\","
         "\"grant_type\":\"client_credentials\"}'\n  curl -s "
      << base << "/dev/inbox\n"
      << std::flush;
}

Config dev_config(const Listen& listen, const fs::path& data) {
  Config config;
  config.is_dev = true;
  config.data = data;
  config.mail_from = "noreply@limen.example";
  config.http.address = listen.address;
  config.http.port = listen.port;
  return config;
}

// A back end that is being written is on this machine.
WebhookConfig dev_webhooks(WebhookConfig config) {
  for (const auto* loopback : {"127.0.0.0/8", "::1"})
    config.reach.networks.push_back(*parse_network(loopback));
  return config;
}

void announce_operator(Service& service, const fs::path& data, bool is_wanted, std::ostream& out) {
  const std::string file = (data / "operator.json").string();
  if (is_wanted)
    out << "A new operator's credentials are in " << file << "; " << new_operator(service, data)
        << " older ones are revoked.\n";
  else if (first_operator(service, data))
    out << "The operator's credentials are in " << file << "; keep them safe.\n";
}

}  // namespace

int run_dev(const DevOptions& options, std::ostream& out, std::ostream& err) {
  const auto listen = parse_listen(options.listen);
  if (!listen) {
    err << "limen dev: --listen must be ADDRESS:PORT, not " << options.listen << "\n";
    return exit_misuse;
  }
  ConfigFile engine, webhooks;
  if (!options.engine.empty()) engine = read_table_config(options.engine, "engine");
  if (!options.webhooks.empty()) webhooks = read_table_config(options.webhooks, "webhooks");
  for (const ConfigFile* file : {&engine, &webhooks})
    for (const auto& error : file->errors) err << error << "\n";
  if (!engine.errors.empty() || !webhooks.errors.empty()) return exit_misuse;
  if (!is_loopback(listen->address))
    err << "limen dev: WARNING: " << listen->address
        << " can be reached by other machines, and dev mode hands its secrets and mails to anyone "
           "who asks; use 127.0.0.1\n";
  block_signals();
  give_way_late();
  log::install(log_to_stderr, log::Level::info, write_lines);
  const bool is_temporary = options.data.empty();
  fs::path data;
  try {
    data = is_temporary ? temporary_folder() : options.data;
    {
      Config config = dev_config(*listen, data);
      config.engine = engine.config.engine;
      config.webhooks = dev_webhooks(webhooks.config.webhooks);
      Service service(std::move(config));
      const json::object credentials = dev_credentials(service, data);
      print_dev(credentials, data, out);
      // The socket listens already, so whoever sees the file can connect.
      if (!options.credentials.empty())
        write_durably(options.credentials, json::serialize(credentials) + "\n");
      serve_until_stopped(service);
    }
    if (is_temporary) fs::remove_all(data);
    return exit_done;
  } catch (const std::exception& problem) {
    err << "limen dev: " << problem.what() << "\n";
    if (is_temporary && !data.empty()) fs::remove_all(data);
    return exit_unavailable;
  }
}

int run_serve(const ServeOptions& options, std::ostream& out, std::ostream& err) {
  block_signals();
  const fs::path& file = options.config;
  const ConfigFile read = read_config(file);
  for (const auto& error : read.errors) err << error << "\n";
  if (!read.errors.empty()) return exit_misuse;
  const auto found = unsafe_settings(read.config);
  for (const auto& sentence : found) err << file.string() << ": unsafe: " << sentence << "\n";
  if (!found.empty()) return exit_refused;
  give_way_late();
  log::install(log_to_stderr, log::Level::info, write_lines);
  for (const auto& sentence : doubtful_settings(read.config))
    log::Line(log::Level::warning, "doubtful_setting").with("note", sentence);
  try {
    Service service(read.config);
    announce_operator(service, read.config.data, options.new_operator, out);
    out << "Limen " << LIMEN_VERSION << " serves " << service.base_url() << " on port "
        << service.port() << "\n"
        << std::flush;
    serve_until_stopped(service);
    return exit_done;
  } catch (const std::exception& problem) {
    err << "limen serve: " << problem.what() << "\n";
    return exit_unavailable;
  }
}

}  // namespace limen::main
