// A check from the session's completion to its end: which answer counts, what is too late, what is
// told to whom, on the real ledger.
#include "onboard/checks.hpp"

#include <algorithm>

#include "journey/advance.hpp"
#include "onboard/audit.hpp"
#include "onboard/check_test.hpp"
#include "onboard/findings.hpp"

namespace limen::onboard {
namespace {

using journey::Level;
using State = journey::Faces::State;

class ChecksTest : public CheckTest {};

TEST_F(ChecksTest, a_session_waits_for_its_engine_and_its_person_does_not) {
  const Done done = complete();
  EXPECT_EQ(done.session.state, journey::State::completed);
  EXPECT_EQ(done.session.faces->state, State::waiting);
  EXPECT_FALSE(done.session.decision);
  EXPECT_EQ(enrolment_status(done.session, now_), "PENDING");
  EXPECT_EQ(device_status(done.session), 4);
  // The temp_token says that the journey is finished, not how it was judged.
  ASSERT_TRUE(done.temp_token);
  Desk d = desk();
  EXPECT_TRUE(settle(d, app_.caller, *done.temp_token, seal::sha256("a")));
  const Session settled = *ledger_->session(done.session.id);
  EXPECT_FALSE(receipt_of(d, settled));
  EXPECT_EQ(review_session(d, ours_, settled.id, true, "ann", "seen").error().code,
            codes::conflict);
  const auto check = check_of(done.session);
  EXPECT_EQ(check.deadline, now_ + Seconds{180});
  EXPECT_EQ(check.due, now_);
}

TEST_F(ChecksTest, without_an_engine_or_a_face_nobody_waits) {
  with_engine_ = false;
  EXPECT_EQ(complete().session.faces->state, State::unasked);
  with_engine_ = true;
  const Session faceless = complete({.has_face = false}).session;
  EXPECT_EQ(faceless.faces->state, State::no_face);
  EXPECT_TRUE(faceless.decision);
  Desk d = desk();
  EXPECT_EQ(d.ledger.checks().waiting(), 0U);
}

TEST_F(ChecksTest, an_errand_holds_the_newest_pictures) {
  const Done done = complete();
  Desk d = desk();
  const auto errands = take_errands(d, now_ + Seconds{60}, 9);
  ASSERT_EQ(errands.size(), 1U);
  ASSERT_EQ(errands[0].pictures.size(), 2U);
  EXPECT_EQ(errands[0].pictures[0].file, "front2");
  EXPECT_EQ(errands[0].pictures[1].shows, journey::Shows::face);
  EXPECT_TRUE(take_errands(d, now_ + Seconds{60}, 9).empty()) << "claimed";
  engine_.wants_documents = false;
  advance(Seconds{60});
  Desk later = desk();
  EXPECT_EQ(take_errands(later, now_ + Seconds{60}, 9).at(0).pictures.size(), 1U);
}

TEST_F(ChecksTest, an_answer_at_once_decides) {
  const Done done = complete();
  const Check check = check_of(done.session);
  Desk d = desk();
  note_attempt(d, check.id, {Reply::answered, result_for(check), "", now_});
  const Session after = *ledger_->session(done.session.id);
  ASSERT_TRUE(after.decision);
  EXPECT_EQ(level_of(after, "Face verification"), Level::high);
  EXPECT_EQ(after.decision, journey::decide(after, *catalogue_.find("card"), now_));
  EXPECT_EQ(check_of(done.session).state, CheckState::done);
  EXPECT_EQ(counters_.answered, 1U);
  const auto trail = ledger_->office().audit(ours_, {.about = to_string(after.id)}, {});
  ASSERT_EQ(trail.size(), 1U) << "what an engine says floods nobody's list";
  EXPECT_EQ(trail[0].what, session_decided);
  EXPECT_NE(trail[0].detail.find("; faces answered; "), std::string::npos) << trail[0].detail;
}

TEST_F(ChecksTest, what_is_no_result_is_asked_for_again) {
  const Done done = complete();
  const Check check = check_of(done.session);
  Desk d = desk();
  note_attempt(d, check.id, {Reply::answered, "<html>", "", now_ + Seconds{2}});
  EXPECT_FALSE(ledger_->session(done.session.id)->decision);
  const Check after = check_of(done.session);
  EXPECT_EQ(after.attempts, 1U);
  EXPECT_EQ(after.due, now_ + Seconds{2});
  EXPECT_EQ(after.error, "no result: malformed_json");
  EXPECT_EQ(counters_.retried, 1U);
  // Nothing of the engine's text is kept, nor is the name of what it made up.
  note_attempt(d, check.id, {Reply::answered, R"({"A Name":1})", "", now_ + Seconds{2}});
  EXPECT_EQ(check_of(done.session).error, "no result: unknown_fields");
}

TEST_F(ChecksTest, what_is_left_out_is_high_unless_it_is_required) {
  const std::string whole = R"("faces":{"presence":{"level":"HIGH"},)";
  struct Case {
    const char* name;
    std::vector<std::string> required;
    bool is_whole;
    Level want;
  };
  const Case cases[] = {
      {"left out, not required", {}, false, Level::high},
      {"left out, required", {"Face presence"}, false, Level::medium},
      {"said, required", {"Face presence", "Face verification"}, true, Level::high},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    journey::Skill card = *catalogue_.find("card");
    card.rules.required = c.required;
    catalogue_ = journey::Catalogue({card});
    const Done done = complete();
    const Check check = check_of(done.session);
    std::string body = result_for(check);
    if (c.is_whole) body.replace(body.find(R"("faces":{)"), 9, whole);
    ASSERT_TRUE(answer(check.id, body));
    EXPECT_EQ(ledger_->session(done.session.id)->decision->level, c.want);
  }
}

TEST_F(ChecksTest, refused_and_late_are_reasons_and_decide) {
  const Done refused = complete();
  Desk d = desk();
  note_attempt(d, check_of(refused.session).id, {Reply::refused, "", "status 400", now_});
  EXPECT_EQ(ledger_->session(refused.session.id)->faces->state, State::refused);
  const Done late = complete();
  note_attempt(d, check_of(late.session).id, {Reply::later, "", "timeout", now_ + Seconds{999}});
  EXPECT_EQ(check_of(late.session).due, check_of(late.session).deadline) << "no later than its end";
  advance(Seconds{180});
  Desk then = desk();
  EXPECT_TRUE(take_errands(then, now_ + Seconds{60}, 9).empty()) << "nobody is asked any more";
  EXPECT_FALSE(ledger_->session(late.session.id)->decision) << "nor does asking decide";
  end_late(then, check_of(late.session).id);
  const Session after = *ledger_->session(late.session.id);
  EXPECT_EQ(after.faces->state, State::late);
  EXPECT_EQ(level_of(after, "Face liveness"), Level::unavailable);
  EXPECT_EQ(after.decision->at, now_);
  EXPECT_EQ(counters_.late, 1U);
  EXPECT_EQ(counters_.refused, 1U);
  EXPECT_TRUE(then.ledger.checks().overdue(now_, 9).empty());
  // Once is enough, and before the end not at all.
  const Done early = complete();
  Desk again = desk();
  for (const Done* done : {&late, &early}) end_late(again, check_of(done->session).id);
  EXPECT_EQ(*ledger_->session(late.session.id), after);
  EXPECT_FALSE(ledger_->session(early.session.id)->decision);
}

TEST_F(ChecksTest, an_overdue_check_ends_without_an_engine) {
  const Done done = complete();
  with_engine_ = false;
  advance(Seconds{180});
  Desk d = desk();
  ASSERT_EQ(d.ledger.checks().overdue(now_, 9), std::vector<Id>{check_of(done.session).id});
  end_late(d, check_of(done.session).id);
  EXPECT_EQ(ledger_->session(done.session.id)->faces->state, State::late);
}

TEST_F(ChecksTest, an_answer_counts_by_when_it_came) {
  const Done in_time = complete(), late = complete();
  const Time came = now_ + Seconds{179};
  advance(Seconds{181});
  Desk d = desk();
  const Check one = check_of(in_time.session), two = check_of(late.session);
  note_attempt(d, one.id, {Reply::answered, result_for(one), "", now_, came});
  EXPECT_EQ(level_of(*ledger_->session(in_time.session.id), "Face verification"), Level::high);
  note_attempt(d, two.id, {Reply::answered, result_for(two), "", now_, came + Seconds{1}});
  EXPECT_FALSE(ledger_->session(late.session.id)->decision);
  EXPECT_EQ(d.ledger.checks().overdue(now_, 9), std::vector<Id>{two.id});
}

TEST_F(ChecksTest, of_many_answers_the_first_counts) {
  const Done done = complete();
  const Check check = check_of(done.session);
  Desk d = desk();
  note_attempt(d, check.id, {Reply::accepted, "", "", now_ + Seconds{60}});
  EXPECT_EQ(check_of(done.session).state, CheckState::accepted);
  const std::string first = result_for(check), other = result_for(check, "LOW");
  EXPECT_TRUE(answer(check.id, first));
  const Session after = *ledger_->session(done.session.id);
  EXPECT_EQ(level_of(after, "Face verification"), Level::high);
  EXPECT_TRUE(answer(check.id, first)) << "a repeat";
  EXPECT_EQ(answer(check.id, other).error().code, codes::conflict);
  note_attempt(d, check.id, {Reply::answered, other, "", now_});
  EXPECT_EQ(ledger_->session(done.session.id), after);
  EXPECT_EQ(counters_.answered, 1U);
}

TEST_F(ChecksTest, too_late_is_a_conflict_and_decides_without) {
  const Done done = complete();
  const Check check = check_of(done.session);
  advance(Seconds{180});
  EXPECT_EQ(answer(check.id, result_for(check)).error().code, codes::conflict);
  EXPECT_EQ(ledger_->session(done.session.id)->faces->state, State::late);
  EXPECT_EQ(answer(check.id, result_for(check)).error().code, codes::conflict);
}

TEST_F(ChecksTest, law_7_unknown_and_unsigned_look_alike) {
  const Done done = complete();
  const Check check = check_of(done.session);
  const std::string body = result_for(check), id = to_string(check.id);
  const std::string right = key_->sign("m", now_, body), stamp = std::to_string(to_unix(now_));
  const Id unknown = seal::draw_id(entropy_, now_);
  struct Case {
    const char* name;
    std::string id;
    seal::WebhookHead head;
    std::string body;
  };
  const Case cases[] = {
      {"another body", id, {"m", stamp, right}, result_for(check, "LOW")},
      {"no signature", id, {"m", stamp, ""}, body},
      {"an old one", id, {"m", "1614265330", right}, body},
      {"an unknown check", to_string(unknown), {"m", stamp, right}, body},
      {"no id", "x", {"m", stamp, right}, body},
  };
  std::string words;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Desk d = desk();
    const auto result = answer_check(d, c.id, c.head, c.body);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, codes::unauthenticated);
    if (words.empty()) words = result.error().detail;
    EXPECT_EQ(result.error().detail, words);
  }
  with_engine_ = false;
  Desk d = desk();
  EXPECT_EQ(answer_check(d, id, {"m", stamp, right}, body).error().detail, words);
}

