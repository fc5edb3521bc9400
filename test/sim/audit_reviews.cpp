// The end of a history, as far as people decided: who said what stands with the session and once in
// the trail, whose chain is whole; the reason stands with the session alone and goes with it.
#include "onboard/audit.hpp"
#include "sim/world.hpp"

namespace limen::sim {

void World::audit_reviews() {
  store::SqlLedger ledger(*connection_);
  onboard::Desk d = desk(ledger);
  std::size_t kept = 0, expected = 0;
  for (const Id& org : organisations_) {
    onboard::AuditFilter reviews;
    reviews.what = onboard::session_reviewed;
    kept += ledger.office().audit(org, reviews, {5000, {}}).size();
    if (ledger.office().broken_audit(org)) complain("the trail's chain is broken (I9)");
  }
  for (const auto& session : model_.sessions) {
    const Id id = *parse_id(session.id);
    const auto row = ledger.session(id);
    if (row && row->review.has_value() != session.verdict.has_value())
      complain("somebody decided by hand, or not, unlike what was acknowledged (I2)");
    if (!session.verdict) continue;
    const auto& verdict = *session.verdict;
    const bool is_theirs =
        !row || (row->review && row->review->by == verdict.by &&
                 row->review->reason == verdict.reason && row->review->at == verdict.at);
    if (!is_theirs) complain("another verdict than the one that was acknowledged (I2)");
    ++expected;
    onboard::AuditFilter about;
    about.about = session.id;
    about.what = onboard::session_reviewed;
    const Id& org =
        organisations_.at(model_.rights.at(static_cast<std::size_t>(session.owner)).org);
    const auto rows = ledger.office().audit(org, about, {2, {}});
    if (rows.size() != 1) return complain("a verdict does not stand in the trail once (I9)");
    const std::string said = verdict.approves ? "approve" : "reject";
    const std::string why = session.gone ? "" : ": " + verdict.reason;
    if (rows[0].who_name != verdict.by || rows[0].at != verdict.at ||
        onboard::told_detail(d, rows[0]) != said + why)
      complain("the trail tells another verdict than the one that was acknowledged (I9)");
  }
  if (kept != expected) complain("the trail tells of a verdict nobody gave (I9)");
}

}  // namespace limen::sim
