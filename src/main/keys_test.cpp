// Key files: made once, kept, rotated with overlap, refused when others may read them.
#include "main/keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <thread>

namespace limen::main {
namespace {

namespace fs = std::filesystem;

class KeysTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "limen-keys-XXXXXX").string();
    folder_ = fs::path(::mkdtemp(name.data())) / "keys";
  }
  void TearDown() override { fs::remove_all(folder_.parent_path()); }
  static unsigned mode_of(const fs::path& file) {
    struct stat info {};
    ::stat(file.c_str(), &info);
    return info.st_mode & 0777;
  }
  fs::path folder_;
  seal::SeededEntropy entropy_{1};
  Time now_ = from_ms(1'763'748'000'000);
};

TEST_F(KeysTest, are_made_on_first_start_and_kept) {
  const Keys first(folder_, entropy_, now_);
  EXPECT_EQ(mode_of(folder_ / "root.key"), 0600U);
  EXPECT_EQ(mode_of(folder_), 0700U);
  const Keys second(folder_, entropy_, now_ + Seconds{10});
  EXPECT_EQ(first.root(), second.root());
  ASSERT_EQ(second.signing()->keys.size(), 1U);
  EXPECT_EQ(first.signing()->keys[0]->id(), second.signing()->keys[0]->id());
}

TEST_F(KeysTest, rotation_overlaps_and_then_retires) {
  Keys keys(folder_, entropy_, now_);
  const std::string old_id = keys.signing()->keys[0]->id();
  const std::string token = seal::sign_es256(*keys.signing()->keys[0], "at+jwt", {{"a", 1}});
  const std::string new_id = keys.rotate(now_ + Seconds{100});
  ASSERT_EQ(keys.signing()->keys.size(), 2U);
  EXPECT_EQ(keys.signing()->keys[0]->id(), new_id);  // the newest signs
  EXPECT_TRUE(seal::verify_es256(*keys.signing(), "at+jwt", token));
  keys.retire(now_ + Seconds{200}, Seconds{3600});
  EXPECT_EQ(keys.signing()->keys.size(), 2U);
  keys.retire(now_ + Seconds{3701}, Seconds{3600});
  ASSERT_EQ(keys.signing()->keys.size(), 1U);
  EXPECT_FALSE(seal::verify_es256(*keys.signing(), "at+jwt", token));
  EXPECT_NE(keys.signing()->keys[0]->id(), old_id);
}

TEST_F(KeysTest, a_receipt_key_is_made_for_installations_that_had_none) {
  { const Keys keys(folder_, entropy_, now_); }
  for (const auto& entry : fs::directory_iterator(folder_))
    if (entry.path().filename().string().starts_with("receipts-")) fs::remove(entry.path());
  const Keys keys(folder_, entropy_, now_ + Seconds{10});
  ASSERT_NE(keys.signing()->receipt, nullptr);
  EXPECT_EQ(keys.signing()->receipts,
            std::vector<seal::Ed25519Public>{keys.signing()->receipt->public_half()});
  const Keys again(folder_, entropy_, now_ + Seconds{20});
  EXPECT_EQ(again.signing()->receipts, keys.signing()->receipts) << "kept";
  for (const auto& entry : fs::directory_iterator(folder_))
    EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
}

TEST_F(KeysTest, receipts_verify_for_ever_and_old_keys_sign_nothing) {
  Keys keys(folder_, entropy_, now_);
  std::vector<std::string> receipts;
  for (int i = 0; i < 3; ++i) {  // all within the millisecond: no key takes another's name
    receipts.push_back(seal::sign_eddsa(*keys.signing()->receipt, "r", {{"a", i}}));
    keys.rotate(now_);
  }
  keys.retire(now_ + Seconds{10'000'000}, Seconds{1});
  const Keys again(folder_, entropy_, now_ + Seconds{10'000'000});
  for (const auto& published : {keys.signing(), again.signing()}) {
    ASSERT_EQ(published->receipts.size(), 4U);
    EXPECT_EQ(published->receipts[0], published->receipt->public_half());
    for (const std::string& receipt : receipts)
      EXPECT_TRUE(seal::verify_eddsa(published->receipts, "r", receipt));
    EXPECT_EQ(published->jwks().at("keys").as_array().size(), published->keys.size() + 4);
  }
  int private_keys = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("receipts-") && name.ends_with(".pem")) ++private_keys;
  }
  EXPECT_EQ(private_keys, 1);
}

TEST_F(KeysTest, a_rotation_that_was_cut_short_is_finished) {
  { const Keys keys(folder_, entropy_, now_); }
  const auto newer = seal::Ed25519Key::generate();
  write_durably(folder_ / "receipts-999999999999999.pem", newer->to_pem());
  const Keys keys(folder_, entropy_, now_);
  EXPECT_EQ(keys.signing()->receipt->public_half(), newer->public_half());
  EXPECT_EQ(keys.signing()->receipts.size(), 2U);
}

