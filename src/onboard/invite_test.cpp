// Inviting, opening and consenting: conflicts, misses, states, isolation.
#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

const Invitee john{"John@example.com", "John", "Smith"};

class InviteTest : public DeskTest {
 protected:
  std::string invite_john() {
    Desk d = desk();
    const auto invited = invite(d, holder(ours_, {"onboarding:write"}).caller, john);
    EXPECT_TRUE(invited) << invited.error().code;
    return invited ? std::string(invited->code.reveal()) : "";
  }
  Result<Opened> open(std::string_view code, std::string_view email) {
    Desk d = desk();
    return open_invitation(d, code, email);
  }
  void agree(const Opened& opened, Consent decision = Consent::agreed) {
    Desk d = desk();
    const std::string id = to_string(opened.connection.id);
    ASSERT_TRUE(decide_consent(d, {opened.token.reveal(), id, decision}));
  }
};

TEST_F(InviteTest, fields_are_judged_all_at_once) {
  struct Case {
    std::string name;
    Invitee invitee;
    std::vector<FieldError> want;
  };
  const Case cases[] = {
      {"sound", john, {}},
      {"empty",
       {},
       {{"email", "isNotEmpty"}, {"first_name", "isNotEmpty"}, {"last_name", "isNotEmpty"}}},
      {"white space", {"a@b.co", " ", "x"}, {{"first_name", "isNotEmpty"}}},
      {"no address", {"not-an-email", "J", "S"}, {{"email", "isEmail"}}},
      {"a link", {"a@b.co", "www.evil.example", "S"}, {{"first_name", "isName"}}},
      {"a header", {"a@b.co", "J\r\nBcc: x@y.z", "S"}, {{"first_name", "isName"}}},
      {"64 letters", {"a@b.co", std::string(64, 'x'), "S"}, {}},
      {"65 letters", {"a@b.co", std::string(65, 'x'), "S"}, {{"first_name", "maxLength"}}},
  };
  for (const auto& c : cases) {
    const auto found = check_invitee(c.invitee);
    ASSERT_EQ(found.size(), c.want.size()) << c.name;
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].field, c.want[i].field) << c.name;
      EXPECT_EQ(found[i].rule, c.want[i].rule) << c.name;
    }
  }
}

TEST_F(InviteTest, a29_one_issued_invitation_per_organisation_and_address) {
  invite_john();
  Desk d = desk();
  const auto again =
      invite(d, holder(ours_, {"onboarding:write"}).caller, {"JOHN@EXAMPLE.COM", "J", "S"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, codes::already_invited);
  EXPECT_TRUE(invite(d, holder(theirs_, {"onboarding:write"}).caller, john));  // Law 10
  advance(std::chrono::days{14});
  Desk later = desk();
  EXPECT_TRUE(invite(later, holder(ours_, {"onboarding:write"}).caller, john));
}

TEST_F(InviteTest, a29_a_connected_person_is_not_invited_even_when_the_invitation_is_swept) {
  const auto opened = open(invite_john(), "john@example.com");
  ASSERT_TRUE(opened);
  agree(*opened);
  advance(std::chrono::days{46});
  while (ledger_->sweep(now_, 500).rows > 0) {
  }
  Desk d = desk();
  EXPECT_FALSE(invite(d, holder(ours_, {"onboarding:write"}).caller, john));
}

TEST_F(InviteTest, opening_repeats_and_deciding_uses_up) {
  const std::string code = invite_john();
  const auto first = open(code, "john@example.com");
  const auto second = open(code, "JOHN@example.com");
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->connection.id, second->connection.id);
  EXPECT_NE(first->token.reveal(), second->token.reveal());
  agree(*first, Consent::withdrawn);
  const auto third = open(code, "john@example.com");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, codes::no_invitation);
  agree(*second, Consent::agreed);  // the last word counts
  const auto grant = ledger_->latest_invitation(ours_, "john@example.com");
  EXPECT_EQ(state_of(*grant, now_), InvitationState::used);
}

TEST_F(InviteTest, a25_time_bound_to_the_second) {
  const std::string code = invite_john();
  advance(std::chrono::days{14} - Seconds{1});
  EXPECT_TRUE(open(code, "john@example.com"));
  advance(Seconds{1});
  EXPECT_FALSE(open(code, "john@example.com"));
}

TEST_F(InviteTest, law_6_a_miss_counts_on_both_sides_and_locks) {
  const std::string code = invite_john();
  for (int guess = 0; guess < 5; ++guess) {
    EXPECT_FALSE(open("OUR222222222", "john@example.com"));  // right address
    EXPECT_FALSE(open(code, "jane@example.com"));            // right code
  }
  const auto grant = ledger_->latest_invitation(ours_, "john@example.com");
  EXPECT_EQ(grant->missed, 10U);
  EXPECT_EQ(state_of(*grant, now_), InvitationState::locked);
  EXPECT_FALSE(open(code, "john@example.com"));
  EXPECT_EQ(ledger_->alarms(ours_, {}).size(), 1U);
  EXPECT_TRUE(invite_john() != "");  // an operator's or back end's way out: a new one
}

TEST_F(InviteTest, law_7_wrong_pairs_look_alike) {
  const std::string code = invite_john();
  const auto problem = open("OUR222222222", "john@example.com").error();
  for (const auto& [typed, email] : {std::pair{code, std::string("jane@example.com")},
                                     {"XXX222222222", "john@example.com"},
                                     {"", "john@example.com"},
                                     {code, "not-an-email"},
                                     {code + "2", "john@example.com"}}) {
    Problem other = open(typed, email).error();
    other.note = problem.note;  // the log alone tells them apart
    EXPECT_EQ(other, problem) << typed << ' ' << email;
  }
}

TEST_F(InviteTest, the_invitation_hangs_below_the_client) {
  const Holder key = holder(ours_, {"onboarding:write"});
  Desk d = desk();
  ASSERT_TRUE(invite(d, key.caller, john));
  ledger_->revoke(*parse_id(key.client_id), now_);  // Law 4
  EXPECT_EQ(state_of(*ledger_->latest_invitation(ours_, "john@example.com"), now_),
            InvitationState::revoked);
}

TEST_F(InviteTest, va6_only_consented_people_of_the_caller) {
  const auto opened = open(invite_john(), "john@example.com");
  Desk d = desk();
  const Caller us = holder(ours_, {"user-status:read"}).caller;
  EXPECT_EQ(people(d, us, {})->total, 0U);
  agree(*opened);
  EXPECT_EQ(people(d, us, {})->total, 1U);
  EXPECT_EQ(people(d, holder(theirs_, {"user-status:read"}).caller, {})->total, 0U);
  agree(*opened, Consent::withdrawn);
  EXPECT_EQ(people(d, us, {})->total, 0U);
}

}  // namespace
}  // namespace limen::onboard
