// The headers that no other target reads: who sent a request (X-Forwarded-For, Forwarded), which
// coding and which language it is answered in (Accept-Encoding, Accept-Language, the cookie and the
// query of our own switch), its Idempotency-Key, and the three of a signed webhook. A byte that
// chooses variants, then lines `name: value`, a line `?query`, an empty line and the body. How a
// field line is cut is the business of http_head; credentials and cookies have a target too.
#include <algorithm>
#include <array>
#include <string>

#include "doors/assets.hpp"
#include "doors/pages/look.hpp"
#include "doors/repeat.hpp"
#include "fuzz/fuzz.hpp"
#include "http/forwarded.hpp"
#include "seal/webhook.hpp"

namespace limen::doors::headers {
namespace {

using Headers = decltype(Request::headers);

constexpr std::size_t fields_max = 24;

// What http lets through as a field value, without the white space around it.
bool is_field_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  });
}

Request request_of(std::string_view input) {
  Request request;
  while (!input.empty()) {
    std::string_view line = fuzz::take_until(input, '\n');
    if (line.empty()) break;
    if (line.starts_with('?')) {
      request.query = line.substr(1);
      continue;
    }
    const std::string name = lower_ascii(fuzz::take_until(line, ':'));
    const std::string_view value = trim(line);
    if (name.empty() || !is_field_value(value) || request.headers.size() == fields_max) continue;
    request.headers.emplace_back(name, value);
  }
  request.body = input;
  return request;
}

// --- who sent it ---

const std::vector<Network>& trusted() {
  static const std::vector<Network> networks = {*parse_network("10.0.0.0/8"), *parse_network("::1"),
                                                *parse_network("2001:db8::/48")};
  return networks;
}

// The field that says of one hop that it asked, in every way an address is written there.
Headers fields_of(http::ForwardedBy by, const std::string& address) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  const std::string bare = is_ipv6 ? '[' + address + ']' : address;
  if (by == http::ForwardedBy::x_forwarded_for)
    return {{"x-forwarded-for", address}, {"x-forwarded-for", bare + ":4711"}};
  return {{"forwarded", "for=\"" + bare + "\""},
          {"forwarded", "proto=https; For=\"" + bare + ":4711\";by=a"}};
}

void check_sender(const Request& request, std::string_view peer, http::ForwardedBy by) {
  ASSERT(http::sender_of(request, peer, {{}, by}) == peer);
  const http::Proxies proxies{trusted(), by};
  const std::string sender = http::sender_of(request, peer, proxies);
  const auto address = parse_address(sender);
  ASSERT(address);
  const bool is_believed = is_within(*parse_address(peer), trusted());
  ASSERT(is_believed || sender == peer);
  ASSERT(http::sender_of(request, sender, proxies) == sender);
  // The other header is the sender's own.
  Request changed = request;
  for (const char* name : {"forwarded", "x-forwarded-for"})
    if ((by == http::ForwardedBy::forwarded) != (std::string_view(name) == "forwarded"))
      for (const char* hop : {"192.0.2.7", "for=192.0.2.7"})
        changed.headers.emplace_back(name, hop);
  ASSERT(http::sender_of(changed, peer, proxies) == sender);
  // So is all that stands left of the first hop nobody vouches for.
  if (!is_within(*address, trusted()))
    for (const char* hop : {"198.51.100.99", "10.0.0.9"})
      for (const auto& field : fields_of(by, hop)) {
        changed.headers.insert(changed.headers.begin(), field);
        ASSERT(http::sender_of(changed, peer, proxies) == sender);
      }
  // What a proxy adds is believed of a proxy, and stands for what was there before.
  for (const std::string hop : {"192.0.2.7", "2001:db8:1::7", "10.0.0.9", "::1"})
    for (const auto& field : fields_of(by, hop)) {
      Request passed = request;
      passed.headers.push_back(field);
      ASSERT(http::sender_of(passed, peer, proxies) ==
             (is_believed ? http::sender_of(request, hop, proxies) : peer));
    }
}

// --- what it is answered in ---

