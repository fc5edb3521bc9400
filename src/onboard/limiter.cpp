// Budgets over the ledger. Everything runs on the one writer, so what was read is still true when
// it is written.
#include "onboard/limiter.hpp"

#include <algorithm>

#include "base/problem_codes.hpp"

namespace limen::onboard {
namespace {

// One budget of one subject. Its key is a keyed hash: the store holds no address (trust P3).
struct Account {
  Budget budget;
  Rate rate;
  Id key;
};

Account account_of(const Desk& desk, Budget budget, BytesView subject) {
  const BudgetPolicy& policy = policy_of(budget);
  const std::uint32_t quota = desk.settings.quotas[static_cast<std::size_t>(budget)];
  const Seconds window =
      policy.window.count() > 0 ? policy.window : desk.settings.invitation_life * quota;
  Bytes context{static_cast<std::uint8_t>(budget)};
  context.insert(context.end(), subject.begin(), subject.end());
  const seal::Bits256 bits = desk.sealer.derive("budget", context);
  Account out{budget, {quota, window}, {}};
  std::copy_n(bits.begin(), out.key.bytes.size(), out.key.bytes.begin());
  return out;
}

Account of_network(const Desk& desk, const Address& from) {
  return account_of(desk, Budget::guesses_address, network_of(from).bytes);
}
Account of_block(const Desk& desk, const Address& from) {
  return account_of(desk, Budget::guesses_block, block_of(from).bytes);
}
Account of_misses(const Desk& desk, const GrantId& invitation, const Address& from) {
  const Address network = network_of(from);
  Bytes subject(invitation.bytes.begin(), invitation.bytes.end());
  subject.insert(subject.end(), network.bytes.begin(), network.bytes.end());
  return account_of(desk, Budget::misses_of_network, subject);
}

Time until_of(Desk& desk, const Account& account) {
  return desk.ledger.budget(account.key).value_or(Time{});
}

bool is_used_up(Desk& desk, const Account& account) {
  return account.rate.used(until_of(desk, account), desk.at.now) >= account.rate.quota;
}

// True when this unit was the last.
bool charge(Desk& desk, const Account& account) {
  const Time until = account.rate.charged(until_of(desk, account), desk.at.now);
  desk.ledger.raise_budget(account.key, until);
  return account.rate.used(until, desk.at.now) >= account.rate.quota;
}

// Whose budget it is stands in the alarm only as the organisation: an address is nobody's name, but
// it is not ours to keep either.
void alarm(Desk& desk, const Account& account, const TenantId& tenant) {
  const std::string_view name = policy_of(account.budget).name;
  desk.ledger.add_alarm({seal::draw_id(desk.at.entropy, desk.at.now), tenant, desk.at.now,
                         "budget_used_up", std::string(name),
                         std::to_string(account.rate.quota) + " are used up"});
}

Problem refusal_of(Desk& desk, const Account& account, std::string_view code, std::uint32_t limit) {
  Problem problem{Fault::limited, code};
  problem.note = policy_of(account.budget).name;
  problem.retry_after = account.rate.wait(until_of(desk, account), desk.at.now, limit);
  problem.limit = Limit{policy_of(account.budget).name, limit,
                        std::chrono::duration_cast<Seconds>(account.rate.interval() * limit)};
  return problem;
}

// The refusal of an account that has used what it may, or the lesser quota while others strain it.
std::optional<Problem> refuse_beyond(Desk& desk, const Account& account, bool is_strained) {
  const std::uint32_t strained = policy_of(account.budget).strained;
  const std::uint32_t limit =
      is_strained ? std::min(strained, account.rate.quota) : account.rate.quota;
  if (account.rate.used(until_of(desk, account), desk.at.now) < limit) return std::nullopt;
  return refusal_of(desk, account, codes::too_many_guesses, limit);
}

}  // namespace

Millis Rate::interval() const { return std::max(window / quota, Millis{1}); }

std::uint32_t Rate::used(Time until, Time now) const {
  if (until <= now) return 0;
  const std::int64_t units = (until - now + interval() - Millis{1}) / interval();
  return static_cast<std::uint32_t>(std::min<std::int64_t>(units, quota));
}

Time Rate::charged(Time until, Time now) const {
  return std::min(std::max(until, now) + interval(), now + interval() * quota);
}

Seconds Rate::wait(Time until, Time now, std::uint32_t limit) const {
  // used() rounds up, so `limit` is left only when the unit before it has come back in full.
  const Millis left = until - now - interval() * (std::max(limit, 1U) - 1);
  return std::max(std::chrono::ceil<Seconds>(left), Seconds{1});
}

std::optional<Problem> refuse_guess(Desk& desk, const Guesser& guesser) {
  if (desk.settings.is_dev) return std::nullopt;
  const bool is_strained =
      is_used_up(desk, account_of(desk, Budget::guesses_overall, {})) ||
      is_used_up(desk, account_of(desk, Budget::guesses_organisation, guesser.organisation.view()));
  auto refused = refuse_beyond(desk, of_network(desk, guesser.from), is_strained);
  if (!refused && !guesser.from.is_ipv4())
    refused = refuse_beyond(desk, of_block(desk, guesser.from), is_strained);
  return refused;
}

void charge_guess(Desk& desk, const Guesser& guesser) {
  if (desk.settings.is_dev) return;
  charge(desk, of_network(desk, guesser.from));
  if (!guesser.from.is_ipv4()) charge(desk, of_block(desk, guesser.from));
  const Account organisation =
      account_of(desk, Budget::guesses_organisation, guesser.organisation.view());
  if (charge(desk, organisation)) alarm(desk, organisation, guesser.organisation);
  const Account overall = account_of(desk, Budget::guesses_overall, {});
  if (charge(desk, overall)) alarm(desk, overall, TenantId{});
}

void charge_miss(Desk& desk, const GrantId& invitation, const Address& from) {
  charge(desk, of_misses(desk, invitation, from));
}

void charge_shown_code(Desk& desk, const GrantId& invitation) {
  charge(desk, account_of(desk, Budget::misses_of_code, invitation.view()));
}

bool is_open_to(Desk& desk, const Grant& invitation, const Address& from) {
  if (invitation.missed >= misses_survived(desk.codes)) return false;
  if (is_used_up(desk, account_of(desk, Budget::misses_of_code, invitation.id.view())))
    return false;
  return !is_used_up(desk, of_misses(desk, invitation.id, from));
}

std::uint64_t misses_survived(const seal::Codes& codes) {
  std::uint64_t spellings = 1;
  for (std::size_t i = 0; i < codes.symbols(); ++i) spellings *= seal::code_alphabet.size();
  return spellings / 1'000'000'000;
}

namespace {

// The budgets of a stranger's device: by network, by block for IPv6, and those that strain them.
Account of_knock_network(const Desk& desk, const Knock& knock) {
  const Address network = network_of(knock.from);
  return account_of(desk, Budget::sign_ins_network, network.bytes);
}
Account of_knock_block(const Desk& desk, const Knock& knock) {
  return account_of(desk, Budget::sign_ins_block, block_of(knock.from).bytes);
}
Account of_knocked(const Desk& desk, const Knock& knock) {
  return account_of(desk, Budget::sign_ins_account, as_bytes(knock.email));
}
Account of_codes(const Desk& desk, const Id& member, const std::optional<Id>& device) {
  if (device) return account_of(desk, Budget::sign_ins_device, device->view());
  return account_of(desk, Budget::codes_account, member.view());
}

std::optional<Problem> refuse_when_used_up(Desk& desk, const Account& account) {
  if (!is_used_up(desk, account)) return std::nullopt;
  return refusal_of(desk, account, codes::too_many_guesses, account.rate.quota);
}

}  // namespace

std::optional<Problem> refuse_sign_in(Desk& desk, const Knock& knock) {
  if (desk.settings.is_dev) return std::nullopt;
  if (knock.device)
    return refuse_when_used_up(desk,
                               account_of(desk, Budget::sign_ins_device, knock.device->view()));
  const bool is_strained = is_used_up(desk, account_of(desk, Budget::sign_ins_overall, {})) ||
                           is_used_up(desk, of_knocked(desk, knock));
  auto refused = refuse_beyond(desk, of_knock_network(desk, knock), is_strained);
  if (!refused && !knock.from.is_ipv4())
    refused = refuse_beyond(desk, of_knock_block(desk, knock), is_strained);
  return refused;
}

bool charge_sign_in(Desk& desk, const Knock& knock) {
  if (desk.settings.is_dev) return true;
  if (knock.device) {  // refused once its own are used up
    charge(desk, account_of(desk, Budget::sign_ins_device, knock.device->view()));
    return true;
  }
  const bool has_left = !is_used_up(desk, of_knocked(desk, knock));
  charge(desk, of_knock_network(desk, knock));
  if (!knock.from.is_ipv4()) charge(desk, of_knock_block(desk, knock));
  charge(desk, of_knocked(desk, knock));
  const Account overall = account_of(desk, Budget::sign_ins_overall, {});
  if (charge(desk, overall)) alarm(desk, overall, TenantId{});
  return has_left;
}

std::optional<Problem> refuse_code(Desk& desk, const Id& member, const std::optional<Id>& device) {
  if (desk.settings.is_dev) return std::nullopt;
  return refuse_when_used_up(desk, of_codes(desk, member, device));
}

void charge_code(Desk& desk, const Id& member, const std::optional<Id>& device) {
  if (!desk.settings.is_dev) charge(desk, of_codes(desk, member, device));
}

std::optional<Problem> charge_letter(Desk& desk, const TenantId& organisation,
                                     std::string_view email, Addressee addressee) {
  if (desk.settings.is_dev) return std::nullopt;
  const Account quota = account_of(desk, Budget::letters_organisation, organisation.view());
  if (is_used_up(desk, quota))
    return refusal_of(desk, quota, codes::too_many_letters, quota.rate.quota);
  if (addressee == Addressee::known) {
    Bytes subject(organisation.bytes.begin(), organisation.bytes.end());
    const BytesView person = as_bytes(email);
    subject.insert(subject.end(), person.begin(), person.end());
    const Account recipient = account_of(desk, Budget::letters_recipient, subject);
    if (is_used_up(desk, recipient))
      return refusal_of(desk, recipient, codes::too_many_letters, recipient.rate.quota);
    charge(desk, recipient);
  }
  if (charge(desk, quota)) alarm(desk, quota, organisation);
  return std::nullopt;
}

std::size_t letters_left(Desk& desk, const TenantId& organisation) {
  if (desk.settings.is_dev) return SIZE_MAX;
  const Account quota = account_of(desk, Budget::letters_organisation, organisation.view());
  return quota.rate.quota - quota.rate.used(until_of(desk, quota), desk.at.now);
}

}  // namespace limen::onboard
