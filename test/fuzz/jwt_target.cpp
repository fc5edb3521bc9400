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
  SigningKeys signing{{SigningKey::generate()}};
  json::object payload{{"sub", "person"}, {"exp", 1'795'287'600}};
  std::string hs256 = sign_hs256(hmac, payload);
  std::string es256 = sign_es256(*signing.keys.front(), typ, payload);
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
}

bool is_object(std::string_view text) {
  const auto value = parse_json(text);
  return value && value->is_object();
}

// Signed by us with any header and any payload: only the right ones are believed.
void check_signed(std::string_view header, std::string_view payload, bool is_es256) {
  const std::string text = encoded(header) + "." + encoded(payload);
  const auto parsed = parse_json(header);
  const json::object* said = parsed ? parsed->if_object() : nullptr;
  const bool is_plain = said != nullptr && !said->contains("crit") && is_object(payload);
  if (is_es256) {
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
  if (!claims) return;
  for (const auto& [name, value] : *claims)
    if (const auto date = date_claim(*claims, name))
      ASSERT(*date >= 0 && *date <= to_unix(never) && value.is_int64());
}

FUZZ(jwt) {
  const std::uint8_t variant = fuzz::take_byte(input) % 8;
  if (variant == 0) {
    ASSERT(!verify_hs256(keys().hmac, input) || input == keys().hs256);
    ASSERT(!verify_es256(keys().signing, typ, input) || input == keys().es256);
  } else if (variant <= 2) {
    check_mutated(variant == 1 ? keys().hs256 : keys().es256, input);
  } else {
    const std::string_view header = fuzz::take_until(input, '\n');
    check_signed(header, input, variant == 7);
  }
}

}  // namespace
}  // namespace limen::seal
