// Conformance: organisations, connections, letters, alarms, the dev inbox, settings, and what the
// sweep takes of grants and letters.
#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using grant::Grant;
using grant::Kind;
using onboard::Alarm;
using onboard::Consent;
using onboard::Ledger;
using onboard::Letter;
using onboard::LetterState;
using onboard::Organisation;
using onboard::Page;
using Person = onboard::Connection;

std::vector<Id> ids_of(const std::vector<Letter>& letters) {
  std::vector<Id> ids;
  for (const Letter& l : letters) ids.push_back(l.id);
  return ids;
}

Person a_person(const Id& id, const Id& tenant, const std::string& email, Time now) {
  Person p;
  p.id = id;
  p.tenant = tenant;
  p.invitation = id;
  p.email = email;
  p.first_name = "Ada";
  p.last_name = "Lovelace";
  p.created = p.updated = now;
  return p;
}

}  // namespace

TEST_P(LedgerSuite, organisations) {
  const Id first_id = draw();
  Organisation first{first_id, "Démo", "demo", "DEM", {"a", "b"}, {"example.com"}, now_};
  const Organisation second{draw(), "Other", "other", "OTH", {}, {}, now_};
  write([&](Ledger& ledger) {
    ledger.add_organisation(first);
    ledger.add_organisation(second);
  });
  using Maybe = std::optional<Organisation>;
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.organisation(first.id); }), first);
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.organisation(draw()); }), std::nullopt);
  first.name = "Demo";
  first.skills = {"c"};
  first.language = "sv-SE";
  first.invited_skill = "enrolment";
  write([&](Ledger& ledger) {
    EXPECT_TRUE(ledger.save_organisation(first));
    Organisation unknown = first;
    unknown.id = draw();
    EXPECT_FALSE(ledger.save_organisation(unknown));
  });
  EXPECT_EQ(ask<std::vector<Organisation>>([](Ledger& ledger) { return ledger.organisations(); }),
            (std::vector<Organisation>{first, second}));
  const auto by_handle = [&](const std::string& handle) {
    return ask<Maybe>([&](Ledger& ledger) { return ledger.organisation_by_handle(handle); });
  };
  const auto by_prefix = [&](const std::string& prefix) {
    return ask<Maybe>([&](Ledger& ledger) { return ledger.organisation_by_prefix(prefix); });
  };
  EXPECT_EQ(by_handle("other"), second);
  EXPECT_EQ(by_handle("OTH"), std::nullopt);
  EXPECT_EQ(by_prefix("DEM"), first);
  EXPECT_EQ(by_prefix("DE"), std::nullopt) << "a prefix is compared whole";
  EXPECT_EQ(by_prefix(""), std::nullopt);
  Organisation twin = second;
  twin.id = draw();
  twin.prefix = "TWN";
  EXPECT_ANY_THROW(write([&](Ledger& ledger) { ledger.add_organisation(twin); }))
      << "a handle names one organisation";
  twin.handle = "twin";
  twin.prefix = second.prefix;
  EXPECT_ANY_THROW(write([&](Ledger& ledger) { ledger.add_organisation(twin); }))
      << "a prefix names one organisation";
}

TEST_P(LedgerSuite, connections_are_found_by_id_invitation_and_address) {
  Person old = a_person(draw(), tenant_, "ada@example.com", now_);
  Person ada = a_person(draw(), tenant_, "Ada@Example.com", now_);
  const Person foreign = a_person(draw(), draw(), "ada@example.com", now_);
  const Person eve = a_person(draw(), tenant_, "eve@example.com", now_);
  write([&](Ledger& ledger) {
    for (const Person& p : {old, ada, foreign, eve}) ledger.add_connection(p);
  });
  using Maybe = std::optional<Person>;
  const auto latest = [&](const Id& tenant, const std::string& email) {
    return ask<Maybe>([&](Ledger& ledger) { return ledger.latest_connection(tenant, email); });
  };
  EXPECT_EQ(latest(tenant_, "ada@example.com"), ada);
  EXPECT_EQ(latest(foreign.tenant, "ada@example.com"), foreign);  // Law 10
  EXPECT_EQ(latest(tenant_, "nobody@example.com"), std::nullopt);
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.connection(eve.id); }), eve);
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.connection_of(old.invitation); }), old);
  ada.consent = Consent::agreed;
  ada.decided = ada.updated = now_;
  ada.date_of_birth = "1815-12-10";
  ada.email = "countess@example.com";
  write([&](Ledger& ledger) {
    EXPECT_TRUE(ledger.save_connection(ada));
    EXPECT_FALSE(ledger.save_connection(a_person(draw(), tenant_, "x@example.com", now_)));
  });
  EXPECT_EQ(latest(tenant_, "countess@example.com"), ada);
  EXPECT_EQ(latest(tenant_, "ada@example.com"), old);
}

