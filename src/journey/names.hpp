// Whether the name a person typed is the name a machine-readable zone states. A zone has only A to
// Z, each issuer transliterates in its own way and long names are cut, so this is a comparison of
// spellings, not of texts. What a reviewer may rely on:
//
// - `same` only when an issuer may write exactly that name so: every letter by a spelling of its
// own
//   (letters.hpp), hyphens, apostrophes, spaces and marks aside, cut where the zone's field is
//   full; the first name may be followed by others; titles and Jr or III may be missing on one
//   side.
// - A difference that has an innocent reading is none of the others': another romanisation
//   (`spelling`), one letter (`slip`), names or parts left out, initials, the beginning of a first
//   name (`part`), another order or field (`order`). A person looks.
// - One slip in all: a second one, in the same name or in the other, makes them `different`; so
// does
//   one letter of three. Hansen and Jansen are a letter apart, so they are a slip: nobody can tell.
// - Parts are left out on one side only: García Pérez is not García López. At least one name is
//   shared; "de la" is none.
// - A familiar name that is not how the document's begins (Bill, Sasha), a translation (John, Ivan)
//   and a former last name are different names.
// - A letter without a known transliteration makes its part `unreadable`, never `different`.
#pragma once

#include <cstdint>
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
  same,      // a transliteration of it, or nothing to compare
  spelling,  // maybe the same by another convention (sounds.hpp)
  slip,      // one letter missing, too many, another, or two that changed places
  part,      // what one side has of it the other side has, too
  order,     // the same names in another order or another field
  different,
  unreadable,  // the typed name has letters no transliteration is known for
  unstated,    // the zone has no such name
};
struct NameLikeness {
  Likeness last, first, additional;
};
NameLikeness compare_names(const TypedName& typed, const ZoneName& zone);

}  // namespace limen::journey
