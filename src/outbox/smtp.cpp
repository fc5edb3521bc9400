// How libcurl is told what to do and how its answers are read. libcurl's own codes say little about
// where a dialogue stood, so the dialogue is followed through its debug callback: which command was
// out, and which reply came since.
#include "outbox/smtp.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/problem_codes.hpp"
#include "base/text.hpp"
#include "outbox/curl_library.hpp"
#include "outbox/secret_file.hpp"

namespace limen::outbox {
namespace {

constexpr std::size_t words_max = 300;

// Where the dialogue stands (RFC 5321 section 4.1.4). Everything before MAIL is about the relay and
// us; from MAIL on it is about this letter.
enum class Stage : std::uint8_t { opening, mail, recipient, data, content };

struct Dialogue {
  Stage stage = Stage::opening;
  int reply = 0;  // the last complete reply in this stage
  std::string words{};
  bool is_over = false;  // QUIT was said; libcurl says it after a refusal

  void said(std::string_view command) {
    if (command.starts_with("MAIL FROM:")) *this = {.stage = Stage::mail};
    if (command.starts_with("RCPT TO:")) *this = {.stage = Stage::recipient};
    if (command.starts_with("DATA")) *this = {.stage = Stage::data};
    if (command.starts_with("QUIT")) is_over = true;
  }
  void heard(std::string_view line) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (is_over || line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit))
      return;
    if (words.size() < words_max) words += (words.empty() ? "" : " ") + single_line(line);
    // RFC 5321 section 4.2.1: a hyphen after the code means more lines follow.
    if (line.size() == 3 || line[3] != '-')
      reply = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  }
  void sent_content() {
    if (stage == Stage::data && reply == 354) *this = {.stage = Stage::content};
  }
};

// Never keeps what we say: a HEADER_OUT line can be the password.
int follow(CURL*, curl_infotype type, char* data, std::size_t size, void* target) {
  auto& dialogue = *static_cast<Dialogue*>(target);
  const std::string_view text(data, size);
  if (type == CURLINFO_HEADER_OUT) dialogue.said(text);
  if (type == CURLINFO_HEADER_IN) dialogue.heard(text);
  if (type == CURLINFO_DATA_OUT) dialogue.sent_content();
  return 0;
}

std::size_t feed(char* buffer, std::size_t size, std::size_t count, void* source) {
  auto& rest = *static_cast<std::string_view*>(source);
  const std::size_t taken = std::min(size * count, rest.size());
  std::memcpy(buffer, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) { return size * count; }

bool is_refusal_of_us(const Dialogue& said) {
  // RFC 4954 section 6: 530, 534, 535 and 538 ask for other credentials. A refusal of MAIL is one
  // of our address, the same for every letter; but 552 (RFC 1870) is about this one's size.
  constexpr std::array<int, 4> credentials = {530, 534, 535, 538};
  if (std::find(credentials.begin(), credentials.end(), said.reply) != credentials.end())
    return true;
  return said.stage == Stage::mail && said.reply / 100 == 5 && said.reply != 552;
}

Outcome outcome_of(CURLcode code, const Dialogue& said) {
  if (code == CURLE_OK) return Outcome::sent;
  if (said.stage == Stage::opening) return Outcome::relay_down;
  // RFC 5321 section 3.8: 421 is "closing the transmission channel", whatever we asked.
  if (said.reply == 421) return Outcome::broken_off;
  if (is_refusal_of_us(said)) return Outcome::relay_down;
  if (said.reply / 100 == 4) return Outcome::later;
  if (said.reply / 100 == 5) return Outcome::never;
  // Section 4.2.1: any 2yz is a yes; libcurl believes only 250.
  if (said.stage == Stage::content && said.reply / 100 == 2) return Outcome::sent;
  return Outcome::broken_off;
}

bool is_loopback(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  if (inet_pton(AF_INET6, host.c_str(), &v6) == 1) return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  return equals_ignoring_case(host, "localhost");
}

bool is_host(std::string_view host) {
  return !host.empty() && host.size() <= 255 && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == ':';
  });
}

std::unexpected<Problem> wrong(std::string field, std::string rule) {
  return refuse(Fault::malformed, codes::invalid_field, std::move(rule), std::move(field));
}

Result<void> check(const SmtpSettings& settings) {
  if (!is_host(settings.host)) return wrong("host", "not a host name or address");
  if (settings.port == 0) return wrong("port", "0 is no port");
  if (!settings.hello.empty() && !is_host(settings.hello)) return wrong("hello", "not a host name");
  const bool in_clear_allowed =
      is_loopback(settings.host) && settings.loopback_auth == LoopbackAuth::allowed;
  if (!settings.user.empty() && settings.tls == Tls::none && !in_clear_allowed)
    return wrong("tls", "AUTH needs TLS");
  if (settings.user.empty() != settings.password_file.empty())
    return wrong("user", "user and password_file come together");
  if (has_control(settings.user)) return wrong("user", "holds a control character");
  const bool has_time = settings.connect_time.count() > 0 && settings.total_time.count() > 0 &&
                        settings.stall_time.count() > 0;
  if (!has_time) return wrong("total_time", "times must be positive");
  return {};
}

std::string url_of(const SmtpSettings& settings) {
  const bool is_v6 = settings.host.find(':') != std::string::npos;
  return std::string(settings.tls == Tls::tls ? "smtps://" : "smtp://") +
         (is_v6 ? "[" + settings.host + "]" : settings.host) + ":" + std::to_string(settings.port) +
         "/" + settings.hello;
}

}  // namespace

