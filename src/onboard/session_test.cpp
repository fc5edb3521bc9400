// Sessions from opening to credential, at the level of use cases: replay, alarms, ownership, skills
// that change under a running session.
#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

class SessionTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    app_ = holder(ours_, {"session:open", "session:settle"});
  }
  Session open(const std::string& skill) {
    Desk d = desk();
    auto session = open_session(d, app_.caller, {.door = journey::Door::skills, .skill = skill});
    EXPECT_TRUE(session);
    return *session;
  }
  std::string nonce(const Session& session, std::uint32_t position) {
    Desk d = desk();
    return std::string(nonce_of(d, session, position).reveal());
  }
  Result<StepAnswer> submit(const Session& session, const std::string& nonce,
                            const std::string& step, const std::string& value) {
    Desk d = desk();
    const std::string name = step == "form" ? "value" : "reason";
    const std::string id = to_string(session.id);
    const StepInput input{id, step, {{name, value}}, seal::sha256(step + value)};
    return answer_by_nonce(d, {app_.client_id, nonce, session.skill}, input);
  }
  Holder app_;
};

TEST_F(SessionTest, law_8_replay_is_memory_until_the_next_nonce_is_used) {
  const Session session = open("loan");
  const std::string first = nonce(session, 0);
  const auto answer = submit(session, first, "form", "1");
  ASSERT_TRUE(answer);
  const auto again = submit(session, first, "form", "1");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->step_id, answer->step_id);
  EXPECT_EQ(again->nonce.reveal(), answer->nonce.reveal());
  const auto other = submit(session, first, "form", "2");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, codes::invalid_step);
  EXPECT_EQ(ledger_->alarms(ours_, {}).size(), 1U);
  const auto last = submit(session, std::string(answer->nonce.reveal()), "confirm", "ok");
  ASSERT_TRUE(last && last->finished);
  EXPECT_FALSE(submit(session, first, "form", "1"));  // its successor was used
}

TEST_F(SessionTest, bad_data_spends_nothing) {
  const Session session = open("loan");
  const auto bad = submit(session, nonce(session, 0), "form", "");
  ASSERT_FALSE(bad);
  EXPECT_EQ(ledger_->session(session.id)->version, session.version);
  EXPECT_TRUE(submit(session, nonce(session, 0), "form", "1"));
}

TEST_F(SessionTest, the_hand_over_is_exchanged_once) {
  const Session session = open("loan");
  const auto one = submit(session, nonce(session, 0), "form", "1");
  const auto two = submit(session, std::string(one->nonce.reveal()), "confirm", "ok");
  const std::string temp_token(two->temp_token.reveal());
  Desk d = desk();
  const auto settled = settle(d, app_.caller, temp_token, seal::sha256("a"));
  ASSERT_TRUE(settled);
  const auto again = settle(d, app_.caller, temp_token, seal::sha256("a"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->access_token.reveal(), settled->access_token.reveal());
  EXPECT_FALSE(settle(d, app_.caller, temp_token, seal::sha256("b")));
  advance(Seconds{60});
  Desk later = desk();
  EXPECT_FALSE(settle(later, app_.caller, temp_token, seal::sha256("a")));
  EXPECT_FALSE(
      settle(d, holder(theirs_, {"session:settle"}).caller, temp_token, seal::sha256("a")));
  EXPECT_GE(ledger_->alarms(ours_, {}).size(), 1U);
}

TEST_F(SessionTest, a_skill_that_went_or_changed_ends_its_sessions_and_not_the_process) {
  const Session session = open("loan");
  const std::string first = nonce(session, 0);
  const auto one = submit(session, first, "form", "1");
  journey::Skill changed = *catalogue_.find("loan");
  changed.steps[0].name = "other";
  for (const auto& catalogue : {journey::Catalogue{}, journey::Catalogue({changed})}) {
    catalogue_ = catalogue;
    const auto refused = submit(session, std::string(one->nonce.reveal()), "confirm", "ok");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, codes::session_over);
    EXPECT_EQ(refused.error().fault, Fault::gone);
    Desk d = desk();
    const std::string step = to_string(one->step_id);
    EXPECT_FALSE(attach_by_nonce(d, app_.client_id, first, step, {"front", "f", 3, {}, {}}));
  }
}

