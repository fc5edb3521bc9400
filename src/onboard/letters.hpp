// What an operator does with letters: looking at those of one organisation, and sending a dead or
// postponed one again. Writing and delivering them is invite.hpp and outbox/.
#pragma once

#include "onboard/desk.hpp"

namespace limen::onboard {

// Queues a letter that is not sent yet anew, due at once, with its attempts counted from zero.
// Refuses with absent (another organisation's, too) and conflict (sent already).
Result<Letter> retry_letter(Desk& desk, const TenantId& tenant, const Id& id);

}  // namespace limen::onboard
