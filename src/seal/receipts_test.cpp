// Ed25519 as RFC 8037 prints it, the tokens signed with it, and disclosures: what opens, and
// everything a verifier must refuse.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "seal/disclosure.hpp"
#include "seal/jwt.hpp"

namespace limen::seal {
namespace {

constexpr std::string_view typ = "limen-receipt+sd-jwt";

// --- RFC 8037 appendix A: one key, its thumbprint, one signature ---
constexpr std::string_view rfc_seed = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr std::string_view rfc_x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr std::string_view rfc_kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
constexpr std::string_view rfc_text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr std::string_view rfc_signature =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

std::shared_ptr<const Ed25519Key> key_of(std::string_view name) {
  return Ed25519Key::from_seed(sha256(name));
}

TEST(Ed25519, is_the_one_of_rfc_8037_appendix_a) {
  const auto key = Ed25519Key::from_seed(*from_base64url(rfc_seed));
  const Ed25519Public& half = key->public_half();
  EXPECT_EQ(base64url(half.bytes), rfc_x);                             // A.1, A.2
  EXPECT_EQ(half.id(), rfc_kid);                                       // A.3
  EXPECT_EQ(base64url(key->sign(rfc_text)), rfc_signature);            // A.4
  EXPECT_TRUE(half.verify(rfc_text, *from_base64url(rfc_signature)));  // A.5
  EXPECT_EQ(json::serialize(half.jwk()),
            R"({"kty":"OKP","crv":"Ed25519","x":")" + std::string(rfc_x) + R"(","kid":")" +
                std::string(rfc_kid) + R"(","alg":"EdDSA","use":"sig"})");
}

TEST(Ed25519, every_changed_bit_is_noticed) {
  const auto key = key_of("one");
  const Bytes signature = key->sign("text");
  EXPECT_EQ(signature, key->sign("text")) << "deterministic";
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    Bytes changed = signature;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(key->public_half().verify("text", changed)) << bit;
  }
  EXPECT_FALSE(key->public_half().verify("texu", signature));
  EXPECT_FALSE(key_of("two")->public_half().verify("text", signature));
  EXPECT_FALSE(key->public_half().verify("text", BytesView(signature).first(63)));
  Bytes longer = signature;
  longer.push_back(0);
  EXPECT_FALSE(key->public_half().verify("text", longer));
  EXPECT_FALSE(key->public_half().verify("text", {}));
}

TEST(Ed25519, comes_back_from_its_files) {
  const auto key = Ed25519Key::generate();
  const auto again = Ed25519Key::from_pem(key->to_pem().reveal());
  EXPECT_EQ(again->public_half(), key->public_half());
  EXPECT_EQ(again->sign("text"), key->sign("text"));
  EXPECT_EQ(Ed25519Public::from_jwk(key->public_half().jwk()), key->public_half());
  EXPECT_THROW(Ed25519Key::from_pem("no key"), std::runtime_error);
  EXPECT_THROW(Ed25519Key::from_pem(SigningKey::generate()->to_pem().reveal()), std::runtime_error);
  EXPECT_THROW(SigningKey::from_pem(key->to_pem().reveal()), std::runtime_error);
  EXPECT_THROW(Ed25519Key::from_seed(as_bytes("short")), std::runtime_error);
}

TEST(Ed25519, a_jwk_of_another_kind_is_none) {
  const json::object good = key_of("one")->public_half().jwk();
  EXPECT_TRUE(Ed25519Public::from_jwk(good));
  const std::pair<std::string_view, json::value> changes[] = {
      {"kty", json::value("EC")},
      {"kty", json::value(nullptr)},
      {"crv", json::value("X25519")},
      {"crv", json::value("Ed448")},
      {"alg", json::value("ES256")},
      {"use", json::value("enc")},
      {"x", json::value("AAAA")},
      {"x", json::value(nullptr)},
      {"x", json::value(std::string(rfc_x) + "=")}};
  for (const auto& [name, value] : changes) {
    json::object changed = good;
    changed[name] = value;
    EXPECT_FALSE(Ed25519Public::from_jwk(changed)) << name << " " << json::serialize(value);
  }
  json::object bare = good;
  bare.erase("alg");
  bare.erase("use");
  EXPECT_TRUE(Ed25519Public::from_jwk(bare));
}

