// JWT in both shapes, and everything RFC 8725 says a verifier must refuse.
#include "seal/jwt.hpp"

#include <gtest/gtest.h>

namespace limen::seal {
namespace {

SigningKeys one_key() { return {{SigningKey::generate()}}; }

std::string with_header(const std::string& token, const std::string& header) {
  return base64url(as_bytes(header)) + token.substr(token.find('.'));
}

TEST(Es256, what_is_signed_verifies_and_nothing_else) {
  const SigningKeys keys = one_key();
  const json::object payload{{"iss", "https://limen.test"}, {"n", 7}};
  const std::string token = sign_es256(*keys.keys[0], "at+jwt", payload);
  EXPECT_EQ(verify_es256(keys, "at+jwt", token), payload);
  EXPECT_FALSE(verify_es256(keys, "JWT", token));
  EXPECT_FALSE(verify_es256(one_key(), "at+jwt", token));
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_es256(keys, "at+jwt", changed)) << at;
  }
}

TEST(Es256, headers_that_mislead_are_refused) {
  const SigningKeys keys = one_key();
  const std::string kid = keys.keys[0]->id();
  const std::string token = sign_es256(*keys.keys[0], "at+jwt", {{"a", 1}});
  for (const std::string& header :
       {std::string(R"({"alg":"none","typ":"at+jwt"})"),
        R"({"alg":"HS256","typ":"at+jwt","kid":")" + kid + "\"}",
        R"({"alg":"ES256","typ":"at+jwt","kid":"../)" + kid + "\"}",
        R"({"alg":"ES256","typ":"at+jwt","kid":")" + kid + R"(","crit":["exp"]})",
        R"({"alg":"ES256","alg":"ES256","typ":"at+jwt","kid":")" + kid + "\"}", std::string("[]"),
        std::string("")})
    EXPECT_FALSE(verify_es256(keys, "at+jwt", with_header(token, header))) << header;
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), token + ".", token + ".x",
        token.substr(0, token.rfind('.') + 1), "x" + token, token + "=", token + " "})
    EXPECT_FALSE(verify_es256(keys, "at+jwt", text)) << text;
}

TEST(Es256, signatures_of_another_form_are_refused) {
  const SigningKeys keys = one_key();
  const std::string token = sign_es256(*keys.keys[0], "at+jwt", {{"a", 1}});
  const std::string head = token.substr(0, token.rfind('.') + 1);
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(64, 0))));
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(64, 0xFF))));
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(63, 1))));
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(72, 1))));
}

TEST(Es256, keys_travel_as_pem) {
  const auto key = SigningKey::generate();
  const auto again = SigningKey::from_pem(key->to_pem());
  EXPECT_EQ(again->id(), key->id());
  EXPECT_TRUE(again->verify("text", key->sign("text")));
  EXPECT_THROW(SigningKey::from_pem("no key"), std::runtime_error);
  const json::object jwk = key->jwk();
  EXPECT_EQ(jwk.at("kty").as_string(), "EC");
  EXPECT_FALSE(jwk.contains("d"));
}

TEST(Hs256, is_the_form_of_s4) {
  const Hmac key(as_bytes("0123456789abcdef0123456789abcdef"));
  const std::string token =
      sign_hs256(key, {{"sessionId", "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee"}, {"nbf", 1}});
  // s4's example begins with exactly this header.
  EXPECT_TRUE(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
  EXPECT_TRUE(verify_hs256(key, token));
  EXPECT_FALSE(verify_hs256(Hmac(as_bytes("another")), token));
  EXPECT_FALSE(verify_hs256(key, with_header(token, R"({"alg":"none","typ":"JWT"})")));
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_hs256(key, changed)) << at;
  }
}

TEST(DateClaim, is_a_whole_number_in_range) {
  struct Case {
    std::string text;
    std::optional<std::int64_t> want;
  };
  const Case cases[] = {{R"({"exp":1643977923})", 1643977923},
                        {R"({"exp":0})", 0},
                        {R"({"exp":-1})", std::nullopt},
                        {R"({"exp":1e400})", std::nullopt},
                        {R"({"exp":1.5})", std::nullopt},
                        {R"({"exp":"1643977923"})", std::nullopt},
                        {R"({"exp":true})", std::nullopt},
                        {R"({"exp":99999999999999})", std::nullopt},
                        {"{}", std::nullopt}};
  for (const auto& c : cases) {
    const auto value = parse_json(c.text);
    if (!value) {
      EXPECT_EQ(c.want, std::nullopt) << c.text;
      continue;
    }
    EXPECT_EQ(date_claim(value->get_object(), "exp"), c.want) << c.text;
  }
}

}  // namespace
}  // namespace limen::seal
