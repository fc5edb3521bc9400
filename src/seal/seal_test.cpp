// Sealed texts, codes, digests and entropy against their standards' own vectors.
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "seal/code.hpp"
#include "seal/digest.hpp"
#include "seal/entropy.hpp"
#include "seal/sealer.hpp"

namespace limen::seal {
namespace {

Digest root_of(std::uint8_t fill) {
  Digest root;
  root.fill(fill);
  return root;
}

TEST(Digest, sha256_of_abc_is_fips_180_4s) {
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, hmac_is_rfc_4231s) {
  struct Case {
    std::string name, key, data, want;
  };
  const Case cases[] = {
      {"case 1", std::string(20, '\x0b'), "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"case 2", "Jefe", "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {"case 6, key longer than a block", std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
  };
  // RFC 2104: only a key longer than a block is hashed first. By Python's hmac.
  std::string key_64(64, '\0'), key_65(65, '\0');
  std::iota(key_64.begin(), key_64.end(), '\0');
  std::iota(key_65.begin(), key_65.end(), '\0');
  const std::string bound = "a block exactly";
  EXPECT_EQ(hex(Hmac(as_bytes(key_64))({as_bytes(bound)})),
            "8c1e7c0ccbfe586ebcaec7cec1975c1cf5a33e3deff321e600996a3ed04cd11e");
  EXPECT_EQ(hex(Hmac(as_bytes(key_65))({as_bytes(bound)})),
            "6fc13ff1510d2b51fe4e46b5c47cd5d25c8bbbdcf284336f1a684c041ee99321");
  for (const auto& c : cases) {
    const Hmac hmac(as_bytes(c.key));
    EXPECT_EQ(hex(hmac({as_bytes(c.data)})), c.want) << c.name;
    EXPECT_EQ(hex(hmac({as_bytes(c.data.substr(0, 3)), as_bytes(c.data.substr(3))})), c.want)
        << c.name;
  }
}

TEST(Digest, texts_of_different_length_or_letters_are_not_equal) {
  struct Case {
    std::string a, b;
    bool want;
  };
  const Case cases[] = {{"", "", true},      {"abc", "abc", true},  {"abc", "ab", false},
                        {"", "a", false},    {"abc", "abd", false}, {"abc", "xbc", false},
                        {"ab", "abc", false}};
  for (const auto& c : cases)
    EXPECT_EQ(equal_in_time(as_bytes(c.a), as_bytes(c.b)), c.want) << c.a << ' ' << c.b;
}

TEST(Entropy, ids_are_uuid_7_and_ordered_by_time) {
  SeededEntropy entropy{1};
  Id last;
  for (int ms = 1; ms < 1000; ++ms) {
    const Id id = draw_id(entropy, from_ms(1'763'757'000'000 + ms));
    EXPECT_LT(last, id);
    const std::string text = to_string(id);
    EXPECT_EQ(text[14], '7');
    EXPECT_NE(std::string_view("89ab").find(text[19]), std::string_view::npos);
    last = id;
  }
}

TEST(Entropy, the_kernel_never_repeats_itself) {
  KernelEntropy entropy;
  std::set<Bits256> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(draw_256(entropy)).second);
}

TEST(Sealer, law_11_forged_costs_nothing) {
  const Sealer sealer(root_of(7));
  const Sealer foreign(root_of(8));
  SeededEntropy entropy{2};
  const Sealed what{draw_id(entropy, from_ms(1)), from_ms(1'800'000'000'123), draw_256(entropy)};
  const std::string text(sealer.seal("pass", what).reveal());
  ASSERT_EQ(text.size(), 4 + 4 + 1 + 96U);
  EXPECT_EQ(sealer.unseal("pass", text), what);
  EXPECT_FALSE(foreign.unseal("pass", text));
  EXPECT_FALSE(sealer.unseal("key", text));
  // Every single-character change, and every change of length, is refused.
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char c : std::string_view("A-_z0+/= ")) {
      std::string changed = text;
      if (changed[at] == c) continue;
      changed[at] = c;
      EXPECT_FALSE(sealer.unseal("pass", changed)) << at << c;
    }
    EXPECT_FALSE(sealer.unseal("pass", text.substr(0, at)));
  }
  EXPECT_FALSE(sealer.unseal("pass", text + "="));
  EXPECT_FALSE(sealer.unseal("pass", text + "A"));
}

TEST(Sealer, derived_bits_depend_on_label_and_context_and_root) {
  const Sealer sealer(root_of(7));
  EXPECT_EQ(sealer.derive("a", as_bytes("x")), sealer.derive("a", as_bytes("x")));
  EXPECT_NE(sealer.derive("a", as_bytes("x")), sealer.derive("b", as_bytes("x")));
  EXPECT_NE(sealer.derive("a", as_bytes("x")), sealer.derive("a", as_bytes("y")));
  EXPECT_NE(sealer.derive("ab", as_bytes("c")), sealer.derive("a", as_bytes("bc")));
  EXPECT_NE(sealer.derive("a", as_bytes("x")), Sealer(root_of(8)).derive("a", as_bytes("x")));
}

TEST(Sealer, every_purpose_has_a_key_of_its_own_and_keeps_it) {
  const Sealer sealer(root_of(7));
  std::set<Digest> keys;
  for (const char* label : {"", "seal/mac", "seal/derive", "seal/mac2", "hs256/enrolment"})
    EXPECT_TRUE(keys.insert(sealer.key_for(label)).second) << label;
  // HMAC-SHA-256 of "limen/1/hs256/enrolment" by Python: tokens outlive a release.
  EXPECT_EQ(hex(sealer.key_for("hs256/enrolment")),
            "2be9ce32fd969d5d3724b0209b1817f25984f8e050b8258a468a0e2c5e87d559");
}

TEST(Ff1, encrypts_the_samples_of_sp_800_38g) {
  struct Case {
    std::string name, key, tweak, plain, cipher;
    std::uint32_t radix;
  };
  const std::string key128 = "2b7e151628aed2a6abf7158809cf4f3c";
  const std::string key256 = key128 + "ef4359d8d580aa4f7f036d6f04fc6a94";
  const Case cases[] = {
      {"sample 1", key128, "", "0123456789", "2433477484", 10},
      {"sample 2", key128, "39383736353433323130", "0123456789", "6124200773", 10},
      {"sample 3", key128, "3737373770717273373737", "0123456789abcdefghi", "a9tv40mll9kdu509eum",
       36},
      {"sample 7", key256, "", "0123456789", "6657667009", 10},
      {"sample 8", key256, "39383736353433323130", "0123456789", "1001623463", 10},
  };
  const std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (const auto& c : cases) {
    const Ff1 cipher(*from_hex(c.key), c.radix);
    std::vector<std::uint32_t> in;
    for (const char d : c.plain) in.push_back(static_cast<std::uint32_t>(digits.find(d)));
    std::string out;
    for (const auto d : cipher.encrypt(*from_hex(c.tweak), in)) out += digits[d];
    EXPECT_EQ(out, c.cipher) << c.name;
    EXPECT_EQ(cipher.decrypt(*from_hex(c.tweak), cipher.encrypt(*from_hex(c.tweak), in)), in)
        << c.name;
  }
}

TEST(Ff1, refuses_what_it_cannot_compute) {
  EXPECT_DEATH(Ff1(Bytes(24, 1), 10), "key.size");
  // A half of 19 decimal digits may pass 63 bits.
  const Ff1 cipher(Bytes(16, 1), 10);
  EXPECT_DEATH(cipher.encrypt({}, std::vector<std::uint32_t>(37, 0)), "bits");
  const std::vector<std::uint32_t> longest(36, 9);
  for (const std::size_t tweak : {0U, 16U, 49U})
    EXPECT_EQ(cipher.decrypt(Bytes(tweak, 7), cipher.encrypt(Bytes(tweak, 7), longest)), longest);
  for (const std::size_t symbols : {std::size_t{6}, std::size_t{13}})
    EXPECT_DEATH(Codes(root_of(3), symbols), "symbols");
}

TEST(Codes, are_distinct_and_made_of_the_alphabet) {
  const Codes codes(root_of(3), 9);
  std::set<std::string> seen;
  std::array<int, 31> count{};
  for (std::uint64_t serial = 1; serial <= 20'000; ++serial) {
    const std::string code = codes.code("SNF", Id{}, serial);
    ASSERT_EQ(code.size(), 12U);
    EXPECT_TRUE(seen.insert(code).second);
    EXPECT_EQ(normalise_code(code), code);
    EXPECT_EQ(codes.serial("SNF", Id{}, code), serial);
    for (const char c : code.substr(3)) ++count[code_alphabet.find(c)];
  }
  // Chi-square over 180,000 symbols in 31 classes: 99.99% of fair draws stay below 66.
  const double expected = 20'000.0 * 9 / 31;
  double chi = 0;
  for (const int n : count) chi += (n - expected) * (n - expected) / expected;
  EXPECT_LT(chi, 66);
}

TEST(Codes, of_two_organisations_do_not_tell_of_each_other) {
  const Codes codes(root_of(3), 9);
  EXPECT_NE(codes.code("AAA", Id{}, 1).substr(3), codes.code("AAA", Id{{1}}, 1).substr(3));
}

TEST(Codes, of_another_form_have_no_serial) {
  const Codes codes(root_of(3), 9);
  const std::string code = codes.code("SNF", Id{}, 7);
  struct Case {
    std::string name, code;
    std::optional<std::uint64_t> want;
  };
  const Case cases[] = {{"as issued", code, 7},
                        {"another prefix", "XNF" + code.substr(3), std::nullopt},
                        {"the prefix alone", "SNF", std::nullopt},
                        {"a symbol less", code.substr(0, 11), std::nullopt},
                        {"a symbol more", code + "2", std::nullopt},
                        {"no symbol of the alphabet", code.substr(0, 11) + "0", std::nullopt},
                        {"nothing", "", std::nullopt}};
  for (const auto& c : cases) EXPECT_EQ(codes.serial("SNF", Id{}, c.code), c.want) << c.name;
}

TEST(Codes, the_short_form_of_the_example_is_a_setting_and_runs_out_loudly) {
  const Codes codes(root_of(3), 7);
  EXPECT_EQ(codes.code("", Id{}, 1).size(), 7U);
  EXPECT_THROW(codes.code("", Id{}, 31ULL * 31 * 31 * 31 * 31 * 31 * 31), std::overflow_error);
}

TEST(Codes, typed_text_is_forgiven_only_what_people_do) {
  struct Case {
    std::string typed;
    std::optional<std::string> want;
  };
  const Case cases[] = {
      {"SNFF3I2", "SNFF3I2"},
      {" snf-f3i2 ", "SNFF3I2"},
      {"SNF F3I2", "SNFF3I2"},
      {"SNFF3\u01312", std::nullopt},        // dotless i
      {"\xC5\xBFNFF3I2", std::nullopt},      // long s
      {"\xEF\xBC\xB3NFF3I2", std::nullopt},  // full-width S
      {"SNFF3I2;", std::nullopt},
      {"SNFF3I2[", std::nullopt},
      {"SNFF3I2{", std::nullopt},
      {"SNFF3I2/", std::nullopt},
      {"azAZ09", std::nullopt},  // six, one too few
      {"azAZ09x", "AZAZ09X"},
      {std::string(20, 'a'), std::string(20, 'A')},
      {std::string(21, 'A'), std::nullopt},
      {std::string(44, '-') + std::string(20, 'A'), std::string(20, 'A')},
      {std::string(45, '-') + std::string(20, 'A'), std::nullopt},
      {"", std::nullopt},
      {"SNF", std::nullopt},
      {std::string(65, 'A'), std::nullopt},
  };
  for (const auto& c : cases) EXPECT_EQ(normalise_code(c.typed), c.want) << c.typed;
}

}  // namespace
}  // namespace limen::seal
