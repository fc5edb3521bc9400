// Lending a person's device a right of its own: the ephemeral token of s3. It collects and submits
// for the sessions it opens and reads nothing else.
#pragma once

#include <optional>

#include "onboard/caller.hpp"

namespace limen::onboard {

// The caller needs Scope::lend. ttl in seconds: absent means 3600; outside 1…2592000 is
// invalid_field `ttl`.
Result<grant::Issued> lend(Desk& desk, const Caller& caller, std::optional<std::int64_t> ttl);

}  // namespace limen::onboard
