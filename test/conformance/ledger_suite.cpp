// The fixture of the conformance tests: opening, asking and sample values. No test stands here.
#include "conformance/ledger_suite.hpp"

namespace limen::test {
namespace {

void run_on(store::Lane& lane, const std::function<void(onboard::Ledger&)>& run) {
  std::promise<void> done;
  store::Job job;
  job.run = run;
  job.release = [&done] { done.set_value(); };
  job.fail = [&done](std::exception_ptr why) { done.set_exception(why); };
  ASSERT_TRUE(lane.submit(std::move(job)));
  done.get_future().get();
}

}  // namespace

void StoreSuite::SetUp() {
  home_ = GetParam().make();
  reopen();
}

void StoreSuite::TearDown() { store_.reset(); }

void StoreSuite::reopen() {
  store_.reset();
  store_ = home_->open([this](const store::Touched& touched) {
    touched_.letters = touched_.letters || touched.letters;
    touched_.checks = touched_.checks || touched.checks;
    touched_.notices = touched_.notices || touched.notices;
    touched_.rights = touched_.rights || touched.rights;
    announced_.assign(touched.sessions.begin(), touched.sessions.end());
    touched_.all_sessions = touched_.all_sessions || touched.all_sessions;
  });
}

void StoreSuite::write(const std::function<void(onboard::Ledger&)>& run) {
  run_on(store_->writer(), run);
}
void StoreSuite::read(const std::function<void(onboard::Ledger&)>& run) {
  run_on(store_->reader(), run);
}

Id StoreSuite::draw() {
  now_ += Millis{1};
  return seal::draw_id(entropy_, now_);
}

grant::Grant StoreSuite::a_grant(grant::Kind kind, const Id& tenant) {
  grant::Grant g;
  g.id = draw();
  g.kind = kind;
  g.tenant = tenant;
  g.subject = "ada@example.com";
  g.created = now_;
  g.terms.expires = now_ + std::chrono::days{14};
  g.terms.may = grant::Scope::open | grant::Scope::complete;
  g.terms.once = grant::Scope::complete;
  g.terms.misses = 10;
  return g;
}

journey::Session StoreSuite::a_session(const Id& tenant) {
  journey::Session s;
  s.id = draw();
  s.tenant = tenant;
  s.owner = draw();
  s.skill = "identity_check";
  s.created = s.updated = now_;
  s.expires = now_ + std::chrono::days{14};
  return s;
}

onboard::Letter StoreSuite::a_letter(const Id& tenant) {
  onboard::Letter l;
  l.id = draw();
  l.tenant = tenant;
  l.invitation = draw();
  l.to = "ada@example.com";
  l.first_name = "Ada";
  l.last_name = "Lovelace";
  l.language = "uk-UA";
  l.created = l.due = now_;
  return l;
}

std::optional<grant::Grant> StoreSuite::grant(const Id& id) {
  return ask<std::optional<grant::Grant>>([&](auto& ledger) { return ledger.grant(id); });
}

}  // namespace limen::test
