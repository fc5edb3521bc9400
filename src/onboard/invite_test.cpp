// Inviting, opening and consenting: conflicts, misses, states, isolation.
#include <algorithm>

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
  Result<Opened> open(std::string_view code, std::string_view email,
                      std::string_view from = "192.0.2.1") {
    Desk d = desk();
    return open_invitation(d, code, email, *parse_address(from));
  }
  static std::string stranger(int n) {
    return "198.18." + std::to_string(n / 256) + '.' + std::to_string(n % 256);
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
      {"a link with a scheme", {"a@b.co", "J", "http://x"}, {{"last_name", "isName"}}},
      {"an address", {"a@b.co", "J", "j@evil"}, {{"last_name", "isName"}}},
      {"a tag", {"a@b.co", "<b", "S"}, {{"first_name", "isName"}}},
      {"an end of a tag", {"a@b.co", "b>", "S"}, {{"first_name", "isName"}}},
      {"a header", {"a@b.co", "J\r\nBcc: x@y.z", "S"}, {{"first_name", "isName"}}},
      {"64 letters", {"a@b.co", std::string(64, 'x'), "S"}, {}},
      {"a language", {"a@b.co", "J", "S", "jp-JP"}, {}},
      {"a language nobody reads", {"a@b.co", "J", "S", "tlh"}, {{"language", "isIn"}}},
      {"a language in other letters", {"a@b.co", "J", "S", "de-de"}, {{"language", "isIn"}}},
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

TEST_F(InviteTest, a29_who_withdrew_may_be_invited_again) {
  agree(*open(invite_john(), "john@example.com"), Consent::withdrawn);
  Desk d = desk();
  EXPECT_TRUE(invite(d, holder(ours_, {"onboarding:write"}).caller, john));
}

TEST_F(InviteTest, an_invitation_lives_as_configured_and_not_as_the_key_that_asked) {
  settings_.invitation_life = std::chrono::hours{36};
  const Holder brief = holder(ours_, {"onboarding:write"}, 60);
  Desk d = desk();
  const auto invited = invite(d, brief.caller, john);
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->grant.terms.expires, now_ + std::chrono::hours{36});
  EXPECT_EQ(invited->grant.terms.once, grant::Scope::complete);
}

TEST_F(InviteTest, a_letter_carries_the_address_as_it_was_typed) {
  invite_john();
  const auto letters = ledger_->letters(ours_, {}, {});
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].to, john.email);
  EXPECT_EQ(letters[0].first_name, john.first_name);
  EXPECT_EQ(letters[0].last_name, john.last_name);
}

