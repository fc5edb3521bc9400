// See receipt.hpp. Everything read here may be forged until the signature is verified, and what a
// person typed stays what a person typed afterwards: no byte of it reaches the terminal raw.
#include "main/receipt.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "base/text.hpp"
#include "base/time.hpp"
#include "main/client.hpp"
#include "main/commands.hpp"
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

constexpr std::size_t input_bytes_max = 1024 * 1024;  // of a receipt, and of a key set
constexpr std::chrono::seconds key_set_patience{20};

struct Handed {
  std::string signed_text;
  std::vector<std::string> opening, consent_texts;
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

// Not read_file: the name is the caller's, and may be a folder or have no end.
std::expected<std::string, Ending> read_input(const std::filesystem::path& file) {
  const auto misuse = [&](const char* why) {
    return std::unexpected(Ending{exit_misuse, file.string() + why});
  };
  std::ifstream in(file, std::ios::binary);
  std::string text(input_bytes_max + 1, '\0');
  if (!in || std::filesystem::is_directory(file)) return misuse(": cannot be read");
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return misuse(": cannot be read");
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > input_bytes_max) return misuse(": is larger than 1 MiB");
  return text;
}

// The texts of a list; nothing when it is none, or holds anything else. One that is absent or null
// is empty.
std::optional<std::vector<std::string>> texts_in(const json::object& from, std::string_view name) {
  std::vector<std::string> texts;
  const json::value* list = member(from, name);
  if (list == nullptr || list->is_null()) return texts;
  if (!list->is_array()) return std::nullopt;
  for (const json::value& one : list->get_array()) {
    if (!one.is_string()) return std::nullopt;
    texts.emplace_back(one.get_string());
  }
  return texts;
}

// The answer of an API: the members stand in it, or in its `result`. Whatever could be read in two
// ways is refused, so that nobody verifies another thing than he reads.
std::expected<Handed, std::string> given_in(const json::object& answer) {
  const json::value* result = member(answer, "result");
  const bool is_inside = result != nullptr && result->is_object();
  if (is_inside && answer.contains("receipt"))
    return std::unexpected("it has a receipt and a result");
  const json::object& at = is_inside ? result->get_object() : answer;
  if (at.contains("consentTexts") && at.contains("consent_texts"))
    return std::unexpected("it has consentTexts and consent_texts");
  Handed given;
  given.signed_text = text_member(at, "receipt");
  if (given.signed_text.empty()) return std::unexpected("there is no receipt in it");
  auto opening = texts_in(at, "opening");
  if (!opening) return std::unexpected("its opening is no list of texts");
  given.opening = std::move(*opening);
  auto texts = texts_in(at, at.contains("consentTexts") ? "consentTexts" : "consent_texts");
  if (!texts) return std::unexpected("its consent texts are no list of texts");
  given.consent_texts = std::move(*texts);
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

std::expected<std::string, Ending> fetch(const std::string& url) {
  const Answer answer =
      call({.url = url, .patience = key_set_patience, .answer_bytes_max = input_bytes_max});
  if (answer.status == 200) return answer.body;
  const std::string why =
      answer.status == 0 ? answer.error : "status " + std::to_string(answer.status);
  return std::unexpected(Ending{exit_unavailable, "no answer from " + url + ": " + why});
}

// Where an issuer says its keys are (RFC 8414). Only an issuer on this machine may name a place on
// this machine.
std::expected<std::string, Ending> key_set_of(const std::string& issuer) {
  const auto url = well_known(issuer, "oauth-authorization-server");
  if (!url)
    return std::unexpected(Ending{exit_misuse, "--issuer must be an https URL without a query"});
  const auto metadata = fetch(*url);
  if (!metadata) return std::unexpected(metadata.error());
  const auto value = parse_json(*metadata);
  const json::object* said = value ? value->if_object() : nullptr;
  if (said == nullptr || text_member(*said, "issuer") != issuer)
    return std::unexpected(Ending{exit_misuse, *url + " speaks of another issuer"});
  const std::string keys(text_member(*said, "jwks_uri"));
  const Origin origin = origin_of(keys);
  if (origin == Origin::unsafe ||
      (origin == Origin::loopback && origin_of(issuer) == Origin::https))
    return std::unexpected(Ending{exit_misuse, *url + " names no https URL of its keys"});
  return fetch(keys);
}

std::expected<std::string, Ending> key_set(const ReceiptOptions& options) {
  if (options.jwks.empty()) return key_set_of(options.issuer);
  if (options.jwks.find("://") == std::string::npos) return read_input(options.jwks);
  if (origin_of(options.jwks) == Origin::unsafe)
    return std::unexpected(Ending{
        exit_misuse, "--jwks must be a file or an https URL: keys fetched in clear are anybody's"});
  return fetch(options.jwks);
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
  std::size_t texts = 0;
};

// The digests of the texts that were agreed to, as far as the opening shows them.
std::vector<std::string> agreed_in(const json::object& claims) {
  std::vector<std::string> digests;
  const json::value* steps = member(claims, "steps");
  if (steps == nullptr || !steps->is_array()) return digests;
  for (const json::value& step : steps->get_array())
    if (const json::object* said = step.if_object())
      digests.emplace_back(text_member(*said, "consent_texts_sha256"));
  return digests;
}

std::expected<Verified, Ending> verify(const ReceiptOptions& options) {
  const auto refused = [](std::string_view why) {
    return std::unexpected(Ending{exit_refused, std::string(why)});
  };
  if (options.jwks.empty() && options.issuer.empty())
    return std::unexpected(Ending{
        exit_misuse, "say whose receipt it must be: --issuer URL, --jwks FILE or URL, or both"});
  const auto text = read_input(options.file);
  if (!text) return std::unexpected(text.error());
  const auto given = read(*text);
  if (!given) return refused(given.error());
  const auto set = key_set(options);
  if (!set) return std::unexpected(set.error());
  const auto keys = keys_in(*set);
  if (!keys) return std::unexpected(keys.error());
  const auto payload = seal::verify_eddsa(*keys, onboard::receipt_typ, given->signed_text);
  if (!payload) return refused(in_words(payload.error()));
  if (!options.issuer.empty() && text_member(*payload, "iss") != options.issuer)
    return refused("the signature is right, but it is another issuer's");
  if (text_member(*payload, "aud") != onboard::receipt_audience)
    return refused("the signature is right, but its aud is not that of a receipt");
  auto said = seal::open_disclosures(*payload, given->opening);
  if (!said) return refused("the signature is right, but of its opening " + said.error());
  const auto agreed = agreed_in(said->claims);
  for (const std::string& one : given->consent_texts)
    if (std::ranges::find(agreed, hex(seal::sha256(one))) == agreed.end())
      return refused("the signature is right, but no step shows that these texts were agreed to");
  return Verified{std::move(*said), given->consent_texts.size()};
}

// What a terminal obeys instead of showing it: DEL and C1 controls, directions of text, what has no
// width, tags. (JSON itself escapes what is below a space.)
bool steers(std::uint32_t point) {
  struct Range {
    std::uint32_t first, last;
  };
  constexpr Range ranges[] = {{0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},
                              {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},
                              {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF}};
  return std::ranges::any_of(
      ranges, [&](const Range& range) { return range.first <= point && point <= range.last; });
}

std::string escaped(std::uint32_t point) {
  std::array<char, 16> out{};
  if (point < 0x10000) std::snprintf(out.data(), out.size(), "\\u%04x", point);
  else
    std::snprintf(out.data(), out.size(), "\\u%04x\\u%04x", 0xD7C0U + (point >> 10U),
                  0xDC00U + (point & 0x3FFU));
  return out.data();
}

// UTF-8 as it is, but for what steers(), which stands there as JSON writes it.
std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const std::size_t length = byte(i) < 0x80 ? 1 : byte(i) < 0xE0 ? 2 : byte(i) < 0xF0 ? 3 : 4;
    std::uint32_t point = length == 1 ? byte(i) : byte(i) & (0x7FU >> length);
    for (std::size_t ahead = 1; ahead < length; ++ahead)
      point = (point << 6U) | (byte(i + ahead) & 0x3FU);
    if (steers(point)) out += escaped(point);
    else out += text.substr(i, length);
    i += length;
  }
  return out;
}

