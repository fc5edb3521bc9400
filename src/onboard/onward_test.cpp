// Going on after the agreement: whose journey it is, what shuts it, and the way back to it.
#include "onboard/onward.hpp"

#include "base/limits.hpp"
#include "onboard/desk_test.hpp"
#include "onboard/settle.hpp"
#include "onboard/transfer.hpp"

namespace limen::onboard {
namespace {

class OnwardTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    choose("card");
    Desk d = desk();
    const Caller us = holder(ours_, {"onboarding:write"}).caller;
    const auto invited = invite(d, us, {"John@example.com", "John", "Smith"});
    code_ = std::string(invited->code.reveal());
    opened_ = *open();
  }
  void choose(const std::string& skill) {
    Desk d = desk();
    ASSERT_TRUE(choose_invited_skill(d, ours_, skill));
    cache_.next_epoch();  // as the writer does after its commit
  }
  Result<Opened> open(const std::string& email = "john@example.com") {
    Desk d = desk();
    return open_invitation(d, code_, email, *parse_address("192.0.2.1"));
  }
  Grant invitation() { return *ledger_->latest_invitation(ours_, "john@example.com"); }
  Decided decide(Consent decision = Consent::agreed, const std::string& born = "") {
    Desk d = desk();
    return *decide_consent(
        d, {opened_.token.reveal(), to_string(opened_.connection.id), decision, born});
  }
  bool lets_in(const Session& session) {
    Desk d = desk();
    return by_reference(d, reference_of(d, session).reveal(), grant::Scope::submit).has_value();
  }
  bool is_told(const Session& session, const std::vector<std::string>& permissions) {
    Desk d = desk();
    return find_session(d, holder(ours_, permissions).caller, session.caller_id).has_value();
  }
  void finish(const Session& begun, const journey::Decision& decision,
              journey::State state = journey::State::completed) {
    const Session before = *ledger_->session(begun.id);
    Session session = before;
    session.completed = now_;
    session.decision = decision;
    session.state = state;
    ++session.version;
    ASSERT_TRUE(ledger_->save_session(before, session));
  }
  Cell asked(std::string_view name) {
    Desk d = desk();
    const Caller us = holder(ours_, {"user-status:read"}).caller;
    const auto page = people(d, us, {.keys = {people_column(name)}});
    return page->rows.empty() ? Cell{std::string("nobody")} : page->rows.at(0).at(0);
  }
  std::string code_;
  Opened opened_;
};

TEST_F(OnwardTest, who_agrees_goes_on_as_who_was_invited) {
  const Decided decided = decide(Consent::agreed, "1990-05-17");
  ASSERT_TRUE(decided.onward);
  const Session& session = *decided.onward;
  EXPECT_EQ(session.caller_id, to_string(opened_.connection.id));
  EXPECT_EQ(session.skill, "card");
  EXPECT_EQ(session.door, journey::Door::enrolment);
  EXPECT_EQ(session.tenant, ours_);
  EXPECT_EQ(session.applicant, (journey::Applicant{"John", "Smith", "", "1990-05-17", false}));
  EXPECT_TRUE(session.return_url.empty());
  EXPECT_TRUE(lets_in(session));
  EXPECT_EQ(decide().onward->id, session.id);  // once a connection
}

TEST_F(OnwardTest, without_a_skill_or_an_agreement_there_is_nothing_to_go_on_with) {
  EXPECT_FALSE(decide(Consent::withdrawn).onward);
  choose("");
  EXPECT_FALSE(decide().onward);
  choose("card");
  EXPECT_TRUE(decide().onward);
}

TEST_F(OnwardTest, a_session_under_way_outlives_the_choice_of_its_skill) {
  const Session session = *decide().onward;
  choose("loan");
  EXPECT_EQ(decide().onward->id, session.id);
}

TEST_F(OnwardTest, a27_it_lasts_while_the_agreement_does) {
  const Session session = *decide().onward;
  EXPECT_TRUE(is_told(session, {"enrolment:write"}));
  decide(Consent::withdrawn);
  EXPECT_FALSE(lets_in(session));
  EXPECT_FALSE(is_told(session, {"enrolment:write"}));
  EXPECT_FALSE(is_told(session, {"session_all:read"}));
  EXPECT_TRUE(is_told(session, {"operator"}));  // who is asked to erase it must find it
  EXPECT_EQ(asked("id"), Cell{std::string("nobody")});
  EXPECT_EQ(decide().onward->id, session.id);
  EXPECT_TRUE(lets_in(session));
  EXPECT_TRUE(is_told(session, {"enrolment:write"}));
}

