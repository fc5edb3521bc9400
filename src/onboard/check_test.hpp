// A desk with an engine, and sessions that wait for it: for the tests of checks here and of their
// worker in outbox.
#pragma once

#include <algorithm>

#include "onboard/checks.hpp"
#include "onboard/desk_test.hpp"
#include "onboard/receipt.hpp"

namespace limen::onboard {

class CheckTest : public DeskTest {
 protected:
  void SetUp() override {
    DeskTest::SetUp();
    journey::Skill card{.name = "card", .title = "Card"};
    card.steps = {
        {"document", {}, {{"front", true, journey::Shows::document}}},
        {"face",
         {},
         {{"selfie", false, journey::Shows::face}, {"bill", true, journey::Shows::picture}}}};
    card.pass_life = std::chrono::minutes{30};
    card.consent_life = card.retention = std::chrono::days{90};
    catalogue_ = journey::Catalogue({*sample_catalogue().find("loan"), card});
    app_ = holder(ours_, {"session:open", "session:settle"});
    engine_ = {key_, Seconds{180}, true, &counters_};
  }
  Desk desk() override {
    Desk out = DeskTest::desk();
    if (with_engine_) out.engine = &engine_;
    return out;
  }
  struct Given {
    bool has_face = true;
  };
  struct Done {
    Session session;
    std::optional<std::string> temp_token{};
  };
  // A session of person p1, completed now; the front was taken twice.
  Done complete(const Given& given) {
    Desk d = desk();
    Opening opening{.door = journey::Door::skills, .skill = "card"};
    opening.person = "p1";
    const auto session = open_session(d, app_.caller, opening);
    const std::string id = to_string(session->id);
    Done out;
    const auto send = [&](const std::string& nonce, const Id& step, const char* type,
                          const std::string& file) {
      FileInput input{type, file, 9, seal::sha256(file), {0xFF, 0xD8, 0xFF}};
      auto attached = attach_by_nonce(d, app_.client_id, nonce, to_string(step), input);
      EXPECT_TRUE(attached);
      const std::string_view token = attached->temp_token.reveal();
      if (!token.empty()) out.temp_token = token;
    };
    std::string nonce(nonce_of(d, *session, 0).reveal());
    const auto one = answer_by_nonce(d, {app_.client_id, nonce, "card"},
                                     {id, "document", {}, seal::sha256("1")});
    EXPECT_TRUE(one);
    send(nonce, one->step_id, "front", "front1");
    send(nonce, one->step_id, "front", "front2");
    nonce = one->nonce.reveal();
    const auto two =
        answer_by_nonce(d, {app_.client_id, nonce, "card"}, {id, "face", {}, seal::sha256("2")});
    EXPECT_TRUE(two);
    if (given.has_face) send(nonce, two->step_id, "selfie", "selfie");
    send(nonce, two->step_id, "bill", "bill");
    out.session = *ledger_->session(session->id);
    return out;
  }
  Done complete() { return complete(Given{}); }
  Check check_of(const Session& session) {
    return ledger_->checks().check_of(session.id).value_or(Check{});
  }
  static std::vector<Errand> take_errands(Desk& d, Time until, std::size_t limit) {
    std::vector<Errand> out;
    for (const Check& check : d.ledger.checks().claim(d.at.now, until, limit))
      if (auto errand = errand_of(d, check)) out.push_back(std::move(*errand));
    return out;
  }
  static std::string result_for(const Check& check, const std::string& match = "HIGH") {
    return R"({"check":")" + to_string(check.id) + R"(","faces":{"match":{"level":")" + match +
           R"(","score":97},"liveness":{"level":"HIGH"}}})";
  }
  Result<void> answer(const Id& check, const std::string& body) {
    Desk d = desk();
    const std::string stamp = std::to_string(to_unix(now_));
    return answer_check(d, to_string(check), {"m", stamp, key_->sign("m", now_, body)}, body);
  }
  static journey::Level level_of(const Session& session, std::string_view name) {
    const auto& factors = session.decision->factors;
    return std::ranges::find(factors, name, &journey::Factor::name)->level;
  }

  std::shared_ptr<const seal::WebhookKey> key_ =
      seal::WebhookKey::read(seal::Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  CheckCounters counters_;
  Engine engine_;
  bool with_engine_ = true;
  Holder app_;
};

}  // namespace limen::onboard
