// JSON Web Tokens. What nobody signed is never believed, whatever it says; what was signed with our
// keys is believed exactly when its header says what the contract says.
#include <string>

#include "fuzz/fuzz.hpp"
#include "seal/jwt.hpp"

namespace limen::seal {
namespace {

constexpr std::string_view typ = "at+jwt";

struct Keys {
  Digest bits = sha256("fuzz");
  Hmac hmac{bits};
  SigningKeys signing{{SigningKey::generate()}, Ed25519Key::from_seed(sha256("fuzz")), {}};
  std::vector<Ed25519Public> receipts{signing.receipt->public_half()};
  json::object payload{{"sub", "person"}, {"exp", 1'795'287'600}};
  std::string hs256 = sign_hs256(hmac, payload);
  std::string es256 = sign_es256(*signing.keys.front(), typ, payload);
  std::string eddsa = sign_eddsa(*signing.receipt, typ, payload);
};
const Keys& keys() {
  static const Keys all;
  return all;
}

std::string encoded(std::string_view text) { return base64url(as_bytes(text)); }

// Each pair of bytes of the input sets one byte of the genuine token.
void check_mutated(const std::string& genuine, std::string_view edits) {
  std::string token = genuine;
  while (edits.size() >= 3) {
    const std::size_t at = fuzz::take_byte(edits) * 256U + fuzz::take_byte(edits);
    token[at % token.size()] = edits.front();
    edits.remove_prefix(1);
  }
  if (token == genuine) return;
  ASSERT(!verify_hs256(keys().hmac, token));
  ASSERT(!verify_es256(keys().signing, typ, token));
  ASSERT(!verify_eddsa(keys().receipts, typ, token));
}

bool is_object(std::string_view text) {
  const auto value = parse_json(text);
  return value && value->is_object();
}

enum class Algorithm { hs256, es256, eddsa };

// Signed by us with any header and any payload: only the right ones are believed.
void check_signed(std::string_view header, std::string_view payload, Algorithm algorithm) {
  const std::string text = encoded(header) + "." + encoded(payload);
  const auto parsed = parse_json(header);
  const json::object* said = parsed ? parsed->if_object() : nullptr;
  const bool is_plain = said != nullptr && !said->contains("crit") && is_object(payload);
  if (algorithm == Algorithm::eddsa) {
    const Ed25519Key& key = *keys().signing.receipt;
    const bool is_right = is_plain && text_member(*said, "alg") == "EdDSA" &&
                          text_member(*said, "typ") == typ &&
                          text_member(*said, "kid") == key.public_half().id();
    const auto claims = verify_eddsa(keys().receipts, typ, text + "." + base64url(key.sign(text)));
    ASSERT(claims.has_value() == is_right);
    return;
  }
  if (algorithm == Algorithm::es256) {
    const SigningKey& key = *keys().signing.keys.front();
    const bool is_right = is_plain && text_member(*said, "alg") == "ES256" &&
                          text_member(*said, "typ") == typ && text_member(*said, "kid") == key.id();
    const auto claims = verify_es256(keys().signing, typ, text + "." + base64url(key.sign(text)));
    ASSERT(claims.has_value() == is_right);
    return;
  }
  const std::string token = text + "." + base64url(keys().hmac({as_bytes(text)}));
  const auto claims = verify_hs256(keys().hmac, token);
  ASSERT(claims.has_value() == (is_plain && text_member(*said, "alg") == "HS256"));
  ASSERT(!verify_es256(keys().signing, typ, token));
  ASSERT(!verify_eddsa(keys().receipts, typ, token));
  if (!claims) return;
  for (const auto& [name, value] : *claims)
    if (const auto date = date_claim(*claims, name))
      ASSERT(*date >= 0 && *date <= to_unix(never) && value.is_int64());
}

FUZZ(jwt) {
  // The upper half is EdDSA's, so that inputs kept from before it go on meaning what they meant.
  const std::uint8_t first = fuzz::take_byte(input), variant = first % 8;
  const bool is_eddsa = first >= 0x80;
  if (variant == 0) {
    ASSERT(!verify_hs256(keys().hmac, input) || input == keys().hs256);
    ASSERT(!verify_es256(keys().signing, typ, input) || input == keys().es256);
    ASSERT(!verify_eddsa(keys().receipts, typ, input) || input == keys().eddsa);
  } else if (variant <= 2) {
    check_mutated(is_eddsa ? keys().eddsa : variant == 1 ? keys().hs256 : keys().es256, input);
  } else {
    const std::string_view header = fuzz::take_until(input, '\n');
    const Algorithm other = variant == 7 ? Algorithm::es256 : Algorithm::hs256;
    check_signed(header, input, is_eddsa ? Algorithm::eddsa : other);
  }
}

}  // namespace
}  // namespace limen::seal
