// See passes.hpp.
#include "onboard/passes.hpp"

#include "base/problem_codes.hpp"
#include "grant/engine.hpp"
#include "journey/advance.hpp"
#include "onboard/audit.hpp"
#include "onboard/checks.hpp"
#include "onboard/duplicates.hpp"
#include "onboard/notices.hpp"
#include "onboard/rules.hpp"

namespace limen::onboard {

Result<Pass> read_pass(Desk& desk, std::string_view nonce, const SessionId& session) {
  const auto sealed = grant::unseal(desk.sealer, grant::Kind::pass, nonce, desk.at.now);
  if (!sealed) {
    const bool is_late = sealed.error().code == codes::token_expired;
    return refuse(Fault::unauthenticated, codes::invalid_nonce,
                  is_late ? "this nonce has expired" : "this nonce is not valid", "nonce");
  }
  if (!session.is_nil() && sealed->id != session)
    return refuse(Fault::unauthenticated, codes::invalid_nonce, "this nonce is not valid", "nonce");
  Pass pass{sealed->id, 0};
  for (std::size_t i = 28; i < 32; ++i) pass.position = (pass.position << 8) | sealed->bits[i];
  return pass;
}

namespace {

Enrolment enrolment_of(Desk& desk, const Session& session, const journey::Skill& skill) {
  Enrolment enrolment;
  enrolment.id = seal::draw_id(desk.at.entropy, desk.at.now);
  enrolment.tenant = session.tenant;
  enrolment.session = session.id;
  enrolment.client = session.owner;
  enrolment.skill = session.skill;
  enrolment.created = enrolment.updated = desk.at.now;
  enrolment.consent_expires = desk.at.now + skill.consent_life;
  enrolment.retention_ends = desk.at.now + std::max(skill.retention, skill.consent_life);
  return enrolment;
}

std::unexpected<Problem> saved_meanwhile() {
  return refuse(Fault::conflict, codes::conflict, "the session changed meanwhile, try again");
}

}  // namespace

Result<Session> save(Desk& desk, const Session& before, Session after) {
  const bool has_ended = after.completed.has_value() && !before.completed.has_value();
  if (!has_ended) {
    if (!desk.ledger.save_session(before, after)) return saved_meanwhile();
    tell_change(desk, before, after);
    return after;
  }
  const journey::Skill* skill = desk.catalogue.find(after.skill);
  ASSERT(skill != nullptr);  // nobody completes a session without having asked skill_of
  const Enrolment enrolment = enrolment_of(desk, after, *skill);
  if (before.rules == Digest{})
    pin_rules(desk, after, *skill);  // it began before rules were pinned
  const SessionTraces traces = traces_of(desk, after, *skill);
  after.duplicates = find_duplicates(desk, after, *skill, traces);
  after.faces = faces_of(desk, after, *skill);
  const bool waits = after.faces && after.faces->state == journey::Faces::State::waiting;
  const auto own = with_rules_of(desk, after, *skill);
  if (!waits) after = journey::decided(std::move(after), own ? *own : *skill, desk.at.now);
  if (!desk.ledger.save_session(before, after)) return saved_meanwhile();
  if (waits) queue_check(desk, after);
  desk.ledger.keep_receipt_seed(after.id, seal::draw_256(desk.at.entropy));
  for (const Trace& trace : traces.traces) desk.ledger.add_trace(trace, after.id);
  if (!waits) note_decision(desk, after, own ? own->rules : skill->rules);
  desk.ledger.add_enrolment(enrolment);
  tell_change(desk, before, after);
  return after;
}

void raise_alarm(Desk& desk, const Session& session, std::string what, std::string detail) {
  desk.ledger.add_alarm({seal::draw_id(desk.at.entropy, desk.at.now), session.tenant, desk.at.now,
                         std::move(what), to_string(session.id), std::move(detail)});
}

}  // namespace limen::onboard
