// Configuration of `limen serve`: one TOML file, every key with a usable default, unknown keys are
// errors, secrets only as *_file. Reading it opens no socket and no store; what is unsafe is named
// before anything starts.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/server.hpp"
#include "onboard/desk.hpp"
#include "outbox/engine.hpp"
#include "outbox/smtp.hpp"

namespace limen::main {

struct EngineConfig {
  bool is_set = false;
  outbox::EngineSettings settings;
  Seconds deadline = std::chrono::minutes{3};  // from the session's completion to its decision
  bool wants_documents = true;
  std::size_t parallel = 2;  // checks at the engine at once
};

struct WebhookConfig {
  onboard::WebhookReach reach;
  std::string ca_file{};  // PEM; empty: the system's
  Millis connect_time = std::chrono::seconds{5};
  Millis total_time = std::chrono::seconds{15};  // of one call
  std::size_t parallel = 4;                      // webhooks called at once
};

struct Config {
  std::filesystem::path data;
  http::Options http;
  bool behind_proxy = false;  // plain HTTP beyond loopback is meant: a proxy ends TLS
  std::string base_url;
  std::string issuer;                   // empty: base_url
  std::filesystem::path skills_folder;  // empty: the built-in samples
  std::size_t code_symbols = 9;
  onboard::EnrolmentToken enrolment_token = onboard::EnrolmentToken::hs256;
  onboard::Quotas quotas = onboard::default_quotas;
  Seconds access_life = limits::access_life;
  Seconds invitation_life = limits::invitation_life;
  Seconds session_life = limits::session_life;
  outbox::SmtpSettings smtp;
  bool mail_configured = false;
  std::string mail_from;            // address of From and envelope
  std::string mail_from_name;       // empty: the inviting organisation's name
  std::filesystem::path templates;  // empty: built-in letters
  EngineConfig engine;
  WebhookConfig webhooks;
  std::size_t readers = 2;
  bool is_dev = false;
};

struct ConfigFile {
  Config config;
  std::vector<std::string> errors;  // file:line: rule
};
ConfigFile read_config(const std::filesystem::path& file);
// The same from a text; `file` is its name in errors.
ConfigFile read_config(std::string_view text, const std::string& file);
// A file with that table and nothing else, "engine" or "webhooks", for dev mode.
ConfigFile read_table_config(const std::filesystem::path& file, const std::string& table);
// Settings that endanger people, each as a sentence. Empty: may start.
std::vector<std::string> unsafe_settings(const Config& config);
// What is no danger to people but surely not meant, each as a sentence for the log.
std::vector<std::string> doubtful_settings(const Config& config);
// The effective configuration by key, secrets redacted.
std::vector<std::pair<std::string, std::string>> effective(const Config& config);
// The same, one `key = value` a line.
std::string describe(const Config& config);

// How long a signing key that was replaced still verifies: twice the life of the longest token.
Seconds key_overlap(const Config& config);
// "ADDRESS:PORT", an IPv6 address with or without brackets; nothing when it is none.
struct Listen {
  std::string address;  // without brackets
  std::uint16_t port = 0;
};
std::optional<Listen> parse_listen(std::string_view text);
bool is_loopback(std::string_view host);
// "30m", "14d", "3600" (seconds); nothing when it is none.

}  // namespace limen::main
