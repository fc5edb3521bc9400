// The end of a history: everything the model knows is asked of the database, and everything the
// database holds must be known to the model. I2, I3 and I8 in one comparison.
#include <algorithm>

#include "journey/replay.hpp"
#include "onboard/audit.hpp"
#include "onboard/invite.hpp"
#include "onboard/webhooks.hpp"
#include "sim/post.hpp"
#include "sim/receivers.hpp"

namespace limen::sim {

namespace {

constexpr onboard::Page all_rows{.limit = 5000};

std::map<std::string, grant::Grant> by_id(std::vector<grant::Grant> grants) {
  std::map<std::string, grant::Grant> found;
  for (auto& g : grants) found.emplace(to_string(g.id), std::move(g));
  return found;
}

grant::Kind kind_of(Class cls) {
  switch (cls) {
    case Class::invitation: return grant::Kind::invitation;
    case Class::device: return grant::Kind::device;
    case Class::credential: return grant::Kind::credential;
    default: return grant::Kind::key;
  }
}

}  // namespace

void World::audit() {
  for (std::size_t org = 0; org < organisations_.size(); ++org) audit_rights(org);
  audit_sessions();
  audit_reviews();
  audit_letters();
  audit_notices();
  store::SqlLedger ledger(*connection_);
  std::size_t alarms = 0;
  for (const auto& alarm : ledger.alarms(std::nullopt, all_rows)) {
    if (alarm.what == "notice_dead") continue;  // see audit_notices
    ++alarms;
    const auto whose = std::find(organisations_.begin(), organisations_.end(), alarm.tenant);
    const int org = whose == organisations_.end() ? -1 : int(whose - organisations_.begin());
    const auto expected = model_.alarms.find({org, alarm.what, alarm.about});
    if (expected == model_.alarms.end() || expected->second.count != alarm.count)
      complain("an alarm nobody should have raised, or not so often: " + alarm.what);
  }
  if (alarms != model_.alarms.size()) complain("an alarm is missing (I9)");
  audit_budgets();
  audit_answers();
  for (const auto& person : model_.people) {
    const auto row = ledger.connection(*parse_id(person.id));
    const bool is_right =
        person.gone ? !row : row && (row->consent == onboard::Consent::agreed) == person.agreed;
    if (!is_right) complain("a connection is not as it was acknowledged (I2)");
  }
}

void World::audit_rights(std::size_t org) {
  store::SqlLedger ledger(*connection_);
  for (const Class cls : {Class::invitation, Class::key, Class::device, Class::credential}) {
    auto rows = by_id(ledger.grants(organisations_[org], kind_of(cls), all_rows));
    for (std::size_t i = 0; i < model_.rights.size(); ++i) {
      const auto& right = model_.rights[i];
      const bool is_kind = right.cls == cls || (cls == Class::key && right.cls == Class::client);
      if (!is_kind || right.org != org || right.gone) continue;
      const auto row = rows.find(right.id);
      if (row == rows.end()) return complain("an acknowledged right is gone (I2, I8)");
      if (row->second.revoked.has_value() != model_.is_revoked(int(i)))
        complain("a right is revoked or not, unlike its tree (I3, law 4)");
      rows.erase(row);
    }
    if (!rows.empty()) complain("a right nobody issued, or that was swept, is there (I3, I8)");
  }
  audit_links(org);
  for (const auto& invitation : model_.invitations) {
    const auto& right = model_.rights[static_cast<std::size_t>(invitation.right)];
    if (right.org != org || right.gone) continue;
    const auto row = ledger.grant(*parse_id(right.id));
    if (!row) return;
    const auto state = onboard::state_of(*row, now_);
    const bool is_issued = state == onboard::InvitationState::issued;
    if (row->missed != static_cast<std::uint32_t>(invitation.missed)) complain("a miss was lost");
    if ((state == onboard::InvitationState::used) != invitation.used) complain("used or not (I3)");
    if (is_issued != model_.is_issued(invitation, now_)) complain("Issued or not (I3)");
    const bool is_locked = !is_issued && model_.is_unused(invitation, now_);
    if ((state == onboard::InvitationState::locked) != is_locked) complain("Locked or not");
  }
}

// Nobody is told their ids, so links and phones are compared as what they are.
void World::audit_links(std::size_t org) {
  using Way = std::tuple<bool, Id, Time, Time, bool, bool>;
  std::vector<Way> found, expected;
  store::SqlLedger ledger(*connection_);
  for (const auto kind : {grant::Kind::transfer, grant::Kind::phone})
    for (const auto& g : ledger.grants(organisations_[org], kind, all_rows))
      found.emplace_back(kind == grant::Kind::phone, g.terms.bond.to, g.created, g.terms.expires,
                         g.revoked.has_value(), g.spent != grant::Scope::none);
  for (const auto& r : model_.rights) {
    const bool is_way = r.cls == Class::link || r.cls == Class::phone;
    if (!is_way || r.org != org || r.gone) continue;
    const Id session = *parse_id(model_.sessions[r.session].id);
    expected.emplace_back(r.cls == Class::phone, session, r.created, r.expires, r.revoked, r.used);
  }
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  if (found != expected) complain("a link or a phone is not as it was acknowledged (I2, I3)");
}

// The store knows budgets by keyed hashes, so they are compared as what they say: until when.
void World::audit_budgets() {
  static constexpr char still_used[] =
      "SELECT until_ms FROM budgets WHERE until_ms > $1 ORDER BY until_ms";
  std::vector<Time> found;
  store::Rows rows = connection_->query(still_used, {to_ms(now_)});
  while (rows.next()) found.push_back(from_ms(rows.number(0)));
  if (found != model_.budgets(now_)) complain("a budget is not used as it was (I2)");
}

// Whose they are is hidden, too.
void World::audit_answers() {
  static constexpr char still_kept[] = "SELECT count(*) FROM answers WHERE until_ms > $1";
  store::Rows rows = connection_->query(still_kept, {to_ms(now_)});
  const bool is_there = rows.next();
  if (!is_there || std::size_t(rows.number(0)) != model_.answers(now_))
    complain("an answer is kept or not, unlike its acknowledgement (I2)");
}

void World::audit_sessions() {
  store::SqlLedger ledger(*connection_);
  std::size_t there = 0, expected = 0;
  for (const Id& org : organisations_) there += ledger.sessions(org, {}, all_rows).size();
  for (const auto& session : model_.sessions) {
    const auto row = ledger.session(*parse_id(session.id));
    const auto enrolment = ledger.enrolment_of(*parse_id(session.id));
    const bool has_enrolment = session.completed && !session.enrolment_gone;
    if (enrolment.has_value() != has_enrolment) complain("an enrolment too few or too many (I8)");
    if (enrolment && enrolment->deleted != session.deleted) complain("deleted or not (I2)");
    if (session.gone != !row) return complain("a session is there or not, wrongly (I2, I8)");
    if (!row) continue;
    ++expected;
    const bool is_same = static_cast<int>(row->state) == session.state &&
                         row->completed == session.completed && row->settled == session.settled &&
                         row->steps.size() == session.steps.size();
    if (!is_same) return complain("a session is not as it was acknowledged (I2, I4)");
    for (std::size_t i = 0; i < row->steps.size(); ++i) {
      const bool is_same_step = to_string(row->steps[i].id) == session.steps[i].out.at(0) &&
                                row->steps[i].uploads.size() == session.steps[i].files.size();
      if (!is_same_step) complain("a step is not as it was acknowledged (I2, I4)");
    }
    if (row->decision) audit_decision(*row);
  }
  if (there != expected) complain("a session nobody began (I8)");
}

// By the rules the store kept, and without the skill, as it was decided; and the trail knows of it.
void World::audit_decision(const onboard::Session& session) {
  store::SqlLedger ledger(*connection_);
  const auto text = ledger.rules(session.rules);
  const journey::RulesFile rules = journey::read_rules(text.value_or("?"), "rules");
  const bool is_same = rules.errors.empty() &&
                       journey::decide_again(session, rules.rules, nullptr) == session.decision;
  if (!is_same) complain("a session is not decided again as it was");
  onboard::AuditFilter about;
  about.about = to_string(session.id);
  about.what = onboard::session_decided;
  if (ledger.office().audit(session.tenant, about, {2, {}}).size() != 1)
    complain("a decision does not stand in the audit trail once");
}

void World::audit_letters() {
  store::SqlLedger ledger(*connection_);
  std::size_t letters = 0, expected = 0;
  for (const auto& letter : ledger.letters(std::nullopt, std::nullopt, all_rows)) {
    ++letters;
    const auto mail = post_->mails.find(letter.id);
    const int arrived = mail == post_->mails.end() ? 0 : mail->second.arrived;
    if (letter.state == onboard::LetterState::queued) complain("a letter is left behind (I7)");
    if (letter.state == onboard::LetterState::sent && arrived == 0)
      complain("a letter counts as sent and never arrived (I7)");
  }
  for (const auto& [id, mail] : post_->mails)
    if (mail.arrived > 1 + mail.ambiguous) complain("a letter arrived too often (I7)");
  for (const auto& invitation : model_.invitations)
    expected += static_cast<std::size_t>(invitation.letters);
  if (!swept_ && letters != expected) complain("a letter too few or too many (I7)");
}

// Whatever came was to come, which the receivers have seen; here is what did not come.
void World::audit_notices() {
  using onboard::NoticeState;
  store::SqlLedger ledger(*connection_);
  std::size_t kept = 0, expected = 0;
  for (const Id& org : organisations_) {
    for (const auto& notice : ledger.webhooks().notices(org, {}, all_rows)) {
      ++kept;
      const auto it = receivers_->heard.find(to_string(notice.id));
      const bool is_taken = it != receivers_->heard.end() && it->second.taken > 0;
      if (notice.state == NoticeState::sent && !is_taken)
        complain("a notice counts as told and nobody heard it");
      const auto known = std::ranges::find_if(model_.notices, [&](const Model::Notice& n) {
        return model_.hooks[n.hook].id == to_string(notice.webhook) &&
               model_.sessions[n.session].id == to_string(notice.session) &&
               n.event == onboard::to_string(notice.event);
      });
      if (known == model_.notices.end()) return complain("a notice is kept that nobody is to hear");
      const bool is_dead = notice.state == NoticeState::dead;
      const bool may_be_dead = known->is_refused || receivers_->may_be_given_up(*known);
      if (known->is_refused > is_dead || is_dead > may_be_dead)
        complain("a notice is given up or not, unlike what its receiver said");
    }
  }
  for (std::size_t i = 0; i < model_.notices.size(); ++i) {
    const auto& notice = model_.notices[i];
    if (!model_.is_due(notice)) continue;
    ++expected;
    const bool must_be = model_.hooks[notice.hook].active && !notice.is_refused &&
                         model_.is_shared(model_.sessions[notice.session]) &&
                         !receivers_->may_be_given_up(notice);
    if (must_be && !receivers_->has_taken(i)) complain("nobody heard " + notice.body);
  }
  if (kept != expected) complain("a notice too few or too many is kept");
  for (const auto& it : receivers_->heard)
    if (it.second.taken > 1 + it.second.doubts) complain("a notice was told too often");
}

}  // namespace limen::sim
