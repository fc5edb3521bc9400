// The limiter: the arithmetic of a budget, who waits when, and that a letter costs one unit.
#include "onboard/limiter.hpp"

#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

constexpr Time start = from_ms(1'763'748'000'000);
constexpr Rate ten_an_hour{10, std::chrono::hours{1}};  // one in 6 minutes

TEST(Rate, units_come_back_evenly) {
  Time until{};
  EXPECT_EQ(ten_an_hour.used(until, start), 0U);
  for (std::uint32_t n = 1; n <= 12; ++n) {
    until = ten_an_hour.charged(until, start);
    EXPECT_EQ(ten_an_hour.used(until, start), std::min(n, 10U)) << n;
  }
  EXPECT_EQ(until, start + std::chrono::hours{1}) << "what is over the quota is not remembered";
  const auto used_after = [&](Millis past) { return ten_an_hour.used(until, start + past); };
  EXPECT_EQ(used_after(std::chrono::minutes{6} - Millis{1}), 10U);
  EXPECT_EQ(used_after(std::chrono::minutes{6}), 9U);
  EXPECT_EQ(used_after(std::chrono::minutes{54}), 1U);
  EXPECT_EQ(used_after(std::chrono::minutes{60} - Millis{1}), 1U);
  EXPECT_EQ(used_after(std::chrono::minutes{60}), 0U);
}

TEST(Rate, waiting_ends_when_a_unit_is_back) {
  struct Case {
    std::uint32_t charges, limit;
    Seconds want;
  };
  const Case cases[] = {
      {10, 10, std::chrono::minutes{6}},
      {10, 3, std::chrono::minutes{48}},
      {3, 3, std::chrono::minutes{6}},
      {10, 1, std::chrono::minutes{60}},
      {10, 0, std::chrono::minutes{60}},  // never less than nothing
      {1, 10, Seconds{1}},                // no wait is said as the shortest
  };
  for (const Case& c : cases) {
    Time until{};
    for (std::uint32_t n = 0; n < c.charges; ++n) until = ten_an_hour.charged(until, start);
    const Seconds wait = ten_an_hour.wait(until, start, c.limit);
    EXPECT_EQ(wait, c.want) << c.charges << ' ' << c.limit;
    EXPECT_LT(ten_an_hour.used(until, start + wait), std::max(c.limit, 1U));
    // To the second: a little before it would have been too early.
    const std::uint32_t before = ten_an_hour.used(until, start + wait - Millis{1});
    EXPECT_TRUE(wait == Seconds{1} || before >= std::max(c.limit, 1U));
  }
  EXPECT_EQ(ten_an_hour.wait(start + std::chrono::minutes{54} + Millis{1}, start, 10), Seconds{1})
      << "rounded up";
}

TEST(Rate, more_units_than_milliseconds_still_come_back) {
  const Rate dense{5000, Seconds{1}};
  EXPECT_EQ(dense.interval(), Millis{1});
  EXPECT_EQ(dense.charged({}, start), start + Millis{1});
}

class LimiterTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    set(Budget::guesses_address, 6);
    set(Budget::guesses_block, 12);
    set(Budget::guesses_organisation, 100);
    set(Budget::guesses_overall, 200);
    set(Budget::letters_organisation, 4);
    set(Budget::letters_recipient, 2);
  }
  void set(Budget budget, std::uint32_t quota) {
    settings_.quotas[static_cast<std::size_t>(budget)] = quota;
  }
  std::optional<Problem> refusal(std::string_view from, const Id& organisation) {
    Desk d = desk();
    return refuse_guess(d, {*parse_address(from), organisation});
  }
  void fail(std::string_view from, const Id& organisation, int times) {
    Desk d = desk();
    for (int i = 0; i < times; ++i) charge_guess(d, {*parse_address(from), organisation});
  }
  std::optional<Problem> letter(const Id& organisation, std::string_view email,
                                Addressee addressee) {
    Desk d = desk();
    return charge_letter(d, organisation, email, addressee);
  }
  static std::string stranger(int n) {
    return "198.18." + std::to_string(n / 256) + '.' + std::to_string(n % 256);
  }
};

