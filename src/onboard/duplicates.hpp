// Duplicates: the same document or picture in a session of another person of the same organisation.
// Looked up once, in the transaction that completes a session; what was found is kept with it, so
// that its decision can be computed again without looking. The ledger has keyed digests only, under
// a key of the organisation's own: what two organisations hold cannot be compared. Private to
// onboard/.
#pragma once

#include <vector>

#include "onboard/desk.hpp"

namespace limen::onboard {

struct SessionTraces {
  std::vector<journey::Alike> whats;
  std::vector<Trace> traces;  // one each
};
SessionTraces traces_of(const Desk& desk, const Session& session, const journey::Skill& skill);

// Before the session's own traces are added.
journey::Duplicates find_duplicates(Desk& desk, const Session& session, const journey::Skill& skill,
                                    const SessionTraces& traces);

}  // namespace limen::onboard