TEST_F(ChecksTest, a_result_belongs_to_its_check) {
  const Done one = complete(), two = complete();
  const Check first = check_of(one.session), second = check_of(two.session);
  EXPECT_EQ(answer(second.id, result_for(first)).error().field, "check");
  // What we sent, sent back to us, is signed and is no result.
  const std::string ours = R"({"type":"faces.check","data":{}})";
  EXPECT_EQ(answer(first.id, ours).error().code, codes::unknown_fields);
}

TEST_F(ChecksTest, a_long_body_is_refused_before_its_signature_is_computed) {
  const Done done = complete();
  const std::string body(findings_bytes + 1, ' ');
  Desk d = desk();
  const auto refused =
      answer_check(d, to_string(check_of(done.session).id), {"m", "1", "v1,"}, body);
  EXPECT_EQ(refused.error().code, codes::too_large);
}

TEST_F(ChecksTest, a_skill_that_is_gone_or_changed_decides_nothing) {
  const Done gone = complete(), changed = complete();
  const auto kept = catalogue_;
  catalogue_ = journey::Catalogue();
  Desk d = desk();
  EXPECT_EQ(take_errands(d, now_ + Seconds{60}, 1).at(0).pictures.size(), 2U);
  const Check check = check_of(gone.session);
  EXPECT_TRUE(answer(check.id, result_for(check)));
  journey::Skill other = *kept.find("card");
  other.steps[0].uploads[0].shows = journey::Shows::picture;
  other.rules.required = {"Age"};
  catalogue_ = journey::Catalogue({other});
  const Check second = check_of(changed.session);
  EXPECT_TRUE(answer(second.id, result_for(second)));
  for (const Done* done : {&gone, &changed}) {
    const Session after = *ledger_->session(done->session.id);
    EXPECT_EQ(after.decision, journey::decide(after, *kept.find("card"), now_));
  }
}

