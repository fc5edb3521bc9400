// Which rules decide a session whose skill has changed meanwhile, what is said when it is decided
// again, and that the audit trail knows of every decision.
#include "onboard/decide.hpp"

#include <gmock/gmock.h>

#include "onboard/audit.hpp"
#include "onboard/desk_test.hpp"
#include "onboard/receipt.hpp"
#include "onboard/rules.hpp"

namespace limen::onboard {
namespace {

using journey::Level;
using journey::Rules;
using testing::ElementsAre;
using testing::HasSubstr;

class DecideTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    const Holder key = holder(ours_, {"ephemeral_device:write"});
    Desk d = desk();
    device_ = Caller{lend(d, key.caller, {})->grant};
  }
  // What an operator does to the file, with the restart that follows.
  void change_rules(const std::string& name, Rules rules) {
    std::vector<journey::Skill> skills = catalogue_.all();
    for (journey::Skill& skill : skills)
      if (skill.name == name) skill.rules = rules;
    catalogue_ = journey::Catalogue(std::move(skills));
  }
  void remove_skill(const std::string& name) {
    std::vector<journey::Skill> skills = catalogue_.all();
    std::erase_if(skills, [&](const auto& skill) { return skill.name == name; });
    catalogue_ = journey::Catalogue(std::move(skills));
  }
  Session open(const std::string& skill = "loan") {
    Desk d = desk();
    return *open_session(d, device_, {.door = journey::Door::device, .skill = skill});
  }
  Session finished(const Session& session) {
    advance(Seconds{1});
    const std::string id = to_string(session.id);
    for (const auto& [step, field] : {std::pair{"form", "value"}, std::pair{"confirm", "reason"}}) {
      Desk now = desk();
      EXPECT_TRUE(answer_own(now, device_,
                             {id, step, {{field, "x"}}, seal::sha256(std::string(step) + id)}));
    }
    return stored(session);
  }
  Session stored(const Session& session) { return *ledger_->session(session.id); }
  static Rules rules(std::string version, std::vector<std::string> required) {
    Rules out;
    out.version = std::move(version);
    out.required = std::move(required);
    return out;
  }
  Result<DecidedAgain> again(const Session& session, const std::optional<Rules>& tried = {}) {
    const Desk d = desk();
    return decide_again(d, session, tried);
  }
  TrialPage trial(const Trial& asked, const SearchPage& page = {100, {}}) {
    const Desk d = desk();
    return try_rules(d, ours_, asked, page);
  }
  Caller device_{};
};

TEST_F(DecideTest, a_session_that_is_refused_leaves_no_rules_behind) {
  const Holder key = holder(ours_, {"enrolment:write"});
  Opening opening{journey::Door::enrolment, "loan"};
  opening.caller_id = "7489fe74-33c1-4f0e-9a51-cd5e05c0fc4b";
  opening.return_url = "https://customer.example/back";
  Desk d = desk();
  ASSERT_TRUE(open_session(d, key.caller, opening));
  const Rules later = rules("2", {"Face verification"});
  change_rules("loan", later);
  Desk then = desk();
  ASSERT_EQ(open_session(then, key.caller, opening).error().code, codes::duplicate_session);
  EXPECT_FALSE(ledger_->rules(journey::digest_of(later)));
  opening.caller_id = "0b5a4a4e-9d1c-4e0d-8c07-6a2f5f6f1a11";
  ASSERT_TRUE(open_session(then, key.caller, opening));
  EXPECT_TRUE(ledger_->rules(journey::digest_of(later)));
}