TEST_F(OnwardTest, law_4_revoking_the_invitation_shuts_it) {
  const Session session = *decide().onward;
  ledger_->revoke(invitation().id, now_);
  EXPECT_FALSE(lets_in(session));
  EXPECT_FALSE(open());
}

TEST_F(OnwardTest, law_4_revoking_the_client_that_invited_shuts_it) {
  const Session session = *decide().onward;
  ledger_->revoke(invitation().parent, now_);
  EXPECT_FALSE(lets_in(session));
}

TEST_F(OnwardTest, a_link_to_a_phone_and_the_phone_are_shut_with_it) {
  const Session session = *decide().onward;
  Desk d = desk();
  const auto person =
      by_reference(d, reference_of(d, session).reveal(), grant::Scope::submit).value();
  const auto first = offer_transfer(d, person, session);
  const auto phone = cross_over(d, first->text.reveal());
  ASSERT_TRUE(phone);
  const auto link = offer_transfer(d, person, session);
  decide(Consent::withdrawn);
  EXPECT_FALSE(by_phone(d, phone->phone.reveal(), session.id, grant::Scope::submit));
  EXPECT_FALSE(look_at_transfer(d, link->text.reveal()));
  EXPECT_FALSE(cross_over(d, link->text.reveal()));
  decide();
  EXPECT_TRUE(cross_over(d, link->text.reveal()));  // the refusal used nothing up
}

TEST_F(OnwardTest, it_outlives_the_term_and_the_locks_of_its_invitation) {
  advance(limits::connection_life - Seconds{60});
  const Session session = *decide().onward;
  const Time ends = session.expires;
  advance(std::chrono::days{13});
  EXPECT_TRUE(lets_in(session));
  EXPECT_LE(ends, invitation().terms.expires + limits::invitation_kept);
}

TEST_F(OnwardTest, law_4_it_ends_before_it_is_forgotten_whether_it_was_revoked) {
  settings_.session_life = std::chrono::days{400};
  const Session session = *decide().onward;
  EXPECT_EQ(session.expires, invitation().terms.expires + limits::invitation_kept);
  now_ = session.expires - Seconds{1};
  ledger_->sweep(now_, 100);
  EXPECT_TRUE(lets_in(session));
}

TEST_F(OnwardTest, the_code_leads_back_to_what_is_not_finished) {
  const Session session = *decide().onward;
  const auto again = open();
  ASSERT_TRUE(again);
  ASSERT_TRUE(again->onward);
  EXPECT_EQ(again->onward->id, session.id);
  EXPECT_EQ(again->connection.id, opened_.connection.id);
  EXPECT_FALSE(open("jane@example.com"));
  EXPECT_EQ(invitation().missed, 1U);  // there is something to be guessed again
  decide(Consent::withdrawn);
  EXPECT_FALSE(open());
  decide();
  finish(session, {journey::Level::high, "1", {}, now_});
  EXPECT_FALSE(open());
  EXPECT_FALSE(open("jane@example.com"));
  EXPECT_EQ(invitation().missed, 1U);
}

TEST_F(OnwardTest, where_nothing_follows_a_used_code_opens_nothing) {
  choose("");
  decide();
  EXPECT_FALSE(open());
}

TEST_F(OnwardTest, what_has_run_out_is_nothing_to_go_on_with) {
  const Session session = *decide().onward;
  EXPECT_EQ(opened_.token.reveal().empty(), false);
  settings_.session_life = Seconds{0};
  advance(limits::connection_life - Seconds{1});
  Desk d = desk();
  const Connection connection = *ledger_->connection(opened_.connection.id);
  EXPECT_TRUE(go_on(d, connection));
  now_ = session.expires;
  Desk later = desk();
  EXPECT_FALSE(go_on(later, connection));
  EXPECT_EQ(onward_skill(later, connection), nullptr);
}

TEST_F(OnwardTest, a_date_of_birth_counts_until_a_step_is_sent) {
  decide();
  EXPECT_EQ(decide(Consent::agreed, "1990-05-17").onward->applicant->date_of_birth, "1990-05-17");
  Session before = *decide().onward, after = before;
  after.steps.push_back({.id = Id{{1}}, .name = "document", .submitted = now_});
  ++after.version;
  ASSERT_TRUE(ledger_->save_session(before, after));
  const auto tried = [&](Consent decision, const std::string& born) {
    Desk d = desk();
    const auto decided = decide_consent(
        d, {opened_.token.reveal(), to_string(opened_.connection.id), decision, born});
    return decided ? std::string_view() : decided.error().code;
  };
  const Cell was = asked("dob");
  EXPECT_NE(was, Cell{});
  EXPECT_EQ(tried(Consent::agreed, "1991-05-17"), codes::conflict);
  EXPECT_EQ(tried(Consent::agreed, "1990-05-17"), "");
  // What documents were compared with is what the organisation reads beside the result.
  finish(after, {journey::Level::high, "1", {}, now_});
  EXPECT_EQ(tried(Consent::agreed, "1991-05-17"), codes::conflict);
  EXPECT_EQ(asked("dob"), was);
  EXPECT_EQ(tried(Consent::withdrawn, "1991-05-17"), "") << "whoever withdraws shares nothing";
  EXPECT_EQ(tried(Consent::agreed, ""), "");
  EXPECT_EQ(asked("dob"), was);
}

