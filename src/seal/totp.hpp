// Time-based one-time passwords (RFC 6238 with HMAC-SHA-1, 30 seconds, six digits: what every
// authenticator app speaks), and base32 (RFC 4648 section 6), in which their secrets are shown.
// That a code works once is onboard/staff.hpp's rule; the step it was found at is given back for
// that.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace limen::seal {

constexpr std::size_t totp_secret_bytes = 20;  // RFC 4226 section 4, R6: "of 160 bits"
constexpr Seconds totp_step{30};

// The code of one step, `digits` of them. RFC 4226 section 5.3.
std::string totp_code(BytesView secret, std::uint64_t step, unsigned digits = 6);

constexpr std::uint64_t totp_step_of(Time now) {
  return static_cast<std::uint64_t>(to_unix(now) / totp_step.count());
}

// The step whose code `code` is, the present one or a neighbour (RFC 6238 section 5.2), when it is
// later than `after`; nothing otherwise. Takes the same time whatever it finds.
std::optional<std::uint64_t> totp_match(BytesView secret, std::string_view code, Time now,
                                        std::uint64_t after);

// Upper case, without padding.
std::string base32(BytesView bytes);

}  // namespace limen::seal
