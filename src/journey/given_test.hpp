// What the tests of journeys are given: the moment they begin at, ids and digests by number, and
// the specimens of ICAO Doc 9303 (parts 4, 5 and 6; holder of the fictitious state Utopia).
#pragma once

#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "seal/digest.hpp"

namespace limen::journey {

inline constexpr Time start = from_ms(1'795'284'000'000);  // 2026-11-21T18:00:00Z
inline constexpr Date today = std::chrono::year{2026} / 11 / 21;

inline Id id_of(std::uint8_t n) {
  Id id;
  id.bytes[15] = n;
  return id;
}
inline seal::Digest digest_of(std::uint8_t n) {
  seal::Digest digest{};
  digest[0] = n;
  return digest;
}

using Lines = std::vector<std::string>;
inline const Lines td1 = {"I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
                          "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"};
inline const Lines td2 = {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
                          "D231458907UTO7408122F1204159<<<<<<<6"};
inline const Lines td3 = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                          "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};

}  // namespace limen::journey