// RFC 9110 section 12.4.2, told apart from "0" and from what is no weight.
bool is_some_weight(std::string_view text) {
  if (text.empty() || text.size() > 5) return false;
  const std::string_view rest = text.substr(1);
  if (!rest.empty() && rest.front() != '.') return false;
  const std::string_view digits = rest.empty() ? rest : rest.substr(1);
  const auto is_zero = [](char c) { return c == '0'; };
  if (text.front() == '1') return std::ranges::all_of(digits, is_zero);
  return text.front() == '0' && !std::ranges::all_of(digits, is_zero) &&
         std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

// Of several elements of one name the last one counts, of several weights too.
bool is_accepted(std::string_view list, std::initializer_list<std::string_view> names) {
  bool is_wanted = false;
  while (!list.empty()) {
    std::string_view element = fuzz::take_until(list, ',');
    const std::string name = lower_ascii(trim(fuzz::take_until(element, ';')));
    if (std::ranges::find(names, name) == names.end()) continue;
    is_wanted = true;
    while (!element.empty()) {
      const std::string rule = lower_ascii(trim(fuzz::take_until(element, ';')));
      if (rule.starts_with("q=")) is_wanted = is_some_weight(std::string_view(rule).substr(2));
    }
  }
  return is_wanted;
}

void check_coding(const Request& request) {
  using assets::Coding;
  constexpr assets::Asset both{"a.js", "text/javascript", "four hundred bytes", "two", "three"};
  constexpr assets::Asset bare{"b.js", "text/javascript", "tiny", {}, {}};
  constexpr assets::Asset zipped{"c.js", "text/javascript", "four hundred bytes", {}, "three"};
  const auto accepted = request.header("accept-encoding");
  ASSERT(assets::negotiate(accepted, bare) == Coding::identity);
  ASSERT(assets::negotiate(accepted, zipped) != Coding::br);
  for (const auto& asset : {both, zipped}) {
    const Coding coding = assets::negotiate(accepted, asset);
    if (coding == Coding::identity) continue;
    ASSERT(accepted);
    if (coding == Coding::br)
      ASSERT(is_accepted(*accepted, {"br"}) || is_accepted(*accepted, {"*"}));
    else ASSERT(is_accepted(*accepted, {"gzip", "x-gzip"}) || is_accepted(*accepted, {"*"}));
  }
  const std::string said(accepted.value_or(std::string_view()));
  ASSERT(assets::negotiate(said + ",identity;q=1,br;q=0,gzip;q=0", both) == Coding::identity);
  ASSERT(assets::negotiate(said + ",identity;q=0,br;q=0,GZIP;q=0.001", both) == Coding::gzip);
  ASSERT(assets::negotiate(said + ",br,gzip,identity", both) == Coding::br);
}

bool is_wanted(std::string_view list, words::Language language) {
  while (!list.empty()) {
    std::string_view range = fuzz::take_until(list, ',');
    const bool is_weighed = range.find(';') != std::string_view::npos;
    const std::string_view tag = trim(fuzz::take_until(range, ';'));
    const std::string rule = lower_ascii(trim(range));
    if (is_weighed && !(rule.starts_with("q=") && is_some_weight(rule.substr(2)))) continue;
    if (words::language_like(tag) == language) return true;
  }
  return false;
}

void check_language(const Request& request) {
  const pages::Look look = pages::look_of(request, "");
  const words::About& about = words::about(look.language);
  ASSERT(words::language_of(about.code) == look.language);
  const auto parameter = request.query_value("lang");
  const auto cookie = request.cookie("limen-language");
  const std::string said(request.header("accept-language").value_or(std::string_view()));
  const auto like = [&](const auto& text) {
    return text && words::language_like(*text) == look.language;
  };
  ASSERT(look.language == words::fallback || like(parameter) || like(cookie) ||
         is_wanted(said, look.language));
  const auto kept = pages::language_cookie(look, true);
  ASSERT(kept.has_value() == look.chosen.has_value());
  if (kept) ASSERT(look.chosen == look.language && like(parameter));
  // What the browser keeps is one of ours, whatever the address said.
  if (kept) ASSERT(kept->starts_with("limen-language=" + std::string(about.code) + "; Path=/;"));
  ASSERT(words::negotiate({"", "", "lv-LV," + said}) == words::Language::lv_LV);
  ASSERT(words::negotiate({"", "", "hu;q=0," + said}) == words::negotiate({"", "", said}));
  ASSERT(words::negotiate({"uk", said, said}) == words::Language::uk_UA);
}

// --- which request it is ---

std::string in_quotes(std::string_view key) {
  std::string out = "\"";
  for (const char c : key) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

void check_key(const Request& request) {
  const auto key = idempotency_key(request);
  const std::size_t sent = request.count_headers("idempotency-key");
  if (!key) {
    ASSERT(sent > 0);
    return fuzz::check_problem(key.error());
  }
  ASSERT(key->has_value() == (sent == 1));
  if (sent == 0) return;
  const std::string& text = **key;
  ASSERT(!text.empty() && text.size() <= 255);
  ASSERT(std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; }));
  Request again;
  again.headers.emplace_back("idempotency-key", in_quotes(text));
  ASSERT(idempotency_key(again).value() == text);
  const auto lengthened = [&](std::size_t size) {
    again.headers.front().second = in_quotes(text + std::string(size - text.size(), 'k'));
    return idempotency_key(again);
  };
  ASSERT(lengthened(255) && !lengthened(256));
  again.headers = {{"idempotency-key", text}, {"idempotency-key", text}};
  ASSERT(!idempotency_key(again));
}