TEST_P(LedgerSuite, each_connected_visits_who_agreed_and_nobody_else) {
  std::vector<Person> agreed;
  write([&](Ledger& ledger) {
    for (int i = 0; i < 450; ++i) {
      Person p = a_person(draw(), tenant_, "p" + std::to_string(i % 100) + "@example.com", now_);
      p.consent = i % 10 == 0 ? Consent::asked : i % 10 == 1 ? Consent::withdrawn : Consent::agreed;
      ledger.add_connection(p);
      if (p.consent == Consent::agreed) agreed.push_back(p);
      Person foreign = p;
      foreign.id = draw();
      foreign.tenant = foreign.id;
      ledger.add_connection(foreign);
    }
  });
  const auto visited = [&](const std::optional<std::string>& email) {
    return ask<std::vector<Person>>([&](Ledger& ledger) {
      std::vector<Person> people;
      ledger.each_connected(tenant_, email, [&](const Person& p) {
        people.push_back(p);
        EXPECT_TRUE(ledger.connection(p.id)) << "a visitor may ask the ledger";
      });
      return people;
    });
  };
  EXPECT_EQ(visited({}), agreed);
  std::vector<Person> named;
  for (const Person& p : agreed)
    if (p.email == "p7@example.com") named.push_back(p);
  EXPECT_EQ(visited("p7@example.com"), named);
  EXPECT_TRUE(visited("p0@example.com").empty());
  ask<int>([&](Ledger& ledger) {
    EXPECT_EQ(ledger.count_connected(tenant_), agreed.size());
    EXPECT_EQ(ledger.count_connected(draw()), 0U);
    const std::vector<Person> part(agreed.begin() + 250, agreed.begin() + 280);
    EXPECT_EQ(ledger.connected(tenant_, 250, 30), part);
    EXPECT_EQ(ledger.connected(tenant_, agreed.size() - 1, 30), std::vector{agreed.back()});
    EXPECT_TRUE(ledger.connected(tenant_, agreed.size(), 30).empty());
    EXPECT_TRUE(ledger.connected(tenant_, INT64_MAX, 30).empty());
    EXPECT_TRUE(ledger.connected(draw(), 0, 30).empty());
    return 0;
  });
}

TEST_P(LedgerSuite, letters_are_claimed_once_and_come_due_again) {
  Letter now = a_letter(tenant_);
  Letter later = a_letter(tenant_);
  later.due = now_ + std::chrono::minutes{1};
  const auto due = [&] {
    return ask<std::optional<Time>>([](Ledger& ledger) { return ledger.next_letter_due(); });
  };
  EXPECT_EQ(due(), std::nullopt);
  write([&](Ledger& ledger) {
    ledger.add_letter(now);
    ledger.add_letter(later);
  });
  EXPECT_EQ(due(), now.due);
  const auto claim = [&](Time at, std::size_t limit) {
    std::vector<Letter> claimed;
    write([&](Ledger& ledger) {
      claimed = ledger.claim_letters(at, at + limits::letter_claim_life, limit);
    });
    return claimed;
  };
  const auto first = claim(now_, 10);
  now.due = now_ + limits::letter_claim_life;
  EXPECT_EQ(first, std::vector<Letter>{now});
  EXPECT_TRUE(claim(now_, 10).empty()) << "a second worker got it too";
  EXPECT_EQ(due(), later.due);
  EXPECT_EQ(claim(now.due, 1).size(), 1U);
  now.state = LetterState::sent;
  later.state = LetterState::dead;
  later.error = "550 no such person";
  later.attempts = 4;
  write([&](Ledger& ledger) {
    EXPECT_TRUE(ledger.save_letter(now));
    EXPECT_TRUE(ledger.save_letter(later));
    EXPECT_FALSE(ledger.save_letter(a_letter(tenant_)));
  });
  EXPECT_EQ(due(), std::nullopt);
  EXPECT_EQ(ask<std::optional<Letter>>([&](Ledger& ledger) { return ledger.letter(later.id); }),
            later);
}

