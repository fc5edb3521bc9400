// Duplicates from opening to decision, on the real ledger: who is told, who is not, what stays when
// the other session goes.
#include <algorithm>

#include "journey/advance.hpp"
#include "onboard/desk_test.hpp"

namespace limen::onboard {
namespace {

using journey::Alike;
using journey::Level;

const std::vector<std::string> passport = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                                           "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};

class DuplicatesTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    journey::Skill card{.name = "card", .title = "Card"};
    journey::Field mrz{.name = "mrz", .type = journey::FieldType::mrz};
    mrz.required = false;
    card.steps = {{"document", {mrz}, {{"front", true, journey::Shows::document}}}};
    card.pass_life = std::chrono::minutes{30};
    card.consent_life = card.retention = std::chrono::days{90};
    journey::Skill loan = *sample_catalogue().find("loan");
    catalogue_ = journey::Catalogue({loan, card});
    app_ = holder(ours_, {"session:open", "session:settle"});
    other_app_ = holder(theirs_, {"session:open"});
  }
  struct Given {
    std::string person{}, external_id{};
    bool has_zone = true;
    std::string picture = "a picture";
  };
  // A session with these, completed now.
  Session completed(const Given& given, const Holder* by = nullptr) {
    const Holder& app = by == nullptr ? app_ : *by;
    Desk d = desk();
    Opening opening{.door = journey::Door::skills, .skill = "card"};
    opening.person = given.person;
    opening.external_id = given.external_id;
    const auto session = open_session(d, app.caller, opening);
    const std::string id = to_string(session->id), nonce(nonce_of(d, *session, 0).reveal());
    StepInput input{id, "document", {}, seal::sha256(id)};
    if (given.has_zone) input.answers = {{"mrz", passport}};
    const auto answer = answer_by_nonce(d, {app.client_id, nonce, "card"}, input);
    EXPECT_TRUE(answer);
    FileInput file{"front", "file" + id, 9, seal::sha256(given.picture), {0xFF, 0xD8, 0xFF}};
    const auto attached =
        attach_by_nonce(d, app.client_id, nonce, to_string(answer->step_id), file);
    EXPECT_TRUE(attached && attached->finished);
    const Session stored = *ledger_->session(session->id);
    EXPECT_EQ(attached->session, stored) << "what the caller sees is what is kept";
    advance(Seconds{1});
    return stored;
  }
  static Level level_of(const Session& session) {
    const auto& factors = session.decision->factors;
    const auto at = std::ranges::find(factors, "Duplicates", &journey::Factor::name);
    return at == factors.end() ? Level::unavailable : at->level;
  }
  Holder app_, other_app_;
};

using Found = std::vector<journey::Coincidence>;

TEST_F(DuplicatesTest, another_persons_document_is_for_a_person_to_look_at) {
  const Session first = completed({.person = "p1", .picture = "one"});
  EXPECT_EQ(level_of(first), Level::high);
  const Session second = completed({.person = "p2", .picture = "two"});
  EXPECT_EQ(level_of(second), Level::medium);
  EXPECT_EQ(second.duplicates->found, (Found{{first.id, Alike::document}}));
  EXPECT_EQ(ledger_->session(first.id), first) << "what was decided before stays";
}

TEST_F(DuplicatesTest, a_picture_is_one_whoever_sends_it) {
  const Session first = completed({.has_zone = false});
  EXPECT_TRUE(first.duplicates->has_pictures && !first.duplicates->has_document);
  const Session second = completed({.external_id = "e", .has_zone = false});
  EXPECT_EQ(second.duplicates->found, (Found{{first.id, Alike::picture}}));
  const Session third = completed({.person = "p", .picture = "another"});
  EXPECT_EQ(third.duplicates->found, Found{});
}

TEST_F(DuplicatesTest, the_same_person_may_come_again) {
  completed({.person = "p1", .external_id = "e1"});
  EXPECT_EQ(level_of(completed({.person = "p1", .external_id = "e2"})), Level::high);
  // Not named this time, but the document's names are the same.
  EXPECT_EQ(level_of(completed({.external_id = "e3"})), Level::high);
  EXPECT_EQ(level_of(completed({})), Level::high);
  // One case tried again with a document that nobody could read.
  completed({.external_id = "case", .has_zone = false, .picture = "blurred"});
  EXPECT_EQ(level_of(completed({.external_id = "case", .picture = "blurred"})), Level::high);
}

TEST_F(DuplicatesTest, a_thousand_sessions_of_one_person_hide_nobody) {
  const Session thief = completed({.person = "thief"});
  for (int i = 0; i < 40; ++i) completed({.person = "owner", .picture = "own"});
  const Session last = completed({.person = "owner", .picture = "own"});
  EXPECT_EQ(last.duplicates->found, (Found{{thief.id, Alike::document}}));
}

TEST_F(DuplicatesTest, what_is_found_is_bounded) {
  for (int i = 0; i < 40; ++i) completed({.person = "p" + std::to_string(i)});
  const Session last = completed({.person = "q"});
  EXPECT_EQ(last.duplicates->found.size(), 16U);
  EXPECT_EQ(level_of(last), Level::medium);
}

TEST_F(DuplicatesTest, law_10_nothing_is_seen_across_organisations) {
  completed({.person = "p1"});
  const Session theirs = completed({.person = "p2"}, &other_app_);
  EXPECT_EQ(theirs.duplicates->found, Found{});
  EXPECT_EQ(level_of(theirs), Level::high);
  // The same document and picture have no trace in common.
  const auto traces = [&] {
    std::vector<std::string> all;
    store::Rows rows = connection_->query("SELECT hex(trace) FROM traces", {});
    while (rows.next()) all.emplace_back(rows.text(0));
    return all;
  }();
  ASSERT_EQ(traces.size(), 4U);
  for (const std::string& trace : traces) EXPECT_EQ(std::ranges::count(traces, trace), 1);
}

TEST_F(DuplicatesTest, neither_number_nor_digest_of_the_picture_stands_there) {
  completed({.person = "p1"});
  store::Rows rows = connection_->query("SELECT hex(trace), hex(who) FROM traces", {});
  while (rows.next()) {
    EXPECT_EQ(rows.text(0).size(), 32U);
    EXPECT_NE(rows.text(0), hex(seal::sha256("a picture")).substr(0, 32));
  }
}

TEST_F(DuplicatesTest, what_was_erased_is_known_no_more_and_the_decision_stands) {
  const Session first = completed({.person = "p1"});
  const Session second = completed({.person = "p2", .picture = "two"});
  Desk d = desk();
  ASSERT_TRUE(erase_session(d, first));
  EXPECT_EQ(level_of(completed({.person = "p2", .picture = "three"})), Level::high);
  ledger_->sweep(now_, 100);
  EXPECT_FALSE(ledger_->session(first.id));
  EXPECT_EQ(level_of(*ledger_->session(second.id)), Level::medium);
  // Decided again from its own facts, it says the same without looking.
  const Session again = journey::decided(second, *catalogue_.find("card"), second.decision->at);
  EXPECT_EQ(again.decision, second.decision);
}

TEST_F(DuplicatesTest, a_skill_that_is_gone_does_not_stand_in_the_way) {
  const Session first = completed({.person = "p1"});
  Session kept = first;
  kept.skill = "gone";
  ++kept.version;
  ASSERT_TRUE(ledger_->save_session(first, kept));
  EXPECT_EQ(completed({.person = "p2"}).duplicates->found.size(), 2U);
}

}  // namespace
}  // namespace limen::onboard
