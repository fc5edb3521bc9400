// The machine-readable zone of a travel document, read after ICAO Doc 9303 (8th edition, parts 3 to
// 7): TD1, TD2 and TD3 documents and MRV-A and MRV-B visas, and the one card in wide use that is
// none of these, the French one of before 2021. Text in, fields and check digits out. It decides
// nothing: a wrong check digit is reported, and what it means is decision.hpp's. It reads no
// picture.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace limen::journey {

enum class MrzForm : std::uint8_t { td1, td2, td3, mrv_a, mrv_b, fra };

// A date of six positions, YYMMDD, any part of which may be unknown (part 3, 4.8).
struct MrzDate {
  std::string text;            // the six positions as they stand
  std::optional<Date> date{};  // when all is known and such a day exists
  bool is_readable = true;     // digits or fillers in pairs, month and day in their ranges
  bool is_unknown() const { return text == "<<<<<<"; }
  friend bool operator==(const MrzDate&, const MrzDate&) = default;
};

struct MrzCheck {
  std::string_view name;  // "document number", "date of birth", "date of expiry", …, "composite"
  bool holds;
  friend bool operator==(const MrzCheck&, const MrzCheck&) = default;
};

// Fields without their fillers; a filler inside a name or an optional element is a space.
struct Mrz {
  MrzForm form = MrzForm::td3;
  std::string code;            // P, I, A, C, V and what the issuer added
  std::string issuer;          // three letters, or fewer as the issuer has it (D)
  std::string primary;         // last name
  std::string secondary;       // all other names, in order
  bool names_are_cut = false;  // the names fill their field, so something may be missing
  std::string number;          // whole, also where it continues in the optional element
  std::string nationality;     // the issuer where a form has no place for it
  MrzDate birth;
  char sex = '<';        // M, F, X or < for not stated
  MrzDate expiry;        // unknown where a form has no place for it
  std::string optional;  // optional elements, in order
  std::vector<MrzCheck> checks{};

  bool all_hold() const;
  friend bool operator==(const Mrz&, const Mrz&) = default;
};

// Refuses with invalid_field (`mrz`) what has not the shape of a machine-readable zone. A birth
// lies at or before `today`, an expiry within fifty years of it; that settles the century.
Result<Mrz> read_mrz(const std::vector<std::string>& lines, Date today);

// The check digit of a field (part 3, 4.9); nothing when a character is none of a zone's.
std::optional<char> mrz_check_digit(std::string_view field);

}  // namespace limen::journey
