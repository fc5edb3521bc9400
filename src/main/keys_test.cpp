// Key files: made once, kept, rotated with overlap, refused when others may read them.
#include "main/keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <thread>

#include "main/receipt_keys.hpp"
#include "store/ledger.hpp"
#include "store/migrate.hpp"
#include "store/sqlite.hpp"

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
    keys.rotate_receipts(now_);
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
  write_durably(folder_ / "receipts-001763749000000.pem", newer->to_pem().reveal());
  const Keys keys(folder_, entropy_, now_);
  EXPECT_EQ(keys.signing()->receipt->public_half(), newer->public_half());
  EXPECT_EQ(keys.signing()->receipts.size(), 2U);
}

// Whoever rotates because a key leaked must have another one afterwards, whatever the clock says.
TEST_F(KeysTest, a_rotation_after_the_clock_went_back_has_effect) {
  Keys keys(folder_, entropy_, now_);
  const auto before = keys.signing();
  const std::string token_kid = keys.rotate(now_ - Seconds{500});
  const std::string receipt_kid = keys.rotate_receipts(now_ - Seconds{500});
  for (const auto& after : {keys.signing(), Keys(folder_, entropy_, now_).signing()}) {
    EXPECT_EQ(after->keys[0]->id(), token_kid);
    EXPECT_NE(after->keys[0]->id(), before->keys[0]->id());
    EXPECT_EQ(after->receipt->public_half().id(), receipt_kid);
    EXPECT_NE(after->receipt->public_half(), before->receipt->public_half());
    EXPECT_EQ(after->receipts.size(), 2U);
  }
  write_durably(folder_ / "receipts-999999999999999.pem",
                seal::Ed25519Key::generate()->to_pem().reveal());
  EXPECT_THROW(keys.rotate_receipts(now_), std::runtime_error) << "no name comes after it";
}

TEST_F(KeysTest, one_key_is_replaced_and_not_the_other) {
  Keys keys(folder_, entropy_, now_);
  keys.rotate(now_ + Seconds{1});
  EXPECT_EQ(keys.signing()->receipts.size(), 1U);
  keys.rotate_receipts(now_ + Seconds{1});
  EXPECT_EQ(keys.signing()->keys.size(), 2U);
  EXPECT_EQ(keys.signing()->receipts.size(), 2U);
}

// A crash between writing the public half and removing the private one, or an old copy of the
// folder put over the new one.
TEST_F(KeysTest, a_replaced_key_that_comes_back_never_signs) {
  Keys keys(folder_, entropy_, now_);
  const std::string old = read_file(folder_ / "receipts-001763748000000.pem");
  keys.rotate_receipts(now_ + Seconds{1});
  const auto before = keys.signing();
  write_durably(folder_ / "receipts-001763748000000.pem", old);
  {
    const Keys again(folder_, entropy_, now_ + Seconds{2});
    EXPECT_EQ(again.signing()->receipts, before->receipts) << "the newer one is there";
    EXPECT_FALSE(fs::exists(folder_ / "receipts-001763748000000.pem"));
  }
  fs::remove(folder_ / "receipts-001763748001000.pem");
  write_durably(folder_ / "receipts-001763748000000.pem", old);
  const Keys alone(folder_, entropy_, now_ + Seconds{2});
  EXPECT_NE(alone.signing()->receipt->public_half(), before->receipts[1]);
  ASSERT_EQ(alone.signing()->receipts.size(), 2U) << "no kid twice";
  EXPECT_EQ(alone.signing()->receipts[1], before->receipts[1]);
}

TEST_F(KeysTest, a_disowned_key_verifies_nothing) {
  Keys keys(folder_, entropy_, now_);
  const std::string old = keys.signing()->receipt->public_half().id();
  EXPECT_FALSE(keys.disown(old)) << "it signs";
  keys.rotate_receipts(now_);
  EXPECT_FALSE(keys.disown("unknown"));
  EXPECT_TRUE(keys.disown(old));
  EXPECT_FALSE(keys.disown(old));
  EXPECT_EQ(keys.signing()->receipts.size(), 1U);
  EXPECT_EQ(Keys(folder_, entropy_, now_).signing()->receipts.size(), 1U);
  EXPECT_EQ(keys.known_receipts().find(old), std::string::npos);
}

