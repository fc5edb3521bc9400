// Who is believed: access tokens, keys, revocation, and what the cache may remember.
#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

using grant::Scope;

class CallerTest : public DeskTest {
 protected:
  std::string token_of(const Holder& key) {
    Desk d = desk();
    const auto token = grant_access(d, key.client_id, key.secret, "");
    EXPECT_TRUE(token);
    return token ? std::string(token->text.reveal()) : "";
  }
  bool is_believed(const std::string& token) {
    Desk d = desk();
    return by_access_token(d, token, Scope::invite).has_value();
  }
};

TEST_F(CallerTest, an_access_token_lives_to_the_second) {
  const std::string token = token_of(holder(ours_, {"onboarding:write"}));
  advance(Seconds{3599});
  EXPECT_TRUE(is_believed(token));
  advance(Seconds{1});
  Desk d = desk();
  EXPECT_EQ(by_access_token(d, token, Scope::invite).error().code, codes::token_expired);
}

TEST_F(CallerTest, law_4_an_access_token_falls_with_its_key_and_with_its_client) {
  const Holder first = holder(ours_, {"onboarding:write"});
  const std::string token = token_of(first);
  EXPECT_TRUE(is_believed(token));
  ledger_->revoke(first.caller.grant.id, now_);
  cache_.next_epoch();
  EXPECT_FALSE(is_believed(token));
  const Holder second = holder(ours_, {"onboarding:write"});
  const std::string other = token_of(second);
  ledger_->revoke(*parse_id(second.client_id), now_);
  cache_.next_epoch();
  EXPECT_FALSE(is_believed(other));
}

TEST_F(CallerTest, revoking_a_token_twice_is_no_error_and_foreign_ones_stay) {
  const Holder key = holder(ours_, {"onboarding:write"});
  const Holder foreign = holder(theirs_, {"onboarding:write"});
  const std::string token = token_of(key);
  Desk d = desk();
  revoke_access(d, foreign.caller, token);
  EXPECT_TRUE(is_believed(token));
  const auto again = by_access_token(d, token, Scope::none);
  revoke_access(d, key.caller, token);
  revoke_access(d, key.caller, token);  // the same batch: the epoch is still the old one
  cache_.next_epoch();
  EXPECT_FALSE(is_believed(token));
}

TEST_F(CallerTest, a_clock_that_goes_back_takes_no_token_away) {
  const Holder key = holder(ours_, {"onboarding:write", "enrolment:write"});
  const std::string token = token_of(key);
  Desk d = desk();
  const auto session = open_session(d, key.caller,
                                    {.door = journey::Door::enrolment,
                                     .skill = "card",
                                     .caller_id = "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee",
                                     .return_url = "https://rp.test/done"});
  ASSERT_TRUE(session);
  const std::string own(enrolment_tokens(d, *session).access_token.reveal());
  const auto is_own = [&] {
    Desk now = desk();
    return by_enrolment_token(now, own, Scope::submit).has_value();
  };
  advance(-limits::clock_step);
  EXPECT_TRUE(is_believed(token));
  EXPECT_TRUE(is_own());
  advance(Seconds{-1});
  EXPECT_FALSE(is_believed(token));
  EXPECT_FALSE(is_own());
}

// The row by which it is known is swept: later than the token would be live again.
TEST_F(CallerTest, law_4_a_clock_that_goes_back_gives_no_token_back) {
  const Holder key = holder(ours_, {"onboarding:write"});
  const std::string token = token_of(key);
  Desk d = desk();
  revoke_access(d, key.caller, token);
  cache_.next_epoch();
  advance(limits::access_life);
  ledger_->sweep(now_, 10);
  advance(Seconds{-1});
  EXPECT_FALSE(is_believed(token));
  advance(limits::clock_step);
  EXPECT_EQ(ledger_->sweep(now_, 10).rows, 0U);
  advance(Seconds{1});
  EXPECT_EQ(ledger_->sweep(now_, 10).rows, 1U);
}

// Who was believed during the overlap is believed from memory afterwards.
TEST_F(CallerTest, law_4_a_token_ends_with_the_key_that_asked_for_it) {
  const Holder key = holder(ours_, {"onboarding:write"});
  const std::string token = token_of(key);
  Desk d = desk();
  ASSERT_TRUE(rotate_key(d, ours_, key.caller.grant.id, {60, {}}));
  cache_.next_epoch();
  ledger_->set_snapshot_epoch(cache_.epoch());
  EXPECT_TRUE(is_believed(token));
  advance(Seconds{60});
  EXPECT_FALSE(is_believed(token));
}