TEST_F(DecideTest, a_session_is_decided_by_the_rules_it_began_under) {
  change_rules("loan", rules("1", {"Face verification"}));
  const Session early = open();
  change_rules("loan", rules("2", {}));
  const Session late = finished(open()), done = finished(early);
  EXPECT_EQ(done.decision->level, Level::medium);
  EXPECT_EQ(done.decision->rules_version, "1");
  EXPECT_EQ(late.decision->level, Level::high);
  EXPECT_EQ(late.decision->rules_version, "2");
  EXPECT_NE(done.rules, late.rules);
  const Desk d = desk();
  EXPECT_EQ(rules_of(d, done, nullptr), rules("1", {"Face verification"}));
  EXPECT_EQ(ledger_->rules(done.rules), "version = \"1\"\nrequired = [\"Face verification\"]\n");
  remove_skill("loan");
  EXPECT_EQ(again(done)->again, *done.decision);
  EXPECT_EQ(again(late)->again, *late.decision);
}

TEST_F(DecideTest, of_a_picture_as_well) {
  change_rules("card", rules("1", {"Document reading"}));
  const Session session = open("card");
  change_rules("card", rules("2", {}));
  Desk d = desk();
  const auto step = answer_own(d, device_, {to_string(session.id), "document", {}, {}});
  ASSERT_TRUE(step);
  const Bytes png = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  ASSERT_TRUE(attach_own(d, device_, to_string(session.id), to_string(step->step_id),
                         {"front", "blob", 8, seal::sha256("p"), png, {}}));
  EXPECT_EQ(stored(session).decision->rules_version, "1");
  EXPECT_EQ(stored(session).decision->level, Level::medium);
}

TEST_F(DecideTest, one_that_began_before_rules_were_kept_has_its_skills) {
  Session session = open();
  Session older = session;
  older.rules = {};
  ++older.version;
  ASSERT_TRUE(ledger_->save_session(session, older));
  const Desk d = desk();
  EXPECT_EQ(rules_of(d, older, nullptr), std::nullopt);
  EXPECT_EQ(rules_of(d, older, catalogue_.find("loan")), Rules{});
  change_rules("loan", rules("3", {}));
  const Session done = finished(older);
  EXPECT_EQ(done.decision->rules_version, "3");
  EXPECT_EQ(done.rules, journey::digest_of(rules("3", {})));
  EXPECT_TRUE(ledger_->rules(done.rules).has_value());
  // And one that was completed before.
  Session ancient = done;
  ancient.rules = {};
  ancient.decision->asked.clear();
  EXPECT_EQ(again(ancient)->again.level, Level::high);
  remove_skill("loan");
  EXPECT_EQ(again(ancient).error().code, codes::conflict);
  ancient.rules = done.rules;
  EXPECT_EQ(again(ancient).error().code, codes::conflict);
}

TEST_F(DecideTest, rules_that_cannot_be_read_are_a_broken_store) {
  Session session = open();
  const Desk d = desk();
  session.rules = seal::sha256("never kept");
  EXPECT_THROW(rules_of(d, session, nullptr), std::runtime_error);
  ledger_->keep_rules(session.rules, "no rules", now_);
  EXPECT_THROW(rules_of(d, session, nullptr), std::runtime_error);
}

TEST_F(DecideTest, says_what_other_rules_change) {
  const Session done = finished(open());
  EXPECT_EQ(again(open()).error().code, codes::conflict);
  const auto out = again(done, rules("9", {"Age"}));
  ASSERT_TRUE(out);
  EXPECT_EQ(out->own, Rules{});
  EXPECT_EQ(out->again.level, Level::medium);
  EXPECT_EQ(out->again.rules_version, "9");
  ASSERT_EQ(out->factors.size(), 1U);
  EXPECT_EQ(out->factors[0].factor, "Age");
  EXPECT_EQ(out->factors[0].counted_after, Level::medium);
  EXPECT_EQ(stored(done), done) << "looking changed it";
}

