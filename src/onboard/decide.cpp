// See decide.hpp.
#include "onboard/decide.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"
#include "onboard/rules.hpp"

namespace limen::onboard {
namespace {

using journey::Level;

void add(TrialPage& out, const Session& session, const DecidedAgain& again) {
  const Level before = session.decision->level, after = again.again.level;
  ++out.moved.at(static_cast<std::size_t>(before)).at(static_cast<std::size_t>(after));
  if (before == after) return;
  TrialChange change{session.id, session.decision->at, before, after, {}};
  for (const journey::FactorPair& pair : again.factors)
    if (pair.counted_before != pair.counted_after) change.factors.push_back(pair.factor);
  out.changes.push_back(std::move(change));
}

}  // namespace

Result<DecidedAgain> decide_again(const Desk& desk, const Session& session,
                                  const std::optional<journey::Rules>& tried) {
  const auto conflict = [](std::string detail) {
    return refuse(Fault::conflict, codes::conflict, std::move(detail));
  };
  if (!session.decision) return conflict("only a completed session was decided");
  const journey::Skill* skill = desk.catalogue.find(session.skill);
  auto own = rules_of(desk, session, skill);
  if (!own) return conflict("its skill is gone, and it began before rules were kept");
  DecidedAgain out{std::move(*own), {}, {}, {}};
  out.tried = tried.value_or(out.own);
  auto again = journey::decide_again(session, out.tried, skill);
  if (!again) return conflict("its skill is gone, and nobody kept what it asked for");
  out.again = std::move(*again);
  out.factors = journey::compare({*session.decision, out.own}, {out.again, out.tried});
  return out;
}

TrialPage try_rules(const Desk& desk, const TenantId& tenant, const Trial& trial,
                    const SearchPage& page) {
  SessionSearch search;
  search.skill = trial.skill;
  search.from = trial.from;
  search.to = trial.to;
  const SearchPage rows{std::min(page.limit, trial_rows), page.after};
  const Found found = desk.ledger.survey().sessions(tenant, search, desk.at.now, rows);
  TrialPage out;
  out.next = found.next;
  for (const Id& id : found.ids) {
    const auto session = desk.ledger.session(id);
    if (!session) continue;
    ++out.seen;
    if (!session->decision) {
      ++out.undecided;
      continue;
    }
    const auto again = decide_again(desk, *session, trial.tried);
    if (again) add(out, *session, *again);
    else ++out.unrepeatable;
  }
  return out;
}

}  // namespace limen::onboard