TEST_F(SessionTest, a_late_session_is_gone_and_a_finished_one_a_conflict) {
  const Session session = open("loan");
  advance(std::chrono::days{14});
  Desk d = desk();
  const Holder key = holder(ours_, {"enrolment:write"});
  const std::string id = to_string(session.id);
  const auto late = answer_own(d, key.caller, {id, "form", {{"value", "1"}}, seal::sha256("x")});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().fault, Fault::gone);
}

TEST_F(SessionTest, d22_an_enrolment_token_is_worth_no_more_than_its_key) {
  const Holder key = holder(ours_, {"enrolment:write"}, 60);
  Desk d = desk();
  const auto session = open_session(d, key.caller,
                                    {.door = journey::Door::enrolment,
                                     .skill = "card",
                                     .caller_id = "AD90C821-e5ea-4385-be5b-4fc9f9ea24ee",
                                     .return_url = "https://rp.test/done"});
  ASSERT_TRUE(session);
  const EnrolmentTokens tokens = enrolment_tokens(d, *session);
  EXPECT_TRUE(by_enrolment_token(d, tokens.access_token.reveal(), grant::Scope::submit));
  EXPECT_TRUE(by_reference(d, tokens.reference.reveal(), grant::Scope::submit));
  EXPECT_FALSE(by_enrolment_token(d, tokens.reference.reveal(), grant::Scope::submit));  // D24
  EXPECT_FALSE(by_reference(d, tokens.access_token.reveal(), grant::Scope::submit));
  advance(Seconds{61});
  Desk later = desk();
  EXPECT_FALSE(by_enrolment_token(later, tokens.access_token.reveal(), grant::Scope::submit));
  EXPECT_FALSE(by_reference(later, tokens.reference.reveal(), grant::Scope::submit));
}

TEST_F(SessionTest, the_id_of_another_session_names_no_enrolment) {
  const Holder key = holder(ours_, {"enrolment:write"}),
               foreign = holder(theirs_, {"enrolment:write"});
  const auto open = [&](const Caller& caller, const Id& name) {
    Desk d = desk();
    return open_session(d, caller,
                        {.door = journey::Door::enrolment,
                         .skill = "card",
                         .caller_id = to_string(name),
                         .return_url = "https://rp.test/done"});
  };
  const auto first = open(key.caller, seal::draw_id(entropy_, now_));
  ASSERT_TRUE(first);
  const auto second = open(key.caller, first->id);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, codes::duplicate_session);
  EXPECT_TRUE(open(foreign.caller, first->id)) << "what others have is not told";
}

TEST_F(SessionTest, i3_an_enrolment_token_opens_no_later_session_of_the_same_name) {
  const Holder key = holder(ours_, {"enrolment:write"});
  const auto open = [&](const char* name = "ad90c821-e5ea-4385-be5b-4fc9f9ea24ee") {
    Desk d = desk();
    const auto session = open_session(d, key.caller,
                                      {.door = journey::Door::enrolment,
                                       .skill = "card",
                                       .caller_id = name,
                                       .return_url = "https://rp.test/done"});
    return std::pair{session->id, std::string(enrolment_tokens(d, *session).access_token.reveal())};
  };
  const auto [first, before] = open();
  ledger_->erase_session(first, now_);
  ledger_->sweep(now_, 100);
  advance(Seconds{1});
  const auto [second, after] = open();
  Desk d = desk();
  EXPECT_FALSE(by_enrolment_token(d, before, grant::Scope::submit)) << "its session was erased";
  EXPECT_TRUE(by_enrolment_token(d, after, grant::Scope::submit));
  ledger_->erase_session(second, now_);
  ledger_->sweep(now_, 100);
  const auto [third, other] = open("AD90C821-e5ea-4385-be5b-4fc9f9ea24ee");
  EXPECT_FALSE(by_enrolment_token(d, after, grant::Scope::submit)) << "within one second";
  EXPECT_TRUE(by_enrolment_token(d, other, grant::Scope::submit));
}