TEST_F(KeysTest, damaged_receipt_keys_are_refused) {
  { Keys(folder_, entropy_, now_).rotate(now_ + Seconds{1}); }
  const std::string jwk = folder_ / "receipts-001763748000000.jwk";
  ASSERT_TRUE(fs::exists(jwk));
  for (const char* text : {"", "[]", "{}", R"({"kty":"EC"})"}) {
    write_durably(jwk, text);
    EXPECT_THROW(Keys(folder_, entropy_, now_), std::runtime_error) << text;
  }
  fs::remove(jwk);
  EXPECT_NO_THROW(Keys(folder_, entropy_, now_)) << "an operator may take a key back";
  fs::permissions(folder_ / "receipts-001763748001000.pem", fs::perms(0644));
  EXPECT_THROW(Keys(folder_, entropy_, now_), std::runtime_error);
}

TEST_F(KeysTest, readable_by_others_are_refused) {
  { const Keys keys(folder_, entropy_, now_); }
  fs::permissions(folder_ / "root.key", fs::perms(0644));
  EXPECT_THROW(Keys(folder_, entropy_, now_), std::runtime_error);
}

TEST_F(KeysTest, a_damaged_root_is_refused) {
  { const Keys keys(folder_, entropy_, now_); }
  write_durably(folder_ / "root.key", "short");
  EXPECT_THROW(Keys(folder_, entropy_, now_), std::runtime_error);
}

TEST_F(KeysTest, only_files_named_as_signing_keys_count) {
  Keys keys(folder_, entropy_, now_);
  for (const char* name : {"signing-old.pem", "signing-.pem", "signing-12x.pem", "signing-1.pem~",
                           "signing-99999999999999999999.pem", "signing--5.pem"})
    std::ofstream(folder_ / name) << "no key";
  keys.rotate(now_ + Seconds{100});
  keys.retire(now_ + Seconds{10'000}, Seconds{3600});
  EXPECT_EQ(keys.signing()->keys.size(), 1U);
  EXPECT_TRUE(fs::exists(folder_ / "signing-old.pem"));  // nobody's but its owner's to delete
}

TEST_F(KeysTest, retiring_looks_at_no_folder_while_there_is_one_key) {
  Keys keys(folder_, entropy_, now_);
  fs::remove_all(folder_);
  EXPECT_NO_THROW(keys.retire(now_ + Seconds{10'000}, Seconds{3600}));
  EXPECT_EQ(keys.signing()->keys.size(), 1U);
}

TEST_F(KeysTest, rotating_and_retiring_at_once_loses_no_key) {
  Keys keys(folder_, entropy_, now_);
  constexpr int turns = 20;
  std::thread retiring([&] {
    for (int i = 0; i < turns * 10; ++i) keys.retire(now_ + Seconds{turns}, Seconds{1});
  });
  std::string newest;
  for (int i = 1; i <= turns; ++i) {
    newest = keys.rotate(now_ + Seconds{i});
    EXPECT_EQ(keys.signing()->keys[0]->id(), newest);
  }
  retiring.join();
  EXPECT_EQ(keys.signing()->keys[0]->id(), newest);
}

TEST_F(KeysTest, a_lost_root_is_not_replaced_beside_a_database) {
  const fs::path data = folder_.parent_path();
  EXPECT_NO_THROW(refuse_lost_root(data));  // a first start
  std::ofstream(data / "limen.db") << "rows";
  try {
    refuse_lost_root(data);
    ADD_FAILURE() << "not refused";
  } catch (const std::runtime_error& problem) {
    EXPECT_NE(std::string(problem.what()).find("root.key is missing"), std::string::npos);
  }
  { const Keys keys(folder_, entropy_, now_); }
  EXPECT_NO_THROW(refuse_lost_root(data));
}

TEST_F(KeysTest, writing_durably_says_what_failed) {
  try {
    write_durably("/dev/full/f", "x");
    ADD_FAILURE() << "not refused";
  } catch (const std::system_error& problem) {
    EXPECT_EQ(problem.code().value(), ENOTDIR);
  }
  fs::create_directories(folder_);
  fs::create_symlink("/dev/full", folder_ / "f.tmp");
  try {
    write_durably(folder_ / "f", "x");
    ADD_FAILURE() << "not refused";
  } catch (const std::system_error& problem) {
    EXPECT_EQ(problem.code().value(), ENOSPC);
  }
}

TEST_F(KeysTest, writing_durably_replaces_whole_files) {
  fs::create_directories(folder_);
  write_durably(folder_ / "f", "one");
  write_durably(folder_ / "f", "two");
  EXPECT_EQ(read_file(folder_ / "f"), "two");
  EXPECT_FALSE(fs::exists(folder_ / "f.tmp"));
  EXPECT_EQ(mode_of(folder_ / "f"), 0600U);
}

}  // namespace
}  // namespace limen::main