// --- whose call it is ---

constexpr Time then = from_unix(1'614'265'330);

const seal::WebhookKey& webhook_key() {
  static const auto key = seal::WebhookKey::read(seal::Secret("whsec_" + base64(Bytes(32, 7))),
                                                 seal::Secret("whsec_" + base64(Bytes(24, 9))));
  return *key;
}

std::string_view text_of(const Request& request, std::string_view name) {
  return request.header(name).value_or(std::string_view());
}

bool is_genuine(const seal::WebhookKey& key, const seal::WebhookHead& head, std::string_view body) {
  const auto at = parse_life(head.timestamp);
  if (!at) return false;
  const std::string both = key.sign(head.id, from_unix(at->count()), body);
  const std::size_t space = both.find(' ');
  return head.signature.find(both.substr(0, space)) != std::string_view::npos ||
         head.signature.find(both.substr(space + 1)) != std::string_view::npos;
}

void check_webhook(const Request& request, std::uint8_t variant) {
  const seal::WebhookKey& key = webhook_key();
  const std::string_view said = text_of(request, "webhook-signature");
  // Who lacks the key signs nothing; a signature may come back that was compared below.
  const seal::WebhookHead sent{text_of(request, "webhook-id"),
                               text_of(request, "webhook-timestamp"), said};
  if (key.verify(sent, request.body, then)) {
    ASSERT(!sent.id.empty() && sent.id.size() <= 256);
    ASSERT(is_genuine(key, sent, request.body));
  }
  const std::string id(sent.id.empty() ? "msg_1" : sent.id.substr(0, 256));
  const std::string both = key.sign(id, then, request.body);
  const std::string right = both.substr(0, both.find(' '));
  const std::string stamp = std::to_string(to_unix(then));
  const auto holds = [&](std::string_view signature, std::string_view body, Time now) {
    return key.verify({id, stamp, signature}, body, now);
  };
  for (const std::string& list :
       {both, right, right + ' ' + std::string(said), std::string(said) + ' ' + right})
    ASSERT(holds(list, request.body, then));
  std::string wrong = right;
  char& letter = wrong[variant % wrong.size()];
  letter = static_cast<char>(letter ^ (1 + variant % 127));
  ASSERT(!holds(wrong, request.body, then));
  ASSERT(!holds(right.substr(0, variant % right.size()), request.body, then));
  ASSERT(!holds(right, request.body + 'x', then));
  ASSERT(!holds(right, request.body, then + std::chrono::minutes{6}));
  ASSERT(!holds(right, request.body, then - std::chrono::minutes{6}));
  ASSERT(!key.verify({id + 'x', stamp, right}, request.body, then));
  for (const std::string& no_id : {std::string(), std::string(257, 'x')})
    ASSERT(!key.verify({no_id, stamp, key.sign(no_id, then, "")}, "", then));
}

FUZZ(headers) {
  constexpr std::array<std::string_view, 4> peers = {"10.0.0.1", "::1", "203.0.113.9",
                                                     "::ffff:10.0.0.1"};
  const std::uint8_t variant = fuzz::take_byte(input);
  const Request request = request_of(input);
  for (const auto by : {http::ForwardedBy::x_forwarded_for, http::ForwardedBy::forwarded})
    check_sender(request, peers[variant % peers.size()], by);
  check_coding(request);
  check_language(request);
  check_key(request);
  check_webhook(request, variant);
}

}  // namespace
}  // namespace limen::doors::headers