// RFC 8032 section 5.1.7: S below the order of the group, or a second signature of the same text
// could be made by anybody; and a key of small order verifies for texts it never saw.
TEST(Ed25519, signatures_have_one_form_and_keys_of_small_order_verify_nothing) {
  const auto key = key_of("one");
  const Bytes signature = key->sign("text");
  const auto order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  Bytes second = signature;
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += static_cast<unsigned>(signature[32 + i]) + (*order)[i];
    second[32 + i] = static_cast<std::uint8_t>(carry & 0xFFU);
    carry >>= 8U;
  }
  ASSERT_TRUE(key->public_half().verify("text", signature));
  EXPECT_FALSE(key->public_half().verify("text", second)) << "S + L";
  for (const char* point : {"0100000000000000000000000000000000000000000000000000000000000000",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "0000000000000000000000000000000000000000000000000000000000000080",
                            "0000000000000000000000000000000000000000000000000000000000000000",
                            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"}) {
    json::object jwk = key->public_half().jwk();
    jwk["x"] = base64url(*from_hex(point));
    EXPECT_FALSE(Ed25519Public::from_jwk(jwk)) << point;
  }
}

// OpenSSL would read the passphrase from the terminal, and where there is none from standard input.
TEST(Ed25519, an_encrypted_file_asks_nobody_for_its_passphrase) {
  constexpr std::string_view label = "PRIVATE KEY-----\n";  // no scanner shall take it for a key
  const std::string pem = "-----BEGIN ENCRYPTED " + std::string(label) +
                          "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh4qhAlgsdEOwICCAAw\n"
                          "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEAQIEEL9yVLaAZ9yHL9p7FBxMyEgEQL0L\n"
                          "gD6YcbGTOK+VkAwnFlRYpd60XOXqrqPV399U9Nb8+UXfYDM9IEwp7VuTTnH08n0U\n"
                          "7JAhvP7UK4dxpcOyCR0=\n"
                          "-----END ENCRYPTED " +
                          std::string(label);
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const int before = ::dup(0);
  ASSERT_EQ(::write(ends[1], "passphrase\npassphrase\n", 22), 22);
  ASSERT_EQ(::dup2(ends[0], 0), 0);
  EXPECT_THROW(Ed25519Key::from_pem(pem), std::runtime_error);
  EXPECT_THROW(SigningKey::from_pem(pem), std::runtime_error);
  ::dup2(before, 0);
  for (const int descriptor : {before, ends[0], ends[1]}) ::close(descriptor);
}

TEST(EdDsa, what_is_signed_verifies_and_no_other_letter) {
  const auto key = key_of("one");
  const std::vector<Ed25519Public> keys = {key_of("two")->public_half(), key->public_half()};
  const json::object payload{{"iss", "https://limen.test"}, {"n", 7}};
  const std::string token = sign_eddsa(*key, typ, payload);
  EXPECT_EQ(verify_eddsa(keys, typ, token), payload);
  EXPECT_EQ(sign_eddsa(*key, typ, payload), token);
  EXPECT_EQ(verify_eddsa({&keys[0], 1}, typ, token).error(), JwsFault::unknown_key);
  EXPECT_EQ(verify_eddsa({}, typ, token).error(), JwsFault::unknown_key);
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string changed = token;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify_eddsa(keys, typ, changed)) << at;
  }
}

