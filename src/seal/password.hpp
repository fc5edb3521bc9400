// Passwords of staff, as Argon2id digests (RFC 9106) by libsodium, in PHC's text form. It exists so
// that the one deliberately slow function of the house has one name: whoever calls it is on a lane
// of its own, never on the loop nor on the writer. Which passwords are allowed is
// onboard/staff.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "seal/entropy.hpp"

namespace limen::seal {

// What one digest costs. 64 MiB and three passes are RFC 9106's second recommended option (section
// 4): a guess costs an attacker with the table as much memory, and two lanes of one thread each
// bound what sign-ins take of ours to 128 MiB, while OWASP's least (19 MiB, two passes) would be a
// fifth of the work for memory no server of ours lacks.
struct PasswordCost {
  std::uint32_t kibibytes = 64 * 1024;
  std::uint32_t passes = 3;
};

// "$argon2id$v=19$m=65536,t=3,p=1$<salt>$<digest>". Throws when the memory is not to be had.
std::string hash_password(std::string_view password, const PasswordCost& cost, Entropy& entropy);

// Whether `password` is the one behind `hash`. An empty hash is nobody's: it costs the same time
// and fits no password. Throws when the memory is not to be had.
bool is_password(std::string_view password, const std::string& hash, const PasswordCost& cost);

}  // namespace limen::seal
