// The configuration file, read with toml++ and every key ticked off, so that a misspelt key is an
// error and not a silent default.
#include "main/config.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <set>

#include "base/text.hpp"
#include "journey/toml.hpp"

namespace limen::main {

namespace {

// Walks one TOML table with typed questions and remembers which keys were asked for.
class Reader {
 public:
  Reader(const toml::table& root, std::string file, std::vector<std::string>& errors)
      : root_(root), file_(std::move(file)), errors_(errors) {}

  void text(const std::string& path, std::string& into) {
    if (const auto* node = find(path)) {
      if (const auto value = node->value_exact<std::string>()) into = *value;
      else fail(*node, path + " must be a text");
    }
  }
  void path(const std::string& name, std::filesystem::path& into) {
    std::string value = into.string();
    text(name, value);
    into = value;
  }
  template <class T>
  void number(const std::string& path, T& into, std::int64_t least, std::int64_t most) {
    if (const auto* node = find(path)) {
      const auto value = node->value_exact<std::int64_t>();
      if (value && *value >= least && *value <= most) into = static_cast<T>(*value);
      else
        fail(*node, path + " must be a whole number from " + std::to_string(least) + " to " +
                        std::to_string(most));
    }
  }
  // In the place of what was there.
  template <class T>
  void numbers(const std::string& path, std::vector<T>& into, std::int64_t least,
               std::int64_t most) {
    const auto* node = find(path);
    if (node == nullptr) return;
    const auto* items = node->as_array();
    into.clear();
    for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
      const auto value = items->get(i)->value_exact<std::int64_t>();
      if (value && *value >= least && *value <= most) into.push_back(static_cast<T>(*value));
    }
    if (items == nullptr || into.empty() || into.size() != items->size())
      fail(*node, path + " must be a list of whole numbers from " + std::to_string(least) + " to " +
                      std::to_string(most));
  }
  void flag(const std::string& path, bool& into) {
    if (const auto* node = find(path)) {
      if (const auto value = node->value_exact<bool>()) into = *value;
      else fail(*node, path + " must be true or false");
    }
  }
  template <class Duration>
  void life(const std::string& path, Duration& into) {
    std::string value;
    text(path, value);
    if (value.empty()) return;
    if (const auto parsed = parse_life(value)) into = *parsed;
    else fail(*find(path), path + " must be a time like \"30s\", \"15m\", \"1h\", \"14d\"");
  }
  void one_of(const std::string& path, std::string& into,
              std::initializer_list<std::string_view> allowed) {
    text(path, into);
    std::string list;
    for (const auto word : allowed) {
      if (into == word) return;
      list += (list.empty() ? "" : ", ") + std::string(word);
    }
    if (const auto* node = find(path)) fail(*node, path + " must be one of " + list);
  }
  // Every text of an array through `take`, which says whether it understood.
  void texts(const std::string& path, const std::string& rule,
             const std::function<bool(const std::string&)>& take) {
    const auto* node = find(path);
    if (node == nullptr) return;
    const auto* items = node->as_array();
    if (items == nullptr) return fail(*node, path + " must be " + rule);
    for (const auto& item : *items) {
      const auto value = item.value_exact<std::string>();
      if (!value || !take(*value)) fail(item, path + " must be " + rule);
    }
  }
  const toml::node* find(const std::string& path) {
    asked_.insert(path);
    return root_.at_path(path).node();
  }
  void fail(const toml::node& node, const std::string& rule) {
    errors_.push_back(file_ + ":" + std::to_string(node.source().begin.line) + ": " +
                      single_line(rule));
  }
  // Every key of the file that no question named.
  void refuse_the_rest() { refuse_the_rest(root_, ""); }

 private:
  void refuse_the_rest(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const std::string path = prefix + std::string(key.str());
      if (const auto* inner = node.as_table()) refuse_the_rest(*inner, path + ".");
      else if (!asked_.contains(path)) fail(node, "unknown key " + path);
    }
  }

  const toml::table& root_;
  std::string file_;
  std::vector<std::string>& errors_;
  std::set<std::string> asked_;
};

void read_listen(Reader& in, Config& config) {
  std::string listen = "127.0.0.1:8080";
  in.text("listen", listen);
  const auto parsed = parse_listen(listen);
  if (!parsed) {
    if (const auto* node = in.find("listen")) in.fail(*node, "listen must be ADDRESS:PORT");
    return;
  }
  config.http.address = parsed->address;
  config.http.port = parsed->port;
}

