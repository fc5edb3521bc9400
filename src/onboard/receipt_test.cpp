// Receipts: what stands in them and what does not, that the same state has the same bytes, and that
// they outlive the session and the key.
#include "onboard/receipt.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <regex>
#include <set>

#include "journey/advance.hpp"
#include "onboard/desk_test.hpp"
#include "seal/disclosure.hpp"

namespace limen::onboard {
namespace {

using testing::HasSubstr;
using testing::Not;

class ReceiptTest : public DeskTest {
 protected:
  // A session of the device door, answered to its end.
  Session completed(const std::string& value = "Ada") {
    const Holder key = holder(ours_, {"ephemeral_device:write"});
    Desk d = desk();
    const Caller device{lend(d, key.caller, {})->grant};
    Session session = *open_session(d, device, {.door = journey::Door::device, .skill = "loan"});
    const std::string id = to_string(session.id);
    advance(Seconds{1});
    for (const auto& [step, field] : {std::pair{"form", "value"}, std::pair{"confirm", "reason"}}) {
      Desk now = desk();
      EXPECT_TRUE(answer_own(
          now, device, {id, step, {{field, value}}, seal::sha256(std::string(step) + value)}));
    }
    return *ledger_->session(session.id);
  }
  Receipt receipt(const Session& session) {
    const Desk d = desk();
    auto out = receipt_of(d, session);
    EXPECT_TRUE(out);
    return std::move(*out);
  }
  json::object claims(const Receipt& receipt) {
    const auto payload = seal::verify_eddsa(signing_.receipts, receipt_typ, receipt.signed_text);
    EXPECT_TRUE(payload);
    const auto opened = seal::open_disclosures(*payload, receipt.opening);
    EXPECT_TRUE(opened);
    EXPECT_EQ(opened->closed, 0U);
    return opened->claims;
  }
  static std::string payload_of(const Receipt& receipt) {
    const auto first = receipt.signed_text.find('.'), last = receipt.signed_text.rfind('.');
    return std::string(
        as_text(*from_base64url(receipt.signed_text.substr(first + 1, last - first - 1))));
  }
};

TEST_F(ReceiptTest, says_what_was_done_and_hides_what_was_said) {
  Session session = completed("Lovelace");
  session.caller_id = "customer-guid";
  session.external_id = "external-42";
  session.person = "person-7";
  session.applicant = journey::Applicant{"Augusta", "King", "", "1815-12-10", false};
  session.decision->factors = {{"MRZ check digits", journey::Level::high, 93, "they are right"},
                               {"Age", journey::Level::low, {}, "younger than 18"}};
  session.steps[0].uploads = {
      {ours_, "front", "blob", 12, seal::sha256("picture"), "image/png", now_, {}}};
  session.steps[0].submitted = now_ + Seconds{77};
  const Receipt out = receipt(session);
  const std::string text = payload_of(out);
  for (const std::string& personal :
       {std::string("Lovelace"), std::string("customer-guid"), std::string("external-42"),
        std::string("person-7"), std::string("Augusta"), std::string("King"), std::string("1815"),
        std::string("93"), std::string("they are right"), std::string("image/png"),
        std::string("front"), std::string("value"), std::string("Age"), std::string("LOW"),
        std::string("MRZ"), std::to_string(to_unix(session.steps[0].submitted)),
        hex(seal::sha256("picture"))})
    EXPECT_THAT(text, Not(HasSubstr(personal)));
  const json::object said = claims(out);
  EXPECT_EQ(said.at("iss"), "https://limen.test");
  EXPECT_EQ(said.at("aud"), "urn:limen:receipt");
  EXPECT_EQ(said.at("sub"), json::string(to_string(session.id)));
  EXPECT_EQ(said.at("organisation"), "ours");
  EXPECT_EQ(said.at("door"), "device");
  EXPECT_EQ(said.at("skill"), "loan");
  EXPECT_EQ(said.at("iat"), to_unix(session.decision->at));
  EXPECT_EQ(said.at("completed"), to_unix(*session.completed));
  EXPECT_EQ(said.at("rules_version"), "1");
  EXPECT_EQ(said.at("session_id"), "customer-guid");
  EXPECT_EQ(said.at("external_id"), "external-42");
  EXPECT_EQ(said.at("person"), "person-7");
  EXPECT_EQ(said.at("applicant").at("date_of_birth"), "1815-12-10");
  EXPECT_EQ(said.at("factors").at(0).at("explanation"), "they are right");
  EXPECT_EQ(said.at("factors").at(0).at("score"), 93);
  EXPECT_EQ(said.at("factors").at(1).at("level"), "LOW");
  const json::value& step = said.at("steps").at(0);
  EXPECT_EQ(step.at("step"), "form");
  EXPECT_EQ(step.at("submitted"), to_unix(session.steps[0].submitted));
  EXPECT_EQ(step.at("answers").at("value"), "Lovelace");
  EXPECT_EQ(step.at("uploads").at(0).at("sha256"), json::string(hex(seal::sha256("picture"))));
  EXPECT_TRUE(step.at("consent_texts_sha256").is_null());
  EXPECT_FALSE(said.contains("review"));
}

// Without its opening a receipt of somebody who gave much looks like one of somebody who gave
// nothing.
TEST_F(ReceiptTest, how_much_there_is_to_hide_is_not_seen) {
  const Session little = completed();
  Session much = little;
  much.caller_id = much.external_id = much.person = "known";
  much.applicant = journey::Applicant{"Augusta", "King", "", "1815-12-10", false};
  much.decision->factors = {{"a", journey::Level::high, 1, ""}, {"b", journey::Level::low, 2, ""}};
  much.steps[0].answers.push_back({"more", true});
  much.steps[0].consent_texts = seal::sha256("texts");
  for (const Id& id : {ours_, theirs_})
    much.steps[0].uploads.push_back({id, "front", "blob", 12, {}, "image/png", now_, {}});
  const std::regex digest("\"[A-Za-z0-9_-]{43}\"");
  const auto without_digests = [&](const Session& session) {
    return std::regex_replace(payload_of(receipt(session)), digest, "D");
  };
  const std::string shape = without_digests(little);
  EXPECT_THAT(shape, HasSubstr(R"("_sd":[D,D,D,D])"));
  EXPECT_EQ(without_digests(much), shape);
}

TEST_F(ReceiptTest, is_the_same_whenever_it_is_asked_for) {
  const Session session = completed();
  const Receipt first = receipt(session);
  advance(std::chrono::days{3});
  const Receipt later = receipt(*ledger_->session(session.id));
  EXPECT_EQ(first.signed_text, later.signed_text);
  EXPECT_EQ(first.opening, later.opening);
}

TEST_F(ReceiptTest, of_two_sessions_with_the_same_answers_share_no_digest) {
  std::set<std::string> texts;
  std::size_t count = 0;
  for (int i = 0; i < 2; ++i) {
    const Receipt one = receipt(completed());
    count += one.opening.size();
    texts.insert(one.opening.begin(), one.opening.end());
  }
  EXPECT_EQ(texts.size(), count);
}

TEST_F(ReceiptTest, a_review_makes_a_new_one_that_hides_the_reviewers_words) {
  const Session session = completed();
  const Receipt before = receipt(session);
  advance(Seconds{100});
  Desk d = desk();
  ASSERT_TRUE(review_session(d, ours_, session.id, false, "Grace", "not the same face"));
  const Session after = *ledger_->session(session.id);
  const Receipt receipt_after = receipt(after);
  EXPECT_NE(receipt_after.signed_text, before.signed_text);
  EXPECT_THAT(payload_of(receipt_after), Not(HasSubstr("Grace")));
  EXPECT_THAT(payload_of(receipt_after), Not(HasSubstr("not the same face")));
  const json::object said = claims(receipt_after);
  EXPECT_EQ(said.at("review").at("verdict"), "reject");
  EXPECT_EQ(said.at("review").at("by"), "Grace");
  EXPECT_EQ(said.at("review").at("reason"), "not the same face");
  EXPECT_EQ(said.at("status"), "MANUAL_REJECTED");
  EXPECT_EQ(said.at("iat"), to_unix(now_));
  EXPECT_NE(said.at("jti"), claims(before).at("jti"));
  // What stood in the first stands in the second under the same digest: an opening goes on opening.
  for (const std::string& disclosure : before.opening)
    EXPECT_THAT(receipt_after.opening, testing::Contains(disclosure));
}

TEST_F(ReceiptTest, only_a_completed_session_has_one) {
  Session session = completed();
  struct Case {
    std::string name;
    void (*change)(Session&);
    std::string_view want;
  };
  const Case cases[] = {
      {"open", [](Session& s) { s.completed = {}, s.decision = {}; }, codes::conflict},
      {"completed before there were receipts", [](Session& s) { s.id = s.tenant; }, codes::absent}};
  for (const Case& c : cases) {
    Session changed = session;
    c.change(changed);
    const Desk d = desk();
    const auto out = receipt_of(d, changed);
    ASSERT_FALSE(out) << c.name;
    EXPECT_EQ(out.error().code, c.want) << c.name;
  }
}

TEST_F(ReceiptTest, verifies_after_the_session_is_erased_and_the_key_replaced) {
  const Session session = completed("secret");
  const Receipt kept = receipt(session);
  Desk d = desk();
  ASSERT_TRUE(erase_session(d, session));
  ledger_->sweep(now_, 100);
  ASSERT_FALSE(ledger_->session(session.id));
  const auto newer = seal::Ed25519Key::from_seed(seal::sha256("newer"));
  signing_.receipt = newer;
  signing_.receipts.insert(signing_.receipts.begin(), newer->public_half());
  EXPECT_EQ(claims(kept).at("steps").at(0).at("answers").at("value"), "secret");
  // Without its opening there is only what names nobody; the seed of the salts is gone with the
  // row.
  const auto payload = seal::verify_eddsa(signing_.receipts, receipt_typ, kept.signed_text);
  ASSERT_TRUE(payload);
  const auto closed = seal::open_disclosures(*payload, {});
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->opened, 0U);
  EXPECT_EQ(closed->closed, 13U) << "of the session, and of each of two steps";
  EXPECT_THAT(json::serialize(closed->claims), Not(HasSubstr("secret")));
}

TEST_F(ReceiptTest, of_an_enrolment_is_given_while_its_consent_lives) {
  const Session session = completed();
  const Enrolment enrolment = *ledger_->enrolment_of(session.id);
  const auto code_of = [&](const Enrolment& asked) {
    const Desk d = desk();
    const auto out = receipt_of(d, asked);
    return out ? std::string_view() : out.error().code;
  };
  EXPECT_EQ(code_of(enrolment), "");
  Enrolment deleted = enrolment;
  deleted.deleted = now_;
  EXPECT_EQ(code_of(deleted), codes::inactive_credentials);
  Enrolment over = enrolment;
  over.consent_expires = now_;
  EXPECT_EQ(code_of(over), codes::expired_credentials);
  Enrolment erased = enrolment;
  erased.session = ours_;
  EXPECT_EQ(code_of(erased), codes::absent);
}

class ConsentTest : public ReceiptTest {
 protected:
  static journey::Field consent(const char* name, const char* label, bool required) {
    return {.name = name,
            .type = journey::FieldType::boolean,
            .required = required,
            .must_be_true = true,
            .labels = {{words::Language::en_US, label}}};
  }
  void ask(std::vector<journey::Field> fields) {
    journey::Skill skill = *catalogue_.find("loan");
    skill.steps[0].fields = std::move(fields);
    catalogue_ = journey::Catalogue({skill});
  }
  Session opened() {
    const Holder key = holder(ours_, {"ephemeral_device:write"});
    Desk d = desk();
    device_ = Caller{lend(d, key.caller, {})->grant};
    return *open_session(d, device_, {.door = journey::Door::device, .skill = "loan"});
  }
  void submit(const Session& session, const std::string& step, journey::Answers answers) {
    Desk d = desk();
    EXPECT_TRUE(answer_own(d, device_,
                           {to_string(session.id), step, std::move(answers), seal::sha256(step)}));
  }
  Session through(journey::Answers answers) {
    const Session session = opened();
    submit(session, "form", std::move(answers));
    submit(session, "confirm", {{"reason", "r"}});
    return *ledger_->session(session.id);
  }
  Caller device_;
};

TEST_F(ConsentTest, only_what_was_agreed_to_is_attested) {
  ask({consent("terms", "Keep my data", true), consent("letters", "Sell my soul", false)});
  struct Case {
    std::string name;
    journey::Answers answers;
    bool has_letters;
  };
  const Case cases[] = {{"one of two", {{"terms", true}}, false},
                        {"both", {{"terms", true}, {"letters", true}}, true}};
  for (const Case& c : cases) {
    const Receipt out = receipt(through(c.answers));
    ASSERT_EQ(out.consent_texts.size(), 1U) << c.name;
    EXPECT_THAT(out.consent_texts[0], HasSubstr(R"("en-US":"Keep my data")")) << c.name;
    EXPECT_EQ(out.consent_texts[0].find("soul") != std::string::npos, c.has_letters) << c.name;
    EXPECT_EQ(claims(out).at("steps").at(0).at("consent_texts_sha256"),
              json::string(hex(seal::sha256(out.consent_texts[0]))))
        << c.name;
    EXPECT_TRUE(claims(out).at("steps").at(1).at("consent_texts_sha256").is_null()) << c.name;
  }
}

TEST_F(ConsentTest, what_nobody_agreed_to_is_not_attested) {
  ask({{.name = "value"}, consent("letters", "Sell my soul", false)});
  const Receipt out = receipt(through({{"value", "v"}}));
  EXPECT_TRUE(out.consent_texts.empty());
  EXPECT_TRUE(claims(out).at("steps").at(0).at("consent_texts_sha256").is_null());
}

// A restart with another skill file changes nothing about what was read before it, and the text
// stays readable however often the file changes after.
TEST_F(ConsentTest, the_text_is_the_one_that_was_shown) {
  ask({consent("terms", "Keep my data", true)});
  const Session session = opened();
  submit(session, "form", {{"terms", true}});
  ask({consent("terms", "Sell my soul", true)});
  submit(session, "confirm", {{"reason", "r"}});
  const Receipt out = receipt(*ledger_->session(session.id));
  ASSERT_EQ(out.consent_texts.size(), 1U);
  EXPECT_THAT(out.consent_texts[0], HasSubstr("Keep my data"));
  ask({{.name = "value"}});
  EXPECT_EQ(receipt(*ledger_->session(session.id)).consent_texts, out.consent_texts);
}

// A restore takes the first review back; what the second one says must not be opened by the first.
TEST_F(ReceiptTest, a_second_review_after_a_restore_shares_no_salt) {
  const Session session = completed();
  const auto salts_of = [&](const char* reason) {
    Session reviewed = *journey::reviewed(session, journey::ReviewVerdict::reject,
                                          {"Grace", reason, now_ + Seconds{1}});
    std::set<std::string> salts;
    for (const std::string& text : receipt(reviewed).opening)
      salts.emplace(parse_json(as_text(*from_base64url(text)))->at(0).as_string());
    return salts;
  };
  const auto one = salts_of("one"), other = salts_of("other");
  std::vector<std::string> shared;
  std::ranges::set_intersection(one, other, std::back_inserter(shared));
  EXPECT_EQ(shared.size(), one.size() - 1) << "all but the reason's";
}

}  // namespace
}  // namespace limen::onboard