TEST(EdDsa, headers_that_mislead_are_refused) {
  const auto key = key_of("one");
  const std::vector<Ed25519Public> keys = {key->public_half()};
  const std::string kid = keys[0].id(), rest = R"(","typ":"limen-receipt+sd-jwt","kid":")";
  struct Case {
    std::string header;
    std::optional<JwsFault> want;
  };
  // Each is rightly signed by our key, so only the header can be why it is refused.
  const Case cases[] = {
      {R"({"alg":"EdDSA)" + rest + kid + "\"}", std::nullopt},
      {R"({"alg":"none)" + rest + kid + "\"}", JwsFault::wrong_kind},
      {R"({"alg":"None)" + rest + kid + "\"}", JwsFault::wrong_kind},
      {R"({"alg":"HS256)" + rest + kid + "\"}", JwsFault::wrong_kind},
      {R"({"alg":"ES256)" + rest + kid + "\"}", JwsFault::wrong_kind},
      {R"({"alg":"eddsa)" + rest + kid + "\"}", JwsFault::wrong_kind},
      {R"({"typ":"limen-receipt+sd-jwt","kid":")" + kid + "\"}", JwsFault::wrong_kind},
      {R"({"alg":"EdDSA","typ":"at+jwt","kid":")" + kid + "\"}", JwsFault::wrong_kind},
      {R"({"alg":"EdDSA","kid":")" + kid + "\"}", JwsFault::wrong_kind},
      {R"({"crit":["b64"],"b64":false,"alg":"EdDSA)" + rest + kid + "\"}", JwsFault::wrong_kind},
      {R"({"alg":"EdDSA","typ":"limen-receipt+sd-jwt"})", JwsFault::unknown_key},
      {R"({"alg":"EdDSA)" + rest + "../" + kid + "\"}", JwsFault::unknown_key},
      {R"({"alg":"none","alg":"EdDSA)" + rest + kid + "\"}", JwsFault::malformed},
      {"[]", JwsFault::malformed},
      {"", JwsFault::malformed}};
  for (const Case& c : cases) {
    const std::string text = base64url(as_bytes(c.header)) + "." + base64url(as_bytes("{}"));
    const auto got = verify_eddsa(keys, typ, text + "." + base64url(key->sign(text)));
    EXPECT_EQ(got.has_value(), !c.want.has_value()) << c.header;
    if (!got && c.want) {
      EXPECT_EQ(got.error(), *c.want) << c.header;
    }
  }
}

TEST(EdDsa, no_secret_made_of_the_public_key_signs) {
  const auto key = key_of("one");
  const std::vector<Ed25519Public> keys = {key->public_half()};
  const std::string genuine = sign_eddsa(*key, typ, {{"a", 1}});
  const std::string text = genuine.substr(0, genuine.rfind('.'));
  const Hmac hmac(keys[0].bytes);  // HS256 keyed with what is published
  EXPECT_EQ(verify_eddsa(keys, typ, text + "." + base64url(hmac({as_bytes(text)}))).error(),
            JwsFault::wrong_signature);
  EXPECT_EQ(verify_eddsa(keys, typ, text + ".").error(), JwsFault::wrong_signature);
  EXPECT_EQ(verify_eddsa(keys, typ, text).error(), JwsFault::malformed);
  EXPECT_EQ(verify_eddsa(keys, typ, sign_hs256(hmac, {{"a", 1}})).error(), JwsFault::wrong_kind);
  const SigningKeys other{{SigningKey::generate()}, key, keys};
  EXPECT_EQ(verify_eddsa(keys, typ, sign_es256(*other.keys[0], typ, {{"a", 1}})).error(),
            JwsFault::wrong_kind);
  EXPECT_FALSE(verify_es256(other, typ, genuine)) << "and no receipt is an access token";
  const std::string no_object = text.substr(0, text.find('.') + 1) + base64url(as_bytes("[1]"));
  EXPECT_EQ(verify_eddsa(keys, typ, no_object + "." + base64url(key->sign(no_object))).error(),
            JwsFault::malformed);
}

// --- disclosures ---
struct Sample {
  json::object payload;
  std::vector<std::string> opening;
};
Sample sample() {
  Discloser discloser(sha256("seed"));
  Sample out;
  out.payload = discloser.members("", {{"person", "p1"}});
  out.payload["_sd_alg"] = "sha-256";
  out.payload["answers"] = discloser.members("a", {{"country", "RO"}, {"agreed", true}});
  out.payload["uploads"] = json::array{discloser.element("u/0", json::object{{"type", "face"}}),
                                       discloser.element("u/1", json::object{{"type", "back"}})};
  out.opening = discloser.take();
  return out;
}
std::string disclosure(std::string_view text) { return base64url(as_bytes(text)); }

