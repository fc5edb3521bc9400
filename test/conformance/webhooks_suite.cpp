// Conformance: webhooks, and their notices as a queue.
#include "conformance/ledger_suite.hpp"

#include <algorithm>

namespace limen::test {
namespace {

using onboard::Ledger;
using onboard::Notice;
using onboard::NoticeState;
using onboard::Webhook;
using onboard::WebhookEvent;
using onboard::WebhookState;

}  // namespace

Webhook WebhookSuite::a_webhook(const Id& tenant) {
  Webhook webhook;
  webhook.id = draw();
  webhook.tenant = tenant;
  webhook.url = "https://shop.example/";
  webhook.created = webhook.free = start_;
  return webhook;
}

Notice WebhookSuite::a_notice(const Webhook& webhook, WebhookEvent event) {
  Notice notice;
  notice.id = draw();
  notice.tenant = webhook.tenant;
  notice.webhook = webhook.id;
  notice.session = draw();
  notice.event = event;
  notice.created = notice.due = start_;
  return notice;
}

std::optional<Notice> WebhookSuite::load(const Id& id) {
  return ask<std::optional<Notice>>([&](Ledger& l) { return l.webhooks().notice(id); });
}

std::vector<Notice> WebhookSuite::list(const onboard::NoticeFilter& filter,
                                       const onboard::Page& page) {
  return ask<std::vector<Notice>>(
      [&](Ledger& l) { return l.webhooks().notices(tenant_, filter, page); });
}

TEST_P(WebhookSuite, webhooks_come_back_as_they_were) {
  Webhook first = a_webhook(tenant_);
  const Webhook second = a_webhook(tenant_), foreign = a_webhook(draw());
  write([&](Ledger& l) {
    for (const auto& each : {first, second, foreign}) l.webhooks().add(each);
  });
  first.url = "https://shop.example/\xC3\xBC";
  first.events = one_event(WebhookEvent::manual_rejected);
  first.state = WebhookState::paused;
  first.generation = 7;
  first.previous_until = start_ + Seconds{9};
  first.password = {0, 1, 255};
  first.failures = 3;
  first.free = start_ + Seconds{1};
  first.claimed_until = start_ + Seconds{2};
  first.failing_since = start_ - Seconds{3};
  first.error = "status 500";
  write([&](Ledger& l) {
    EXPECT_TRUE(l.webhooks().save(first));
    Webhook nobody = first;
    nobody.id = draw();
    EXPECT_FALSE(l.webhooks().save(nobody));
  });
  reopen();
  read([&](Ledger& l) {
    EXPECT_EQ(l.webhooks().webhook(first.id), first);
    EXPECT_EQ(l.webhooks().webhook(draw()), std::nullopt);
    EXPECT_EQ(l.webhooks().webhooks(tenant_), (std::vector<Webhook>{first, second}));
  });
}

TEST_P(WebhookSuite, an_event_of_a_session_is_told_a_webhook_once) {
  const Webhook one = a_webhook(tenant_), other = a_webhook(tenant_);
  const Notice notice = a_notice(one);
  Notice again = notice, to_other = notice, another = notice;
  again.id = draw();
  to_other.id = draw();
  to_other.webhook = other.id;
  another.id = draw();
  another.event = WebhookEvent::started;
  touched_ = {};
  write([&](Ledger& l) {
    for (const auto& each : {one, other}) l.webhooks().add(each);
    for (const auto& each : {notice, again, to_other, another}) l.webhooks().add_notice(each);
  });
  EXPECT_TRUE(touched_.notices);
  EXPECT_EQ(load(notice.id), notice);
  EXPECT_EQ(load(again.id), std::nullopt);
  EXPECT_EQ(list({}).size(), 3U);
}

TEST_P(WebhookSuite, notices_are_listed_newest_first_by_what_is_asked) {
  const Webhook one = a_webhook(tenant_), other = a_webhook(tenant_);
  const Notice first = a_notice(one), second = a_notice(other), third = a_notice(one);
  Notice sent = first;
  sent.state = NoticeState::sent;
  sent.attempts = 2;
  sent.ended = start_ + Seconds{2};
  sent.error = "x";
  write([&](Ledger& l) {
    for (const auto& each : {one, other}) l.webhooks().add(each);
    for (const auto& each : {first, second, third}) l.webhooks().add_notice(each);
    EXPECT_TRUE(l.webhooks().save_notice(sent));
  });
  using List = std::vector<Notice>;
  EXPECT_EQ(list({}), (List{third, second, sent}));
  EXPECT_EQ(list({}, {1, {}}), List{third});
  EXPECT_EQ(list({}, {9, second.id}), List{sent});
  EXPECT_EQ(list({.webhook = one.id}), (List{third, sent}));
  EXPECT_EQ(list({.session = second.session}), List{second});
  EXPECT_EQ(list({.state = NoticeState::sent}), List{sent});
  EXPECT_EQ(list({.session = first.session, .state = NoticeState::queued}), List{});
  read([&](Ledger& l) {
    EXPECT_TRUE(l.webhooks().notices(draw(), {}, {}).empty());
    EXPECT_TRUE(l.webhooks().notices(draw(), {.session = first.session}, {}).empty());
    EXPECT_EQ(l.webhooks().waiting(9), 2U);
  });
}

TEST_P(WebhookSuite, one_call_of_a_webhook_at_a_time) {
  Webhook one = a_webhook(tenant_), other = a_webhook(draw()), paused = a_webhook(tenant_);
  paused.state = WebhookState::paused;
  other.free = start_ + Seconds{1};
  Notice first = a_notice(one), second = a_notice(one), later = a_notice(other);
  second.due = start_ - Seconds{1};
  const Notice never = a_notice(paused);
  const Time until = start_ + Seconds{30};
  using Claimed = std::optional<std::pair<Notice, Webhook>>;
  const auto claim = [&](Time now) {
    Claimed out;
    write([&](Ledger& l) { out = l.webhooks().claim(now, until, 1); });
    return out;
  };
  write([&](Ledger& l) {
    for (const auto& each : {one, other, paused}) l.webhooks().add(each);
    for (const auto& each : {first, second, later, never}) l.webhooks().add_notice(each);
    EXPECT_EQ(l.webhooks().next_due(), start_);
    EXPECT_EQ(l.webhooks().waiting(9), 3U) << "not for who is paused";
    EXPECT_EQ(l.webhooks().waiting(2), 2U) << "no more were to be counted";
  });
  one.claimed_until = other.claimed_until = second.due = later.due = until;
  EXPECT_EQ(claim(start_), (Claimed{{second, one}})) << "due longest";
  EXPECT_EQ(claim(start_), Claimed{}) << "it is being called, and the other is not free";
  read([&](Ledger& l) { EXPECT_EQ(l.webhooks().next_due(), start_ + Seconds{1}); });
  EXPECT_EQ(claim(start_ + Seconds{1}), (Claimed{{later, other}}));
  reopen();
  read([&](Ledger& l) { EXPECT_EQ(l.webhooks().next_due(), until); });
  EXPECT_TRUE(claim(until)) << "a crash frees it";
}

TEST_P(WebhookSuite, no_more_than_a_share_of_one_organisation_is_called_at_once) {
  const Webhook one = a_webhook(tenant_), two = a_webhook(tenant_), foreign = a_webhook(draw());
  write([&](Ledger& l) {
    for (const auto& each : {one, two, foreign}) {
      l.webhooks().add(each);
      l.webhooks().add_notice(a_notice(each));
    }
    std::vector<Id> tenants;
    for (int i = 0; i < 3; ++i)
      if (const auto claimed = l.webhooks().claim(start_, start_ + Seconds{30}, 1))
        tenants.push_back(claimed->second.tenant);
    std::ranges::sort(tenants);
    std::vector<Id> wanted{tenant_, foreign.tenant};
    std::ranges::sort(wanted);
    EXPECT_EQ(tenants, wanted);
    EXPECT_TRUE(l.webhooks().claim(start_, start_ + Seconds{30}, 2));
  });
}

TEST_P(WebhookSuite, what_waited_too_long_is_given_up_in_portions) {
  const Webhook one = a_webhook(tenant_), other = a_webhook(tenant_);
  write([&](Ledger& l) {
    for (const auto& each : {one, other}) l.webhooks().add(each);
    for (int i = 0; i < 3; ++i) l.webhooks().add_notice(a_notice(one));
    l.webhooks().add_notice(a_notice(other));
    Notice young = a_notice(one);
    young.due = start_ + Seconds{5};
    l.webhooks().add_notice(young);
    const auto give_up = [&] {
      return l.webhooks().give_up(one.id, start_ + Seconds{5}, start_ + Seconds{9}, "status 500",
                                  2);
    };
    EXPECT_EQ(give_up(), 2U);
    EXPECT_EQ(give_up(), 1U);
    EXPECT_EQ(give_up(), 0U);
  });
  const auto dead = list({.state = NoticeState::dead});
  ASSERT_EQ(dead.size(), 3U);
  EXPECT_EQ(dead[0].ended, start_ + Seconds{9});
  EXPECT_EQ(dead[0].error, "status 500");
}

TEST_P(WebhookSuite, what_is_queued_is_hurried_in_its_order) {
  const Webhook one = a_webhook(tenant_), other = a_webhook(tenant_);
  Notice first = a_notice(one, WebhookEvent::started), second = a_notice(one), sent = a_notice(one);
  Notice foreign = a_notice(other);
  Notice fresh = a_notice(one);
  for (Notice* each : {&first, &second, &sent, &foreign, &fresh}) {
    each->due = start_ + Seconds{900};
    each->attempts = 1;
  }
  fresh.attempts = 0;
  write([&](Ledger& l) {
    for (const auto& each : {one, other}) l.webhooks().add(each);
    for (const auto& each : {first, second, sent, foreign, fresh}) l.webhooks().add_notice(each);
    sent.state = NoticeState::sent;
    l.webhooks().save_notice(sent);
    l.webhooks().hurry(one.id);
  });
  EXPECT_EQ(load(first.id)->due, start_ + Millis{1});
  EXPECT_EQ(load(second.id)->due, start_);
  EXPECT_EQ(load(sent.id)->due, sent.due);
  EXPECT_EQ(load(foreign.id)->due, foreign.due);
  EXPECT_EQ(load(fresh.id)->due, fresh.due) << "it was not postponed";
}

TEST_P(WebhookSuite, they_go_with_their_webhook_and_with_their_session) {
  const Webhook one = a_webhook(tenant_), other = a_webhook(tenant_);
  const journey::Session session = a_session(tenant_);
  Notice of_session = a_notice(other), of_webhook = a_notice(one), stays = a_notice(other);
  of_session.session = session.id;
  write([&](Ledger& l) {
    l.add_session(session);
    for (const auto& each : {one, other}) l.webhooks().add(each);
    for (const auto& each : {of_session, of_webhook, stays}) l.webhooks().add_notice(each);
    l.webhooks().remove(one.id);
    l.erase_session(session.id, start_);
    EXPECT_EQ(l.webhooks().webhook(one.id), std::nullopt);
    EXPECT_EQ(l.webhooks().webhooks(tenant_), std::vector<Webhook>{other});
    EXPECT_FALSE(l.webhooks().save(one));
  });
  EXPECT_EQ(list({}), std::vector<Notice>{stays}) << "before the sweep, too";
  write([&](Ledger& l) { l.sweep(start_ + Seconds{1}, 100); });
  EXPECT_EQ(list({}), std::vector<Notice>{stays});
}

}  // namespace limen::test
