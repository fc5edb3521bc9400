// The table of verified secrets. Full: it starts afresh, which costs one verification per token and
// needs no bookkeeping.
#include "onboard/cache.hpp"

#include <cstring>

namespace limen::onboard {

std::size_t Cache::First8::operator()(const seal::Digest& d) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, d.data(), sizeof value);
  return value;
}

std::optional<grant::Grant> Cache::find(const seal::Digest& digest, std::uint64_t as_of) const {
  if (as_of != epoch()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(digest);
  if (at == entries_.end() || at->second.epoch != as_of) return std::nullopt;
  return at->second.grant;
}

void Cache::remember(const seal::Digest& digest, const grant::Grant& grant, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= entries_max) entries_.clear();
  entries_.insert_or_assign(digest, Entry{grant, epoch});
}

std::shared_ptr<const Organisation> Cache::find_organisation(const TenantId& id,
                                                             std::uint64_t as_of) const {
  if (as_of != epoch()) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto at = organisations_.find(id);
  if (at == organisations_.end() || at->second.second != as_of) return nullptr;
  return at->second.first;
}

void Cache::remember(const std::shared_ptr<const Organisation>& organisation, std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  if (organisations_.size() >= entries_max) organisations_.clear();
  organisations_.insert_or_assign(organisation->id, std::pair{organisation, epoch});
}

}  // namespace limen::onboard