TEST(Disclosure, all_of_them_give_back_what_was_hidden) {
  const Sample s = sample();
  const std::string hidden = json::serialize(s.payload);
  for (const char* word : {"country", "RO", "person", "p1", "face", "agreed", "true"})
    EXPECT_EQ(hidden.find(word), std::string::npos) << word;
  const auto all = open_disclosures(s.payload, s.opening);
  ASSERT_TRUE(all) << all.error();
  EXPECT_EQ(all->opened, 5U);
  EXPECT_EQ(all->closed, 0U);
  EXPECT_EQ(all->claims,
            (json::object{{"answers", json::object{{"country", "RO"}, {"agreed", true}}},
                          {"uploads", json::array{json::object{{"type", "face"}},
                                                  json::object{{"type", "back"}}}},
                          {"person", "p1"}}));
  EXPECT_EQ(sample().opening, s.opening) << "the same seed gives the same texts";
}

TEST(Disclosure, one_shows_itself_and_nothing_else) {
  const Sample s = sample();
  const auto none = open_disclosures(s.payload, {});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->closed, 5U);
  EXPECT_EQ(none->claims, (json::object{{"answers", json::object()}, {"uploads", json::array()}}));
  const auto one = open_disclosures(s.payload, std::span(s.opening).subspan(4, 1));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->opened, 1U);
  EXPECT_EQ(one->claims, (json::object{{"answers", json::object()},
                                       {"uploads", json::array{json::object{{"type", "back"}}}}}));
}

TEST(Disclosure, every_changed_letter_is_refused) {
  const Sample s = sample();
  for (std::size_t which = 0; which < s.opening.size(); ++which) {
    for (std::size_t at = 0; at < s.opening[which].size(); ++at) {
      auto changed = s.opening;
      changed[which][at] = changed[which][at] == 'A' ? 'B' : 'A';
      EXPECT_FALSE(open_disclosures(s.payload, changed)) << which << " " << at;
    }
  }
}

// A reason is printed where a terminal obeys, and a disclosure is a stranger's.
TEST(Disclosure, a_reason_says_no_word_of_what_was_given) {
  const std::vector<std::string> opening = {sample().opening[0], "\x1b[31m\xc3"};
  const auto opened = open_disclosures(sample().payload, opening);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error(), "number 2 is no disclosure");
}

TEST(Disclosure, nothing_hidden_leaves_no_trace) {
  Discloser discloser(sha256("seed"));
  EXPECT_EQ(discloser.members("a", {}), json::object());
}

// After a restore the same place may get another value from the same seed.
TEST(Disclosure, no_salt_belongs_to_two_values) {
  const auto salt_of = [](const json::value& value) {
    Discloser discloser(sha256("seed"));
    discloser.members("a", {{"x", value}});
    const auto text = from_base64url(discloser.take()[0]);
    return std::string(parse_json(as_text(*text))->as_array()[0].as_string());
  };
  EXPECT_EQ(salt_of("RO"), salt_of("RO"));
  EXPECT_NE(salt_of("RO"), salt_of("DE"));
}

TEST(Disclosure, places_hold_no_nul_and_members_no_name_of_the_format) {
  Discloser discloser(sha256("seed"));
  EXPECT_DEATH(discloser.element(std::string("a\0b", 3), 1), "place.find");
  EXPECT_DEATH(discloser.members("a", {{"_sd", 1}}), "is_reserved");
}

TEST(Disclosure, salts_differ_by_place_and_by_seed) {
  Discloser one(sha256("seed")), two(sha256("other seed"));
  const json::object first = one.members("a", {{"x", "RO"}}),
                     second = one.members("b", {{"x", "RO"}});
  EXPECT_NE(first, second) << "the same value in two places";
  EXPECT_NE(first, two.members("a", {{"x", "RO"}})) << "the same value in two sessions";
  // 16 bytes: 22 letters.
  const auto text = from_base64url(one.take()[0]);
  EXPECT_EQ(parse_json(as_text(*text))->as_array()[0].as_string().size(), 22U);
}

