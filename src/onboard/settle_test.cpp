// The credential of a finished session, and what it may do later: whose it is, what it shows and
// what deleting keeps. And the refusals of a nonce that belongs to somebody or something else.
#include "onboard/desk_test.hpp"
#include "onboard/passes.hpp"

namespace limen::onboard {
namespace {

class SettleTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    app_ = holder(ours_, {"session:open", "session:settle"});
    other_ = holder(ours_, {"session:open", "session:settle"});
  }
  Session open(const Holder& app, const std::string& skill) {
    Desk d = desk();
    return *open_session(d, app.caller, {.door = journey::Door::skills, .skill = skill});
  }
  std::string nonce(const Session& session, std::uint32_t position) {
    Desk d = desk();
    return std::string(nonce_of(d, session, position).reveal());
  }
  // `field` is the only field of the step.
  Result<StepAnswer> submit(const Session& session, const std::string& client_id,
                            const std::string& nonce, const std::string& step,
                            const std::string& field, const std::string& skill = "loan") {
    Desk d = desk();
    const std::string id = to_string(session.id);
    return answer_by_nonce(d, {client_id, nonce, skill},
                           {id, step, {{field, "x"}}, seal::sha256(step + field)});
  }
  // The temp_token of a session walked to its end.
  std::string finish(const Session& session) {
    EXPECT_TRUE(submit(session, app_.client_id, nonce(session, 0), "form", "value"));
    const Session after = *ledger_->session(session.id);
    const auto last = submit(after, app_.client_id, nonce(after, 1), "confirm", "reason");
    EXPECT_TRUE(last && last->finished);
    return std::string(last->temp_token.reveal());
  }
  Settled settled() {
    Desk d = desk();
    auto out = settle(d, app_.caller, finish(open(app_, "loan")), seal::sha256("a"));
    EXPECT_TRUE(out);
    return std::move(*out);
  }
  std::string problem_of(const Holder& app, const std::string& id, std::string_view token) {
    Desk d = desk();
    const auto found = enrolment_by_credential(d, app.caller, id, token);
    return found ? "" : std::string(found.error().code);
  }
  Holder app_, other_;
};

TEST_F(SettleTest, a_hand_over_is_worth_nothing_to_another_client_of_the_organisation) {
  const std::string temp_token = finish(open(app_, "loan"));
  Desk d = desk();
  const auto stolen = settle(d, other_.caller, temp_token, seal::sha256("a"));
  ASSERT_FALSE(stolen);
  EXPECT_EQ(stolen.error().code, codes::invalid_temp_token);
  EXPECT_TRUE(settle(d, app_.caller, temp_token, seal::sha256("a")));
}

TEST_F(SettleTest, an_exchange_is_written_into_the_session_and_its_enrolment) {
  const Settled out = settled();
  const Session session = *ledger_->session(out.enrolment.session);
  EXPECT_EQ(session.settled, now_);
  EXPECT_EQ(session.settle_request, seal::sha256("a"));
  EXPECT_EQ(session.updated, now_);
  // Once opened, two steps, one exchange.
  EXPECT_EQ(session.version, 3U);
  EXPECT_EQ(ledger_->enrolment_of(session.id)->id, out.enrolment.id);
  EXPECT_EQ(out.enrolment.consent_expires, now_ + std::chrono::days{90});
  EXPECT_EQ(out.enrolment.retention_ends, now_ + std::chrono::days{365});
  const Grant credential = *ledger_->grant(out.enrolment.id);
  EXPECT_EQ(credential.kind, grant::Kind::credential);
  EXPECT_EQ(credential.terms.expires, out.enrolment.consent_expires);
  EXPECT_EQ(credential.parent, app_.caller.grant.parent);
}

