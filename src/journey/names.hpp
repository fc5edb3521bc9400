// Whether the name a person typed is the name a machine-readable zone states. A zone has only A to
// Z, each issuer transliterates in its own way and long names are cut, so this is a comparison of
// spellings, not of texts. It does not guess nicknames, swapped names or sounds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace limen::journey {

// What a zone says, words separated by single spaces (mrz.hpp).
struct ZoneName {
  std::string_view primary, secondary;
  bool is_cut = false;
};
// What the person typed; an empty part was not given.
struct TypedName {
  std::string_view first, last, additional;
};

enum class Likeness : std::uint8_t {
  same,  // a transliteration of it, or nothing to compare
  near,  // the same but for ae/a, oe/o, ue/u: maybe two transliterations of one name
  different,
  unreadable,  // the typed name has letters no transliteration is known for
  unstated,    // the zone has no such name
};
struct NameLikeness {
  Likeness last, first, additional;
};
NameLikeness compare_names(const TypedName& typed, const ZoneName& zone);

// Every accepted spelling of one code point, separated by `|`, e.g. "UE|U|UXX" for Ü; empty text
// for what disappears (hyphens, apostrophes, spaces); nothing when none is known. ICAO Doc 9303
// part 3, section 6, A (Latin) and B (Cyrillic), and the bare letter.
std::optional<std::string_view> spellings_of(char32_t point);

}  // namespace limen::journey