TEST(Disclosure, what_is_not_of_the_payload_is_refused) {
  const Sample s = sample();
  const std::string digest = base64url(sha256(disclosure(R"(["s","x",1])")));
  const std::string element = base64url(sha256(disclosure(R"(["s",1])")));
  const std::string list = "{\"_sd\":[\"" + digest + "\"]}";
  struct Case {
    std::string name, payload;
    std::vector<std::string> opening;
    bool want;
  };
  const Case cases[] = {
      {"one member", list, {disclosure(R"(["s","x",1])")}, true},
      {"no algorithm is SHA-256", "{}", {}, true},
      {"another algorithm", R"({"_sd_alg":"sha-512"})", {}, false},
      {"an algorithm that is no text", R"({"_sd_alg":1})", {}, false},
      {"a stranger's", "{}", {disclosure(R"(["s","x",1])")}, false},
      {"twice", list, {disclosure(R"(["s","x",1])"), disclosure(R"(["s","x",1])")}, false},
      {"a digest in two places", R"({"a":)" + list + R"(,"b":)" + list + "}", {}, false},
      {"a member in the place of an element",
       R"({"a":[{"...":")" + digest + "\"}]}",
       {disclosure(R"(["s","x",1])")},
       false},
      {"an element in the place of a member",
       R"({"_sd":[")" + element + "\"]}",
       {disclosure(R"(["s",1])")},
       false},
      {"a member that is there",
       R"({"x":0,"_sd":[")" + digest + "\"]}",
       {disclosure(R"(["s","x",1])")},
       false},
      {"_sd is no array", R"({"_sd":"a"})", {}, false},
      {"a digest is no text", R"({"_sd":[1]})", {}, false},
      {"a digest of an element is no text", R"({"a":[{"...":1}]})", {}, false},
      {"an element of other names", R"({"a":[{"x":1},{"x":1,"y":2}]})", {}, true},
      {"the algorithm's name deeper down", R"({"a":{"_sd_alg":"x"}})", {}, true},
      {"an element's digest outside an array", R"({"...":"a"})", {}, false},
      {"named _sd", "{}", {disclosure(R"(["s","_sd",1])")}, false},
      {"named _sd_alg",
       "{\"_sd\":[\"" + base64url(sha256(disclosure(R"(["s","_sd_alg",1])"))) + "\"]}",
       {disclosure(R"(["s","_sd_alg",1])")},
       false},
      {"named ...", "{}", {disclosure(R"(["s","...",1])")}, false},
      {"too few parts", "{}", {disclosure(R"(["s"])")}, false},
      {"too many parts", "{}", {disclosure(R"(["s","x",1,2])")}, false},
      {"a salt that is no text", "{}", {disclosure(R"([1,"x",1])")}, false},
      {"a name that is no text", "{}", {disclosure(R"(["s",1,1])")}, false},
      {"no array", "{}", {disclosure("{}")}, false},
      {"no JSON", "{}", {disclosure("x")}, false},
      {"no base64url", "{}", {"*"}, false},
      {"empty", "{}", {""}, false}};
  for (const Case& c : cases)
    EXPECT_EQ(open_disclosures(parse_json(c.payload)->as_object(), c.opening).has_value(), c.want)
        << c.name;
}

// RFC 9901 section 4.2.3: its own disclosures and digests, with the spaces and letters it has
// there.
TEST(Disclosure, opens_the_examples_of_rfc_9901) {
  const std::vector<std::string> opening = {
      "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
      "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0"};
  const auto payload =
      parse_json(R"({"_sd":["X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"],"nationalities":["DE",)"
                 R"({"...":"w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"}],"_sd_alg":"sha-256"})");
  const auto opened = open_disclosures(payload->as_object(), opening);
  ASSERT_TRUE(opened) << opened.error();
  EXPECT_EQ(opened->claims, (json::object{{"nationalities", json::array{"DE", "FR"}},
                                          {"family_name",
                                           "M\xc3\xb6"
                                           "bius"}}));
}

// A digest may hide what itself holds digests (RFC 9901 section 4.2.6), but not without end.
TEST(Disclosure, nested_ones_open_up_to_a_depth) {
  std::vector<std::string> opening;
  const auto wrap = [&](std::size_t times) {
    opening.clear();
    std::string inner = "1";
    for (std::size_t i = 0; i < times; ++i) {
      opening.push_back(disclosure("[\"s\",\"x\"," + inner + "]"));
      inner = "{\"_sd\":[\"" + base64url(sha256(opening.back())) + "\"]}";
    }
    return parse_json(inner)->as_object();
  };
  const json::object few = wrap(3);
  EXPECT_TRUE(open_disclosures(few, opening));
  const json::object many = wrap(100);
  EXPECT_FALSE(open_disclosures(many, opening));
}

}  // namespace
}  // namespace limen::seal
