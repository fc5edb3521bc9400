// The forms of a machine-readable zone as a reader of pictures needs them: what may stand in each
// place, and which places a check digit watches (ICAO Doc 9303, parts 3 to 7, and the French card
// that is not of it). What the text means is journey/mrz.hpp's.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace limen::evidence {

// A run of places watched together. `is_checked`: its last place is the check digit of the others.
struct Span {
  std::size_t line, at, size;
  bool is_checked;
};

// Kinds of places: P, I and V are first letters of passports, cards and visas; A a letter or
// filler, N a digit, D a digit or filler, X any, S a sex, F a filler; a small letter is that
// letter.
struct FormOfZone {
  std::string_view name;
  std::size_t lines, width;
  std::span<const std::string_view> places;  // a text per line
  std::span<const Span> spans;               // in the order the composite digit counts them
  bool has_composite;                        // in the last place of the second line
};

std::span<const FormOfZone> forms_of_zones();

// Whether a character may stand in a place of this kind.
bool may_stand(char kind, char c);

}  // namespace limen::evidence