TEST_P(LedgerSuite, a_letter_queued_again_by_hand_is_young_again) {
  Letter letter = a_letter(tenant_);
  letter.state = LetterState::dead;
  letter.attempts = 9;
  write([&](Ledger& ledger) { ledger.add_letter(letter); });
  letter.state = LetterState::queued;
  letter.attempts = 0;
  letter.created = letter.due = now_ + std::chrono::days{29};
  write([&](Ledger& ledger) { EXPECT_TRUE(ledger.save_letter(letter)); });
  const auto found = [&] {
    return ask<std::optional<Letter>>([&](Ledger& ledger) { return ledger.letter(letter.id); });
  };
  EXPECT_EQ(found(), letter) << "its 48 hours are counted from `created`";
  letter.state = LetterState::sent;
  write([&](Ledger& ledger) { ledger.save_letter(letter); });
  write([&](Ledger& ledger) { ledger.sweep(now_ + std::chrono::days{31}, 10); });
  EXPECT_TRUE(found()) << "it is kept from the day it was sent";
  write([&](Ledger& ledger) { ledger.sweep(letter.created + std::chrono::days{30}, 10); });
  EXPECT_FALSE(found());
}

TEST_P(LedgerSuite, letters_are_listed_by_organisation_state_and_page) {
  std::array<std::vector<Id>, 3> want;
  std::vector<Id> all;
  write([&](Ledger& ledger) {
    for (std::size_t i = 0; i < 15; ++i) {
      Letter l = a_letter(tenant_);
      l.state = static_cast<LetterState>(i % 3);
      ledger.add_letter(l);
      all.insert(all.begin(), l.id);
      auto& list = want[i % 3];
      // The queue is listed in the order it will be sent, the rest newest first.
      list.insert(l.state == LetterState::queued ? list.end() : list.begin(), l.id);
    }
  });
  const auto list = [&](const std::optional<Id>& tenant, const std::optional<LetterState>& state) {
    std::vector<Id> ids;
    Page page{2, {}};
    for (;;) {
      const auto part =
          ask<std::vector<Letter>>([&](Ledger& l) { return l.letters(tenant, state, page); });
      EXPECT_LE(part.size(), page.limit);
      if (part.empty()) return ids;
      for (const Id& id : ids_of(part)) ids.push_back(id);
      page.after = part.back().id;
    }
  };
  EXPECT_EQ(list({}, {}), all);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(list({}, static_cast<LetterState>(i)), want[i]) << i;
  const Id other = draw();
  write([&](Ledger& ledger) {
    for (std::size_t i = 0; i < 9; ++i) {
      Letter foreign = a_letter(other);
      foreign.state = static_cast<LetterState>(i % 3);
      ledger.add_letter(foreign);
    }
  });
  EXPECT_EQ(list(tenant_, {}), all);  // Law 10
  EXPECT_EQ(list(other, {}).size(), 9U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(list(tenant_, static_cast<LetterState>(i)), want[i]) << i;
    EXPECT_EQ(list(other, static_cast<LetterState>(i)).size(), 3U) << i;
  }
  EXPECT_TRUE(list(draw(), {}).empty());
}

TEST_P(LedgerSuite, alarms_mails_and_settings) {
  const Id alarm_id = draw();
  const Alarm mine{alarm_id, tenant_, now_, "nonce_replayed", "session", "twice"};
  const Id other = draw();
  const Id other_alarm = draw();
  const Alarm foreign{other_alarm, other, now_, "invitation_locked", "grant"};
  const Id mail_id = draw();
  write([&](Ledger& ledger) {
    ledger.add_alarm(mine);
    ledger.add_alarm(foreign);
    ledger.add_mail({mail_id, "a@b.c", "d@e.f", "hello", "text", "<p>html</p>", now_});
    ledger.set_setting("root", "one");
    ledger.set_setting("root", "two");
  });
  const auto alarms = [&](const std::optional<Id>& tenant, const Page& page) {
    return ask<std::vector<Alarm>>([&](Ledger& ledger) { return ledger.alarms(tenant, page); });
  };
  EXPECT_EQ(alarms({}, {}), (std::vector<Alarm>{foreign, mine}));
  EXPECT_EQ(alarms({}, {5, foreign.id}), std::vector<Alarm>{mine});
  EXPECT_EQ(alarms(tenant_, {}), std::vector<Alarm>{mine});  // Law 10
  read([&](Ledger& ledger) {
    const auto mails = ledger.mails();
    ASSERT_EQ(mails.size(), 1U);
    EXPECT_EQ(mails[0].html, "<p>html</p>");
    EXPECT_EQ(mails[0].received, now_);
    EXPECT_EQ(ledger.setting("root"), "two");
    EXPECT_EQ(ledger.setting("none"), std::nullopt);
  });
  write([](Ledger& ledger) { ledger.clear_mails(); });
  read([](Ledger& ledger) { EXPECT_TRUE(ledger.mails().empty()); });
}