void read_http(Reader& in, Config& config) {
  read_listen(in, config);
  http::Tls tls;
  in.path("tls.certificate", tls.certificate_chain);
  in.path("tls.key", tls.private_key);
  if (!tls.certificate_chain.empty() || !tls.private_key.empty()) config.http.tls = tls;
  in.flag("behind_proxy", config.behind_proxy);
  in.texts("trusted_proxies", "networks like \"10.0.0.0/8\" or \"::1\"",
           [&](const std::string& text) {
             const auto network = parse_network(text);
             if (network) config.http.proxies.trusted.push_back(*network);
             return network.has_value();
           });
  std::string header = "X-Forwarded-For";
  in.one_of("proxy_header", header, {"X-Forwarded-For", "Forwarded"});
  if (header == "Forwarded") config.http.proxies.by = http::ForwardedBy::forwarded;
  in.number("limits.request_line_bytes", config.http.request_line_bytes, 256, 65'536);
  in.number("limits.header_block_bytes", config.http.header_block_bytes, 1024, 262'144);
  in.number("limits.header_fields", config.http.header_fields, 10, 1000);
  in.number("limits.json_body_bytes", config.http.text_body_bytes, 1024, 16 << 20);
  in.number("limits.upload_file_bytes", config.http.upload_file_bytes, 1024,
            limits::upload_file_bytes_most);
  // Unless said otherwise a body holds the file and, as by default, what comes with it.
  constexpr std::size_t beside = limits::multipart_body_bytes - limits::upload_file_bytes;
  if (in.find("limits.multipart_body_bytes") == nullptr)
    config.http.multipart_body_bytes =
        std::max(config.http.multipart_body_bytes, config.http.upload_file_bytes + beside);
  in.number("limits.multipart_body_bytes", config.http.multipart_body_bytes, 1024, 1 << 30);
  // Half of it is what one sender gets (http/budget.hpp): less would refuse a whole body for ever.
  const std::size_t whole = config.http.multipart_body_bytes + config.http.request_line_bytes +
                            config.http.header_block_bytes;
  std::size_t& in_flight = config.http.uploads_in_flight_bytes;
  if (const auto* node = in.find("limits.uploads_in_flight_bytes")) {
    in.number("limits.uploads_in_flight_bytes", in_flight, 1 << 20, 1LL << 40);
    if (in_flight < 2 * whole)
      in.fail(*node, "limits.uploads_in_flight_bytes must be " + std::to_string(2 * whole) +
                         " at least: one sender has half of it, for a body and its head");
  } else {
    in_flight = std::max(in_flight, 4 * whole);
  }
  in.number("limits.body_rate_bytes_per_s", config.http.body_rate_bytes_per_s, 1, 1 << 30);
  in.life("limits.body_grace_time", config.http.body_grace_time);
  in.number("limits.connections", config.http.connections, 1, 1'000'000);
  in.life("limits.header_time", config.http.header_time);
  in.life("limits.body_gap_time", config.http.body_gap_time);
  in.life("limits.write_time", config.http.write_time);
  in.life("limits.idle_time", config.http.idle_time);
  in.life("limits.drain_time", config.http.drain_time);
}

void read_mail(Reader& in, Config& config) {
  config.mail_configured = in.find("mail.host") != nullptr;
  in.text("mail.host", config.smtp.host);
  in.number("mail.port", config.smtp.port, 1, 65'535);
  std::string tls = "starttls";
  in.one_of("mail.tls", tls, {"starttls", "tls", "none"});
  config.smtp.tls = tls == "none"  ? outbox::Tls::none
                    : tls == "tls" ? outbox::Tls::tls
                                   : outbox::Tls::starttls;
  in.text("mail.user", config.smtp.user);
  in.text("mail.password_file", config.smtp.password_file);
  in.text("mail.ca_file", config.smtp.ca_file);
  in.text("mail.from", config.mail_from);
  in.text("mail.from_name", config.mail_from_name);
  in.path("mail.templates", config.templates);
  in.life("mail.connect_time", config.smtp.connect_time);
  in.life("mail.total_time", config.smtp.total_time);
}

void read_engine(Reader& in, EngineConfig& engine) {
  engine.is_set = in.find("engine.url") != nullptr;
  in.text("engine.url", engine.settings.url);
  in.text("engine.secret_file", engine.settings.secret_file);
  in.text("engine.ca_file", engine.settings.ca_file);
  in.life("engine.connect_time", engine.settings.connect_time);
  in.life("engine.time", engine.settings.total_time);
  in.life("engine.deadline", engine.deadline);
  in.number("engine.parallel", engine.parallel, 1, 64);
  const toml::node* table = in.find("engine");
  // Silently without an engine: its operator would learn it from the results.
  if (table != nullptr && !engine.is_set) in.fail(*table, "engine.url is missing");
  if (table != nullptr && engine.settings.total_time >= engine.deadline)
    in.fail(*table, "engine.deadline must be longer than engine.time, that of one call");
  if (in.find("engine.pictures") == nullptr) return;
  engine.wants_documents = false;
  in.texts("engine.pictures", "face and, where it is wanted, document",
           [&](const std::string& text) {
             if (text == "document") engine.wants_documents = true;
             return text == "document" || text == "face";
           });
}

// A call in hand holds a thread, and a stop.
constexpr Millis longest_call = std::chrono::minutes{1};

void read_webhooks(Reader& in, WebhookConfig& webhooks) {
  in.texts("webhooks.networks", "networks like \"10.0.0.0/8\" or \"::1\"",
           [&](const std::string& text) {
             const auto network = parse_network(text);
             if (network) webhooks.reach.networks.push_back(*network);
             return network.has_value();
           });
  in.numbers("webhooks.ports", webhooks.reach.ports, 1, 65'535);
  in.text("webhooks.ca_file", webhooks.ca_file);
  in.life("webhooks.connect_time", webhooks.connect_time);
  in.life("webhooks.time", webhooks.total_time);
  const bool is_short = webhooks.total_time.count() > 0 && webhooks.total_time <= longest_call;
  if (const auto* node = in.find("webhooks.time"); node != nullptr && !is_short)
    in.fail(*node, "webhooks.time must be more than nothing and at most a minute");
  in.number("webhooks.parallel", webhooks.parallel, 1, 64);
}

bool is_open_to_others(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  const auto status = fs::status(path, error);
  return !error && fs::exists(status) && (status.permissions() & fs::perms(077)) != fs::perms::none;
}

}  // namespace

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1" || host == "[::1]";
}

std::optional<Listen> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view address = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (address.starts_with('[') && address.ends_with(']'))
    address = address.substr(1, address.size() - 2);
  unsigned port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  const bool is_port = error == std::errc{} && end == digits.data() + digits.size();
  if (!is_port || port > 65'535 || address.empty()) return std::nullopt;
  return Listen{std::string(address), static_cast<std::uint16_t>(port)};
}

static ConfigFile read_parsed(const toml::parse_result& parsed, const std::string& file) {
  ConfigFile out;
  if (!parsed) {
    out.errors.push_back(file + ":" + std::to_string(parsed.error().source().begin.line) + ": " +
                         single_line(parsed.error().description()));
    return out;
  }
  Config& config = out.config;
  Reader in(parsed.table(), file, out.errors);
  in.path("data", config.data);
  in.text("base_url", config.base_url);
  in.text("issuer", config.issuer);
  in.path("skills_folder", config.skills_folder);
  in.number("code_symbols", config.code_symbols, 7, 12);
  std::string algorithm = "HS256";
  in.one_of("enrolment_token", algorithm, {"HS256", "ES256"});
  if (algorithm == "ES256") config.enrolment_token = onboard::EnrolmentToken::es256;
  in.life("lifetimes.access", config.access_life);
  in.life("lifetimes.invitation", config.invitation_life);
  in.life("lifetimes.session", config.session_life);
  in.number("readers", config.readers, 1, 64);
  for (const auto& policy : onboard::budget_policies)
    in.number("budgets." + std::string(policy.name),
              config.quotas[static_cast<std::size_t>(policy.budget)], 1, 1'000'000'000);
  read_http(in, config);
  read_mail(in, config);
  read_engine(in, config.engine);
  read_webhooks(in, config.webhooks);
  in.refuse_the_rest();
  if (config.data.empty()) out.errors.push_back(file + ": data must name a folder");
  return out;
}

ConfigFile read_config(const std::filesystem::path& file) {
  return read_parsed(toml::parse_file(file.string()), file.string());
}

ConfigFile read_table_config(const std::filesystem::path& file, const std::string& table) {
  const auto parsed = toml::parse_file(file.string());
  ConfigFile out;
  if (!parsed) {
    out.errors.push_back(file.string() + ": " + single_line(parsed.error().description()));
    return out;
  }
  Reader in(parsed.table(), file.string(), out.errors);
  const bool is_there = in.find(table) != nullptr;
  if (table == "engine") read_engine(in, out.config.engine);
  else read_webhooks(in, out.config.webhooks);
  in.refuse_the_rest();
  if (!is_there) out.errors.push_back(file.string() + ": the [" + table + "] table is missing");
  return out;
}

ConfigFile read_config(std::string_view text, const std::string& file) {
  return read_parsed(toml::parse(text), file);
}

std::vector<std::string> unsafe_settings(const Config& config) {
  std::vector<std::string> found;
  const auto when = [&](bool is_unsafe, std::string sentence) {
    if (is_unsafe) found.push_back(std::move(sentence));
  };
  const bool is_https = config.base_url.starts_with("https://");
  const bool is_http = config.base_url.starts_with("http://");
  std::string_view host = config.base_url;
  host.remove_prefix(
      std::min(host.size(), host.find("://") == std::string_view::npos ? 0 : host.find("://") + 3));
  host = host.substr(0, host.find_first_of(":/"));
  when(!is_https && !is_http, "base_url must be the http(s) address people reach this server by");
  when(is_http && !is_loopback(host),
       "base_url is http beyond this machine: secrets would travel in clear");
  when(config.base_url.ends_with('/'), "base_url must not end with a slash");
  when(host == "onboard.example.com", "base_url is the sample's; set your own");
  when(!is_loopback(config.http.address) && !config.http.tls && !config.behind_proxy,
       "listen is reachable from outside without TLS; set tls.certificate and tls.key, or "
       "behind_proxy = true when a "
       "proxy on this network ends TLS");
  when(!config.mail_configured, "mail.host is not set: no invitation letter could ever leave");
  when(config.mail_configured && config.smtp.tls == outbox::Tls::none &&
           !is_loopback(config.smtp.host),
       "mail.tls is none beyond this machine: codes would travel in clear");
  when(config.mail_configured && !is_email(config.mail_from),
       "mail.from must be an e-mail address");
  when(is_open_to_others(config.data),
       "data folder " + config.data.string() + " is open to others; run chmod 700 on it");
  if (config.http.tls) {
    const std::string key = config.http.tls->private_key.string();
    when(is_open_to_others(key), "tls.key " + key + " is open to others; run chmod 600 on it");
  }
  return found;
}

std::vector<std::string> doubtful_settings(const Config& config) {
  std::vector<std::string> found;
  const bool is_proxied = config.base_url.starts_with("https://") && !config.http.tls;
  if (is_proxied && config.http.proxies.trusted.empty())
    found.emplace_back(
        "a proxy ends TLS, but trusted_proxies is empty: everybody behind it counts as one "
        "address, and a few wrong codes make all of them wait");
  return found;
}

std::vector<std::pair<std::string, std::string>> effective(const Config& config) {
  std::vector<std::pair<std::string, std::string>> out;
  const auto line = [&](std::string_view key, std::string value) {
    out.emplace_back(key, std::move(value));
  };
  line("data", config.data.string());
  line("listen", config.http.address + ":" + std::to_string(config.http.port));
  line("base_url", config.base_url);
  line("issuer", config.issuer.empty() ? config.base_url : config.issuer);
  line("tls.certificate", config.http.tls ? config.http.tls->certificate_chain.string() : "none");
  line("behind_proxy", config.behind_proxy ? "true" : "false");
  line("trusted_proxies", std::to_string(config.http.proxies.trusted.size()) + " networks");
  line("proxy_header",
       config.http.proxies.by == http::ForwardedBy::forwarded ? "Forwarded" : "X-Forwarded-For");
  line("skills_folder", config.skills_folder.empty() ? "built in" : config.skills_folder.string());
  line("code_symbols", std::to_string(config.code_symbols));
  line("lifetimes.access", std::to_string(config.access_life.count()) + "s");
  line("lifetimes.invitation", std::to_string(config.invitation_life.count()) + "s");
  line("lifetimes.session", std::to_string(config.session_life.count()) + "s");
  line("mail.host",
       config.mail_configured ? config.smtp.host + ":" + std::to_string(config.smtp.port) : "none");
  line("mail.from", config.mail_from);
  line("mail.user", config.smtp.user.empty() ? "none" : config.smtp.user);
  line("mail.password_file", config.smtp.password_file.empty() ? "none" : "(set, not shown)");
  // One with a query or a name in it is refused, and may hold a secret.
  const std::string& engine = config.engine.settings.url;
  const bool is_shown = engine.find_first_of("?#@") == std::string::npos;
  line("engine.url", !config.engine.is_set ? "none" : is_shown ? engine : "(set, not shown)");
  line("engine.secret_file", config.engine.is_set ? "(set, not shown)" : "none");
  line("engine.deadline", std::to_string(config.engine.deadline.count()) + "s");
  line("webhooks.networks", std::to_string(config.webhooks.reach.networks.size()) + " networks");
  std::string ports;
  for (const auto port : config.webhooks.reach.ports)
    ports += (ports.empty() ? "" : ", ") + std::to_string(port);
  line("webhooks.ports", ports);
  for (const auto& policy : onboard::budget_policies)
    line("budgets." + std::string(policy.name),
         std::to_string(config.quotas[static_cast<std::size_t>(policy.budget)]));
  line("readers", std::to_string(config.readers));
  return out;
}

std::string describe(const Config& config) {
  std::string out;
  for (const auto& [key, value] : effective(config)) out += key + " = " + value + "\n";
  return out;
}

Seconds key_overlap(const Config& config) {
  return 2 * std::max<Seconds>(config.access_life, limits::enrolment_token_life);
}

}  // namespace limen::main
