// What the tests of journeys are given: the moment they begin at, ids and digests by number, the
// specimens of ICAO Doc 9303 (parts 4, 5 and 6; holder of the fictitious state Utopia), and zones
// of any holder with right check digits.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"
#include "journey/mrz.hpp"
#include "journey/reading.hpp"
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
// The specimen of the French card of before 2021, as the ministry published it.
inline const Lines fra = {"IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<",
                          "8806923102858CORINNE<<<<<<<6512068F6"};
inline const Lines td3 = {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
                          "L898902C36UTO7408122F1204159ZE184226B<<<<<10"};

// The licence of the holder of the specimens.
inline LicenceRead licence_of_anna() {
  LicenceRead out;
  out.number = "D1234";
  out.family_name = "Eriksson";
  out.first_name = "Anna";
  out.middle_names = "Maria";
  out.country = "USA";
  out.birth = std::chrono::year{1974} / 8 / 12;
  out.expiry = std::chrono::year{2030} / 2 / 3;
  return out;
}

// A holder's document, the names as in the zone. A number longer than nine characters continues in
// the optional element.
struct Document {
  std::string names = "ERIKSSON<<ANNA<MARIA";
  std::string birth = "740812", expiry = "301231", issuer = "SVK", code = "P<";
  std::string number = "L898902C3", optional{};
};
inline std::string filled(std::string field, std::size_t size) {
  field.resize(std::max(size, field.size()), '<');  // a field that is too long shows
  return field;
}
inline std::string with_digit(std::string field) { return field + *mrz_check_digit(field); }

// Of the French card: the names are parted as in a passport, the number has twelve digits, and what
// is optional elsewhere is the office.
inline Lines french_zone_of(const Document& d) {
  const std::size_t end = d.names.find("<<");
  const std::string given = end == std::string::npos ? "" : d.names.substr(end + 2);
  const std::string first = "IDFRA" + filled(d.names.substr(0, end), 25) + filled(d.optional, 6);
  const std::string second = with_digit(d.number) + filled(given, 14) + with_digit(d.birth) + 'F';
  return {first, second + *mrz_check_digit(first + second)};
}

inline Lines zone_of(MrzForm form, const Document& d) {
  if (form == MrzForm::fra) return french_zone_of(d);
  const bool is_long = d.number.size() > 9;
  const std::string rest = is_long ? with_digit(d.number).substr(9) + '<' : "";
  const std::string number =
      is_long ? d.number.substr(0, 9) + '<' : with_digit(filled(d.number, 9));
  const std::string birth = with_digit(d.birth), expiry = with_digit(d.expiry);
  const std::string issuer = filled(d.issuer, 3), optional = rest + d.optional;
  const std::string head = d.code + issuer, middle = number + issuer + birth + "F" + expiry;
  const auto digit = [&](const std::string& more) {
    return *mrz_check_digit(number + birth + expiry + more);
  };
  switch (form) {
    case MrzForm::td1: {
      const std::string field = filled(optional, 15), none(11, '<');
      const char composite = *mrz_check_digit(number + field + birth + expiry + none);
      return {head + number + field, birth + "F" + expiry + issuer + none + composite,
              filled(d.names, 30)};
    }
    case MrzForm::td2: {
      const std::string field = filled(optional, 7);
      return {head + filled(d.names, 31), middle + field + digit(field)};
    }
    case MrzForm::td3: {
      const std::string field = with_digit(filled(optional, 14));
      return {head + filled(d.names, 39), middle + field + digit(field)};
    }
    case MrzForm::mrv_a: return {head + filled(d.names, 39), middle + filled(optional, 16)};
    case MrzForm::mrv_b:
    case MrzForm::fra: break;
  }
  return {head + filled(d.names, 31), middle + filled(optional, 8)};
}
inline Lines td3_of(const Document& d) { return zone_of(MrzForm::td3, d); }

}  // namespace limen::journey
