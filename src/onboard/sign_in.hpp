// Signing in at the console: a password, then a code of the second factor, then a session that ends
// by itself. Strangers cannot lock anybody out: failures are counted by network and by account, an
// account under attack only shortens what each network may get wrong, and a device that signed in
// before has failures of its own (limiter.hpp). Hashing is prepare_sign_in's, which runs on a lane
// of its own; the rest is short.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/network.hpp"
#include "onboard/staff.hpp"

namespace limen::onboard {

// A device one member signed in from. It counts for that member alone: somebody else's account is
// as strange to it as to any machine.
struct Mark {
  Id device, member;
};
// Where a sign-in comes from.
struct Seat {
  Address from;
  std::optional<Mark> mark{};  // genuine; nothing for a stranger's machine
  std::string agent{};
};
// The text of the device cookie, and what it says; nothing when it is forged or over.
seal::Secret device_mark(Desk& desk, const Mark& mark);
std::optional<Mark> read_device_mark(const seal::Sealer& sealer, Time now, std::string_view text);

struct PasswordForm {
  std::string email, password;
  std::string organisation{};  // handle; needed when the address works for several
};
// What hashing found. Believed only together with the row it was computed from.
struct Checked {
  std::optional<Member> member;  // nothing: nobody of that address
  bool is_right = false;
};
// Slow: hashes a password whether or not there is somebody to compare it with. Refuses with
// too_many_guesses before it does.
Result<Checked> prepare_sign_in(Desk& desk, const PasswordForm& form, const Seat& seat);

// The right to show a second factor now. Refuses with unauthenticated, too_many_guesses.
Result<seal::Secret> begin_sign_in(Desk& desk, const Checked& checked, const PasswordForm& form,
                                   const Seat& seat);

struct SecondFactor {
  std::string code{};           // of now
  std::string recovery_code{};  // or one of these
};
struct Entered {
  SignedIn session;
  Member member;
  seal::Secret cookie;  // the session's text
  seal::Secret device;  // the device's mark
};
// Refuses with unauthenticated (ticket forged or over, code wrong or used), too_many_guesses.
Result<Entered> finish_sign_in(Desk& desk, std::string_view ticket, const SecondFactor& shown,
                               const Seat& seat);
// After a sign-up, which showed both.
Entered enter(Desk& desk, const Member& member, const Seat& seat);

// Who holds the session of that text: unauthenticated when it is forged, over, idle, ended, or its
// member is no longer active. Sees it.
struct Present {
  SignedIn session;
  Member member;
};
Result<Present> by_console(Desk& desk, std::string_view text);

// The second factor again, for what is asked for only with it. Refuses as finish_sign_in.
Result<Present> confirm(Desk& desk, const Present& present, const SecondFactor& shown,
                        const Seat& seat);
bool is_confirmed(const SignedIn& session, Time now);

void sign_out(Desk& desk, const Present& present);

}  // namespace limen::onboard
