// See receipt.hpp. Everything read here may be forged until the signature is verified, and what a
// person typed stays what a person typed afterwards: no byte of it reaches the terminal raw.
#include "main/receipt.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "base/time.hpp"
#include "main/client.hpp"
#include "main/commands.hpp"
#include "main/keys.hpp"
#include "onboard/receipt.hpp"
#include "seal/disclosure.hpp"
#include "seal/jwt.hpp"

namespace limen::main {
namespace {

// Why it ends, and as what.
struct Ending {
  int code = exit_refused;
  std::string why;
};

struct Handed {
  std::string signed_text;
  std::vector<std::string> opening;
  std::string consent_texts;
};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    const std::size_t to = text.find(separator, from);
    parts.emplace_back(text.substr(from, to - from));
    if (to == std::string_view::npos) return parts;
    from = to + 1;
  }
}

// The answer of an API: the members stand in it, or in its `result`.
std::expected<Handed, std::string> given_in(const json::object& answer) {
  const json::value* result = member(answer, "result");
  const json::object& at = result != nullptr && result->is_object() ? result->get_object() : answer;
  Handed given;
  given.signed_text = text_member(at, "receipt");
  if (given.signed_text.empty()) return std::unexpected("there is no receipt in it");
  for (const std::string_view name : {"consentTexts", "consent_texts"})
    if (given.consent_texts.empty()) given.consent_texts = text_member(at, name);
  const json::value* opening = member(at, "opening");
  if (opening == nullptr) return given;
  if (!opening->is_array()) return std::unexpected("its opening is no list");
  for (const json::value& one : opening->get_array()) {
    if (!one.is_string()) return std::unexpected("its opening holds something that is no text");
    given.opening.emplace_back(one.get_string());
  }
  return given;
}

// RFC 9901 section 4: <signed text>~<disclosure>~…~, or the signed text alone.
std::expected<Handed, std::string> read(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";  // a file ends with a line feed
  text.remove_prefix(std::min(text.find_first_not_of(blank), text.size()));
  text = text.substr(0, text.find_last_not_of(blank) + 1);
  if (text.starts_with('{')) {
    const auto value = parse_json(text);
    if (!value) return std::unexpected("it is no JSON: " + value.error().detail);
    return given_in(value->get_object());
  }
  auto parts = split(text, '~');
  Handed given{std::move(parts.front()), {}, {}};
  if (parts.size() == 1) return given;
  if (!parts.back().empty())
    return std::unexpected("it does not end as an SD-JWT without a holder");
  given.opening.assign(parts.begin() + 1, parts.end() - 1);
  return given;
}

// What a receipt says of itself before anybody has verified it: only to know whom to ask for keys.
std::string claimed_issuer(const std::string& signed_text) {
  const auto parts = split(signed_text, '.');
  const auto bytes = parts.size() == 3 ? from_base64url(parts[1]) : std::nullopt;
  const auto value = bytes ? parse_json(as_text(*bytes)) : Result<json::value>(json::value());
  return value && value->is_object() ? std::string(text_member(value->get_object(), "iss"))
                                     : std::string();
}

bool is_url(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}
// Keys fetched in clear may be anybody's, unless they come from this machine.
bool is_safe(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") ||
         url.starts_with("http://localhost:");
}

std::expected<std::string, Ending> fetch(const std::string& url) {
  const Answer answer = call({.url = url});
  if (answer.status == 200) return answer.body;
  const std::string why =
      answer.status == 0 ? answer.error : "status " + std::to_string(answer.status);
  return std::unexpected(Ending{exit_unavailable, "no keys from " + url + ": " + why});
}

std::expected<std::string, Ending> key_set(const ReceiptOptions& options, const Handed& given) {
  if (!options.jwks.empty() && !is_url(options.jwks)) return read_file(options.jwks);
  if (!options.jwks.empty()) return fetch(options.jwks);
  const std::string issuer = claimed_issuer(given.signed_text);
  if (!is_safe(issuer))
    return std::unexpected(
        Ending{exit_refused, "it names no server whose keys could be asked for; use --jwks"});
  return fetch(issuer + "/.well-known/jwks.json");
}

// The keys of receipts in it; others are somebody else's.
std::expected<std::vector<seal::Ed25519Public>, Ending> keys_in(const std::string& text) {
  const auto value = parse_json(text);
  const json::object* set = value ? value->if_object() : nullptr;
  const json::value* list = set == nullptr ? nullptr : member(*set, "keys");
  if (list == nullptr || !list->is_array())
    return std::unexpected(Ending{exit_misuse, "the key set is no JWKS"});
  std::vector<seal::Ed25519Public> keys;
  for (const json::value& one : list->get_array())
    if (const json::object* jwk = one.if_object())
      if (const auto key = seal::Ed25519Public::from_jwk(*jwk)) keys.push_back(*key);
  if (keys.empty()) return std::unexpected(Ending{exit_misuse, "the key set holds no Ed25519 key"});
  return keys;
}

