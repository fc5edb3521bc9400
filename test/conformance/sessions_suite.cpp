// Conformance: sessions with their steps and uploads, enrolments, and compare-and-swap.
#include <thread>

#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

using journey::Session;
using journey::State;
using onboard::Enrolment;
using onboard::Ledger;

using MaybeSession = std::optional<Session>;

}  // namespace

journey::Upload SessionSuite::an_upload(const std::string& type) {
  journey::Upload upload{
      draw(), type, std::string(32, 'a') + type, 12'345, seal::sha256(type), "image/png", now_, {}};
  if (type == "front") {
    upload.reading.emplace();
    upload.reading->width = 1600;
    upload.reading->height = 1200;
    upload.reading->measures = {{"sharpness", 70, false}};
    upload.reading->zone = journey::ZoneRead{{"P<UTO", "L898902C3"}, true};
    upload.reading->licence.emplace();
    upload.reading->licence->number = "D1";
  }
  return upload;
}

journey::Step SessionSuite::a_step(const std::string& name) {
  journey::Step step;
  step.id = draw();
  step.name = name;
  step.answers = {{"name", std::string("Ada \"Löwe\"\n")},
                  {"consent", true},
                  {"mrz", std::vector<std::string>{"P<UTO", "L898902C3"}},
                  {"a", std::string()}};
  step.request = seal::sha256(name);
  step.submitted = now_;
  return step;
}

std::optional<Session> SessionSuite::load(const Id& id) {
  return ask<MaybeSession>([&](Ledger& ledger) { return ledger.session(id); });
}

bool SessionSuite::save(const Session& before, const Session& after) {
  bool did = false;
  write([&](Ledger& ledger) { did = ledger.save_session(before, after); });
  return did;
}

bool SessionSuite::add(const Session& session) {
  bool did = false;
  write([&](Ledger& ledger) { did = ledger.add_session(session); });
  return did;
}

Enrolment SessionSuite::an_enrolment(const Session& session) {
  Enrolment e;
  e.id = draw();
  e.tenant = session.tenant;
  e.session = session.id;
  e.client = draw();
  e.skill = session.skill;
  e.created = e.updated = now_;
  e.consent_expires = now_ + std::chrono::days{90};
  e.retention_ends = now_ + std::chrono::days{365};
  return e;
}

TEST_P(SessionSuite, a_session_comes_back_as_it_was) {
  const Session plain = a_session(tenant_);
  Session full = a_session(tenant_);
  full.door = journey::Door::enrolment;
  full.state = State::approved;
  full.version = 9;
  full.steps = {a_step("one"), a_step("two")};
  full.steps[0].uploads = {an_upload("front"), an_upload("back")};
  full.steps[1].answers.clear();
  full.caller_id = "6F9619FF-8B86-D011-B42D-00CF4FC964FF";
  full.external_id = "customer 1";
  full.person = "person";
  full.return_url = "https://example.com/?a=b";
  full.theme = "dark";
  full.metadata = R"({"a":[1,2]})";
  full.applicant = journey::Applicant{"Ada", "Lovelace", "", "1815-12-10", true};
  full.completed = now_;
  full.decision = journey::Decision{
      journey::Level::low,
      "2",
      {{"document", journey::Level::high, 93, "fine"}, {"face", journey::Level::unknown, {}, ""}},
      now_,
      {{"one", true, {"front", "back"}, {}, {"any"}}, {"two", false, {}, {"face"}, {}}}};
  full.rules = seal::sha256("rules");
  full.review = journey::Review{"operator", "looks right", now_};
  full.settled = now_;
  full.settle_request = seal::sha256("settle");
  full.steps[0].consent_texts = seal::sha256("texts");
  full.duplicates = journey::Duplicates{
      true, false, {{draw(), journey::Alike::document}, {draw(), journey::Alike::picture}}};
  full.faces.emplace();
  full.faces->state = journey::Faces::State::answered;
  full.faces->presence = journey::Finding{journey::Level::high, 98, "one face"};
  full.faces->liveness = journey::Finding{journey::Level::unknown, {}, ""};
  full.faces->asked = {{"face", false, {"front"}, {"selfie"}, {"bill"}}};
  EXPECT_TRUE(add(plain));
  EXPECT_TRUE(add(full));
  EXPECT_EQ(load(plain.id), plain);
  EXPECT_EQ(load(full.id), full);
  EXPECT_EQ(load(draw()), std::nullopt);
  reopen();
  EXPECT_EQ(load(full.id), full);
  const auto owner_of = [&](const Id& step) {
    return ask<std::optional<Id>>([&](Ledger& ledger) { return ledger.session_of_step(step); });
  };
  EXPECT_EQ(owner_of(full.steps[1].id), full.id);
  EXPECT_EQ(owner_of(draw()), std::nullopt);
  const auto& file = full.steps[0].uploads[1].file;
  const auto unknown = ask<std::vector<std::string>>([&](Ledger& ledger) {
    return ledger.knows_files({"front", file, "", "back"});
  });
  EXPECT_EQ(unknown, (std::vector<std::string>{"front", "", "back"}));
}

TEST_P(SessionSuite, rules_are_kept_once_and_named_by_sessions) {
  using Text = std::optional<std::string>;
  const auto digest = seal::sha256("text"), other = seal::sha256("other");
  const auto text_of = [&](const seal::Digest& of) {
    return ask<Text>([&](Ledger& ledger) { return ledger.rules(of); });
  };
  EXPECT_EQ(text_of(digest), std::nullopt);
  for (int i = 0; i < 2; ++i)
    write([&](Ledger& ledger) { ledger.keep_rules(digest, "text \"a\"\n", now_); });
  write([&](Ledger& ledger) { ledger.keep_rules(digest, "what came later", now_); });
  write([&](Ledger& ledger) { ledger.keep_rules(other, "other", now_); });
  reopen();
  EXPECT_EQ(text_of(digest), "text \"a\"\n");
  EXPECT_EQ(text_of(other), "other");
  // One that began before names its rules when it is completed.
  const Session before = a_session(tenant_);
  ASSERT_TRUE(add(before));
  Session after = before;
  ++after.version;
  after.rules = digest;
  EXPECT_TRUE(save(before, after));
  EXPECT_EQ(load(before.id), after);
}

TEST_P(SessionSuite, a_seed_goes_with_its_session_and_texts_are_kept_once) {
  Session session = a_session(tenant_);
  EXPECT_TRUE(add(session));
  const auto seed_of = [&](const Id& id) {
    return ask<std::optional<seal::Digest>>([&](Ledger& l) { return l.receipt_seed(id); });
  };
  EXPECT_EQ(seed_of(session.id), std::nullopt);
  const seal::Digest seed = seal::sha256("seed");
  write([&](Ledger& ledger) {
    ledger.keep_receipt_seed(session.id, seed);
    for (int i = 0; i < 2; ++i) ledger.keep_consent_texts(seal::sha256("texts"), "texts");
    ledger.erase_session(session.id, now_);
  });
  reopen();
  EXPECT_EQ(seed_of(session.id), seed);
  EXPECT_EQ(seed_of(draw()), std::nullopt);
  const auto text_of = [&](const seal::Digest& digest) {
    return ask<std::optional<std::string>>([&](Ledger& l) { return l.consent_texts(digest); });
  };
  EXPECT_EQ(text_of(seal::sha256("texts")), "texts");
  EXPECT_EQ(text_of(seal::sha256("others")), std::nullopt);
  write([&](Ledger& ledger) { ledger.sweep(now_, 100); });
  EXPECT_EQ(seed_of(session.id), std::nullopt);
  EXPECT_EQ(text_of(seal::sha256("texts")), "texts");
}

TEST_P(SessionSuite, what_was_saved_is_announced) {
  const Session session = a_session(tenant_);
  add(session);
  EXPECT_TRUE(announced_.empty()) << "nobody can follow it yet";
  Session after = session;
  ++after.version;
  EXPECT_TRUE(save(session, after));
  EXPECT_EQ(announced_, std::vector<Id>{session.id});
  EXPECT_FALSE(save(session, after));
  EXPECT_TRUE(announced_.empty()) << "of the commit before";
  write([&](Ledger& ledger) { ledger.announce(session.id); });
  EXPECT_EQ(announced_, std::vector<Id>{session.id});
  EXPECT_FALSE(touched_.all_sessions);
  write([&](Ledger& ledger) {
    for (int i = 0; i < 3000; ++i) ledger.announce(draw());
  });
  EXPECT_TRUE(touched_.all_sessions) << "too many to list";
}

TEST_P(SessionSuite, saving_is_compare_and_swap) {
  const Session before = a_session(tenant_);
  ASSERT_TRUE(add(before));
  Session after = before;
  after.version = 1;
  after.steps.push_back(a_step("one"));
  after.updated = now_;
  EXPECT_TRUE(save(before, after));
  EXPECT_EQ(load(before.id), after);
  Session loser = before;
  loser.version = 1;
  loser.person = "somebody else";
  loser.steps.push_back(a_step("other"));
  EXPECT_FALSE(save(before, loser));
  EXPECT_EQ(load(before.id), after) << "the loser wrote something";
  Session further = after;
  further.version = 2;
  further.steps[0].uploads.push_back(an_upload("front"));
  further.steps.push_back(a_step("two"));
  further.state = State::completed;
  further.completed = now_;
  EXPECT_TRUE(save(after, further));
  EXPECT_EQ(load(before.id), further);
  Session nobody = a_session(tenant_);
  EXPECT_FALSE(save(nobody, nobody));
}

TEST_P(SessionSuite, of_a_hundred_savers_one_wins) {
  const Session before = a_session(tenant_);
  ASSERT_TRUE(add(before));
  constexpr int rivals = 100;
  std::atomic<int> won{0};
  std::atomic<int> answered{0};
  std::promise<void> all;
  std::vector<std::thread> threads;
  for (int i = 0; i < rivals; ++i) {
    threads.emplace_back([&, i] {
      store::Job job;
      job.run = [&, i](Ledger& ledger) {
        Session after = before;
        after.version = 1;
        after.person = std::to_string(i);
        if (ledger.save_session(before, after)) ++won;
      };
      job.release = [&] {
        if (++answered == rivals) all.set_value();
      };
      ASSERT_TRUE(store_->writer().submit(std::move(job)));
    });
  }
  for (auto& thread : threads) thread.join();
  all.get_future().wait();
  EXPECT_EQ(won, 1);
  EXPECT_EQ(load(before.id)->version, 1U);
}

TEST_P(SessionSuite, a_caller_id_is_taken_once_per_organisation_whatever_its_case) {
  Session first = a_session(tenant_);
  first.caller_id = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
  Session same = a_session(tenant_);
  same.caller_id = "6F9619FF-8B86-D011-B42D-00CF4FC964FF";
  same.steps = {a_step("one")};
  Session foreign = a_session(draw());
  foreign.caller_id = first.caller_id;
  EXPECT_TRUE(add(first));
  EXPECT_FALSE(add(same));
  EXPECT_TRUE(add(foreign));
  EXPECT_EQ(load(same.id), std::nullopt);
  const auto by_caller = [&](const Id& tenant, const std::string& id) {
    return ask<MaybeSession>(
        [&](Ledger& ledger) { return ledger.session_by_caller_id(tenant, id); });
  };
  EXPECT_EQ(by_caller(tenant_, same.caller_id), first);
  EXPECT_EQ(by_caller(foreign.tenant, same.caller_id), foreign);  // Law 10
  EXPECT_EQ(by_caller(draw(), same.caller_id), std::nullopt);
  // No caller_id is no name: any number of sessions have none.
  EXPECT_TRUE(add(a_session(tenant_)));
  EXPECT_TRUE(add(a_session(tenant_)));
  EXPECT_EQ(by_caller(tenant_, ""), std::nullopt);
}

TEST_P(SessionSuite, law_10_lists_are_one_organisation_s_oldest_first) {
  std::vector<Id> all;
  std::vector<Id> device;
  std::vector<Id> customer;
  for (int i = 0; i < 6; ++i) {
    Session s = a_session(tenant_);
    s.door = i % 2 == 0 ? journey::Door::device : journey::Door::skills;
    if (i % 3 == 0) s.external_id = "customer";
    s.steps = {a_step("one")};
    add(s);
    Session foreign = a_session(draw());
    foreign.external_id = "customer";
    add(foreign);
    all.push_back(s.id);
    if (i % 2 == 0) device.push_back(s.id);
    if (i % 3 == 0) customer.push_back(s.id);
  }
  const auto list = [&](const onboard::SessionFilter& filter, onboard::Page page) {
    std::vector<Id> ids;
    for (;;) {
      const auto part = ask<std::vector<Session>>(
          [&](Ledger& ledger) { return ledger.sessions(tenant_, filter, page); });
      EXPECT_LE(part.size(), page.limit);
      if (part.empty()) return ids;
      for (const Session& s : part) {
        EXPECT_TRUE(s.steps.empty());
        ids.push_back(s.id);
      }
      page.after = part.back().id;
    }
  };
  EXPECT_EQ(list({}, {4, {}}), all);
  EXPECT_EQ(list({}, {20, all[2]}), (std::vector<Id>(all.begin() + 3, all.end())));
  EXPECT_EQ(list({journey::Door::device, {}}, {2, {}}), device);
  EXPECT_EQ(list({{}, "customer"}, {1, {}}), customer);
  EXPECT_EQ(list({journey::Door::device, "customer"}, {5, {}}), (std::vector<Id>{all[0]}));
  EXPECT_TRUE(list({{}, "Customer"}, {5, {}}).empty());
}

TEST_P(SessionSuite, enrolments) {
  const Session session = a_session(tenant_);
  Enrolment e = an_enrolment(session);
  write([&](Ledger& ledger) {
    ledger.add_session(session);
    ledger.add_enrolment(e);
  });
  using Maybe = std::optional<Enrolment>;
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.enrolment(e.id); }), e);
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.enrolment_of(session.id); }), e);
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.enrolment(session.id); }), std::nullopt);
  e.deleted = e.updated = e.retention_ends = now_;
  bool did = false;
  bool unknown = true;
  write([&](Ledger& ledger) {
    did = ledger.save_enrolment(e);
    unknown = ledger.save_enrolment(an_enrolment(session));
  });
  EXPECT_TRUE(did);
  EXPECT_FALSE(unknown);
  EXPECT_TRUE(touched_.rights) << "something was erased";
  EXPECT_EQ(ask<Maybe>([&](Ledger& ledger) { return ledger.enrolment(e.id); }), e);
}

