// JWT in both shapes, and everything RFC 8725 says a verifier must refuse.
#include "seal/jwt.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace limen::seal {
namespace {

SigningKeys one_key() { return {{SigningKey::generate()}}; }

std::string with_header(const std::string& token, const std::string& header) {
  return base64url(as_bytes(header)) + token.substr(token.find('.'));
}

// A private key of another kind, as an operator may have one.
std::string pem_of(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  EVP_PKEY_free(key);
  return pem;
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
  // Each is rightly signed by our key, so only the header can be why it is refused.
  struct Case {
    std::string header;
    bool want;
  };
  const Case cases[] = {
      {R"({"alg":"ES256","typ":"at+jwt","kid":")" + kid + "\"}", true},
      {R"({"alg":"none","typ":"at+jwt","kid":")" + kid + "\"}", false},
      {R"({"alg":"HS256","typ":"at+jwt","kid":")" + kid + "\"}", false},
      {R"({"typ":"at+jwt","kid":")" + kid + "\"}", false},
      {R"({"alg":"ES256","typ":"JWT","kid":")" + kid + "\"}", false},
      {R"({"alg":"ES256","typ":"at+jwt"})", false},
      {R"({"alg":"ES256","typ":"at+jwt","kid":"../)" + kid + "\"}", false},
      {R"({"alg":"ES256","typ":"at+jwt","kid":")" + kid + R"(","crit":["exp"]})", false},
      {R"({"alg":"ES256","alg":"ES256","typ":"at+jwt","kid":")" + kid + "\"}", false},
      {"[]", false},
      {"", false}};
  for (const Case& c : cases) {
    const std::string changed = with_header(token, c.header);
    const std::string head = changed.substr(0, changed.rfind('.'));
    const std::string text = head + '.' + base64url(keys.keys[0]->sign(head));
    EXPECT_EQ(verify_es256(keys, "at+jwt", text).has_value(), c.want) << c.header;
  }
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), token + ".", token + ".x",
        token.substr(0, token.rfind('.') + 1), "x" + token, "=" + token, token + "=", token + " "})
    EXPECT_FALSE(verify_es256(keys, "at+jwt", text)) << text;
}

// So that a forgery nobody need look at does not cost the verification of its signature.
TEST(Es256, what_is_not_worth_it_is_refused_before_its_signature_is_looked_at) {
  const SigningKeys keys = one_key();
  const std::string genuine = sign_es256(*keys.keys[0], "at+jwt", {{"a", 1}});
  const std::string forged = genuine.substr(0, genuine.rfind('.') + 1) + base64url(Bytes(64, 1));
  struct Case {
    const char* name;
    std::string token;
    bool is_worth_it, is_asked, want;
  };
  const Case cases[] = {
      {"genuine", genuine, true, true, true},
      {"genuine, not worth it", genuine, false, true, false},
      {"forged: the claims are asked, not the signature", forged, false, true, false},
      {"forged", forged, true, true, false},
      {"another header", with_header(genuine, R"({"alg":"ES256","typ":"at+jwt"})"), true, false,
       false},
      {"no signature", genuine.substr(0, genuine.rfind('.') + 1) + "*", true, false, false},
      {"no claims",
       genuine.substr(0, genuine.find('.') + 1) + "W10" + genuine.substr(genuine.rfind('.')), true,
       false, false},
  };
  for (const Case& c : cases) {
    bool is_asked = false;
    const auto claims = verify_es256(keys, "at+jwt", c.token, [&](const json::object& unverified) {
      is_asked = true;
      EXPECT_EQ(unverified, (json::object{{"a", 1}})) << c.name;
      return c.is_worth_it;
    });
    EXPECT_EQ(claims.has_value(), c.want) << c.name;
    EXPECT_EQ(is_asked, c.is_asked) << c.name;
  }
}

TEST(Es256, signatures_of_another_form_are_refused) {
  const SigningKeys keys = one_key();
  const std::string token = sign_es256(*keys.keys[0], "at+jwt", {{"a", 1}});
  const std::string head = token.substr(0, token.rfind('.') + 1);
  Bytes signature = *from_base64url(token.substr(head.size()));
  signature.push_back(0);
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(signature)));
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(64, 0))));
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(64, 0xFF))));
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(63, 1))));
  EXPECT_FALSE(verify_es256(keys, "at+jwt", head + base64url(Bytes(72, 1))));
}

