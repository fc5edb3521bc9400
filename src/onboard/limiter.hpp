// The limiter: budgets that strangers use up by failing and organisations by sending letters. Each
// is a generic cell rate algorithm: the one number remembered is until when it is used, in the
// store, so that a restart forgives nothing. Only failures are charged, and whoever has few of them
// is served however much others failed: strangers lock nobody out. The numbers are budgets.hpp.
#pragma once

#include <optional>
#include <string_view>

#include "base/network.hpp"
#include "onboard/desk.hpp"

namespace limen::onboard {

// A rate and the arithmetic over it. Pure.
struct Rate {
  std::uint32_t quota;
  Millis window;

  Millis interval() const;                         // one unit comes back in this time
  std::uint32_t used(Time until, Time now) const;  // 0 to quota
  Time charged(Time until, Time now) const;        // `until` after one more
  Seconds wait(Time until, Time now, std::uint32_t limit) const;  // until used() < limit
};

// Somebody who shows a code and an address to an organisation (nil: to none there is).
struct Guesser {
  Address from;
  TenantId organisation;
};
// Whether this guesser must wait. Asked before anything is looked up, so that the refusal tells
// nothing about the code. Writes nothing.
std::optional<Problem> refuse_guess(Desk& desk, const Guesser& guesser);
// One failure, of whatever kind. Raises an alarm when a budget wider than a network is used up.
void charge_guess(Desk& desk, const Guesser& guesser);

// One failure at one invitation (nil: at none, which costs the same time).
void charge_miss(Desk& desk, const GrantId& invitation, const Address& from);
// The right code of that invitation with a wrong address.
void charge_shown_code(Desk& desk, const GrantId& invitation);
// Whether a locked invitation still opens to `from`: few misses of its own, few wrong addresses for
// the code, and not so many misses in all that guessing could pay.
bool is_open_to(Desk& desk, const Grant& invitation, const Address& from);
// So many misses one invitation survives in all: a millionth of a thousandth of the codes there
// are, so that a million invitations guessed at to the end give away 10^-3 of one.
std::uint64_t misses_survived(const seal::Codes& codes);

// Somebody who shows an address and a password to the console. `device`: of one that this member
// signed in from before, which has a budget of its own and feels nobody else's.
struct Knock {
  Address from;
  std::string email;  // case-folded
  std::optional<Id> device{};
};
std::optional<Problem> refuse_sign_in(Desk& desk, const Knock& knock);
// True while the account has failures left, so that each is worth a row of the trail: beyond, the
// strangers of ten thousand networks would write there for ever.
bool charge_sign_in(Desk& desk, const Knock& knock);
// The same for second factors, which only who knows the password gets to show.
std::optional<Problem> refuse_code(Desk& desk, const Id& member, const std::optional<Id>& device);
void charge_code(Desk& desk, const Id& member, const std::optional<Id>& device);

// Charges a letter of `organisation` to its quota and, when the person was written to before, to
// the person's. Refuses, charging nothing, when either is used up.
enum class Addressee : std::uint8_t { fresh, known };
std::optional<Problem> charge_letter(Desk& desk, const TenantId& organisation,
                                     std::string_view email, Addressee addressee);
// How many letters the organisation may still cause now.
std::size_t letters_left(Desk& desk, const TenantId& organisation);

}  // namespace limen::onboard