// Every text in it came through parse_json, and so is UTF-8.
std::string shown(const json::value& value) { return harmless(json::serialize(value)); }

// What an error says: the names of files and places in it may be any bytes.
std::string plain(std::string_view text) { return harmless(single_line(text)); }

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
    const json::object dated{{"at", value}};
    if (const auto seconds = seal::date_claim(dated, "at"); seconds && is_moment(name))
      out << "  " << iso_seconds(from_unix(*seconds));
    out << "\n";
  }
}

int tell(const Verified& verified, const ReceiptOptions& options, std::ostream& out) {
  const seal::Opened& said = verified.said;
  const std::string& source = options.jwks.empty() ? options.issuer : options.jwks;
  if (options.as_json) {
    out << shown(json::object{{"ok", true},
                              {"keys", plain(source)},
                              {"claims", said.claims},
                              {"opened", said.opened},
                              {"closed", said.closed},
                              {"consent_texts", verified.texts}})
        << "\n";
    return exit_done;
  }
  out << "The receipt is genuine, signed by the keys of " << plain(source) << ". It says:\n";
  print(out, {}, {}, said.claims);
  out << said.opened << " of " << said.opened + said.closed
      << " digests are opened by the file, the others stay closed.\n";
  if (verified.texts > 0) out << "The consent texts in the file are those agreed to.\n";
  return exit_done;
}

}  // namespace

int verify_receipt(const ReceiptOptions& options, std::ostream& out, std::ostream& err) {
  Ending ending;
  try {
    const auto verified = verify(options);
    if (verified) return tell(*verified, options, out);
    ending = verified.error();
  } catch (const std::exception& problem) {
    ending = {exit_misuse, problem.what()};
  }
  const std::string why = plain(ending.why);
  if (options.as_json) out << shown(json::object{{"ok", false}, {"error", why}}) << "\n";
  else if (ending.code == exit_refused)
    err << "limen: " << plain(options.file.string()) << " is not believed: " << why << "\n";
  else err << "limen: " << why << "\n";
  return ending.code;
}

}  // namespace limen::main
