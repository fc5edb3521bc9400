// The budgets of the model: buckets that fill with failures and letters and drain with time, and
// what follows from a full one. Networks are told from texts, so addresses are written out in full
// up to their fourth group.
#include <algorithm>

#include "sim/model.hpp"

namespace limen::sim {

using namespace std::chrono_literals;

namespace {

constexpr Millis day = 24h;
constexpr Millis life = 14 * 24h;  // of an invitation
constexpr std::uint32_t own_misses = 3, shown_codes = 10, misses = 10, misses_survived = 26'439;
constexpr std::uint32_t strained_network = 3, strained_block = 30;

bool is_v6(const std::string& address) { return address.find(':') != std::string::npos; }

std::string groups_of(const std::string& address, int count) {
  std::size_t end = 0;
  while (count-- > 0) end = address.find(':', end) + 1;
  return address.substr(0, end);
}

std::string network_of(const std::string& address) {
  return is_v6(address) ? groups_of(address, 4) : address;
}

// Nobody's, too: -1.
std::string missed_by(int invitation, const std::string& from) {
  return "missed " + std::to_string(invitation) + " " + network_of(from);
}
std::string shown_of(int invitation) { return "shown " + std::to_string(invitation); }

}  // namespace

Model::Budget Model::of_network(const std::string& from) const {
  return {"network " + network_of(from), quotas.network, day / quotas.network};
}
Model::Budget Model::of_block(const std::string& from) const {
  return {"block " + groups_of(from, 3), quotas.block, day / quotas.block};
}
Model::Budget Model::of_organisation(int org) const {
  return {"organisation " + std::to_string(org), quotas.organisation, day / quotas.organisation};
}
Model::Budget Model::overall() const { return {"overall", quotas.overall, day / quotas.overall}; }

Millis Model::level(const Budget& budget) const {
  const auto found = buckets.find(budget.key);
  if (found == buckets.end()) return {};
  return std::max(found->second.level - (now_ - found->second.at), Millis{});
}

// What has begun to come back is not back.
std::uint32_t Model::used(const Budget& budget) const {
  return std::uint32_t((level(budget) + budget.unit - 1ms) / budget.unit);
}

// One more while the clock stands behind the last of them: what has to come back is rounded up.
std::uint32_t Model::ever(const Budget& budget) const {
  const auto found = buckets.find(budget.key);
  if (found == buckets.end()) return 0;
  const std::uint32_t ever = found->second.ever;
  return level(budget) > budget.unit * ever ? ever + 1 : ever;
}

bool Model::charge(const Budget& budget) {
  const Millis before = level(budget);
  const Millis full = std::min(before + budget.unit, budget.unit * budget.quota);
  Bucket& bucket = buckets[budget.key];
  // Before a step back of the clock more may have been used than there is: that stays used.
  bucket = {std::max(full, before), budget.unit, now_, bucket.ever + 1};
  return used(budget) >= budget.quota;
}

Time Model::Bucket::next(Time now) const {
  const Millis left = std::max(level - (now - at), Millis{});
  return now + left % unit;
}

std::vector<Time> Model::budgets(Time now) const {
  std::vector<Time> all;
  for (const auto& [key, bucket] : buckets)
    if (bucket.at + bucket.level > now) all.push_back(bucket.at + bucket.level);
  std::sort(all.begin(), all.end());
  return all;
}

// A wide budget that is used up makes the narrow ones smaller and refuses nobody by itself.
bool Model::must_wait(const std::string& from, int org) const {
  const auto is_used_up = [&](const Budget& b) { return used(b) >= b.quota; };
  const bool is_strained = is_used_up(overall()) || is_used_up(of_organisation(org));
  const auto is_over = [&](const Budget& b, std::uint32_t strained) {
    return used(b) >= (is_strained ? std::min(strained, b.quota) : b.quota);
  };
  return is_over(of_network(from), strained_network) ||
         (is_v6(from) && is_over(of_block(from), strained_block));
}

bool Model::is_open_to(int invitation, const std::string& from) const {
  const Invitation& i = invitations[std::size_t(invitation)];
  const bool is_back = leads_back(std::size_t(invitation)) && is_live(i.right, now_);
  if (!is_unused(i, now_) && !is_back) return false;
  if (std::uint32_t(i.missed) < misses) return true;
  return std::uint32_t(i.missed) < misses_survived &&
         used({shown_of(invitation), shown_codes, life}) < shown_codes &&
         used({missed_by(invitation, from), own_misses, life}) < own_misses;
}

// The promise, said without a clock: a live invitation opens to who holds its right pair and has
// failed little, whatever others did, while nobody else has its code.
bool Model::is_innocent(int invitation, const std::string& from) const {
  const bool is_live = is_unused(invitations[std::size_t(invitation)], now_);
  const bool has_failed_little =
      ever(of_network(from)) < std::min(strained_network, quotas.network) &&
      (!is_v6(from) || ever(of_block(from)) < std::min(strained_block, quotas.block));
  return is_live && has_failed_little &&
         ever({shown_of(invitation), shown_codes, life}) < shown_codes;
}

// A wrong pair counts on the invitation whose address was right and on the one whose code was.
void Model::fail(const std::string& from, int org, int named, int coded) {
  charge(of_network(from));
  if (is_v6(from)) charge(of_block(from));
  if (charge(of_organisation(org))) alarm(org, "budget_used_up", "guesses_organisation");
  if (charge(overall())) alarm(-1, "budget_used_up", "guesses_overall");
  const auto counted = [&](int i) {
    if (i < 0) return -1;
    return is_unused(invitations[std::size_t(i)], now_) || leads_back(std::size_t(i)) ? i : -1;
  };
  charge({missed_by(counted(named), from), own_misses, life});
  charge({shown_of(counted(coded)), shown_codes, life});
  miss(counted(named));
  miss(counted(coded));
}

void Model::miss(int invitation) {
  if (invitation < 0) return;
  Invitation& i = invitations[std::size_t(invitation)];
  const Right& right = rights[std::size_t(i.right)];
  if (++i.missed == int(misses)) alarm(int(right.org), "invitation_locked", right.id);
}

// Charges a letter, or says that a quota is used up and charges none.
bool Model::may_write(std::size_t org, const std::string& email, bool is_known) {
  const std::string key = "letters " + std::to_string(org);
  const Budget all{key, quotas.letters, day / quotas.letters};
  const Budget person{key + " " + email, quotas.letters_to_person, day / quotas.letters_to_person};
  if (used(all) >= all.quota || (is_known && used(person) >= person.quota)) {
    limited_ = "too_many_letters";
    return false;
  }
  if (is_known) charge(person);
  if (charge(all)) alarm(int(org), "budget_used_up", "letters_organisation");
  return true;
}

}  // namespace limen::sim
