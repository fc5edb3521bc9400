// An organisation whose back end begins sessions and hears of them: for the tests of webhooks and
// of their notices.
#pragma once

#include <algorithm>

#include "onboard/check_test.hpp"
#include "onboard/notices.hpp"
#include "onboard/open.hpp"
#include "onboard/webhooks.hpp"

namespace limen::onboard {

class NoticesTest : public CheckTest {
 protected:
  void SetUp() override {
    CheckTest::SetUp();
    with_engine_ = false;
    journey::Skill loan = *catalogue_.find("loan");
    loan.rules.required = {"Document reading"};  // nothing is sent to be read: MEDIUM
    catalogue_ = journey::Catalogue({loan, *catalogue_.find("card")});
    back_end_ = holder(ours_, {"enrolment:write"});
  }
  Result<Registered> add(const std::string& url, WebhookWish wish = {}) {
    Desk d = desk();
    wish.url = url;
    return register_webhook(d, ours_, wish);
  }
  std::optional<Problem> refusal_of(const std::string& url) {
    const auto added = add(url);
    return added ? std::nullopt : std::optional(added.error());
  }
  Session open(journey::Door door = journey::Door::enrolment) {
    Desk d = desk();
    Opening opening{.door = door, .skill = "loan"};
    opening.caller_id =
        door == journey::Door::enrolment ? to_string(seal::draw_id(entropy_, now_)) : std::string();
    opening.return_url = "https://shop.example/done";
    opening.external_id = "53421526A";
    return *open_session(d, back_end_.caller, opening);
  }
  Session saved(const Session& session) { return *ledger_->session(session.id); }
  void send(const Session& session, const std::string& step, const std::string& field) {
    Desk d = desk();
    const std::string id = to_string(session.id);
    StepInput input{id, step, {{field, std::string("x")}}, {}};
    input.request = seal::sha256(step);
    const auto person = by_reference(d, reference_of(d, session).reveal(), grant::Scope::submit);
    ASSERT_TRUE(person) << person.error().detail;
    const auto answer = answer_own(d, *person, input);
    ASSERT_TRUE(answer) << answer.error().code << " " << answer.error().detail;
  }
  void finish(const Session& session) {
    send(session, "form", "value");
    send(session, "confirm", "reason");
  }
  std::vector<Notice> told(const Session& session, std::optional<Id> webhook = {}) {
    auto out = ledger_->webhooks().notices(ours_, {webhook, session.id, {}}, {100, {}});
    std::ranges::sort(out, {}, &Notice::due);
    return out;
  }
  std::vector<std::string> words(const Session& session, std::optional<Id> webhook = {}) {
    std::vector<std::string> out;
    for (const Notice& notice : told(session, webhook)) out.emplace_back(to_string(notice.event));
    return out;
  }
  std::optional<Telling> telling(const Notice& notice) {
    Desk d = desk();
    return telling_of(d, notice, *ledger_->webhooks().webhook(notice.webhook));
  }
  // As a worker does: a claim of that notice's webhook, then what came of it.
  Told told_of(const Notice& notice, Heard heard, Millis later = Seconds{60}) {
    const auto webhook = ledger_->webhooks().webhook(notice.webhook);
    return {.notice = notice.id,
            .webhook = notice.webhook,
            .claimed_until = webhook ? webhook->claimed_until : Time{},
            .url = webhook ? webhook->url : "",
            .heard = heard,
            .why = heard == Heard::taken ? "" : "status 500",
            .at = now_,
            .next = now_ + later,
            .free = now_ + later};
  }
  void note(const Told& told) {
    Desk d = desk();
    note_told(d, told, notice_counters_);
  }
  void note(const Notice& notice, Heard heard) { note(told_of(notice, heard)); }
  auto claim(std::size_t share = 9) {
    return ledger_->webhooks().claim(now_, now_ + Seconds{30}, share);
  }
  void sweep() { ledger_->sweep(now_, 100); }
  using Words = std::vector<std::string>;
  Holder back_end_;
  NoticeCounters notice_counters_;
};

}  // namespace limen::onboard
