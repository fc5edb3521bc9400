// The switch to the server side: a temp_token becomes a credential, once; and what a credential may
// do later: show and delete its enrolment.
#pragma once

#include <optional>
#include <string_view>

#include "onboard/open.hpp"

namespace limen::onboard {

struct Settled {
  Enrolment enrolment;
  seal::Secret access_token;
};
// `client` proved itself with client_secret (Scope::settle). `request` is the digest of the body.
// Refuses with invalid_temp_token for every wrong, used, expired or foreign one; a second use by
// another request is also an alarm.
Result<Settled> settle(Desk& desk, const Caller& client, std::string_view temp_token,
                       const Digest& request);

enum class EnrolmentState : std::uint8_t { active, deleted, expired };
std::string_view to_string(EnrolmentState state);  // "ACTIVE", "DELETED", "EXPIRED"
EnrolmentState state_of(const Enrolment& enrolment, Time now);

// Refuses with invalid_credentials_id, invalid_access_token.
Result<Enrolment> enrolment_by_credential(Desk& desk, const Caller& client,
                                          std::string_view credentials_id,
                                          std::string_view access_token);
// Idempotent. `keep_min`: minutes the data is kept after deletion, 0 when absent; negative:
// invalid_retention.
Result<Enrolment> delete_enrolment(Desk& desk, const Caller& client,
                                   std::string_view credentials_id, std::string_view access_token,
                                   std::int64_t keep_min);

// What the session holds, and its enrolment, go with the next sweep: the person asked. Refuses with
// conflict while the session is open and its person may go on.
Result<void> erase_session(Desk& desk, const Session& session);
// Somebody who was invited, by the id of a connection or of an invitation: whatever the
// organisation knows under their address is gone, their journeys with the next sweep; letters sent
// again go as all letters do, in 30 days. Refuses with absent.
Result<void> erase_person(Desk& desk, const TenantId& tenant, const Id& id);

}  // namespace limen::onboard