TEST_F(SessionTest, d20_an_enrolment_token_is_signed_as_configured_and_no_other_way) {
  const Holder key = holder(ours_, {"enrolment:write"});
  const auto token_as = [&](EnrolmentToken algorithm) {
    settings_.enrolment_token = algorithm;
    Desk d = desk();
    const Id id = seal::draw_id(entropy_, now_);
    const auto session = open_session(d, key.caller,
                                      {.door = journey::Door::enrolment,
                                       .skill = "card",
                                       .caller_id = to_string(id),
                                       .return_url = "https://rp.test/"});
    return std::string(enrolment_tokens(d, *session).access_token.reveal());
  };
  const std::string hs256 = token_as(EnrolmentToken::hs256);
  const std::string es256 = token_as(EnrolmentToken::es256);
  for (const auto algorithm : {EnrolmentToken::hs256, EnrolmentToken::es256}) {
    settings_.enrolment_token = algorithm;
    const bool is_hs256 = algorithm == EnrolmentToken::hs256;
    Desk d = desk();
    EXPECT_EQ(by_enrolment_token(d, hs256, grant::Scope::submit).has_value(), is_hs256);
    EXPECT_EQ(by_enrolment_token(d, es256, grant::Scope::submit).has_value(), !is_hs256);
  }
}

TEST_F(SessionTest, d10_return_urls) {
  const Holder key = holder(ours_, {"enrolment:write"});
  struct Case {
    std::string url;
    bool good;
  };
  const Case cases[] = {{"https://rp.test/done", true},
                        {"http://rp.test", true},
                        {"HTTPS://rp.test/?a=b#c", true},
                        {"javascript:alert(1)", false},
                        {"//rp.test", false},
                        {"https://", false},
                        {"https://rp.test@evil.test", false},
                        {"https:\\\\rp.test", false},
                        {"ftp://rp.test", false},
                        {"", false}};
  for (const auto& c : cases) {
    Desk d = desk();
    const Id id = seal::draw_id(entropy_, now_);
    const auto session = open_session(d, key.caller,
                                      {.door = journey::Door::enrolment,
                                       .skill = "card",
                                       .caller_id = to_string(id),
                                       .return_url = c.url});
    EXPECT_EQ(session.has_value(), c.good) << c.url;
  }
}

TEST_F(SessionTest, a_restricted_organisation_returns_people_to_its_own_hosts) {
  const Holder key = holder(ours_, {"enrolment:write"});
  Desk d = desk();
  EXPECT_FALSE(restrict_returns(d, ours_, {"RP.test"}));
  EXPECT_FALSE(restrict_returns(d, ours_, {"rp.test/evil"}));
  ASSERT_TRUE(restrict_returns(d, ours_, {"rp.test"}));
  cache_.next_epoch();
  for (const auto& [url, good] : {std::pair{"https://rp.test/done", true},
                                  {"https://RP.test:8443/", true},
                                  {"https://evil.test/?rp.test", false},
                                  {"https://rp.test.evil.test", false}}) {
    const Id id = seal::draw_id(entropy_, now_);
    const auto session = open_session(d, key.caller,
                                      {.door = journey::Door::enrolment,
                                       .skill = "card",
                                       .caller_id = to_string(id),
                                       .return_url = url});
    EXPECT_EQ(session.has_value(), good) << url;
  }
}

TEST_F(SessionTest, c07_a_device_token_reaches_its_own_sessions_only) {
  const Holder key = holder(ours_, {"ephemeral_device:write"});
  Desk d = desk();
  const auto mine = lend(d, key.caller, 60);
  const auto other = lend(d, key.caller, 60);
  ASSERT_TRUE(mine && other);
  const auto caller = by_device(d, mine->secret.reveal(), grant::Scope::open);
  const auto stranger = by_device(d, other->secret.reveal(), grant::Scope::open);
  const auto session = open_session(d, *caller, {.door = journey::Door::device, .skill = "card"});
  ASSERT_TRUE(session);
  EXPECT_TRUE(find_session(d, *caller, to_string(session->id)));
  EXPECT_EQ(find_session(d, *stranger, to_string(session->id)).error().code, codes::not_yours);
  const Caller reader = holder(theirs_, {"session_all:read"}).caller;
  EXPECT_EQ(find_session(d, reader, to_string(session->id)).error().code, codes::unknown_session);
  for (const std::int64_t ttl : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{2'592'001}})
    EXPECT_FALSE(lend(d, key.caller, ttl)) << ttl;
  advance(Seconds{60});
  Desk later = desk();
  EXPECT_FALSE(by_device(later, mine->secret.reveal(), grant::Scope::open));
  while (ledger_->sweep(now_, 500).rows > 0) {
  }
  EXPECT_FALSE(ledger_->grant(mine->grant.id));  // C06: destroyed, not merely refused
}

}  // namespace
}  // namespace limen::onboard