TEST_F(CallerTest, law_2_what_a_key_lent_ends_with_it) {
  const Holder key = holder(ours_, {"ephemeral_device:write"});
  Desk d = desk();
  const auto lent = lend(d, key.caller, 86'400);
  ASSERT_TRUE(lent);
  ASSERT_TRUE(rotate_key(d, ours_, key.caller.grant.id, {60, {}}));
  const auto is_device = [&] {
    Desk now = desk();
    return by_device(now, lent->secret.reveal(), Scope::none).has_value();
  };
  EXPECT_TRUE(is_device());
  advance(Seconds{60});
  EXPECT_FALSE(is_device());
}

TEST_F(CallerTest, what_a_stale_snapshot_saw_is_not_remembered) {
  const Holder key = holder(ours_, {"onboarding:write"});
  // The ledger of this test has no lanes, so its snapshots are of epoch 0: nothing is remembered,
  // and every revocation shows at once.
  Desk d = desk();
  EXPECT_TRUE(by_key(d, key.secret, Scope::invite));
  ledger_->revoke(key.caller.grant.id, now_);
  EXPECT_FALSE(by_key(d, key.secret, Scope::invite));
}

// A commit holds many requests. What one issues behind another's revocation would hang below a
// fallen tree, and nobody would come back to fell it.
TEST_F(CallerTest, law_4_nobody_is_believed_from_memory_behind_a_revocation_in_one_commit) {
  const Holder key = holder(ours_, {"onboarding:write"});
  const std::string token = token_of(key);
  ledger_->set_snapshot_epoch(cache_.epoch());  // as a lane does before its transaction
  Desk d = desk();
  ASSERT_TRUE(by_key(d, key.secret, Scope::invite));
  ASSERT_TRUE(live_client(d, key.client_id));
  ASSERT_TRUE(is_believed(token));
  ASSERT_TRUE(revoke_grant(d, ours_, *parse_id(key.client_id)));
  EXPECT_FALSE(by_key(d, key.secret, Scope::invite));
  EXPECT_FALSE(live_client(d, key.client_id));
  EXPECT_FALSE(is_believed(token));
}

TEST_F(CallerTest, law_2_scopes_are_bounded_by_the_client) {
  const Holder key = holder(ours_, {"user-status:read"});
  Desk d = desk();
  EXPECT_EQ(grant_access(d, key.client_id, key.secret, "onboarding:write").error().code,
            codes::invalid_scope);
  EXPECT_EQ(grant_access(d, key.client_id, key.secret, "")->scope, "user-status:read");
}

TEST_F(CallerTest, law_7_unknown_client_and_wrong_secret_are_one_error) {
  const Holder key = holder(ours_, {"onboarding:write"});
  const Holder other = holder(ours_, {"onboarding:write"});
  Desk d = desk();
  const Problem wrong = grant_access(d, key.client_id, other.secret, "").error();
  EXPECT_EQ(grant_access(d, "7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b", key.secret, "").error(), wrong);
  EXPECT_EQ(grant_access(d, key.client_id, "x", "").error(), wrong);
}

TEST_F(CallerTest, an_unknown_permission_is_named_if_it_can_be_shown) {
  Desk d = desk();
  for (const auto& [name, want] : {std::pair{"enrolment:wri", "enrolment:wri"},
                                   std::pair{"enrolment:wri\x7Fte", "(unprintable)"}}) {
    const auto key = create_key(d, ours_, {"key", {name}, {}, {}});
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().detail, std::string("unknown permission ") + want);
  }
}

// It is the username where Basic is spoken (RFC 7617 section 2); a key made before stays rotatable.
TEST_F(CallerTest, a_key_s_name_has_no_colon) {
  Desk d = desk();
  for (const auto* name : {"a:b", ":", "", " ", "a\nb"}) {
    const auto key = create_key(d, ours_, {name, {"onboarding:write"}, {}, {}});
    ASSERT_FALSE(key) << name;
    EXPECT_EQ(key.error().field, "name") << name;
  }
  EXPECT_TRUE(create_key(d, ours_, {"a-b", {"onboarding:write"}, {}, {}}));
}

// Each is rightly signed: what it says of its key is why it is refused, and is asked before the
// signature (read_access_token).
TEST_F(CallerTest, law_4_claims_must_name_the_key_behind_them_and_its_client) {
  const Holder key = holder(ours_, {"onboarding:write"});
  const Holder other = holder(ours_, {"onboarding:write"});
  const Holder revoked = holder(ours_, {"onboarding:write"});
  ledger_->revoke(revoked.caller.grant.id, now_);
  Desk d = desk();
  const auto jti = [&](std::uint64_t serial) { return to_string(access_id(d, serial)); };
  const std::uint64_t genuine = key.caller.grant.serial;
  const auto client = ledger_->grant(*parse_id(key.client_id));
  struct Case {
    const char* name;
    std::string jti, client_id;
    bool want;
  };
  const Case cases[] = {
      {"as it should be", jti(genuine), key.client_id, true},
      {"a jti of our own making", "0f1e2d3c-4b5a-4968-8776-655443322110", key.client_id, false},
      {"no jti", "", key.client_id, false},
      {"another client's key", jti(genuine), other.client_id, false},
      {"a key that was revoked", jti(revoked.caller.grant.serial), revoked.client_id, false},
      {"a client is no key that asks", jti(client->serial), key.client_id, false},
      {"no client", jti(genuine), "", false},
  };
  for (const Case& c : cases) {
    const std::string token = seal::sign_es256(*signing_.keys[0], "at+jwt",
                                               {{"iss", d.settings.issuer},
                                                {"client_id", c.client_id},
                                                {"iat", to_unix(now_)},
                                                {"exp", to_unix(now_ + limits::access_life)},
                                                {"jti", c.jti},
                                                {"scope", "onboarding:write"}});
    EXPECT_EQ(is_believed(token), c.want) << c.name;
  }
}

TEST_F(CallerTest, a_jti_hides_its_keys_serial) {
  Desk d = desk();
  for (const std::uint64_t serial : {std::uint64_t{1}, std::uint64_t{123'456'789'012}}) {
    const Id first = access_id(d, serial);
    EXPECT_EQ(key_serial_of(d, first), serial);
    EXPECT_NE(first, access_id(d, serial));
    // Nor does who holds one come to a serial near it by turning bits of it: none of the 128.
    for (std::size_t bit = 0; bit < 128; ++bit) {
      Id turned = first;
      turned.bytes[bit / 8] = static_cast<std::uint8_t>(turned.bytes[bit / 8] ^ (1U << (bit % 8)));
      EXPECT_GT(key_serial_of(d, turned), std::uint64_t{1} << 50) << bit;
    }
  }
}

}  // namespace
}  // namespace limen::onboard