TEST_F(LimiterTest, an_address_waits_after_its_failures_and_no_other_does) {
  fail("192.0.2.1", ours_, 5);
  EXPECT_FALSE(refusal("192.0.2.1", ours_));
  fail("192.0.2.1", ours_, 1);
  const auto problem = refusal("192.0.2.1", ours_);
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->fault, Fault::limited);
  EXPECT_EQ(problem->code, codes::too_many_guesses);
  EXPECT_EQ(problem->note, "guesses_address");
  EXPECT_EQ(problem->retry_after, std::chrono::hours{4});
  EXPECT_EQ(problem->limit, (Limit{"guesses_address", 6, std::chrono::days{1}}));
  EXPECT_TRUE(refusal("192.0.2.1", theirs_)) << "whoever is asked about";
  EXPECT_FALSE(refusal("192.0.2.2", ours_));
  EXPECT_FALSE(refusal("::1", ours_));
  advance(std::chrono::hours{4});
  EXPECT_FALSE(refusal("192.0.2.1", ours_));
}

TEST_F(LimiterTest, c6_ipv6_counts_by_64_and_48) {
  fail("2001:db8:1:1::1", ours_, 3);
  fail("2001:db8:1:1::2", ours_, 3);
  EXPECT_EQ(refusal("2001:db8:1:1:ffff::9", ours_)->limit->policy, "guesses_address");
  EXPECT_FALSE(refusal("2001:db8:1:2::1", ours_));
  fail("2001:db8:1:2::1", ours_, 3);
  fail("2001:db8:1:3::1", ours_, 3);
  const auto block = refusal("2001:db8:1:4::1", ours_);
  ASSERT_TRUE(block);
  EXPECT_EQ(block->limit, (Limit{"guesses_block", 12, std::chrono::days{1}}));
  EXPECT_FALSE(refusal("2001:db8:2:4::1", ours_));
}

TEST_F(LimiterTest, strangers_shrink_budgets_and_lock_nobody_out) {
  fail("192.0.2.1", ours_, 2);
  fail("192.0.2.2", ours_, 3);
  for (int n = 0; n < 19; ++n) fail(stranger(n), ours_, 5);  // 100 with those two
  EXPECT_FALSE(refusal("192.0.2.1", ours_)) << "few failures";
  EXPECT_FALSE(refusal("192.0.2.3", ours_)) << "none";
  const auto problem = refusal("192.0.2.2", ours_);
  ASSERT_TRUE(problem) << "three are too many now";
  EXPECT_EQ(problem->limit, (Limit{"guesses_address", 3, std::chrono::hours{12}}));
  EXPECT_FALSE(refusal("192.0.2.2", theirs_)) << "another organisation is calm (Law 10)";
  for (int n = 0; n < 20; ++n) fail(stranger(1000 + n), theirs_, 5);
  EXPECT_TRUE(refusal("192.0.2.2", Id{})) << "all is used up, so everybody has three";
  const auto alarms = ledger_->alarms({}, {});
  ASSERT_EQ(alarms.size(), 3U);
  for (const auto& [tenant, about] : {std::pair{ours_, "guesses_organisation"},
                                      {theirs_, "guesses_organisation"},
                                      {Id{}, "guesses_overall"}})
    EXPECT_EQ(std::count_if(alarms.begin(), alarms.end(),
                            [&](const Alarm& alarm) {
                              return alarm.tenant == tenant && alarm.about == about &&
                                     alarm.what == "budget_used_up";
                            }),
              1)
        << about;
}

TEST_F(LimiterTest, a_quota_below_the_strained_one_stays) {
  set(Budget::guesses_address, 1);
  set(Budget::guesses_organisation, 1);
  fail("192.0.2.1", ours_, 1);
  EXPECT_EQ(refusal("192.0.2.1", ours_)->limit->quota, 1U);
}

TEST_F(LimiterTest, dev_mode_has_no_budgets) {
  settings_.is_dev = true;
  fail("192.0.2.1", ours_, 300);
  EXPECT_FALSE(refusal("192.0.2.1", ours_));
  for (int n = 0; n < 20; ++n) EXPECT_FALSE(letter(ours_, "a@b.co", Addressee::known));
  settings_.is_dev = false;
  EXPECT_FALSE(refusal("192.0.2.1", ours_)) << "nothing was remembered either";
}

TEST_F(LimiterTest, no_address_is_at_rest) {
  fail("192.0.2.1", ours_, 1);
  fail("192.0.2.1", ours_, 1);
  // The key of one installation is another's noise: who has only the database learns nothing.
  auto rows = connection_->query("SELECT count(*), max(length(key)) FROM budgets", {});
  ASSERT_TRUE(rows.next());
  EXPECT_EQ(rows.number(0), 3);
  EXPECT_EQ(rows.number(1), 16);
}

