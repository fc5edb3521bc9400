// What the PDF417 of a North American driving licence or identity card says, after the AAMVA DL/ID
// card design standard, versions 1 (2000) to 10 (2020). Whoever can print can print one, so nothing
// here is proof, and all of it is a stranger's text: bounded, UTF-8, without controls. It judges
// nothing; a date that is none is left out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace limen::evidence {

constexpr std::size_t aamva_bytes_max = 4096;
constexpr std::size_t aamva_value_max = 128;  // bytes of one element that are kept

// Empty texts are those that are missing, "NONE" or "unavl".
struct Licence {
  int version = 0;         // of the standard
  std::string issuer{};    // six digits that AAMVA gave the authority
  bool is_licence = true;  // no: an identity card (subfile ID)
  std::string number{};
  std::string family_name{}, first_name{}, middle_names{};
  std::optional<Date> birth{}, expiry{}, issued{};
  char sex = 0;  // 'M', 'F', 'X' for not specified; 0 when it does not say
  std::string street{}, city{}, state{}, postcode{}, country{};
  // The name was too long for the card (elements DDE, DDF, DDG say T).
  bool family_is_cut = false, first_is_cut = false, middle_is_cut = false;
};

// Nothing where the text is none of AAMVA's or holds neither a number nor a family name.
std::optional<Licence> read_aamva(std::string_view text);

}  // namespace limen::evidence
