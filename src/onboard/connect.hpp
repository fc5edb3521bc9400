// The data subject's side: opening an invitation with code and e-mail together, and deciding on
// consent. Opening may be repeated and proves nothing; the decision uses the invitation up. Looking
// (GET) is never here: it changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/network.hpp"
#include "onboard/desk.hpp"

namespace limen::onboard {

// `onward`: what the person agreed to before and has not finished; the code leads back to it until
// it ends.
struct Opened {
  Connection connection;
  std::string organisation;  // its name
  seal::Secret token;
  Time expires;  // of the token
  std::optional<Session> onward;
};
// Any wrong, expired, used, locked or foreign pair: one and the same no_invitation. A wrong code
// against a live invitation is counted first (Law 6), and every failure against `from`, the address
// of who asks; beyond their budgets (limiter.hpp) the answer is too_many_guesses.
Result<Opened> open_invitation(Desk& desk, std::string_view code, std::string_view email,
                               const Address& from = {});

struct ConsentInput {
  std::string_view token;  // connection_token
  std::string_view connection_id;
  Consent decision;  // agreed or withdrawn
  std::string
      date_of_birth{};  // optional, YYYY-MM-DD: what the person shares beyond the invitation
};
struct Decided {
  Connection connection;
  // What who agreed goes on with (onward.hpp).
  std::optional<Session> onward{};
};
// Refuses with unauthenticated, token_expired, no_connection (another's id), invalid_field. May be
// repeated: the last word counts.
Result<Decided> decide_consent(Desk& desk, const ConsentInput& input);

}  // namespace limen::onboard