TEST(Es256, keys_travel_as_pem) {
  const auto key = SigningKey::generate();
  const auto again = SigningKey::from_pem(key->to_pem().reveal());
  EXPECT_EQ(again->id(), key->id());
  EXPECT_TRUE(again->verify("text", key->sign("text")));
  EXPECT_THROW(SigningKey::from_pem("no key"), std::runtime_error);
  EXPECT_THROW(SigningKey::from_pem(pem_of(EVP_EC_gen("P-384"))), std::runtime_error);
  // As long as ours, and on another curve.
  EXPECT_THROW(SigningKey::from_pem(pem_of(EVP_EC_gen("secp256k1"))), std::runtime_error);
  EXPECT_THROW(SigningKey::from_pem(pem_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"))),
               std::runtime_error);
  const json::object jwk = key->jwk();
  EXPECT_EQ(jwk.at("kty").as_string(), "EC");
  EXPECT_FALSE(jwk.contains("d"));
}

// One half in 256 begins with a zero byte and must not move for it.
TEST(Es256, a_signature_has_64_bytes_whatever_its_numbers) {
  const auto key = SigningKey::generate();
  bool is_short_first = false, is_short_second = false;
  for (int n = 0; n < 20'000 && !(is_short_first && is_short_second); ++n) {
    const std::string text = std::to_string(n);
    const Bytes signature = key->sign(text);
    ASSERT_EQ(signature.size(), 64U);
    ASSERT_TRUE(key->verify(text, signature));
    is_short_first |= signature[0] == 0;
    is_short_second |= signature[32] == 0;
  }
  EXPECT_TRUE(is_short_first && is_short_second);
}

TEST(Es256, any_listed_key_verifies_and_the_list_is_published) {
  SigningKeys both{{SigningKey::generate(), SigningKey::generate()}};
  both.receipts = {Ed25519Key::generate()->public_half()};
  for (const auto& key : both.keys)
    EXPECT_TRUE(verify_es256(both, "at+jwt", sign_es256(*key, "at+jwt", {{"a", 1}})));
  const json::object jwks = both.jwks();
  const json::array& list = jwks.at("keys").as_array();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[2], json::value(both.receipts[0].jwk()));
  for (std::size_t i = 0; i < both.keys.size(); ++i) {
    EXPECT_EQ(list[i], json::value(both.keys[i]->jwk()));
    EXPECT_EQ(list[i].as_object().at("kid").as_string(), both.keys[i]->id());
  }
}

TEST(Hs256, is_the_form_of_s4) {
  const Hmac key(as_bytes("0123456789abcdef0123456789abcdef"));
  const std::string token =
      sign_hs256(key, {{"sessionId", "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee"}, {"nbf", 1}});
  // s4's example begins with exactly this header.
  EXPECT_TRUE(token.starts_with("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."));
  EXPECT_TRUE(verify_hs256(key, token));
  EXPECT_FALSE(verify_hs256(Hmac(as_bytes("another")), token));
  // Rightly signed, and still refused for what the header says.
  for (const auto& [header, want] : {std::pair{R"({"alg":"HS256","typ":"JWT"})", true},
                                     {R"({"alg":"none","typ":"JWT"})", false},
                                     {R"({"alg":"ES256","typ":"JWT"})", false},
                                     {R"({"alg":"HS256","crit":["exp"]})", false}}) {
    const std::string changed = with_header(token, header);
    const std::string head = changed.substr(0, changed.rfind('.'));
    EXPECT_EQ(verify_hs256(key, head + '.' + base64url(key({as_bytes(head)}))).has_value(), want)
        << header;
  }
  EXPECT_FALSE(verify_hs256(key, token + "="));  // one spelling of a signature
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
                        {R"({"exp":253402300799})", 253'402'300'799},
                        {R"({"exp":253402300800})", std::nullopt},
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
