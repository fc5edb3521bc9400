// Conformance: which invitations the sweep takes, and which it has to leave.
#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using grant::Grant;
using grant::Kind;
using onboard::Ledger;

}  // namespace

TEST_P(LedgerSuite, sweep_walks_past_what_was_issued_while_the_clock_was_ahead) {
  const auto issue = [&](Ledger& ledger, Time at) {
    Grant g = a_grant(Kind::invitation, tenant_);
    g.created = at;
    g.terms.expires = at + std::chrono::days{14};
    ledger.add(g);
    return g.id;
  };
  Id ahead;
  std::vector<Id> soon, later;
  const Time start = now_;
  write([&](Ledger& ledger) {
    ahead = issue(ledger, start + std::chrono::days{400});
    for (int i = 0; i < 20; ++i) soon.push_back(issue(ledger, start));
    for (int i = 0; i < 20; ++i) later.push_back(issue(ledger, start + std::chrono::days{370}));
    ledger.add(a_grant(Kind::key, tenant_));
  });
  const auto left_at = [&](const std::vector<Id>& ids, int day) {
    for (int i = 0; i < 12; ++i)
      write([&](Ledger& ledger) { ledger.sweep(start + std::chrono::days{day}, 7); });
    return std::count_if(ids.begin(), ids.end(),
                         [&](const Id& id) { return grant(id).has_value(); });
  };
  EXPECT_EQ(left_at(soon, 60), 0);
  EXPECT_EQ(left_at(later, 420), 0) << "nor when the clock has come to it, and it is young";
  EXPECT_EQ(left_at({ahead}, 440), 1);
  EXPECT_EQ(left_at({ahead}, 444), 0);
}

TEST_P(LedgerSuite, the_newest_invitation_keeps_its_serial_and_not_its_person) {
  Grant invitation = a_grant(Kind::invitation, tenant_);
  invitation.subject = "ann@example.com\nAnn@Example.com\nAnn\nLee";
  std::uint64_t serial = 0;
  write([&](Ledger& ledger) { serial = ledger.add(invitation); });
  const Time over =
      std::max(invitation.created, invitation.terms.expires) + limits::invitation_kept;
  const auto found_after = [&](Time at) {
    write([&](Ledger& ledger) { EXPECT_EQ(ledger.sweep(at, 10).rows, 0U); });
    const auto found = ask<std::optional<Grant>>(
        [&](Ledger& ledger) { return ledger.latest_invitation(tenant_, "ann@example.com"); });
    return found.has_value();
  };
  EXPECT_TRUE(found_after(over - Millis{1}));
  EXPECT_EQ(grant(invitation.id)->subject, invitation.subject);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(found_after(over));
  ASSERT_TRUE(grant(invitation.id));
  EXPECT_EQ(grant(invitation.id)->subject, "");
  EXPECT_EQ(grant(invitation.id)->serial, serial);
  write([&](Ledger& ledger) {
    EXPECT_FALSE(ledger.latest_invitation(tenant_, ""));
    EXPECT_GT(ledger.add(a_grant(Kind::key, tenant_)), serial);
    EXPECT_EQ(ledger.sweep(over, 10).rows, 1U);
  });
  EXPECT_FALSE(grant(invitation.id));
}

TEST_P(LedgerSuite, who_has_withdrawn_is_forgotten_with_what_they_went_on_with) {
  const Time start = now_;
  const auto person = [&](onboard::Consent consent, const Id& invitation = Id{}) {
    onboard::Connection out;
    out.invitation = invitation;
    out.id = draw();
    out.tenant = tenant_;
    out.email = "ann@example.com";
    out.consent = consent;
    out.created = out.updated = start;
    return out;
  };
  Grant invitation = a_grant(Kind::invitation, tenant_);
  invitation.subject = "ann@example.com\nAnn@Example.com\nAnn\nLee";
  invitation.terms.expires = start + std::chrono::days{400};
  const Grant unanswered = [&] {
    Grant out = invitation;
    out.id = draw();
    return out;
  }();
  const onboard::Connection gone = person(onboard::Consent::withdrawn, invitation.id);
  const onboard::Connection asked = person(onboard::Consent::asked, unanswered.id);
  const onboard::Connection other = person(onboard::Consent::withdrawn);
  const onboard::Connection here = person(onboard::Consent::agreed);
  const auto session = [&](const onboard::Connection& of, const Id& owner) {
    journey::Session out = a_session(tenant_);
    out.caller_id = to_string(of.id);
    out.owner = owner;
    out.expires = now_ + std::chrono::days{400};
    return out;
  };
  const journey::Session own = session(gone, gone.id);
  const journey::Session of_a_back_end = session(other, draw());
  const journey::Session kept = session(here, here.id);
  write([&](Ledger& ledger) {
    for (const auto* one : {&gone, &other, &here, &asked}) ledger.add_connection(*one);
    ledger.add(invitation);
    ledger.add(unanswered);
    for (const auto* one : {&own, &of_a_back_end, &kept}) ASSERT_TRUE(ledger.add_session(*one));
  });
  const auto left_after = [&](Time at) {
    write([&](Ledger& ledger) { ledger.sweep(at, 10); });
    return ask<std::vector<bool>>([&](Ledger& ledger) {
      std::vector<bool> left;
      for (const auto* one : {&gone, &other, &here})
        left.push_back(ledger.connection(one->id).has_value());
      for (const auto* one : {&own, &of_a_back_end, &kept})
        left.push_back(ledger.session(one->id).has_value());
      return left;
    });
  };
  const Time over = start + limits::finished_keep;
  EXPECT_EQ(left_after(over - Millis{1}), std::vector<bool>(6, true));
  EXPECT_EQ(grant(invitation.id)->subject, invitation.subject);
  EXPECT_EQ(left_after(over), (std::vector<bool>{false, false, true, false, true, true}));
  EXPECT_EQ(grant(invitation.id)->subject, "");
  EXPECT_EQ(grant(unanswered.id)->subject, unanswered.subject) << "may still be opened";
}

}  // namespace limen::test