struct Smtp::Line {
  Dialogue dialogue{};
  std::array<char, CURL_ERROR_SIZE> error{};
  CurlHandle handle;  // last: it says QUIT, for no longer than stall_time, and is followed

  Line(const SmtpSettings& settings, const seal::Secret& password);
  Delivery perform(const Envelope& envelope, std::string_view bytes);
  std::string why(CURLcode code) const;
};

Smtp::Line::Line(const SmtpSettings& settings, const seal::Secret& password)
    : handle({.url = url_of(settings),
              .protocols = "smtp,smtps",
              .ca_file = settings.ca_file,
              .connect_time = settings.connect_time,
              .total_time = settings.total_time}) {
  // RFC 3207 section 4.1: a client that was told to use TLS must not go on without it. libcurl
  // checks the name and refuses replies that came in before the handshake (CVE-2021-22947).
  if (settings.tls != Tls::none) handle.set(CURLOPT_USE_SSL, long{CURLUSESSL_ALL});
  if (!settings.user.empty()) {
    handle.set(CURLOPT_USERNAME, settings.user.c_str());
    handle.set(CURLOPT_PASSWORD, std::string(password.reveal()).c_str());
    // Inside TLS the plain mechanisms are the ones every relay has; NTLM and GSSAPI stay off.
    handle.set(CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
  }
  handle.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(settings.stall_time.count()));
  handle.set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  handle.set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(settings.stall_time.count()));
  handle.set(CURLOPT_ERRORBUFFER, error.data());
  handle.set(CURLOPT_VERBOSE, 1L);  // turns the debug callback on; nothing is printed
  handle.set(CURLOPT_DEBUGFUNCTION, &follow);
  handle.set(CURLOPT_DEBUGDATA, &dialogue);
  handle.set(CURLOPT_WRITEFUNCTION, &ignore);
  handle.set(CURLOPT_READFUNCTION, &feed);
  handle.set(CURLOPT_UPLOAD, 1L);
}

Delivery Smtp::Line::perform(const Envelope& envelope, std::string_view bytes) {
  const std::string from = "<" + envelope.from + ">", to = "<" + envelope.to + ">";
  const CurlLibrary& curl = handle.library();
  const std::unique_ptr<curl_slist, decltype(curl.slist_free_all)> recipients(
      curl.slist_append(nullptr, to.c_str()), curl.slist_free_all);
  handle.set(CURLOPT_MAIL_FROM, from.c_str());
  handle.set(CURLOPT_MAIL_RCPT, recipients.get());
  handle.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(bytes.size()));
  CURLcode code = CURLE_OK;
  for (const long fresh : {0L, 1L}) {
    std::string_view rest = bytes;
    dialogue = {};
    error.front() = '\0';
    handle.set(CURLOPT_READDATA, &rest);
    handle.set(CURLOPT_FRESH_CONNECT, fresh);
    code = handle.perform();
    // A kept connection may have ended while nobody looked. Nothing of this letter was accepted
    // yet, so one new connection is no second attempt.
    const bool was_kept = handle.number(CURLINFO_NUM_CONNECTS) == 0;
    const bool was_stale = code != CURLE_OK && code != CURLE_OPERATION_TIMEDOUT && was_kept &&
                           dialogue.stage <= Stage::mail &&
                           (dialogue.reply == 0 || dialogue.reply == 421);
    if (!was_stale) break;
  }
  handle.set(CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
  Delivery out{
      .outcome = outcome_of(code, dialogue), .reply = dialogue.reply, .why = {}, .copy = {}};
  if (out.outcome != Outcome::sent) out.why = why(code);
  return out;
}

std::string Smtp::Line::why(CURLcode code) const {
  const std::string ours = error.front() != '\0' ? error.data() : handle.library().strerror(code);
  return single_line(dialogue.reply >= 400 ? dialogue.words : ours).substr(0, words_max);
}

Smtp::Smtp(SmtpSettings settings, seal::Secret password)
    : settings_(std::move(settings)), password_(std::move(password)) {}
Smtp::~Smtp() = default;

Result<std::unique_ptr<Smtp>> Smtp::make(SmtpSettings settings) {
  CHECK_OK(check(settings));
  seal::Secret password;
  if (!settings.user.empty())
    password = TRY(read_secret_file(settings.password_file, "password_file"));
  return std::unique_ptr<Smtp>(new Smtp(std::move(settings), std::move(password)));
}

Result<void> Smtp::probe() const {
  Line line(settings_, password_);
  line.handle.set(CURLOPT_UPLOAD, 0L);
  line.handle.set(CURLOPT_NOBODY, 1L);
  line.handle.set(CURLOPT_CUSTOMREQUEST, "NOOP");
  const CURLcode code = line.handle.perform();
  if (code == CURLE_OK) return {};
  return refuse(Fault::unavailable, codes::mail_refused, line.why(code));
}

void Smtp::rest() { line_.reset(); }

Delivery Smtp::send(const Envelope& envelope, const Message& message) {
  const auto bytes = to_wire(message);
  if (!bytes)
    return {.outcome = Outcome::never, .why = bytes.error().field + ": " + bytes.error().detail};
  return send_bytes(envelope, *bytes);
}

Delivery Smtp::send_bytes(const Envelope& envelope, std::string_view bytes) {
  if (!is_email(envelope.from) || !is_email(envelope.to) || !is_wire_safe(bytes))
    return {.outcome = Outcome::never, .why = "not a message that SMTP can carry"};
  if (line_ == nullptr) line_ = std::make_unique<Line>(settings_, password_);
  return line_->perform(envelope, bytes);
}

}  // namespace limen::outbox
