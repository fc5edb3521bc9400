// How a status is read. No word of the engine's but a result gets any further than this file.
#include "outbox/engine.hpp"

#include <algorithm>

#include "base/network.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "onboard/findings.hpp"
#include "outbox/secret_file.hpp"

namespace limen::outbox {
namespace {

using onboard::Reply;

std::unexpected<Problem> unfit(std::string field, std::string rule) {
  return refuse(Fault::malformed, codes::invalid_field, std::move(rule), std::move(field));
}

// "host:8080" and "[::1]:8080" without the port; the user's part is refused before.
std::string_view host_of(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (url.starts_with('[')) return url.substr(1, url.find(']') - 1);
  return url.substr(0, url.find(':'));
}

bool is_this_machine(std::string_view host) {
  if (equals_ignoring_case(host, "localhost")) return true;
  const auto address = parse_address(host);
  return address &&
         (parse_network("127.0.0.0/8")->holds(*address) || parse_network("::1")->holds(*address));
}

bool is_plain_url(std::string_view url) {
  // Secrets hide behind these, and logs would show them.
  if (url.find_first_of("@?#") != std::string_view::npos) return false;
  return std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7F'; });
}

// What became of it, in the engine's four words.
EngineReply read_reply(PostReply reply) {
  EngineReply out;
  out.why = std::move(reply.why);
  out.wait = reply.wait;
  const long status = reply.status;
  if (status == 200 && out.why.empty()) {
    out.reply = Reply::answered;
    out.body = std::move(reply.body);
  } else if (status == 202) {
    out.reply = Reply::accepted;
    out.why.clear();
  } else if (status > 200) {
    const bool is_later = status >= 500 || status == 429 || status == 408;
    out.reply = is_later ? Reply::later : Reply::refused;
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const seal::WebhookKey>> engine_key(const EngineSettings& settings) {
  const bool is_https = settings.url.starts_with("https://");
  const bool is_http = settings.url.starts_with("http://");
  if ((!is_https && !is_http) || !is_plain_url(settings.url) || host_of(settings.url).empty())
    return unfit("url",
                 "must be an https address, or http on this machine, without a user's name, a "
                 "query and a fragment");
  if (is_http && !is_this_machine(host_of(settings.url)))
    return unfit("url", "is http beyond this machine: pictures would travel in clear");
  const bool has_time = settings.connect_time.count() > 0 && settings.total_time.count() > 0;
  if (!has_time) return unfit("time", "times must be positive");
  const auto secrets = TRY(read_secrets_file(settings.secret_file, "secret_file"));
  auto key = seal::WebhookKey::read(secrets.first, secrets.second);
  if (!key)
    return unfit("secret_file", "must hold whsec_ and base64 of 24 to 64 bytes on each line");
  return key;
}

HttpEngine::HttpEngine(EngineSettings settings, std::shared_ptr<const seal::WebhookKey> key)
    : settings_(std::move(settings)),
      key_(std::move(key)),
      post_({.ca_file = settings_.ca_file,
             .connect_time = settings_.connect_time,
             .total_time = settings_.total_time,
             .answer_bytes = onboard::findings_bytes}) {}

EngineReply HttpEngine::post(const std::string& id, Time at, const std::string& body) {
  std::vector<std::string> headers = signed_headers(id, at, key_->sign(id, at, body));
  headers.emplace_back("Accept: application/json");
  return read_reply(post_.send(settings_.url, headers, body));
}

}  // namespace limen::outbox