TEST_F(DecideTest, tries_rules_on_past_sessions_a_page_at_a_time) {
  change_rules("loan", rules("1", {"Age"}));
  const Session waiting = finished(open());
  change_rules("loan", rules("1", {}));
  const Session passed = finished(open()), also = finished(open());
  open();
  open("card");
  Trial asked{"loan", rules("2", {"Age", "Face liveness"}), {}, {}};
  TrialPage all = trial(asked);
  EXPECT_EQ(all.seen, 4U);
  EXPECT_EQ(all.undecided, 1U);
  EXPECT_EQ(all.unrepeatable, 0U);
  EXPECT_EQ(all.next, std::nullopt);
  EXPECT_EQ(all.moved[0][1], 2U);
  EXPECT_EQ(all.moved[1][1], 1U);
  ASSERT_EQ(all.changes.size(), 2U);
  EXPECT_EQ(all.changes[0].id, also.id);
  EXPECT_EQ(all.changes[1].id, passed.id);
  EXPECT_THAT(all.changes[0].factors, ElementsAre("Age", "Face liveness"));
  // By their own nothing is another.
  asked.tried.reset();
  EXPECT_TRUE(trial(asked).changes.empty());
  EXPECT_EQ(trial(asked).moved[0][0], 2U);
  // In pages, and since some time.
  std::size_t seen = 0, pages = 0;
  SearchPage page{2, {}};
  do {
    const TrialPage one = trial(asked, page);
    seen += one.seen;
    page.after = one.next;
    ++pages;
  } while (page.after);
  EXPECT_EQ(seen, 4U);
  EXPECT_EQ(pages, 2U);
  asked.from = waiting.created + Seconds{1};
  EXPECT_EQ(trial(asked).seen, 3U);
  asked.to = asked.from;
  EXPECT_EQ(trial(asked).seen, 0U);
}

TEST_F(DecideTest, counts_what_cannot_be_decided_again) {
  const Session done = finished(open());
  Session ancient = done;
  ancient.rules = {};
  ancient.decision->asked.clear();
  ++ancient.version;
  ASSERT_TRUE(ledger_->save_session(done, ancient));
  remove_skill("loan");
  const TrialPage out = trial({"loan", {}, {}, {}});
  EXPECT_EQ(out.seen, 1U);
  EXPECT_EQ(out.unrepeatable, 1U);
}

TEST_F(DecideTest, every_decision_stands_in_the_audit_trail) {
  change_rules("loan", rules("4", {"Age", "Face liveness"}));
  const Session done = finished(open());
  AuditFilter about;
  about.about = to_string(done.id);
  const auto rows = ledger_->office().audit(ours_, about, {10, {}});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].what, session_decided);
  EXPECT_EQ(rows[0].actor, Actor::server);
  EXPECT_EQ(rows[0].who_name, "rules 4");
  EXPECT_EQ(rows[0].at, done.decision->at);
  EXPECT_EQ(rows[0].detail,
            "MEDIUM: Age UNAVAILABLE, Face liveness UNAVAILABLE; rules_sha256 " + hex(done.rules));
  EXPECT_EQ(ledger_->office().broken_audit(ours_), std::nullopt);
  change_rules("loan", rules("5", {}));
  const Session passed = finished(open());
  AuditFilter decided;
  decided.decisions = true;
  const auto both = ledger_->office().audit(ours_, decided, {10, {}});
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].detail, "HIGH; rules_sha256 " + hex(passed.rules));
  for (const AuditRow& row : ledger_->office().audit(ours_, {}, {100, {}}))
    EXPECT_NE(row.what, session_decided);
}

TEST_F(DecideTest, a_receipt_names_the_rules) {
  const Session done = finished(open());
  const Desk d = desk();
  const std::string text = receipt_of(d, done)->signed_text;
  const auto first = text.find('.'), last = text.rfind('.');
  const Bytes payload = *from_base64url(text.substr(first + 1, last - first - 1));
  EXPECT_THAT(std::string(as_text(payload)),
              HasSubstr("\"rules_sha256\":\"" + hex(done.rules) + "\""));
  Session older = done;
  older.rules = {};
  const std::string before = receipt_of(d, older)->signed_text;
  const auto bytes = *from_base64url(
      before.substr(before.find('.') + 1, before.rfind('.') - before.find('.') - 1));
  EXPECT_THAT(std::string(as_text(bytes)), testing::Not(HasSubstr("rules_sha256")));
}

}  // namespace
}  // namespace limen::onboard