std::string_view in_words(seal::JwsFault fault) {
  switch (fault) {
    case seal::JwsFault::malformed: return "it is no signed text";
    case seal::JwsFault::wrong_kind: return "it is signed as something else than a receipt";
    case seal::JwsFault::unknown_key: return "its key is none of that key set";
    case seal::JwsFault::wrong_signature: break;
  }
  return "its signature is wrong: it was changed, or another key signed it";
}

struct Verified {
  seal::Opened said;
  bool has_texts = false;
};

std::expected<Verified, Ending> verify(const ReceiptOptions& options) {
  const auto refused = [](std::string_view why) {
    return std::unexpected(Ending{exit_refused, std::string(why)});
  };
  const auto given = read(read_file(options.file));
  if (!given) return refused(given.error());
  const auto set = key_set(options, *given);
  if (!set) return std::unexpected(set.error());
  const auto keys = keys_in(*set);
  if (!keys) return std::unexpected(keys.error());
  const auto payload = seal::verify_eddsa(*keys, onboard::receipt_typ, given->signed_text);
  if (!payload) return refused(in_words(payload.error()));
  auto said = seal::open_disclosures(*payload, given->opening);
  if (!said) return refused("the signature is right, but of its opening " + said.error());
  const bool has_texts = !given->consent_texts.empty();
  if (has_texts &&
      hex(seal::sha256(given->consent_texts)) != text_member(said->claims, "consent_texts_sha256"))
    return refused("the signature is right, but these are not the texts that were agreed to");
  return Verified{std::move(*said), has_texts};
}

// As JSON, with what could steer a terminal escaped, too: DEL and C1 controls, directions of text.
std::string shown(const json::value& value) {
  const std::string text = json::serialize(value);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = [&](std::size_t ahead) {
      return i + ahead < text.size() ? static_cast<unsigned char>(text[i + ahead]) : 0U;
    };
    unsigned point = 0, length = 1;
    if (byte(0) == 0x7F) point = 0x7F;
    else if (byte(0) == 0xC2 && byte(1) < 0xA0) point = byte(1), length = 2;
    else if (byte(0) == 0xE2 && (byte(1) == 0x80 || byte(1) == 0x81)) {
      const unsigned in_block = ((byte(1) & 0x3FU) << 6U) | (byte(2) & 0x3FU);  // of U+2000
      const bool steers = (in_block >= 0x0E && in_block <= 0x0F) ||
                          (in_block >= 0x28 && in_block <= 0x2E) ||
                          (in_block >= 0x66 && in_block <= 0x69);
      if (steers) point = 0x2000U + in_block, length = 3;
    }
    if (point == 0) {
      out += text[i];
      continue;
    }
    std::array<char, 8> escaped{};
    std::snprintf(escaped.data(), escaped.size(), "\\u%04x", point);
    out += escaped.data();
    i += length - 1;
  }
  return out;
}

bool is_moment(std::string_view name) {
  constexpr std::array<std::string_view, 6> names = {"iat",       "begun", "completed",
                                                     "submitted", "at",    "received"};
  return std::ranges::find(names, name) != names.end();
}

// A line a value: where it stands, and what it is.
void print(std::ostream& out, const std::string& place, std::string_view name,
           const json::value& value) {
  if (const auto* object = value.if_object()) {
    for (const auto& [inner, held] : *object) {
      const std::string word = shown(json::value(inner));
      print(out, place + (place.empty() ? "" : ".") + word.substr(1, word.size() - 2), inner, held);
    }
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      print(out, place + '[' + std::to_string(i) + ']', {}, (*array)[i]);
  } else {
    out << "  " << place << std::string(place.size() < 36 ? 36 - place.size() : 1, ' ')
        << shown(value);
    if (is_moment(name) && value.is_int64())
      out << "  " << iso_seconds(from_unix(value.get_int64()));
    out << "\n";
  }
}

int tell(const Verified& verified, bool as_json, std::ostream& out) {
  const seal::Opened& said = verified.said;
  if (as_json) {
    out << json::serialize(json::object{{"ok", true},
                                        {"claims", said.claims},
                                        {"opened", said.opened},
                                        {"closed", said.closed}})
        << "\n";
    return exit_done;
  }
  out << "The receipt is genuine. It says:\n";
  print(out, {}, {}, said.claims);
  out << said.opened << " of " << said.opened + said.closed
      << " digests are opened by the file, the others stay closed.\n";
  const bool names_texts = member(said.claims, "consent_texts_sha256") != nullptr;
  if (names_texts)
    out << (verified.has_texts ? "The consent texts in the file are those agreed to.\n"
                               : "The consent texts are not in the file.\n");
  return exit_done;
}

}  // namespace

int verify_receipt(const ReceiptOptions& options, std::ostream& out, std::ostream& err) {
  Ending ending;
  try {
    const auto verified = verify(options);
    if (verified) return tell(*verified, options.as_json, out);
    ending = verified.error();
  } catch (const std::exception& problem) {
    ending = {exit_misuse, problem.what()};
  }
  if (options.as_json)
    out << json::serialize(json::object{{"ok", false}, {"error", ending.why}}) << "\n";
  else if (ending.code == exit_refused)
    err << "limen: " << options.file.string() << " is not believed: " << ending.why << "\n";
  else err << "limen: " << ending.why << "\n";
  return ending.code;
}

}  // namespace limen::main