// The file is gone at once, the row with the commit: where that failed, the operator tries again.
TEST_F(KeysTest, a_key_can_be_disowned_after_a_commit_that_failed) {
  const auto connection = store::open_sqlite_in_memory();
  store::migrate(*connection, store::migrations());
  store::SqlLedger ledger(*connection);
  std::string old;
  {
    Keys keys(folder_, entropy_, now_);
    old = keys.signing()->receipt->public_half().id();
    rotate_receipt_key(keys, ledger, now_);
    connection->exec("SAVEPOINT job", {});
    EXPECT_TRUE(disown_receipt_key(keys, ledger, old));
    connection->exec("ROLLBACK TO job", {});
    EXPECT_TRUE(disown_receipt_key(keys, ledger, old));
    EXPECT_FALSE(disown_receipt_key(keys, ledger, old));
    const std::string signs = keys.signing()->receipt->public_half().id();
    EXPECT_FALSE(disown_receipt_key(keys, ledger, signs));
  }
  Keys keys(folder_, entropy_, now_);
  agree_on_receipt_keys(keys, ledger, now_);
  EXPECT_EQ(keys.known_receipts().find(old), std::string::npos);
}

TEST_F(KeysTest, what_the_database_remembers_is_published_again) {
  std::string remembered, first, second;
  {
    Keys keys(folder_, entropy_, now_);
    EXPECT_TRUE(keys.agree_with("", now_).empty()) << "a first start";
    first = keys.signing()->receipt->public_half().id();
    second = keys.rotate_receipts(now_);
    remembered = keys.known_receipts();
    EXPECT_TRUE(keys.agree_with(remembered, now_).empty());
    EXPECT_EQ(keys.signing()->receipt->public_half().id(), second) << "nothing changed";
  }
  for (const auto& entry : fs::directory_iterator(folder_))
    if (entry.path().filename().string().starts_with("receipts-")) fs::remove(entry.path());
  Keys keys(folder_, entropy_, now_);
  EXPECT_EQ(keys.agree_with(remembered, now_), (std::vector<std::string>{first, second}));
  const auto after = keys.signing();
  ASSERT_EQ(after->receipts.size(), 3U);
  EXPECT_EQ(after->receipt->public_half(), after->receipts[0]);
  EXPECT_EQ(Keys(folder_, entropy_, now_).signing()->receipts.size(), 3U);
  EXPECT_TRUE(keys.agree_with(keys.known_receipts(), now_).empty());
  EXPECT_EQ(keys.signing()->receipts, after->receipts);
}

// keys/ from a copy made before a rotation, the database from after it.
TEST_F(KeysTest, an_older_copy_of_the_folder_does_not_sign_with_what_was_replaced) {
  std::string remembered;
  {
    Keys keys(folder_, entropy_, now_);
    fs::copy(folder_, folder_.parent_path() / "copy");
    keys.rotate_receipts(now_ + Seconds{1});
    remembered = keys.known_receipts();
  }
  fs::remove_all(folder_);
  fs::rename(folder_.parent_path() / "copy", folder_);
  Keys keys(folder_, entropy_, now_ + Seconds{2});
  const std::string revived = keys.signing()->receipt->public_half().id();
  EXPECT_EQ(keys.agree_with(remembered, now_ + Seconds{2}).size(), 1U);
  EXPECT_NE(keys.signing()->receipt->public_half().id(), revived);
  EXPECT_EQ(keys.signing()->receipts.size(), 3U);
}

TEST_F(KeysTest, damaged_receipt_keys_are_refused) {
  { Keys(folder_, entropy_, now_).rotate_receipts(now_ + Seconds{1}); }
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
