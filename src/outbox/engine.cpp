// How libcurl is told and how a status is read. Nothing is followed, no proxy of the environment is
// asked, and no word of the engine's but a result gets any further than this file.
#include "outbox/engine.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <new>
#include <stdexcept>

#include "base/network.hpp"
#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "onboard/findings.hpp"
#include "outbox/curl_library.hpp"
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

// What came back, as far as it is looked at.
struct Heard {
  const CurlHandle& line;
  std::string body{};
  std::size_t dropped = 0;
  std::optional<Seconds> wait{};
  long status() const { return line.number(CURLINFO_RESPONSE_CODE); }
};

std::size_t hear_body(char* data, std::size_t size, std::size_t count, void* target) {
  auto& heard = *static_cast<Heard*>(target);
  const std::size_t bytes = size * count;
  const bool is_wanted = heard.status() == 200;
  if (heard.body.size() + heard.dropped + bytes > onboard::findings_bytes) return 0;  // ends it
  if (is_wanted) heard.body.append(data, bytes);
  else heard.dropped += bytes;
  return bytes;
}

// RFC 9110 section 10.2.3, in seconds; a date is taken for no word at all.
std::size_t hear_header(char* data, std::size_t size, std::size_t count, void* target) {
  constexpr std::string_view name = "retry-after:";
  const std::string_view line(data, size * count);
  if (line.size() > name.size() && equals_ignoring_case(line.substr(0, name.size()), name)) {
    std::string_view value = line.substr(name.size());
    value = trim(value.substr(0, value.find_first_of("\r\n")));
    std::int32_t seconds = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
    const bool is_whole = error == std::errc{} && end == value.data() + value.size();
    if (is_whole && seconds >= 0) static_cast<Heard*>(target)->wait = Seconds{seconds};
  }
  return line.size();
}

// Another status than 200 says all: how its body ended, or whether at all, does not matter.
EngineReply read_status(long status, const Heard& heard) {
  EngineReply out;
  const bool is_later = status >= 500 || status == 429 || status == 408;
  out.reply = status == 202 ? Reply::accepted : is_later ? Reply::later : Reply::refused;
  if (status == 202) return out;
  out.why = "status " + std::to_string(status);
  if (status == 429 || status == 503) out.wait = heard.wait;
  return out;
}

std::unique_ptr<CurlHandle> open_line(const EngineSettings& settings) {
  auto line = std::make_unique<CurlHandle>(
      CurlPeer{.url = settings.url,
               .protocols = settings.url.starts_with("https") ? "https" : "http",
               .ca_file = settings.ca_file,
               .connect_time = settings.connect_time,
               .total_time = settings.total_time});
  line->set(CURLOPT_FOLLOWLOCATION, 0L);
  line->set(CURLOPT_WRITEFUNCTION, &hear_body);
  line->set(CURLOPT_HEADERFUNCTION, &hear_header);
  return line;
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
    : settings_(std::move(settings)), key_(std::move(key)) {}
HttpEngine::~HttpEngine() = default;

EngineReply HttpEngine::post(const std::string& id, Time at, const std::string& body) {
  if (line_ == nullptr) line_ = open_line(settings_);
  const CurlLibrary& curl = line_->library();
  using List = std::unique_ptr<curl_slist, decltype(curl.slist_free_all)>;
  List headers(nullptr, curl.slist_free_all);
  for (const std::string& header :
       {"webhook-id: " + id, "webhook-timestamp: " + std::to_string(to_unix(at)),
        "webhook-signature: " + key_->sign(id, at, body),
        std::string("Content-Type: application/json"), std::string("Accept: application/json"),
        std::string("Expect:")}) {  // a round trip less
    curl_slist* longer = curl.slist_append(headers.get(), header.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(headers.release());
    headers.reset(longer);
  }
  Heard heard{*line_};
  line_->set(CURLOPT_HTTPHEADER, headers.get());
  line_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  line_->set(CURLOPT_POSTFIELDS, body.data());
  line_->set(CURLOPT_WRITEDATA, &heard);
  line_->set(CURLOPT_HEADERDATA, &heard);
  const CURLcode code = line_->perform();
  line_->set(CURLOPT_HTTPHEADER, static_cast<curl_slist*>(nullptr));
  line_->set(CURLOPT_POSTFIELDS, static_cast<const char*>(nullptr));
  if (const long status = heard.status(); status >= 201) return read_status(status, heard);
  EngineReply out;
  if (code == CURLE_OK) {
    out.reply = Reply::answered;
    out.body = std::move(heard.body);
  } else {
    out.why = code == CURLE_OPERATION_TIMEDOUT ? "timeout" : curl.strerror(code);
  }
  return out;
}

}  // namespace limen::outbox