TEST_F(InviteTest, a_letter_is_in_the_language_of_its_invitation_or_organisation) {
  Desk d = desk();
  const Caller caller = holder(ours_, {"onboarding:write"}).caller;
  const auto letter_to = [&](const Invitee& invitee) {
    EXPECT_TRUE(invite(d, caller, invitee));
    const auto letters = ledger_->letters(ours_, {}, {});
    return std::ranges::find(letters, invitee.email, &Letter::to)->language;
  };
  EXPECT_EQ(letter_to({"a@example.com", "A", "B"}), "");
  EXPECT_EQ(letter_to({"b@example.com", "A", "B", "fr-CA"}), "fr-CA");
  EXPECT_EQ(choose_language(d, ours_, "french").error().field, "language");
  EXPECT_EQ(choose_language(d, Id{}, "cs-CZ").error().code, codes::absent);
  ASSERT_TRUE(choose_language(d, ours_, "cs-CZ"));
  EXPECT_EQ(letter_to({"c@example.com", "A", "B"}), "cs-CZ");
  EXPECT_EQ(letter_to({"d@example.com", "A", "B", "fr-CA"}), "fr-CA");
  // Sent again in its own language; without one, in what the organisation's is by now.
  const auto again = [&](const std::string& email) {
    return resend_invitation(d, ours_, ledger_->latest_invitation(ours_, email)->id)->language;
  };
  EXPECT_EQ(again("a@example.com"), "cs-CZ");
  EXPECT_EQ(again("b@example.com"), "fr-CA");
  EXPECT_EQ(invitee_of(*ledger_->latest_invitation(ours_, "b@example.com")).language, "fr-CA");
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

TEST_F(InviteTest, law_6_only_the_living_are_counted) {
  const std::string code = invite_john();
  const auto missed = [&] { return ledger_->latest_invitation(ours_, "john@example.com")->missed; };
  for (int guess = 0; guess < 12; ++guess) open("OUR222222222", "john@example.com");
  EXPECT_EQ(missed(), 12U);  // locked: told once, and counted on to where guessing would pay
  EXPECT_EQ(ledger_->alarms(ours_, {}).size(), 1U);
  agree(*open(invite_john(), "john@example.com"));
  open("OUR222222222", "john@example.com");
  EXPECT_EQ(missed(), 0U);  // used
}

TEST_F(InviteTest, law_6_what_was_locked_and_then_used_is_not_counted) {
  const auto opened = open(invite_john(), "john@example.com");
  for (int guess = 0; guess < 10; ++guess) open("OUR222222222", "john@example.com");
  agree(*opened);
  open("OUR222222222", "john@example.com");
  EXPECT_EQ(ledger_->latest_invitation(ours_, "john@example.com")->missed, 10U);
}

// Law 10: a guess under our prefix never counts on what another organisation issued, though the
// serial behind the guessed code may be theirs.
TEST_F(InviteTest, law_10_a_guess_counts_in_its_own_organisation_only) {
  Desk d = desk();
  const auto foreign = invite(d, holder(theirs_, {"onboarding:write"}).caller, john);
  ASSERT_TRUE(foreign);
  EXPECT_FALSE(open(codes_.code("OUR", ours_, foreign->grant.serial), "jane@example.com"));
  EXPECT_EQ(ledger_->grant(foreign->grant.id)->missed, 0U);
  // Nor on what is no invitation.
  const Grant key = holder(ours_, {"onboarding:write"}).caller.grant;
  EXPECT_FALSE(open(codes_.code("OUR", ours_, key.serial), "jane@example.com"));
  EXPECT_EQ(ledger_->grant(key.id)->missed, 0U);
}

TEST_F(InviteTest, consent_is_decided_for_ones_own_connection_while_it_stands) {
  const auto mine = open(invite_john(), "john@example.com");
  Desk d = desk();
  ASSERT_TRUE(invite(d, holder(theirs_, {"onboarding:write"}).caller, john));
  const auto theirs = ledger_->latest_invitation(theirs_, "john@example.com");
  const auto other = open(codes_.code("THE", theirs_, theirs->serial), "john@example.com");
  ASSERT_TRUE(mine && other);
  const std::string id = to_string(mine->connection.id);
  struct Case {
    std::string name, connection, born;
    std::string_view want;
  };
  const Case cases[] = {
      {"another's connection", to_string(other->connection.id), "", codes::no_connection},
      {"no id", "x", "", codes::no_connection},
      {"born tomorrow", id, iso_date(date_of(now_ + std::chrono::days{1})), codes::invalid_field},
      {"no date", id, "9.7.2004", codes::invalid_field},
      {"born in 2004", id, "2004-07-09", ""},
  };
  for (const Case& c : cases) {
    const auto decided =
        decide_consent(d, {mine->token.reveal(), c.connection, Consent::agreed, c.born});
    EXPECT_EQ(decided ? "" : decided.error().code, c.want) << c.name;
    const Connection stored = *ledger_->connection(mine->connection.id);
    EXPECT_EQ(stored.date_of_birth, c.want.empty() ? c.born : "") << c.name;
    EXPECT_EQ(stored.consent, c.want.empty() ? Consent::agreed : Consent::asked) << c.name;
  }
  // Who has not decided yet has nothing to take back.
  ledger_->revoke(theirs->id, now_);
  for (const Consent decision : {Consent::agreed, Consent::withdrawn}) {
    const auto revoked =
        decide_consent(d, {other->token.reveal(), to_string(other->connection.id), decision, ""});
    ASSERT_FALSE(revoked);
    EXPECT_EQ(revoked.error().code, codes::unauthenticated);
  }
  EXPECT_EQ(ledger_->connection(other->connection.id)->consent, Consent::asked);
}

TEST_F(InviteTest, an_operator_revokes_and_resends_what_is_its_own_and_issued) {
  invite_john();
  Desk d = desk();
  const Id id = ledger_->latest_invitation(ours_, "john@example.com")->id;
  const Grant key = holder(ours_, {"onboarding:write"}).caller.grant;
  EXPECT_EQ(revoke_invitation(d, theirs_, id).error().code, codes::no_invitation);  // Law 10
  EXPECT_EQ(revoke_invitation(d, ours_, key.id).error().code, codes::no_invitation);
  EXPECT_FALSE(ledger_->grant(key.id)->revoked);
  ASSERT_TRUE(resend_invitation(d, ours_, id));
  EXPECT_EQ(ledger_->letters(ours_, {}, {}).size(), 2U);
  ASSERT_TRUE(revoke_invitation(d, ours_, id));
  EXPECT_EQ(ledger_->grant(id)->revoked, now_);
  EXPECT_EQ(resend_invitation(d, ours_, id).error().code, codes::conflict);
  EXPECT_EQ(ledger_->letters(ours_, {}, {}).size(), 2U);
}

TEST_F(InviteTest, c7_strangers_lock_nobody_out) {
  const std::string code = invite_john();
  for (int n = 0; n < 1000; ++n)
    EXPECT_FALSE(open("OUR222222222", "john@example.com", stranger(n)));
  const auto grant = ledger_->latest_invitation(ours_, "john@example.com");
  EXPECT_EQ(state_of(*grant, now_), InvitationState::locked);
  EXPECT_FALSE(open("OUR222222223", "john@example.com")) << "one's own slip";
  EXPECT_TRUE(open(code, "john@example.com")) << "the holder, from an address of his own";
  for (int n = 0; n < 3; ++n) open("OUR222222222", "john@example.com", "203.0.113.1");
  EXPECT_FALSE(open(code, "john@example.com", "203.0.113.1")) << "who missed three times";
  Desk d = desk();
  EXPECT_TRUE(resend_invitation(d, ours_, grant->id)) << "a fresh letter with the same code";
  const auto again = invite(d, holder(ours_, {"onboarding:write"}).caller, john);
  ASSERT_TRUE(again) << "or a fresh code";
  EXPECT_FALSE(open(code, "john@example.com")) << "only the newest counts";
  EXPECT_TRUE(open(again->code.reveal(), "john@example.com", "203.0.113.1"));
}

TEST_F(InviteTest, a_code_shown_with_ten_wrong_addresses_is_shut_for_all) {
  const std::string code = invite_john();
  for (int n = 0; n < 10; ++n) EXPECT_FALSE(open(code, "jane@example.com", stranger(n)));
  EXPECT_FALSE(open(code, "john@example.com"));
}

TEST_F(InviteTest, a_locked_invitation_still_ends) {
  const std::string code = invite_john();
  for (int n = 0; n < 10; ++n) open("OUR222222222", "john@example.com", stranger(n));
  const auto opened = open(code, "john@example.com");
  ASSERT_TRUE(opened);
  agree(*opened);
  EXPECT_FALSE(open(code, "john@example.com")) << "used";
}

TEST_F(InviteTest, guesses_beyond_the_budget_wait_and_are_not_judged) {
  const std::string code = invite_john();
  // Addresses nobody was invited at: each its own, so that only the network is counted.
  for (std::uint32_t n = 0; n < limits::guesses_address; ++n)
    EXPECT_EQ(open("OUR222222222", "j" + std::to_string(n) + "@example.com").error().code,
              codes::no_invitation);
  const auto refused = open(code, "john@example.com");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, codes::too_many_guesses);
  EXPECT_EQ(open("XXX222222222", "john@example.com").error(), refused.error()) << "tells nothing";
  EXPECT_EQ(open("nonsense!", "john@example.com").error().code, codes::no_invitation);
  EXPECT_TRUE(open(code, "john@example.com", "192.0.2.2"));
  advance(*refused.error().retry_after);
  EXPECT_TRUE(open(code, "john@example.com"));
}