TEST_F(OnwardTest, a_date_of_birth_is_not_given_after_the_check_either) {
  const Session before = *decide().onward;
  Session after = before;
  after.steps.push_back({.id = Id{{1}}, .name = "document", .submitted = now_});
  ++after.version;
  ASSERT_TRUE(ledger_->save_session(before, after));
  Desk d = desk();
  EXPECT_FALSE(decide_consent(d, {opened_.token.reveal(), to_string(opened_.connection.id),
                                  Consent::agreed, "1990-05-17"}));
  EXPECT_EQ(asked("dob"), Cell{});
}

TEST_F(OnwardTest, a27_who_agreed_may_withdraw_whatever_was_revoked) {
  decide();
  ledger_->revoke(invitation().parent, now_);
  EXPECT_NE(asked("id"), Cell{std::string("nobody")});
  EXPECT_EQ(decide(Consent::withdrawn).connection.consent, Consent::withdrawn);
  EXPECT_EQ(asked("id"), Cell{std::string("nobody")});
  EXPECT_TRUE(decide(Consent::withdrawn).connection.decided) << "and say so twice";
  Desk d = desk();
  const auto again = decide_consent(
      d, {opened_.token.reveal(), to_string(opened_.connection.id), Consent::agreed, ""});
  ASSERT_FALSE(again) << "but not agree again";
  EXPECT_EQ(again.error().code, codes::unauthenticated);
}

TEST_F(OnwardTest, who_asks_to_be_forgotten_is_with_all_their_invitations) {
  const std::string email = "mary@example.com";
  const auto invite_mary = [&] {
    Desk d = desk();
    const auto invited = invite(d, holder(ours_, {"onboarding:write"}).caller,
                                {"Mary@example.com", "Mary", "Jones"});
    return std::string(invited->code.reveal());
  };
  const auto open_mary = [&](const std::string& code) {
    Desk d = desk();
    opened_ = *open_invitation(d, code, email, *parse_address("192.0.2.1"));
  };
  open_mary(invite_mary());
  const Id first = opened_.connection.id;
  const Session journey = *decide(Consent::agreed, "1990-05-17").onward;
  decide(Consent::withdrawn);
  open_mary(invite_mary());
  const Session again = *decide().onward;
  const Id second = opened_.connection.id;
  const auto of_second = opened_.connection.invitation;
  for (auto letter : ledger_->letters(ours_, {}, {})) {
    letter.error = "550 <" + letter.to + ">: user unknown";
    ledger_->save_letter(letter);
  }
  Desk d = desk();
  EXPECT_EQ(erase_person(d, theirs_, second).error().code, codes::absent);  // Law 10
  ASSERT_TRUE(erase_person(d, ours_, second));
  for (const Id& id : {first, second, of_second})
    EXPECT_EQ(erase_person(d, ours_, id).error().code, codes::absent);
  EXPECT_FALSE(ledger_->connection(first) || ledger_->connection(second));
  EXPECT_FALSE(ledger_->latest_invitation(ours_, email));
  EXPECT_TRUE(ledger_->grant(of_second)->revoked) << "its serial was given";
  EXPECT_EQ(ledger_->grant(of_second)->subject, "");
  for (const Letter& letter : ledger_->letters(ours_, {}, {})) {
    EXPECT_NE(letter.to, "Mary@example.com");
    EXPECT_EQ(letter.error.find("Mary"), std::string::npos);
  }
  EXPECT_EQ(invitation().subject.find("Mary"), std::string::npos) << "nobody else is";
  EXPECT_NE(invitation().subject, "");
  EXPECT_FALSE(decide_consent(d, {opened_.token.reveal(), to_string(second), Consent::agreed, ""}));
  EXPECT_FALSE(lets_in(again));
  EXPECT_FALSE(is_told(again, {"session_all:read"}));
  ledger_->sweep(now_, 100);
  EXPECT_FALSE(ledger_->session(journey.id) || ledger_->session(again.id));
}

