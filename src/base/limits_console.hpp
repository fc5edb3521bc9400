// The limits of the operator's console, beside those of limits.hpp: a file of its own, so that a
// change to the console compiles the console. Nothing here is a rule; the rules that use a number
// name it.
#pragma once

#include <chrono>
#include <cstdint>

namespace limen::limits {

constexpr auto console_life = std::chrono::hours{12};
constexpr auto console_idle = std::chrono::minutes{30};
constexpr auto console_confirmed = std::chrono::minutes{5};  // a second factor counts as just shown
constexpr auto console_device_life = std::chrono::days{180};
constexpr auto sign_in_ticket_life = std::chrono::minutes{5};
constexpr auto sign_up_life = std::chrono::days{3};

// --- budgets of its sign-in (ADR 0012) ---
constexpr auto sign_in_window = std::chrono::hours{1};
constexpr std::uint32_t sign_ins_network = 20;
constexpr std::uint32_t sign_ins_network_strained = 3;
constexpr std::uint32_t sign_ins_block = 100;
constexpr std::uint32_t sign_ins_block_strained = 10;
constexpr std::uint32_t sign_ins_account = 30;
constexpr std::uint32_t sign_ins_overall = 2'000;
constexpr std::uint32_t sign_ins_device = 20;
constexpr std::uint32_t codes_account = 10;  // of the second factor, by who knows the password

}  // namespace limen::limits
