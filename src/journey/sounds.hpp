// Whether two names in a zone's letters may be one name written by two conventions: ae and a, kh
// and h, Yuri and Iurii, Mohammed and Muhammad, Lee and Yi. It says maybe, never yes; what follows
// from that is names.cpp's. It knows no nicknames and no translations.
#pragma once

#include <string>
#include <string_view>

namespace limen::journey {

// How much of a name is heard.
enum class Ear : std::uint8_t {
  sharp,  // digraphs and doubled letters are one sound each, so SCHMIDT is SMIT
  dull,   // vowels are A (a, e, i) or O (o, u)
  deaf,   // every vowel is A, sibilants are one, and so are F and V, G and K; no vowel at the end
};
std::string sound_of(std::string_view letters, Ear ear);

// The same to sharp ears; to dull ones with two consonants or more, to deaf ones with three; or two
// romanisations of one Chinese or Korean last name.
bool may_be_one_name(std::string_view a, std::string_view b);

}  // namespace limen::journey