TEST_P(LedgerSuite, a_budget_only_moves_on_and_survives_a_restart) {
  const Id key = draw();
  const Id other = draw();
  const auto budget = [&](const Id& of) {
    return ask<std::optional<Time>>([&](Ledger& ledger) { return ledger.budget(of); });
  };
  EXPECT_EQ(budget(key), std::nullopt);
  const Time later = now_ + std::chrono::hours{1};
  write([&](Ledger& ledger) {
    ledger.raise_budget(key, now_);
    ledger.raise_budget(key, later);
    ledger.raise_budget(key, now_);
    ledger.raise_budget(other, now_);
  });
  EXPECT_EQ(budget(key), later);
  EXPECT_EQ(budget(other), now_);
  reopen();
  EXPECT_EQ(budget(key), later);
}

TEST_P(LedgerSuite, sweep_drops_unused_budgets_in_portions) {
  std::vector<Id> keys;
  for (int i = 0; i < 25; ++i) keys.push_back(draw());
  write([&](Ledger& ledger) {
    for (std::size_t i = 0; i < keys.size(); ++i)
      ledger.raise_budget(keys[i], now_ + Millis{i % 5 == 0 ? 1 : 0});
  });
  const auto left = [&] {
    return ask<std::size_t>([&](Ledger& ledger) {
      return static_cast<std::size_t>(std::count_if(
          keys.begin(), keys.end(), [&](const Id& key) { return ledger.budget(key); }));
    });
  };
  const auto sweep = [&](Time at) {
    std::size_t rows = 0;
    write([&](Ledger& ledger) { rows = ledger.sweep(at, 10).rows; });
    return rows;
  };
  EXPECT_LE(sweep(now_), 10U);
  for (int round = 0; round < 3; ++round) sweep(now_);
  EXPECT_EQ(left(), 5U) << "those still in use stay";
  for (int round = 0; round < 2; ++round) sweep(now_ + Millis{1});
  EXPECT_EQ(left(), 0U);
}

TEST_P(LedgerSuite, the_same_alarm_again_is_one_row_until_it_is_old) {
  const Id first = draw();
  const Id other = draw();
  const Time at = now_;
  const Time last = at + std::chrono::hours{1};
  write([&](Ledger& ledger) {
    ledger.add_alarm({first, tenant_, at, "nonce_replayed", "a", "once"});
    ledger.add_alarm({draw(), tenant_, at, "nonce_replayed", "a", "twice"});
    ledger.add_alarm({draw(), tenant_, last, "nonce_replayed", "a", "thrice"});
    ledger.add_alarm({draw(), tenant_, at, "nonce_replayed", "b"});
    ledger.add_alarm({draw(), tenant_, at, "invitation_locked", "a"});
    ledger.add_alarm({draw(), other, at, "nonce_replayed", "a"});
  });
  const auto alarms = [&] {
    return ask<std::vector<Alarm>>([&](Ledger& ledger) { return ledger.alarms(tenant_, {}); });
  };
  ASSERT_EQ(alarms().size(), 3U);
  const Alarm counted = alarms().back();
  EXPECT_EQ(counted.id, first);
  EXPECT_EQ(counted.count, 3U);
  EXPECT_EQ(counted.detail, "thrice");
  EXPECT_EQ(counted.at, last);
  EXPECT_EQ(alarms().front().count, 1U);
  onboard::Swept swept;
  const auto sweep = [&](Time when) { write([&](Ledger& l) { swept = l.sweep(when, 2); }); };
  sweep(at + limits::finished_keep);
  EXPECT_EQ(swept.rows, 2U) << "in portions";
  sweep(at + limits::finished_keep);
  EXPECT_EQ(swept.rows, 1U);
  EXPECT_EQ(alarms(), std::vector<Alarm>{counted}) << "its last time counts";
  sweep(last + limits::finished_keep);
  EXPECT_TRUE(alarms().empty());
}