TEST_F(ChecksTest, one_that_cannot_be_ended_is_put_off) {
  const Done done = complete();
  const Id check = check_of(done.session).id;
  advance(Seconds{180});
  Desk d = desk();
  postpone_check(d, check);
  EXPECT_TRUE(d.ledger.checks().overdue(now_, 9).empty()) << "not before a minute";
  advance(Seconds{60});
  Desk later = desk();
  EXPECT_EQ(later.ledger.checks().overdue(now_, 9).size(), 1U);
  end_late(later, check);
  EXPECT_TRUE(ledger_->session(done.session.id)->decision);
  postpone_check(later, check);
  EXPECT_EQ(check_of(done.session).state, CheckState::done);
}

TEST_F(ChecksTest, an_erased_session_takes_its_check_along) {
  const Done done = complete();
  const Check check = check_of(done.session);
  Desk d = desk();
  ASSERT_TRUE(erase_session(d, done.session));
  // Before the sweep, too: not one picture more leaves.
  EXPECT_TRUE(take_errands(d, now_ + Seconds{60}, 9).empty());
  EXPECT_EQ(answer(check.id, result_for(check)).error().code, codes::conflict);
  ledger_->sweep(now_, 100);
  EXPECT_FALSE(ledger_->checks().check(check.id));
  EXPECT_EQ(answer(check.id, result_for(check)).error().code, codes::unauthenticated);
  note_attempt(d, check.id, {Reply::answered, result_for(check), "", now_});
}

