// Letters of names and how each may stand in a machine-readable zone: data and look-ups for
// names.cpp, which compares. ICAO Doc 9303 part 3, section 6, A (Latin), B (Cyrillic) and C
// (Arabic); ELOT 743 for Greek, the national system for Georgian. Scripts that are romanised in
// many ways (Han, Hangul, Kana, Hebrew, Thai, …) are not here: such a name cannot be compared
// (docs/adr/0015-names-without-icu.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace limen::journey {

// Every accepted spelling of one code point, separated by `|`, e.g. "UE|U|UXX|YU" for Ü; empty text
// for what disappears (hyphens, apostrophes, spaces); nothing when none is known. The recommended
// one stands first.
std::optional<std::string_view> spellings_of(char32_t point);
// The same for two letters that are written as one sound, ΜΠ for B.
std::optional<std::string_view> spellings_of(char32_t first, char32_t second);

// The code points of a text that is UTF-8, as the tables have them: a letter and its mark as one
// where that matters, Greek without accents, full-width letters as ordinary ones.
std::u32string letters_of(std::string_view text);

bool is_separator(char32_t point);  // ends a word: spaces, hyphens
// Whether a zone that states something else proves nothing: issuers write Arabic as it sounds far
// more often than as the standard spells it.
bool is_rarely_spelled_so(char32_t point);

// Words, in a zone's letters. A particle tells nobody from anybody; a title is no part of a name.
bool is_particle(std::string_view word);
bool is_title(std::string_view word, bool is_abbreviated);

}  // namespace limen::journey