TEST_P(SessionSuite, sweep_expires_open_sessions_and_erases_finished_ones_in_portions) {
  Session open = a_session(tenant_);
  open.expires = now_ + std::chrono::hours{1};
  Session done = a_session(tenant_);
  done.state = State::completed;
  done.steps = {a_step("one")};
  done.steps[0].uploads = {an_upload("front"), an_upload("back")};
  Session kept = a_session(tenant_);
  kept.state = State::completed;
  Session erased = a_session(tenant_);
  erased.state = State::completed;
  Enrolment keeps = an_enrolment(kept);
  Enrolment erases = an_enrolment(erased);
  write([&](Ledger& ledger) {
    for (const Session& s : {open, done, kept, erased}) EXPECT_TRUE(ledger.add_session(s));
    ledger.add_enrolment(keeps);
    ledger.add_enrolment(erases);
    erases.deleted = now_;
    erases.retention_ends = now_ + std::chrono::minutes{5};
    ledger.save_enrolment(erases);
  });
  onboard::Swept swept;
  const auto sweep = [&](Time at) { write([&](Ledger& ledger) { swept = ledger.sweep(at, 10); }); };
  sweep(now_ + std::chrono::minutes{4});
  EXPECT_EQ(swept.rows, 0U);
  sweep(now_ + std::chrono::minutes{6});
  EXPECT_EQ(swept.rows, 1U);
  EXPECT_EQ(load(erased.id), std::nullopt) << "retention after deletion is over";
  EXPECT_TRUE(ask<std::optional<Enrolment>>([&](Ledger& ledger) {
    return ledger.enrolment(erases.id);
  })) << "that it was deleted stays known";
  const Time later = now_ + std::chrono::hours{1};
  sweep(later);
  EXPECT_EQ(load(open.id)->state, State::expired);
  EXPECT_EQ(load(open.id)->version, 1U);
  EXPECT_EQ(load(open.id)->updated, later);
  EXPECT_TRUE(load(done.id));
  sweep(now_ + limits::finished_keep);
  EXPECT_EQ(load(done.id), std::nullopt);
  EXPECT_EQ(swept.files, (std::vector<std::string>{done.steps[0].uploads[0].file,
                                                   done.steps[0].uploads[1].file}));
  EXPECT_EQ(ask<std::vector<std::string>>([&](Ledger& l) { return l.knows_files(swept.files); }),
            swept.files);
  EXPECT_TRUE(load(open.id)) << "kept from the moment it expired";
  sweep(later + limits::finished_keep);
  EXPECT_EQ(load(open.id), std::nullopt);
  EXPECT_TRUE(load(kept.id)) << "its enrolment keeps it";
  sweep(keeps.retention_ends);
  EXPECT_EQ(load(kept.id), std::nullopt);
}

