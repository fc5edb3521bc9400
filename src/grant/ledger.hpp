// The port through which grants are remembered. Owned here, implemented in store/. Every write is
// one guarded statement, so the answer to "was I first?" comes from the ledger and not from a read
// before it. Failures of the store throw; they are never a value.
#pragma once

#include <optional>

#include "grant/grant.hpp"

namespace limen::grant {

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Stores a new grant and returns its serial.
  virtual std::uint64_t add(const Grant& grant) = 0;
  virtual std::optional<Grant> grant(const GrantId& id) = 0;
  // Marks `part` of a grant spent for `request`. True when this call was the one that did it (Law
  // 1).
  virtual bool spend(const GrantId& id, Scope part, const Digest& request, Time now) = 0;
  // Counts one wrong guess. Stands even when the request is refused (Law 6).
  virtual void miss(const GrantId& id) = 0;
  // Revokes a grant with everything below it; returns how many were live (Law 4).
  virtual int revoke(const GrantId& root, Time now) = 0;
};

}  // namespace limen::grant
