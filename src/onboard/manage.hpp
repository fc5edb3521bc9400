// What an operator makes and takes away: organisations, clients, keys. A client is a key grant
// nobody can present; its keys hang below it, so revoking the client revokes them all (Law 4), and
// rotating means issuing a second key before revoking the first.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "onboard/caller.hpp"

namespace limen::onboard {

struct NewOrganisation {
  std::string name, handle, prefix;
  std::vector<std::string> skills{};
};
// Refuses with invalid_field (handle, prefix form), conflict (handle or prefix taken).
Result<Organisation> create_organisation(Desk& desk, const NewOrganisation& input);
// Registers exactly these skills; unknown_skill otherwise. Invited people go on with none that is
// no longer among them.
Result<Organisation> register_skills(Desk& desk, const TenantId& tenant,
                                     const std::vector<std::string>& skills);
// The hosts a returnUrl may lead to, in lower case; none: any. Refuses with invalid_field.
Result<Organisation> restrict_returns(Desk& desk, const TenantId& tenant,
                                      const std::vector<std::string>& hosts);
// What invited people go on with after they agreed, a registered skill; empty: nothing. Refuses
// with invalid_field (invited_skill).
Result<Organisation> choose_invited_skill(Desk& desk, const TenantId& tenant,
                                          const std::string& skill);
// The language of its letters, where an invitation names none. Refuses with invalid_field.
Result<Organisation> choose_language(Desk& desk, const TenantId& tenant, const std::string& code);
std::optional<Organisation> organisation_by_handle(Desk& desk, std::string_view handle);

// A client named `name`; its id is the client_id.
Grant create_client(Desk& desk, const TenantId& tenant, const std::string& name);

struct NewKey {
  std::string name;                      // Basic username, or what an operator calls it
  std::vector<std::string> permissions;  // scope names of caller.hpp
  std::optional<std::int64_t> ttl{};     // seconds; absent: no end
  std::optional<GrantId> client{};       // below this client
};
// Refuses with invalid_field (name, permissions, ttl), absent (client). The secret is shown once.
Result<grant::Issued> create_key(Desk& desk, const TenantId& tenant, const NewKey& input);
struct Rotation {
  std::optional<std::int64_t> overlap{};  // seconds the old key still works
  std::optional<std::int64_t> ttl{};      // of the new one
};
struct Rotated {
  grant::Issued issued;
  Grant replaced;
};
// A new key beside a live one, of the same client, name and permissions; the old one gets an end.
// Refuses with absent, conflict (it is over or revoked), invalid_field (overlap, ttl).
Result<Rotated> rotate_key(Desk& desk, const TenantId& tenant, const GrantId& id,
                           const Rotation& rotation);
// The form of a key as a Basic password: holds a colon, so that nobody splits at the last one.
seal::Secret as_password(const seal::Secret& key);
// Keys and clients, newest first.
std::vector<Grant> keys(Desk& desk, const TenantId& tenant, const Page& page);
// A key, client or device grant of that organisation; absent otherwise. Idempotent.
Result<int> revoke_grant(Desk& desk, const TenantId& tenant, const GrantId& id);

}  // namespace limen::onboard
