// Going on with another device: whoever walks a journey asks for a link (shown as a QR code), the
// device that opens it gets a right of its own to that session, and the first one may end that
// right again. The link works once and for minutes (kind `transfer`); what it is exchanged for is
// kind `phone`. Both hang under the session, so at most one of them is ever live: asking for a new
// link, or taking over, ends what was there.
#pragma once

#include <optional>
#include <string_view>

#include "onboard/caller.hpp"

namespace limen::onboard {

struct Transfer {
  seal::Secret text;
  Time expires;
};
// A link for `session`, which `caller` walks with a device or reference token. Ends an earlier link
// and what came of it. Refuses with not_yours for a caller who came by such a link itself, with
// session_over.
Result<Transfer> offer_transfer(Desk& desk, const Caller& caller, const Session& session);

// The session a link leads to, without using it up. Refuses with unauthenticated (forged, replaced
// or taken back), token_expired, transfer_used, session_over.
Result<Session> look_at_transfer(Desk& desk, std::string_view text);

// Whose journey a genuine link leads to, for what is said when it is refused as used or over;
// nothing for any other text, and for one that was replaced or taken back.
std::optional<Session> session_of_transfer(Desk& desk, std::string_view text);

struct Crossing {
  Session session;
  seal::Secret phone;
  Time expires;
};
// Uses the link up: the caller's device now walks the session too. Refuses as look_at_transfer; of
// any number of calls one succeeds (Law 1).
Result<Crossing> cross_over(Desk& desk, std::string_view text);

// Ends link and phone. Refuses with not_yours for the phone itself.
Result<void> take_over(Desk& desk, const Caller& caller, const Session& session);

enum class PhoneState : std::uint8_t { none, waiting, connected };
PhoneState phone_state(Desk& desk, const Session& session);

}  // namespace limen::onboard