TEST_F(SettleTest, a_credential_shows_its_own_enrolment_to_its_own_client) {
  const Settled mine = settled(), second = settled();
  const std::string id = to_string(mine.enrolment.id), token(mine.access_token.reveal());
  struct Case {
    std::string name;
    const Holder& app;
    std::string id, token;
    std::string_view want;
  };
  const Holder foreign = holder(theirs_, {"session:settle"});
  const Case cases[] = {
      {"its own", app_, id, token, ""},
      {"another client's", other_, id, token, codes::invalid_credentials_id},
      {"another organisation's", foreign, id, token, codes::invalid_credentials_id},
      {"no id", app_, "x", token, codes::invalid_credentials_id},
      {"an id of nothing", app_, to_string(mine.enrolment.session), token,
       codes::invalid_credentials_id},
      {"the credential of another enrolment", app_, id, std::string(second.access_token.reveal()),
       codes::invalid_access_token},
      {"a temp_token", app_, id, finish(open(app_, "loan")), codes::invalid_access_token},
      {"no token", app_, id, "", codes::invalid_access_token},
  };
  for (const Case& c : cases) EXPECT_EQ(problem_of(c.app, c.id, c.token), c.want) << c.name;
}

TEST_F(SettleTest, an_enrolment_is_active_until_its_consent_ends_or_is_deleted) {
  Enrolment enrolment = settled().enrolment;
  EXPECT_EQ(state_of(enrolment, enrolment.consent_expires - Millis{1}), EnrolmentState::active);
  EXPECT_EQ(state_of(enrolment, enrolment.consent_expires), EnrolmentState::expired);
  enrolment.deleted = now_;
  EXPECT_EQ(state_of(enrolment, now_), EnrolmentState::deleted);
  EXPECT_EQ(state_of(enrolment, enrolment.consent_expires), EnrolmentState::deleted);
}

TEST_F(SettleTest, deleting_keeps_the_data_as_long_as_asked_and_never_longer_than_the_skill) {
  using std::chrono::minutes;
  struct Case {
    std::string name;
    std::int64_t keep_min;
    std::optional<Seconds> want;  // until when from now; nothing: refused
  };
  const Case cases[] = {
      {"at once", 0, Seconds{0}},
      {"an hour", 60, minutes{60}},
      {"ten years, as long as the skill keeps it", 10LL * 365 * 24 * 60, std::chrono::days{365}},
      {"longer than ten years", 10LL * 365 * 24 * 60 + 1, std::nullopt},
      {"less than nothing", -1, std::nullopt},
  };
  for (const Case& c : cases) {
    const Settled out = settled();
    const std::string id = to_string(out.enrolment.id);
    Desk d = desk();
    const auto deleted =
        delete_enrolment(d, app_.caller, id, out.access_token.reveal(), c.keep_min);
    ASSERT_EQ(deleted.has_value(), c.want.has_value()) << c.name;
    const Enrolment stored = *ledger_->enrolment(out.enrolment.id);
    EXPECT_EQ(stored.deleted.has_value(), c.want.has_value()) << c.name;
    if (!c.want) {
      EXPECT_EQ(deleted.error().code, codes::invalid_retention) << c.name;
      continue;
    }
    EXPECT_EQ(stored.retention_ends, now_ + *c.want) << c.name;
    // Deleting again, later, changes nothing.
    advance(Seconds{30});
    Desk later = desk();
    ASSERT_TRUE(delete_enrolment(later, app_.caller, id, out.access_token.reveal(), 1000));
    EXPECT_EQ(*ledger_->enrolment(out.enrolment.id), stored) << c.name;
  }
}

TEST_F(SettleTest, a_nonce_submits_for_its_own_session_client_and_skill) {
  const Session mine = open(app_, "loan"), second = open(app_, "loan");
  struct Case {
    std::string name, client_id, nonce, skill;
    std::string_view want;
  };
  const Case cases[] = {
      {"another session's nonce", app_.client_id, nonce(second, 0), "loan", codes::invalid_nonce},
      {"another client", other_.client_id, nonce(mine, 0), "loan", codes::unknown_session},
      {"no client", "x", nonce(mine, 0), "loan", codes::unknown_client},
      {"another skill", app_.client_id, nonce(mine, 0), "card", codes::unknown_skill},
      {"a nonce not handed out", app_.client_id, nonce(mine, 1), "loan", codes::invalid_nonce},
  };
  for (const Case& c : cases) {
    const auto refused = submit(mine, c.client_id, c.nonce, "form", "value", c.skill);
    ASSERT_FALSE(refused) << c.name;
    EXPECT_EQ(refused.error().code, c.want) << c.name;
    EXPECT_TRUE(ledger_->session(mine.id)->steps.empty()) << c.name;
  }
  EXPECT_TRUE(submit(mine, app_.client_id, nonce(mine, 0), "form", "value"));
}

