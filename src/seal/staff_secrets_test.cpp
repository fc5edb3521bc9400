// Passwords, one-time codes and what is locked away, against their standards' own vectors.
#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "seal/password.hpp"
#include "seal/totp.hpp"
#include "seal/vault.hpp"

namespace limen::seal {
namespace {

constexpr PasswordCost cheap{8, 1};  // the least Argon2 takes

TEST(Password, is_known_by_its_hash_and_no_other_is) {
  SeededEntropy entropy(1);
  const std::string hash = hash_password("correct horse battery", cheap, entropy);
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << hash;
  EXPECT_TRUE(is_password("correct horse battery", hash, cheap));
  EXPECT_TRUE(is_password("correct horse battery", hash, {16, 2})) << "the text says what it cost";
  EXPECT_FALSE(is_password("correct horse batterz", hash, cheap));
  EXPECT_FALSE(is_password("", hash, cheap));
  EXPECT_EQ(::crypto_pwhash_str_verify(hash.c_str(), "correct horse battery", 21), 0)
      << "not as others write it";
}

TEST(Password, the_same_one_twice_has_two_hashes) {
  SeededEntropy entropy(1);
  const std::string first = hash_password("twice", cheap, entropy);
  EXPECT_NE(first, hash_password("twice", cheap, entropy));
}

TEST(Password, an_empty_or_broken_hash_fits_nothing) {
  EXPECT_FALSE(is_password("", "", cheap));
  EXPECT_FALSE(is_password("anything", "", cheap));
  for (const char* broken :
       {"$argon2id$v=19$m=8,t=1,p=1$broken", "$argon2id$v=19$m=8,t=1,p=1$AAAAAA",
        "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA"})
    EXPECT_FALSE(is_password("anything", broken, cheap)) << broken;
}

TEST(Password, that_cannot_be_hashed_is_an_outage) {
  SeededEntropy entropy(1);
  EXPECT_THROW(hash_password("any", {1, 1}, entropy), std::runtime_error);
}

// In a process of its own, which gets hardly more memory than it has.
TEST(Password, that_cannot_be_checked_is_an_outage) {
  const std::string hash =
      "$argon2id$v=19$m=1048576,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" + std::string(43, 'A');  // a GiB
  const auto check_without_memory = [&] {
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlim_t bytes = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + (256UL << 20);
    const rlimit most{bytes, bytes};
    if (pages == 0 || ::setrlimit(RLIMIT_AS, &most) != 0) ::_exit(2);
    try {
      is_password("any", hash, cheap);
    } catch (const std::runtime_error&) {
      ::_exit(0);
    }
    ::_exit(1);
  };
  EXPECT_EXIT(check_without_memory(), testing::ExitedWithCode(0), "");
}

// RFC 6238 appendix B, the rows of SHA-1.
TEST(Totp, codes_are_rfc_6238s) {
  const BytesView secret = as_bytes("12345678901234567890");
  struct Row {
    std::int64_t seconds;
    std::string code;
  };
  const Row rows[] = {{59, "94287082"},         {1111111109, "07081804"},
                      {1111111111, "14050471"}, {1234567890, "89005924"},
                      {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const Row& row : rows) {
    const std::uint64_t step = totp_step_of(from_unix(row.seconds));
    EXPECT_EQ(totp_code(secret, step, 8), row.code) << row.seconds;
    EXPECT_EQ(totp_code(secret, step), row.code.substr(2)) << row.seconds;
  }
}

TEST(Totp, a_code_is_good_in_its_step_and_its_neighbours_and_only_once) {
  const BytesView secret = as_bytes("12345678901234567890");
  const std::string code = totp_code(secret, 1000);
  struct Row {
    std::string name;
    std::int64_t seconds;
    std::uint64_t after;
    bool fits;
  };
  const Row rows[] = {{"two steps early", 998 * 30 + 29, 0, false},
                      {"one early", 999 * 30, 0, true},
                      {"in time", 1000 * 30 + 15, 0, true},
                      {"one late", 1001 * 30 + 29, 0, true},
                      {"two late", 1002 * 30, 0, false},
                      {"used before", 1000 * 30, 1000, false},
                      {"a later one used before", 1000 * 30, 1001, false},
                      {"an older one used before", 1000 * 30, 999, true}};
  for (const Row& row : rows) {
    const auto found = totp_match(secret, code, from_unix(row.seconds), row.after);
    EXPECT_EQ(found.has_value(), row.fits) << row.name;
    EXPECT_EQ(found.value_or(1000U), 1000U) << row.name;
  }
  EXPECT_FALSE(totp_match(secret, "", from_unix(30'000), 0));
}

// RFC 4648 section 10, without the padding.
TEST(Totp, base32_is_rfc_4648s) {
  struct Row {
    std::string text, want;
  };
  const Row rows[] = {{"", ""},
                      {"f", "MY"},
                      {"fo", "MZXQ"},
                      {"foo", "MZXW6"},
                      {"foob", "MZXW6YQ"},
                      {"fooba", "MZXW6YTB"},
                      {"foobar", "MZXW6YTBOI"}};
  for (const Row& row : rows) EXPECT_EQ(base32(as_bytes(row.text)), row.want);
}

TEST(Vault, opens_with_its_key_for_its_row_alone) {
  SeededEntropy entropy(1);
  Digest key{}, other{};
  other[0] = 1;
  const Bytes locked = lock_away(key, as_bytes("seed"), as_bytes("row 1"), entropy);
  EXPECT_EQ(as_text(locked).find("seed"), std::string_view::npos);
  EXPECT_EQ(unlock(key, locked, as_bytes("row 1")), Bytes({'s', 'e', 'e', 'd'}));
  EXPECT_FALSE(unlock(key, locked, as_bytes("row 2")));
  EXPECT_FALSE(unlock(other, locked, as_bytes("row 1")));
  EXPECT_FALSE(unlock(key, BytesView(locked).first(39), as_bytes("row 1")));
  EXPECT_NE(locked, lock_away(key, as_bytes("seed"), as_bytes("row 1"), entropy));
}

}  // namespace
}  // namespace limen::seal