TEST_F(OnwardTest, who_never_answered_is_forgotten_by_the_invitation) {
  Desk d = desk();
  const Id id = invitation().id;
  EXPECT_EQ(erase_person(d, theirs_, id).error().code, codes::absent);
  ASSERT_TRUE(erase_person(d, ours_, id));
  EXPECT_EQ(ledger_->grant(id)->subject, "");
  EXPECT_FALSE(ledger_->connection(opened_.connection.id));
  EXPECT_FALSE(open());
  const Id key = holder(ours_, {"onboarding:write"}).caller.grant.id;
  EXPECT_EQ(erase_person(d, ours_, key).error().code, codes::absent);
}

TEST_F(OnwardTest, what_its_person_cannot_go_on_with_can_be_erased) {
  const Session session = *decide().onward;
  Desk d = desk();
  EXPECT_EQ(erase_session(d, session).error().code, codes::conflict);
  decide(Consent::withdrawn);
  Desk later = desk();
  ASSERT_TRUE(erase_session(later, *ledger_->session(session.id)));
  EXPECT_FALSE(decide().onward) << "until the sweep took it";
  ledger_->sweep(now_, 100);
  EXPECT_NE(decide().onward->id, session.id);
}

TEST_F(OnwardTest, what_cannot_be_opened_is_told_to_the_organisation) {
  catalogue_ = journey::Catalogue(std::vector<journey::Skill>{});
  EXPECT_FALSE(decide().onward);
  const auto alarms = ledger_->alarms(ours_, {});
  ASSERT_EQ(alarms.size(), 1U);
  EXPECT_EQ(alarms[0].what, "onward_refused");
  EXPECT_EQ(alarms[0].detail, codes::unknown_skill);
  EXPECT_EQ(alarms[0].about, to_string(opened_.connection.id));
}

TEST_F(OnwardTest, an_enrolment_of_a_back_end_under_the_same_id_is_not_the_person_s) {
  Desk d = desk();
  const auto taken = open_session(d, holder(ours_, {"enrolment:write"}).caller,
                                  {.door = journey::Door::enrolment,
                                   .skill = "card",
                                   .caller_id = to_string(opened_.connection.id),
                                   .return_url = "https://rp.test/"});
  ASSERT_TRUE(taken);
  EXPECT_FALSE(decide().onward);
}

TEST_F(OnwardTest, user_status_tells_how_far_it_is) {
  decide();
  const Session begun = *decide().onward;
  EXPECT_EQ(asked("mobile_registration_status"), Cell{std::string("PENDING_ID_VERIFICATION")});
  EXPECT_EQ(asked("registration_submitted"), Cell{false});
  EXPECT_EQ(asked("high_level_result"), Cell{});
  struct Case {
    journey::Level level;
    journey::State state;
    std::string progress, result;
  };
  const Case cases[] = {
      {journey::Level::high, journey::State::completed, "VERIFICATION_PASSED", "HIGH"},
      {journey::Level::medium, journey::State::completed, "ADMIN_REVIEW", "MEDIUM"},
      {journey::Level::low, journey::State::completed, "VERIFICATION_FAILED", "LOW"},
      {journey::Level::medium, journey::State::approved, "VERIFICATION_PASSED", "MEDIUM"},
      {journey::Level::medium, journey::State::rejected, "VERIFICATION_FAILED", "MEDIUM"},
  };
  for (const Case& c : cases) {
    finish(begun, {c.level, "1", {}, now_}, c.state);
    EXPECT_EQ(asked("mobile_registration_status"), Cell{c.progress});
    EXPECT_EQ(asked("high_level_result"), Cell{c.result});
    EXPECT_EQ(asked("registration_submitted"), Cell{true});
  }
}

TEST_F(OnwardTest, what_to_go_on_with_is_a_skill_the_organisation_has) {
  Desk d = desk();
  EXPECT_EQ(choose_invited_skill(d, ours_, "visa").error().field, "invited_skill");
  EXPECT_EQ(choose_invited_skill(d, Id{}, "card").error().code, codes::absent);
  EXPECT_EQ(ledger_->organisation(ours_)->invited_skill, "card");
  ASSERT_TRUE(register_skills(d, ours_, {"loan", "card"}));
  EXPECT_EQ(ledger_->organisation(ours_)->invited_skill, "card");
  ASSERT_TRUE(register_skills(d, ours_, {"loan"}));
  EXPECT_EQ(ledger_->organisation(ours_)->invited_skill, "");
}

}  // namespace
}  // namespace limen::onboard
