// The port through which the console's use cases remember: staff and their sign-ins, the audit
// trail, themes, and when a key was last used. It is part of the ledger (ledger.hpp hands it out)
// and works in the same transaction; it stands apart because no person's journey touches it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "grant/grant.hpp"
#include "onboard/page.hpp"
#include "onboard/theme.hpp"
#include "seal/digest.hpp"

namespace limen::onboard {

using grant::GrantId;
using grant::TenantId;
using seal::Digest;

// --- staff ---
enum class Role : std::uint8_t { owner, reviewer, read_only };
enum class StaffState : std::uint8_t { invited, active, disabled };

struct Member {
  Id id;
  TenantId tenant;
  std::string email;  // case-folded: unique within the organisation
  std::string name;
  Role role = Role::read_only;
  StaffState state = StaffState::invited;
  std::string password{};               // Argon2id, in PHC's form; empty before the sign-up
  Bytes second_factor{};                // the seed, locked away (seal/vault.hpp)
  std::uint64_t step_used = 0;          // the last time step whose code was taken
  std::vector<std::string> recovery{};  // digests of what is left of the recovery codes, in hex
  Id link{};                            // of the sign-up link in force; nil: none
  Time created;
  std::optional<Time> signed_in{};
  friend bool operator==(const Member&, const Member&) = default;
};

// A console session.
struct SignedIn {
  Id id;
  Id member;
  TenantId tenant;
  Time created, seen, expires;
  std::optional<Time> confirmed{};  // until when the second factor counts as just shown
  std::string agent{};              // User-Agent, shortened
  friend bool operator==(const SignedIn&, const SignedIn&) = default;
};

// --- audit ---
enum class Actor : std::uint8_t { staff, key, stranger, server };
struct AuditRow {
  Id id;
  TenantId tenant;
  Time at;
  Actor actor = Actor::staff;
  Id who{};              // the member or the key; nil for a stranger
  std::string who_name;  // as it was then
  std::string what;      // "key_made"
  std::string about{};   // an id, or a name
  std::string detail{};
  Digest hash{};  // over the row before and this one
  friend bool operator==(const AuditRow&, const AuditRow&) = default;
};
struct AuditFilter {
  std::optional<std::string> who{}, what{}, about{};
  std::optional<Time> from{}, to{};
  // Decisions by rules alone, or all but those; with `about`, everything.
  bool decisions = false;
};

class Office {
 public:
  virtual ~Office() = default;

  // False when the organisation has a member of that address.
  virtual bool add_member(const Member& member) = 0;
  virtual void save_member(const Member& member) = 0;
  virtual std::optional<Member> member(const Id& id) = 0;
  // Who may sign in with this address: active, with a password; of one organisation or of all. An
  // address may belong to several; no more than two are named.
  virtual std::vector<Member> who_may_sign_in(const std::string& email,
                                              const std::optional<TenantId>& tenant) = 0;
  // In the order they were added.
  virtual std::vector<Member> members(const TenantId& tenant) = 0;

  virtual void add_signed_in(const SignedIn& session) = 0;
  virtual std::optional<SignedIn> signed_in(const Id& id) = 0;
  virtual std::vector<SignedIn> signed_in_of(const TenantId& tenant) = 0;  // newest first
  virtual void confirm_signed_in(const Id& id, Time until) = 0;
  virtual bool end_signed_in(const Id& id) = 0;
  virtual void end_all_of(const Id& member) = 0;
  // Moves "last seen" on; never back.
  virtual void see_signed_in(const Id& id, Time at) = 0;

  // The row gets its hash here, from the last one of its organisation.
  virtual void add_audit(const AuditRow& row) = 0;
  // Newest first.
  virtual std::vector<AuditRow> audit(const TenantId& tenant, const AuditFilter& filter,
                                      const Page& page) = 0;
  // The id of the first row whose hash does not follow from the one before; nothing when all do.
  virtual std::optional<Id> broken_audit(const TenantId& tenant) = 0;

  virtual void save_theme(const Theme& theme) = 0;
  virtual std::optional<Theme> theme(const TenantId& tenant, const std::string& name) = 0;
  virtual std::vector<Theme> themes(const TenantId& tenant) = 0;
  virtual bool remove_theme(const TenantId& tenant, const std::string& name) = 0;
  // The picture behind `GET /assets/logo/{name}`; empty when there is none.
  virtual Bytes logo(const std::string& name) = 0;

  virtual std::optional<Time> last_use(const GrantId& key) = 0;
  virtual void used(const GrantId& key, Time at) = 0;
};

}  // namespace limen::onboard