TEST_F(InviteTest, dev_mode_counts_at_one_invitation_only) {
  settings_.is_dev = true;
  const std::string code = invite_john();
  for (std::uint32_t n = 0; n < 3 * limits::guesses_address; ++n)
    EXPECT_EQ(open("OUR222222222", "j" + std::to_string(n) + "@example.com").error().code,
              codes::no_invitation);
  EXPECT_TRUE(open(code, "john@example.com"));
  for (int n = 0; n < 10; ++n) open("OUR222222222", "john@example.com");
  EXPECT_EQ(open(code, "john@example.com").error().code, codes::no_invitation);
}

TEST_F(InviteTest, letters_have_a_quota) {
  const auto to = [&](const std::string& email) {
    Desk d = desk();
    return invite(d, holder(ours_, {"onboarding:write"}).caller, {email, "J", "S"});
  };
  settings_.quotas[static_cast<std::size_t>(Budget::letters_organisation)] = 3;
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(to("j" + std::to_string(n) + "@example.com"));
  EXPECT_EQ(to("j0@example.com").error().code, codes::already_invited) << "said first";
  const auto refused = to("j3@example.com");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, codes::too_many_letters);
  EXPECT_FALSE(ledger_->latest_invitation(ours_, "j3@example.com")) << "nothing was issued";
  advance(*refused.error().retry_after);
  EXPECT_TRUE(to("j3@example.com"));
}

