// Who operates, and for which organisation. An operator of an organisation works on that one only;
// the operator of the installation (no organisation of its own) names one by its handle. Whether
// the credential may operate is judged in onboard/caller.hpp.
#pragma once

#include <optional>
#include <string>

#include "doors/door.hpp"
#include "onboard/caller.hpp"

namespace limen::doors::operators {

struct Acting {
  onboard::Caller caller;  // with the organisation it acts for as its own
  std::string name;        // of the operator, for reviews
  onboard::TenantId tenant;
};

// `handle`: the organisation named in the body; ?organisation= does as well. `also`: scopes beyond
// Scope::operate that the call needs.
Result<Acting> acting(const Request& request, onboard::Desk& desk, grant::Scope also,
                      const std::optional<std::string>& handle);
// For calls without a body, or whose body names no organisation.
Result<Acting> acting(const Request& request, onboard::Desk& desk);

// Any operator, whatever organisation it belongs to.
Result<onboard::Caller> by_operator(const Request& request, onboard::Desk& desk);
// The operator of the installation; insufficient_scope for any other.
Result<onboard::Caller> by_installation_operator(const Request& request, onboard::Desk& desk);

}  // namespace limen::doors::operators