TEST_F(SettleTest, a_nonce_says_whether_it_is_late_or_no_nonce_at_all) {
  const Session session = open(app_, "loan");
  const std::string text = nonce(session, 0);
  Desk d = desk();
  EXPECT_EQ(read_pass(d, "x" + text, session.id).error().detail, "this nonce is not valid");
  EXPECT_EQ(read_pass(d, text, seal::draw_id(entropy_, now_)).error().detail,
            "this nonce is not valid");
  EXPECT_EQ(read_pass(d, text, {})->session, session.id);
  advance(std::chrono::minutes{30});
  Desk later = desk();
  EXPECT_EQ(read_pass(later, text, session.id).error().detail, "this nonce has expired");
}

TEST_F(SettleTest, an_enrolment_keeps_its_data_no_shorter_than_its_consent) {
  journey::Skill hasty = *catalogue_.find("loan");
  hasty.retention = std::chrono::days{1};
  catalogue_ = journey::Catalogue({hasty});
  EXPECT_EQ(settled().enrolment.retention_ends, now_ + std::chrono::days{90});
}

TEST_F(SettleTest, a_step_that_waits_for_its_file_is_not_the_end) {
  const Session session = open(app_, "card");
  Desk d = desk();
  const std::string id = to_string(session.id);
  const auto answer = answer_by_nonce(d, {app_.client_id, nonce(session, 0), "card"},
                                      {id, "document", {}, seal::sha256("a")});
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->finished);
  EXPECT_TRUE(answer->temp_token.is_empty());
  EXPECT_TRUE(answer->nonce.is_empty());
}

TEST_F(SettleTest, a_missing_file_is_told_before_a_wrong_answer) {
  journey::Skill skill = *catalogue_.find("card");
  skill.steps.push_back({"form", {{.name = "value"}}, {}});
  catalogue_ = journey::Catalogue({skill});
  const Session session = open(app_, "card");
  const std::string id = to_string(session.id);
  Desk d = desk();
  const auto document = answer_by_nonce(d, {app_.client_id, nonce(session, 0), "card"},
                                        {id, "document", {}, seal::sha256("a")});
  ASSERT_TRUE(document);
  const auto refused = answer_by_nonce(d, {app_.client_id, document->nonce.reveal(), "card"},
                                       {id, "form", {{"value", ""}}, seal::sha256("b")});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, codes::missing_upload);
}

TEST_F(SettleTest, the_other_doors_get_no_hand_over_and_their_sessions_take_no_nonce) {
  const Holder key = holder(ours_, {"ephemeral_device:write"});
  Desk d = desk();
  const auto device = lend(d, key.caller, 3600);
  const auto caller = by_device(d, device->secret.reveal(), grant::Scope::submit);
  ASSERT_TRUE(caller);
  const auto session = open_session(d, *caller, {.door = journey::Door::device, .skill = "loan"});
  ASSERT_TRUE(session);
  for (const std::string& client : {app_.client_id, std::string("x")}) {
    const auto by_nonce = submit(*session, client, nonce(*session, 0), "form", "value");
    ASSERT_FALSE(by_nonce);
    EXPECT_EQ(by_nonce.error().code, codes::unknown_session) << client;
  }
  const std::string id = to_string(session->id);
  const StepInput form{id, "form", {{"value", "x"}}, seal::sha256("a")};
  const auto first = answer_own(d, *caller, form);
  ASSERT_TRUE(first);
  const auto again = answer_own(d, *caller, form);  // Law 8
  ASSERT_TRUE(again);
  EXPECT_EQ(again->step_id, first->step_id);
  // The same bytes for another step are another request.
  EXPECT_FALSE(answer_own(d, *caller, {id, "confirm", {{"value", "x"}}, seal::sha256("a")}));
  const auto last = answer_own(d, *caller, {id, "confirm", {{"reason", "x"}}, seal::sha256("b")});
  ASSERT_TRUE(last && last->finished);
  EXPECT_TRUE(last->temp_token.is_empty());
}

}  // namespace
}  // namespace limen::onboard
