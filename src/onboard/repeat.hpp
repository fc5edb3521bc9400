// A request sent again under its Idempotency-Key gets the first answer again
// (draft-ietf-httpapi-idempotency-key-header-07): for calls that make something new, so that a back
// end that lost the answer need not guess whether it was heard. An answer may hold a secret, so it
// is kept locked, under a key that is not in the database. What a request is belongs to the door.
#pragma once

#include <optional>
#include <string_view>

#include "onboard/caller.hpp"

namespace limen::onboard {

struct Repeat {
  std::string_view key;    // the header's text
  std::string_view route;  // one key may be used once at each
  Digest request{};        // of all that was asked
};

// The answer kept for it; nothing when it is new. Refuses with repeat_differs when the key came
// with another request. Keys of two clients never meet. Writes nothing.
Result<std::optional<Bytes>> answer_before(Desk& desk, const Caller& caller, const Repeat& repeat);
// Keeps `answer` for limits::repeat_life, in the transaction of what it speaks of.
void keep_answer(Desk& desk, const Caller& caller, const Repeat& repeat, BytesView answer);

}  // namespace limen::onboard
