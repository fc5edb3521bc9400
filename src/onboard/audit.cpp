// See audit.hpp.
#include "onboard/audit.hpp"

#include "journey/replay.hpp"

namespace limen::onboard {

void note(Desk& desk, const TenantId& tenant, const Who& who, std::string_view what,
          std::string about, std::string detail) {
  AuditRow row;
  row.id = seal::draw_id(desk.at.entropy, desk.at.now);
  row.tenant = tenant;
  row.at = desk.at.now;
  row.actor = who.actor;
  row.who = who.id;
  row.who_name = who.name;
  row.what = what;
  row.about = std::move(about);
  row.detail = std::move(detail);
  desk.ledger.office().add_audit(row);
}

void note_decision(Desk& desk, const Session& session, const journey::Rules& rules) {
  const journey::Decision& decision = *session.decision;
  std::string why;
  for (const auto& pair : journey::compare({decision, rules}, {decision, rules})) {
    if (decision.level == journey::Level::high || pair.counted_after != decision.level) continue;
    const auto level = pair.after.value_or(journey::Level::unavailable);
    why.append(why.empty() ? ": " : ", ").append(pair.factor).append(" ");
    why.append(journey::to_string(level));
  }
  if (session.faces && journey::was_asked(session.faces->state))
    why.append("; faces ").append(journey::to_string(session.faces->state));
  note(desk, session.tenant, {Actor::server, {}, "rules " + decision.rules_version},
       session_decided, to_string(session.id),
       std::string(journey::to_string(decision.level)) + why + "; rules_sha256 " +
           hex(session.rules));
}

std::string told_detail(Desk& desk, const AuditRow& row) {
  const auto id = row.what == session_reviewed ? parse_id(row.about) : std::nullopt;
  const auto session = id ? desk.ledger.session(*id) : std::nullopt;
  const bool is_there = session && session->tenant == row.tenant && session->review;
  return is_there ? row.detail + ": " + session->review->reason : row.detail;
}

}  // namespace limen::onboard