TEST_F(InviteTest, one_person_gets_so_many_letters_a_day) {
  invite_john();
  const Id id = ledger_->latest_invitation(ours_, "john@example.com")->id;
  Desk d = desk();
  for (std::uint32_t n = 0; n < limits::letters_recipient; ++n)
    EXPECT_TRUE(resend_invitation(d, ours_, id));
  EXPECT_EQ(resend_invitation(d, ours_, id).error().code, codes::too_many_letters);
  revoke_invitation(d, ours_, id);
  EXPECT_EQ(resend_invitation(d, ours_, id).error().code, codes::conflict);
  EXPECT_EQ(invite(d, holder(ours_, {"onboarding:write"}).caller, john).error().code,
            codes::too_many_letters)
      << "nor by inviting again and again";
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
  ledger_->revoke(key.caller.grant.id, now_);  // a key is changed, its letters are out
  EXPECT_EQ(state_of(*ledger_->latest_invitation(ours_, "john@example.com"), now_),
            InvitationState::issued);
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

// Without a filter nobody is walked past; with one that all pass everybody is.
TEST_F(InviteTest, va10_a_page_and_its_total_are_the_same_however_they_are_found) {
  const Caller us = holder(ours_, {"user-status:read"}).caller;
  for (int i = 0; i < 7; ++i) {
    Connection person;
    person.id = seal::draw_id(entropy_, now_);
    person.tenant = i == 5 ? theirs_ : ours_;
    person.email = std::to_string(i) + "@example.com";
    person.consent = i == 6 ? Consent::asked : Consent::agreed;
    ledger_->add_connection(person);
  }
  Desk d = desk();
  PeopleQuery all, active;
  active.filters = {{people_column("registration_status"), {{Compare::eq, std::string("active")}}}};
  struct Case {
    std::size_t limit, offset, rows;
  };
  for (const auto& [limit, offset, rows] :
       {Case{20, 0, 5}, Case{2, 0, 2}, Case{2, 3, 2}, Case{2, 4, 1}, Case{2, 5, 0}}) {
    for (PeopleQuery* query : {&all, &active}) {
      query->limit = limit;
      query->offset = offset;
    }
    const auto quick = people(d, us, all), walked = people(d, us, active);
    EXPECT_EQ(quick->total, 5U) << offset;
    EXPECT_EQ(walked->total, 5U) << offset;
    EXPECT_EQ(quick->rows.size(), rows) << offset;
    EXPECT_EQ(quick->rows, walked->rows) << offset;
  }
}

}  // namespace
}  // namespace limen::onboard