TEST_F(LimiterTest, letters_have_quotas_by_organisation_and_by_person) {
  EXPECT_FALSE(letter(ours_, "a@b.co", Addressee::fresh));
  EXPECT_FALSE(letter(ours_, "a@b.co", Addressee::known));
  EXPECT_FALSE(letter(ours_, "a@b.co", Addressee::known));
  const auto person = letter(ours_, "a@b.co", Addressee::known);
  ASSERT_TRUE(person);
  EXPECT_EQ(person->code, codes::too_many_letters);
  EXPECT_EQ(person->limit, (Limit{"letters_recipient", 2, std::chrono::days{1}}));
  EXPECT_FALSE(letter(theirs_, "a@b.co", Addressee::known)) << "another's letters (Law 10)";
  EXPECT_TRUE(ledger_->alarms({}, {}).empty());
  EXPECT_FALSE(letter(ours_, "c@d.co", Addressee::known)) << "a refusal charged nothing";
  const auto organisation = letter(ours_, "e@f.co", Addressee::fresh);
  ASSERT_TRUE(organisation);
  EXPECT_EQ(organisation->limit, (Limit{"letters_organisation", 4, std::chrono::days{1}}));
  EXPECT_EQ(organisation->retry_after, std::chrono::hours{6});
  ASSERT_EQ(ledger_->alarms(ours_, {}).size(), 1U);
  EXPECT_EQ(ledger_->alarms(ours_, {})[0].about, "letters_organisation");
}

