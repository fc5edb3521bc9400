// See letters.hpp.
#include "onboard/letters.hpp"

#include "base/problem_codes.hpp"

namespace limen::onboard {

Result<Letter> retry_letter(Desk& desk, const TenantId& tenant, const Id& id) {
  auto letter = desk.ledger.letter(id);
  if (!letter || letter->tenant != tenant)
    return refuse(Fault::absent, codes::absent, "no such letter");
  if (letter->state == LetterState::sent)
    return refuse(Fault::conflict, codes::conflict, "this letter was sent");
  letter->state = LetterState::queued;
  letter->attempts = 0;
  // A dead letter was given up for its age; counted from now it lives once more.
  letter->created = letter->due = desk.at.now;
  letter->error.clear();
  desk.ledger.save_letter(*letter);
  return std::move(*letter);
}

}  // namespace limen::onboard