TEST_P(SessionSuite, sweep_takes_an_enrolment_with_its_credential_after_its_retention) {
  Enrolment settled = an_enrolment(a_session(tenant_));
  Enrolment unsettled = an_enrolment(a_session(tenant_));
  Enrolment deleted = an_enrolment(a_session(tenant_));
  Enrolment stays = an_enrolment(a_session(tenant_));
  deleted.retention_ends = now_ + std::chrono::days{1};
  stays.retention_ends = now_ + std::chrono::days{1000};
  std::uint64_t last = 0;
  write([&](Ledger& ledger) {
    for (const Enrolment& e : {settled, unsettled, deleted, stays}) ledger.add_enrolment(e);
    for (const Enrolment& e : {settled, stays, deleted}) {
      grant::Grant credential = a_grant(grant::Kind::credential, tenant_);
      credential.id = e.id;
      last = ledger.add(credential);
    }
  });
  const auto sweep = [&](Time at) {
    std::size_t rows = 0;
    write([&](Ledger& ledger) { rows = ledger.sweep(at, 10).rows; });
    return rows;
  };
  const auto is_there = [&](const Enrolment& e) {
    const bool has_row =
        ask<bool>([&](Ledger& ledger) { return ledger.enrolment(e.id).has_value(); });
    EXPECT_EQ(has_row, grant(e.id).has_value()) << "they go together";
    return has_row;
  };
  const Time deletion_over = deleted.retention_ends + limits::finished_keep;
  EXPECT_EQ(sweep(deletion_over - Millis{1}), 0U);
  EXPECT_EQ(sweep(deletion_over), 0U) << "its credential has the newest serial";
  EXPECT_TRUE(is_there(deleted));
  std::uint64_t next = 0;
  write([&](Ledger& ledger) { next = ledger.add(a_grant(grant::Kind::key, tenant_)); });
  EXPECT_GT(next, last);
  EXPECT_EQ(sweep(deletion_over), 1U);
  EXPECT_FALSE(is_there(deleted));
  EXPECT_EQ(sweep(unsettled.retention_ends + limits::finished_keep), 2U);
  EXPECT_FALSE(is_there(settled));
  EXPECT_TRUE(is_there(stays));
}

}  // namespace limen::test