TEST_F(ChecksTest, a_deleted_consent_ends_the_check) {
  const Done done = complete();
  Desk d = desk();
  const auto settled = settle(d, app_.caller, *done.temp_token, seal::sha256("a"));
  ASSERT_TRUE(settled);
  const std::string id = to_string(settled->enrolment.id);
  ASSERT_TRUE(delete_enrolment(d, app_.caller, id, settled->access_token.reveal(), 60));
  EXPECT_TRUE(take_errands(d, now_ + Seconds{60}, 9).empty());
  const Session after = *ledger_->session(done.session.id);
  EXPECT_EQ(after.faces->state, State::withdrawn);
  EXPECT_TRUE(after.decision);
  const Check check = check_of(after);
  note_attempt(d, check.id, {Reply::answered, result_for(check), "", now_});
  EXPECT_EQ(*ledger_->session(after.id), after);
}

TEST_F(ChecksTest, a27_no_picture_of_who_has_withdrawn_leaves) {
  const Done done = complete();
  Desk d = desk();
  Connection connection;
  connection.id = seal::draw_id(entropy_, now_);
  connection.tenant = ours_;
  connection.consent = Consent::withdrawn;
  connection.created = connection.updated = now_;
  ledger_->add_connection(connection);
  // What an invited person went on with (onward.hpp).
  connection_->exec("UPDATE sessions SET owner = $2, caller_id = $3, door = 2 WHERE id = $1",
                    {done.session.id, connection.id, to_string(connection.id)});
  EXPECT_TRUE(take_errands(d, now_ + Seconds{60}, 9).empty());
  now_ += Seconds{60};
  connection.consent = Consent::agreed;
  ledger_->save_connection(connection);
  Desk later = desk();
  EXPECT_EQ(take_errands(later, now_ + Seconds{60}, 9).size(), 1U);
}

}  // namespace
}  // namespace limen::onboard
