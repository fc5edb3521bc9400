// Verified secrets, remembered until something is revoked. Checking an ES256 signature costs 80 µs
// and a key row a look-up; a back end shows the same token thousands of times. An entry is valid
// for one epoch, and every commit that adds or revokes a key, or revokes a token, starts a new one
// before its answer leaves: a revoked token fails at the next request. Holds no secret: keys are
// digests.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "grant/grant.hpp"
#include "onboard/ledger.hpp"

namespace limen::onboard {

class Cache {
 public:
  // The grant remembered under `digest` in the present epoch, for whoever sees the world as of
  // `epoch`: nothing unless the two are one. Thread-safe. Whether it has expired is for the caller
  // to judge.
  std::optional<grant::Grant> find(const seal::Digest& digest, std::uint64_t epoch) const;
  // `epoch` is the one read before the grant was looked up, so a revocation in between wins.
  void remember(const seal::Digest& digest, const grant::Grant& grant, std::uint64_t epoch);
  // The same for organisations: every invitation and session asks for one.
  std::shared_ptr<const Organisation> find_organisation(const TenantId& id,
                                                        std::uint64_t epoch) const;
  void remember(const std::shared_ptr<const Organisation>& organisation, std::uint64_t epoch);
  std::uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }
  void next_epoch() { epoch_.fetch_add(1, std::memory_order_acq_rel); }

 private:
  struct Entry {
    grant::Grant grant;
    std::uint64_t epoch;
  };
  struct First8 {
    std::size_t operator()(const seal::Digest& d) const noexcept;
  };
  static constexpr std::size_t entries_max = 10'000;

  std::atomic<std::uint64_t> epoch_{1};
  mutable std::mutex mutex_;
  std::unordered_map<seal::Digest, Entry, First8> entries_;
  std::unordered_map<Id, std::pair<std::shared_ptr<const Organisation>, std::uint64_t>>
      organisations_;
};

}  // namespace limen::onboard
