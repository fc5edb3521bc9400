// Every budget on one screen: what strangers may get wrong and how many letters may leave, before
// the answer is 429 (or, at one invitation, the one 404). The arithmetic behind the numbers is ADR
// 0012; how a budget is counted is limiter.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/limits.hpp"
#include "base/limits_console.hpp"
#include "base/time.hpp"

namespace limen::onboard {

enum class Budget : std::uint8_t {
  guesses_address,       // failures of one network: an IPv4 address, an IPv6 /64
  guesses_block,         // failures of one IPv6 /48
  guesses_organisation,  // failures at the codes of one organisation
  guesses_overall,       // all failures
  misses_of_network,     // failures of one network at one invitation that is locked
  misses_of_code,        // wrong addresses for one right code
  letters_organisation,  // letters one organisation may cause
  letters_recipient,     // further letters of one organisation to one person
  sign_ins_network,      // failures of one network at the console's sign-in
  sign_ins_block,        // failures of one IPv6 /48 there
  sign_ins_account,      // failures of strangers' devices at one address
  sign_ins_overall,      // all failures of strangers' devices
  sign_ins_device,       // failures of one device that signed in before
  codes_account,         // wrong second factors of one member, from strangers' devices
};

struct BudgetPolicy {
  Budget budget;
  std::string_view name;   // in RateLimit fields, metrics, alarms and the configuration
  std::uint32_t quota;     // so many …
  Seconds window;          // … in this time, refilling evenly; 0: one in an invitation's life
  std::uint32_t strained;  // the quota while the organisation's or the overall one is used up
};

constexpr std::array<BudgetPolicy, 14> budget_policies = {{
    {Budget::guesses_address, "guesses_address", limits::guesses_address, limits::budget_window,
     limits::guesses_address_strained},
    {Budget::guesses_block, "guesses_block", limits::guesses_block, limits::budget_window,
     limits::guesses_block_strained},
    {Budget::guesses_organisation, "guesses_organisation", limits::guesses_organisation,
     limits::budget_window, limits::guesses_organisation},
    {Budget::guesses_overall, "guesses_overall", limits::guesses_overall, limits::budget_window,
     limits::guesses_overall},
    {Budget::misses_of_network, "misses_of_network", limits::misses_of_network, Seconds{0},
     limits::misses_of_network},
    {Budget::misses_of_code, "misses_of_code", limits::misses_of_code, Seconds{0},
     limits::misses_of_code},
    {Budget::letters_organisation, "letters_organisation", limits::letters_organisation,
     limits::budget_window, limits::letters_organisation},
    {Budget::letters_recipient, "letters_recipient", limits::letters_recipient,
     limits::budget_window, limits::letters_recipient},
    {Budget::sign_ins_network, "sign_ins_network", limits::sign_ins_network, limits::sign_in_window,
     limits::sign_ins_network_strained},
    {Budget::sign_ins_block, "sign_ins_block", limits::sign_ins_block, limits::sign_in_window,
     limits::sign_ins_block_strained},
    {Budget::sign_ins_account, "sign_ins_account", limits::sign_ins_account, limits::sign_in_window,
     limits::sign_ins_account},
    {Budget::sign_ins_overall, "sign_ins_overall", limits::sign_ins_overall, limits::sign_in_window,
     limits::sign_ins_overall},
    {Budget::sign_ins_device, "sign_ins_device", limits::sign_ins_device, limits::sign_in_window,
     limits::sign_ins_device},
    {Budget::codes_account, "codes_account", limits::codes_account, limits::budget_window,
     limits::codes_account},
}};

// Quotas in force, by Budget. An operator may set each.
using Quotas = std::array<std::uint32_t, budget_policies.size()>;
constexpr Quotas default_quotas = [] {
  Quotas quotas{};
  for (std::size_t i = 0; i < quotas.size(); ++i) quotas[i] = budget_policies[i].quota;
  return quotas;
}();

constexpr const BudgetPolicy& policy_of(Budget budget) {
  return budget_policies[static_cast<std::size_t>(budget)];
}

}  // namespace limen::onboard