TEST_F(LimiterTest, misses_survived_are_a_thousandth_of_a_millionth_of_all_codes) {
  struct Case {
    std::size_t symbols;
    std::uint64_t want;
  };
  for (const Case& c : {Case{7, 27}, {8, 852}, {9, 26'439}, {12, 787'662'783}})
    EXPECT_EQ(misses_survived(seal::Codes(root(), c.symbols)), c.want) << c.symbols;
}

TEST_F(LimiterTest, a_locked_invitation_opens_to_who_missed_little) {
  struct Case {
    std::string name;
    std::uint32_t missed;  // in all
    int own, shown;        // of this network, and wrong addresses for the code
    bool is_open;
  };
  const Case cases[] = {
      {"a stranger's work", 10, 0, 0, true},     {"two of one's own", 10, 2, 0, true},
      {"three of one's own", 10, 3, 0, false},   {"the code goes round", 20, 0, 9, true},
      {"the code went round", 20, 0, 10, false}, {"one before the end", 26'438, 0, 0, true},
      {"the end", 26'439, 0, 0, false},
  };
  const Address holder = *parse_address("192.0.2.1");
  for (const Case& c : cases) {
    Desk d = desk();
    Grant invitation;
    invitation.id = seal::draw_id(entropy_, now_);
    invitation.missed = c.missed;
    for (int i = 0; i < c.own; ++i) charge_miss(d, invitation.id, holder);
    for (int i = 0; i < c.shown; ++i) charge_shown_code(d, invitation.id);
    charge_miss(d, invitation.id, *parse_address("192.0.2.2"));
    EXPECT_EQ(is_open_to(d, invitation, holder), c.is_open) << c.name;
    // It stays so for as long as an invitation lives.
    advance(settings_.invitation_life - Seconds{1});
    Desk later = desk();
    EXPECT_EQ(is_open_to(later, invitation, holder), c.is_open) << c.name;
  }
}

TEST_F(LimiterTest, misses_at_one_invitation_are_counted_by_64) {
  Desk d = desk();
  Grant invitation;
  invitation.id = seal::draw_id(entropy_, now_);
  for (int i = 1; i <= 3; ++i)
    charge_miss(d, invitation.id, *parse_address("2001:db8::" + std::to_string(i)));
  EXPECT_FALSE(is_open_to(d, invitation, *parse_address("2001:db8::ffff")));
  EXPECT_TRUE(is_open_to(d, invitation, *parse_address("2001:db8:0:1::1")));
}

class SignInLimiterTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    set(Budget::sign_ins_network, 6);
    set(Budget::sign_ins_block, 12);
    set(Budget::sign_ins_account, 20);
    set(Budget::sign_ins_overall, 40);
    set(Budget::sign_ins_device, 2);
    set(Budget::codes_account, 3);
    device_.bytes[0] = 1;
    member_.bytes[0] = 2;
  }
  void set(Budget budget, std::uint32_t quota) {
    settings_.quotas[static_cast<std::size_t>(budget)] = quota;
  }
  Knock knock(std::string_view from, std::string email = "ada@ours.example") {
    return {*parse_address(from), std::move(email), {}};
  }
  std::string refused_by(const Knock& who) {
    Desk d = desk();
    const auto problem = refuse_sign_in(d, who);
    return problem
               ? std::string(problem->limit->policy) + ' ' + std::to_string(problem->limit->quota)
               : "";
  }
  void fail(const Knock& who, int times) {
    Desk d = desk();
    for (int i = 0; i < times; ++i) charge_sign_in(d, who);
  }

  Id device_, member_;
};

TEST_F(SignInLimiterTest, a_network_waits_after_its_failures_and_no_other_does) {
  fail(knock("192.0.2.1"), 6);
  EXPECT_EQ(refused_by(knock("192.0.2.1")), "sign_ins_network 6");
  EXPECT_EQ(refused_by(knock("192.0.2.2")), "");
  advance(std::chrono::hours{1});
  EXPECT_EQ(refused_by(knock("192.0.2.1")), "");
}

TEST_F(SignInLimiterTest, ipv6_counts_by_64_and_48) {
  fail(knock("2001:db8:1:1::1"), 6);
  EXPECT_EQ(refused_by(knock("2001:db8:1:1::2")), "sign_ins_network 6");
  EXPECT_EQ(refused_by(knock("2001:db8:1:2::1")), "");
  fail(knock("2001:db8:1:2::1"), 5);
  fail(knock("2001:db8:1:3::1"), 5);
  EXPECT_EQ(refused_by(knock("2001:db8:1:4::1")), "sign_ins_block 12");
}

TEST_F(SignInLimiterTest, an_account_under_attack_leaves_each_network_a_few) {
  for (int i = 0; i < 10; ++i) fail(knock("198.51.100." + std::to_string(i)), 2);
  fail(knock("192.0.2.1"), 2);
  EXPECT_EQ(refused_by(knock("192.0.2.1")), "");
  fail(knock("192.0.2.1"), 1);
  EXPECT_EQ(refused_by(knock("192.0.2.1")), "sign_ins_network 3") << "the strained quota";
  EXPECT_EQ(refused_by(knock("192.0.2.1", "bob@ours.example")), "") << "another account is not";
}

TEST_F(SignInLimiterTest, all_failures_together_strain_every_account_and_raise_an_alarm) {
  for (int i = 0; i < 20; ++i) fail(knock("198.51.100." + std::to_string(i), std::to_string(i)), 2);
  fail(knock("192.0.2.1", "new@ours.example"), 3);
  EXPECT_EQ(refused_by(knock("192.0.2.1", "new@ours.example")), "sign_ins_network 3");
  EXPECT_EQ(refused_by(knock("192.0.2.9", "new@ours.example")), "");
  const auto alarms = ledger_->alarms(Id{}, {});
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].about, "sign_ins_overall");
}

TEST_F(SignInLimiterTest, a_known_device_has_failures_of_its_own) {
  for (int i = 0; i < 30; ++i) fail(knock("198.51.100." + std::to_string(i)), 3);
  Knock known = knock("198.51.100.1");
  known.device = device_;
  EXPECT_EQ(refused_by(known), "");
  fail(known, 2);
  EXPECT_EQ(refused_by(known), "sign_ins_device 2");
  known.device = member_;
  EXPECT_EQ(refused_by(known), "") << "another device";
}

TEST_F(SignInLimiterTest, second_factors_run_out_by_account_or_device) {
  Desk d = desk();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(refuse_code(d, member_, {}));
    charge_code(d, member_, {});
  }
  EXPECT_EQ(refuse_code(d, member_, {})->limit->policy, "codes_account");
  EXPECT_FALSE(refuse_code(d, device_, {})) << "another member";
  EXPECT_FALSE(refuse_code(d, member_, device_)) << "a device that is known";
  charge_code(d, member_, device_);
  charge_code(d, member_, device_);
  EXPECT_EQ(refuse_code(d, member_, device_)->limit->policy, "sign_ins_device");
}

TEST_F(SignInLimiterTest, dev_mode_counts_none_of_it) {
  settings_.is_dev = true;
  fail(knock("192.0.2.1"), 100);
  EXPECT_EQ(refused_by(knock("192.0.2.1")), "");
  Desk d = desk();
  for (int i = 0; i < 5; ++i) charge_code(d, member_, {});
  EXPECT_FALSE(refuse_code(d, member_, {}));
  EXPECT_EQ(letters_left(d, ours_), SIZE_MAX);
}

TEST_F(SignInLimiterTest, letters_left_are_the_quota_less_what_was_sent) {
  set(Budget::letters_organisation, 4);
  Desk d = desk();
  EXPECT_EQ(letters_left(d, ours_), 4U);
  charge_letter(d, ours_, "a@example.com", Addressee::fresh);
  EXPECT_EQ(letters_left(d, ours_), 3U);
}

}  // namespace
}  // namespace limen::onboard