TEST_P(LedgerSuite, sweep_forgets_who_did_not_agree) {
  Person asked = a_person(draw(), tenant_, "a@example.com", now_);
  Person withdrawn = a_person(draw(), tenant_, "w@example.com", now_);
  withdrawn.consent = Consent::withdrawn;
  withdrawn.updated = now_ + std::chrono::days{3};
  Person agreed = a_person(draw(), tenant_, "y@example.com", now_);
  agreed.consent = Consent::agreed;
  Person late = a_person(draw(), tenant_, "l@example.com", now_);
  write([&](Ledger& ledger) {
    for (const Person& p : {asked, withdrawn, agreed, late}) ledger.add_connection(p);
    late.consent = Consent::agreed;
    ledger.save_connection(late);
  });
  const auto sweep = [&](Time at) {
    std::size_t rows = 0;
    write([&](Ledger& ledger) { rows = ledger.sweep(at, 10).rows; });
    return rows;
  };
  const auto is_there = [&](const Person& p) {
    return ask<bool>([&](Ledger& ledger) { return ledger.connection(p.id).has_value(); });
  };
  EXPECT_EQ(sweep(asked.updated + limits::finished_keep - Millis{1}), 0U);
  EXPECT_EQ(sweep(asked.updated + limits::finished_keep), 1U);
  EXPECT_FALSE(is_there(asked));
  EXPECT_TRUE(is_there(withdrawn)) << "counted from its last update";
  EXPECT_EQ(sweep(withdrawn.updated + limits::finished_keep), 1U);
  EXPECT_FALSE(is_there(withdrawn));
  EXPECT_EQ(sweep(now_ + std::chrono::days{4000}), 0U);
  EXPECT_TRUE(is_there(agreed));
  EXPECT_TRUE(is_there(late));
}

TEST_P(LedgerSuite, sweep_takes_expired_grants_and_old_letters) {
  const Time later = now_ + std::chrono::days{45};
  Grant device = a_grant(Kind::device, tenant_);
  device.terms.expires = now_ + std::chrono::hours{1};
  Grant tombstone = a_grant(Kind::access, tenant_);
  tombstone.terms.expires = device.terms.expires;
  tombstone.revoked = now_;
  Grant link = a_grant(Kind::transfer, tenant_);
  Grant phone = a_grant(Kind::phone, tenant_);
  link.terms.expires = phone.terms.expires = device.terms.expires;
  const Grant invitation = a_grant(Kind::invitation, tenant_);
  Grant key = a_grant(Kind::key, tenant_);
  Letter sent = a_letter(tenant_);
  sent.state = LetterState::sent;
  const Letter queued = a_letter(tenant_);
  write([&](Ledger& ledger) {
    for (const Grant& g : {invitation, device, tombstone, link, phone, key}) ledger.add(g);
    ledger.add_letter(sent);
    ledger.add_letter(queued);
  });
  const auto sweep = [&](Time at) {
    onboard::Swept swept;
    write([&](Ledger& ledger) { swept = ledger.sweep(at, 5); });
    return swept.rows;
  };
  EXPECT_EQ(sweep(device.terms.expires - Millis{1}), 0U);
  EXPECT_EQ(sweep(device.terms.expires), 4U);
  EXPECT_FALSE(grant(device.id)) << "C06: after its expiry the row is gone";
  EXPECT_FALSE(grant(tombstone.id));
  EXPECT_TRUE(grant(invitation.id));
  EXPECT_EQ(sweep(now_ + std::chrono::days{31}), 1U);
  EXPECT_FALSE(ask<std::optional<Letter>>([&](Ledger& ledger) { return ledger.letter(sent.id); }));
  EXPECT_EQ(sweep(later), 1U);
  EXPECT_FALSE(grant(invitation.id));
  EXPECT_TRUE(grant(key.id));
  EXPECT_TRUE(ask<std::optional<Letter>>([&](Ledger& ledger) { return ledger.letter(queued.id); }));
  EXPECT_EQ(sweep(later), 0U);
}

TEST_P(LedgerSuite, sweep_walks_past_what_stays_and_gives_no_serial_twice) {
  std::uint64_t last = 0;
  std::vector<Id> invitations;
  write([&](Ledger& ledger) {
    for (int i = 0; i < 20; ++i) ledger.add(a_grant(Kind::key, tenant_));
    for (int i = 0; i < 20; ++i) {
      const Grant g = a_grant(Kind::invitation, tenant_);
      invitations.push_back(g.id);
      last = ledger.add(g);
    }
  });
  std::size_t rows = 0;
  for (int i = 0; i < 10; ++i)
    write([&](Ledger& ledger) { rows += ledger.sweep(now_ + std::chrono::days{60}, 7).rows; });
  EXPECT_EQ(rows, 19U) << "all but the newest";
  // Nor when the newest invitation was covered for an hour by something short-lived.
  const Time later = now_ + std::chrono::days{60};
  std::uint64_t next = 0;
  write([&](Ledger& ledger) {
    Grant device = a_grant(Kind::device, tenant_);
    device.terms.expires = later + Seconds{1};
    ledger.add(device);
    ledger.sweep(later, 100);
    ledger.sweep(later + Seconds{1}, 100);
    EXPECT_FALSE(ledger.grant(device.id));
    next = ledger.add(a_grant(Kind::invitation, tenant_));
  });
  EXPECT_GT(next, last);
}

}  // namespace limen::test
