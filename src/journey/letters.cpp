// The letters: how each may stand in a machine-readable zone. The standards recommend one or more
// spellings of a letter; issuers also drop the mark, so both are listed. Data and look-ups only;
// the comparison is names.cpp.
#include "journey/letters.hpp"

#include <algorithm>
#include <array>

namespace limen::journey {
namespace {

struct Letter {
  char32_t point;
  std::string_view spellings;
};

// Latin letters that are more than a base letter with a mark, in order. Đ is DJ in Serbia; Ü is YU
// in Chinese passports.
constexpr Letter latin[] = {
    {0xC4, "AE|A"},         {0xC5, "AA|A"},
    {0xC6, "AE"},           {0xD0, "D"},
    {0xD1, "N|NXX"},        {0xD6, "OE|O"},
    {0xD8, "OE|O"},         {0xDC, "UE|U|UXX|YU"},
    {0xDE, "TH"},           {0xDF, "SS"},
    {0xE4, "AE|A"},         {0xE5, "AA|A"},
    {0xE6, "AE"},           {0xF0, "D"},
    {0xF1, "N|NXX"},        {0xF6, "OE|O"},
    {0xF8, "OE|O"},         {0xFC, "UE|U|UXX|YU"},
    {0xFE, "TH"},           {0x110, "D|DJ"},
    {0x111, "D|DJ"},        {0x132, "IJ"},
    {0x133, "IJ"},          {0x152, "OE"},
    {0x153, "OE"},          {0x18F, "E|A"},
    {0x1D5, "UE|U|UXX|YU"}, {0x1D6, "UE|U|UXX|YU"},
    {0x1D7, "UE|U|UXX|YU"}, {0x1D8, "UE|U|UXX|YU"},
    {0x1D9, "UE|U|UXX|YU"}, {0x1DA, "UE|U|UXX|YU"},
    {0x1DB, "UE|U|UXX|YU"}, {0x1DC, "UE|U|UXX|YU"},
    {0x1DE, "AE|A"},        {0x1DF, "AE|A"},
    {0x1E2, "AE"},          {0x1E3, "AE"},
    {0x1E4, "G"},           {0x1E5, "G"},
    {0x1FA, "AA|A"},        {0x1FB, "AA|A"},
    {0x1FC, "AE"},          {0x1FD, "AE"},
    {0x1FE, "OE|O"},        {0x1FF, "OE|O"},
    {0x22A, "OE|O"},        {0x22B, "OE|O"},
    {0x259, "E|A"},         {0x1E9E, "SS"},
};

// Latin letters by base letter, from a first code point on; a blank is none (or stands above).
struct Block {
  char32_t first;
  std::string_view letters;
};
constexpr Block latin_blocks[] = {
    {0xC0,
     "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTS"
     "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTY"},
    {0x100,
     "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLLLLLNNNNNNNNNOOOOOOOORRRRRR"
     "SSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS"},
    {0x1A0, "OO             UU"},
    {0x1CD, "AAIIOOUUUUUUUUUU AAAA    GGKKOOOO  J   GG  NNAA"},
    {0x200, "AAAAEEEEIIIIOOOORRRRUUUUSSTT  HH      AAEEOOOOOOOOYY"},
    {0x1E00,
     "AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMM"
     "MMMMNNNNNNNNOOOOOOOOPPPPRRRRRRRRSSSSSSSSSSTTTTTTTTUUUUUUUUUUVVVV"
     "WWWWWWWWWWXXXXYYZZZZZZHTWY      AAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEE"
     "EEEEEEEEIIIIOOOOOOOOOOOOOOOOOOOOOOOOUUUUUUUUUUUUUUYYYYYYYY"},
};

// Section 6 B. A letter that languages transliterate differently has all of its spellings.
constexpr Letter cyrillic[] = {
    {0x401, "E|IO|YO"}, {0x402, "D|DJ"},  {0x403, "G|GJ"}, {0x404, "IE|YE|E"},
    {0x405, "DZ"},      {0x406, "I"},     {0x407, "I|YI"}, {0x408, "J"},
    {0x409, "LJ|L"},    {0x40A, "NJ|N"},  {0x40B, "C"},    {0x40C, "K|KJ"},
    {0x40E, "U"},       {0x40F, "DZ|DJ"}, {0x410, "A"},    {0x411, "B"},
    {0x412, "V"},       {0x413, "G|H"},   {0x414, "D"},    {0x415, "E|YE"},
    {0x416, "ZH|Z"},    {0x417, "Z"},     {0x418, "I|Y"},  {0x419, "I|Y"},
    {0x41A, "K"},       {0x41B, "L"},     {0x41C, "M"},    {0x41D, "N"},
    {0x41E, "O"},       {0x41F, "P"},     {0x420, "R"},    {0x421, "S"},
    {0x422, "T"},       {0x423, "U"},     {0x424, "F"},    {0x425, "KH|H"},
    {0x426, "TS|C"},    {0x427, "CH|C"},  {0x428, "SH|S"}, {0x429, "SHCH|SHT|SCH"},
    {0x42A, "IE|A|"},   {0x42B, "Y"},     {0x42C, "|Y"},   {0x42D, "E"},
    {0x42E, "IU|YU"},   {0x42F, "IA|YA"}, {0x490, "G"},    {0x491, "G"},
};

// ELOT 743, and what other Greek documents have. Ϊ and Ϋ form no sound with the vowel before them.
constexpr Letter greek[] = {
    {0x391, "A"}, {0x392, "V|B"}, {0x393, "G"},    {0x394, "D"},       {0x395, "E"},  {0x396, "Z"},
    {0x397, "I"}, {0x398, "TH"},  {0x399, "I"},    {0x39A, "K"},       {0x39B, "L"},  {0x39C, "M"},
    {0x39D, "N"}, {0x39E, "X"},   {0x39F, "O"},    {0x3A0, "P"},       {0x3A1, "R"},  {0x3A3, "S"},
    {0x3A4, "T"}, {0x3A5, "Y"},   {0x3A6, "F|PH"}, {0x3A7, "CH|H|KH"}, {0x3A8, "PS"}, {0x3A9, "O"},
    {0x3AA, "I"}, {0x3AB, "Y"},
};
struct Together {
  char32_t first, second;
  std::string_view spellings;
};
constexpr Together greek_pairs[] = {
    {0x391, 0x3A5, "AV|AF|AU"}, {0x395, 0x3A5, "EV|EF|EU"},   {0x397, 0x3A5, "IV|IF|IY"},
    {0x39F, 0x3A5, "OU|U"},     {0x393, 0x393, "NG|GG"},      {0x393, 0x39A, "GK|G|NG|NK"},
    {0x393, 0x39E, "NX|GX"},    {0x393, 0x3A7, "NCH|NH|GCH"}, {0x39C, 0x3A0, "MP|B|MB"},
    {0x39D, 0x3A4, "NT|D|ND"},
};
// Small and accented letters, as capitals: those of U+0386 to U+0390 and of U+03AC to U+03CE.
constexpr std::u32string_view greek_accented =
    U"\u0391\u0387\u0395\u0397\u0399\u038B\u039F\u038D"
    U"\u03A5\u03A9\u03AA";
constexpr std::u32string_view greek_small =
    U"\u0391\u0395\u0397\u0399\u03AB\u0391\u0392\u0393\u0394\u0395\u0396\u0397\u0398\u0399\u039A"
    U"\u039B\u039C\u039D\u039E\u039F\u03A0\u03A1\u03A3\u03A3\u03A4\u03A5\u03A6\u03A7\u03A8\u03A9"
    U"\u03AA\u03AB\u039F\u03A5\u03A9";
static_assert(greek_accented.size() == 0x391 - 0x386 && greek_small.size() == 0x3CF - 0x3AC);

// The national system of 2002, U+10D0 to U+10F0.
constexpr std::string_view georgian[] = {
    "A", "B", "G", "D", "E", "V",  "Z",   "T",  "I",  "K",  "L",  "M",  "N",  "O",  "P", "ZH", "R",
    "S", "T", "U", "P", "K", "GH", "Q|K", "SH", "CH", "TS", "DZ", "TS", "CH", "KH", "J", "H"};
static_assert(std::size(georgian) == 0x10F1 - 0x10D0);

// Section 6 C. Teh marbuta is XAH at the end of a name, XTA elsewhere; vowel marks are not encoded.
constexpr Letter arabic[] = {
    {0x621, "XE"},  {0x622, "XAA"}, {0x623, "XAE"}, {0x624, "U|XW"},    {0x625, "I"},
    {0x626, "XI"},  {0x627, "A"},   {0x628, "B"},   {0x629, "XTA|XAH"}, {0x62A, "T"},
    {0x62B, "XTH"}, {0x62C, "J"},   {0x62D, "XH"},  {0x62E, "XKH"},     {0x62F, "D"},
    {0x630, "XDH"}, {0x631, "R"},   {0x632, "Z"},   {0x633, "S"},       {0x634, "XSH"},
    {0x635, "XSS"}, {0x636, "XDZ"}, {0x637, "XTT"}, {0x638, "XZZ"},     {0x639, "E"},
    {0x63A, "G"},   {0x640, ""},    {0x641, "F"},   {0x642, "Q"},       {0x643, "K"},
    {0x644, "L"},   {0x645, "M"},   {0x646, "N"},   {0x647, "H"},       {0x648, "W"},
    {0x649, "XAY"}, {0x64A, "Y"},   {0x64B, ""},    {0x64C, ""},        {0x64D, ""},
    {0x64E, ""},    {0x64F, ""},    {0x650, ""},    {0x651, ""},        {0x652, ""},
    {0x671, "XXA"}, {0x67E, "P"},   {0x686, "XC"},  {0x698, "XJ"},      {0x6A9, "XKK"},
    {0x6AF, "XGG"}, {0x6CC, "Y"},
};

// A letter and a mark that some keyboards send apart (Unicode's decomposed form), where the
// spellings differ from the bare letter's. All other marks disappear.
struct Marked {
  char32_t letter, mark, whole;
};
constexpr Marked marked[] = {
    {'A', 0x308, 0xC4},    {'O', 0x308, 0xD6},    {'U', 0x308, 0xDC},    {'a', 0x308, 0xE4},
    {'o', 0x308, 0xF6},    {'u', 0x308, 0xFC},    {'A', 0x30A, 0xC5},    {'a', 0x30A, 0xE5},
    {'N', 0x303, 0xD1},    {'n', 0x303, 0xF1},    {0x418, 0x306, 0x419}, {0x438, 0x306, 0x439},
    {0x415, 0x308, 0x401}, {0x435, 0x308, 0x451}, {0x406, 0x308, 0x407}, {0x456, 0x308, 0x457},
    {0x413, 0x301, 0x403}, {0x433, 0x301, 0x453}, {0x41A, 0x301, 0x40C}, {0x43A, 0x301, 0x45C},
    {0x399, 0x308, 0x3AA}, {0x3A5, 0x308, 0x3AB}, {0x627, 0x653, 0x622}, {0x627, 0x654, 0x623},
    {0x648, 0x654, 0x624}, {0x627, 0x655, 0x625}, {0x64A, 0x654, 0x626},
};

// Part 3, 4.6: an apostrophe "shall be omitted", a hyphen "shall be represented in the MRZ by a
// single filler character", other punctuation "shall be omitted". Fillers are not compared.
constexpr std::u32string_view separators =
    U" -\u00A0\u2010\u2011\u2012\u2013\u2014\u2212\u3000\u30FB";
constexpr std::u32string_view vanishing =
    U".,'`\u00AD\u00B4\u00B7\u02B9\u02BB\u02BC\u02BE\u02BF\u200B\u200C\u200D\u2018\u2019\u201B"
    U"\u2032\u2060\uFEFF\uFF07\uFF0E";

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

constexpr std::string_view particles =
    " A AF AL AND AV BEN BIN BINT BINTI D DA DAL DAS DE DEI DEL DELLA DEN DER DES DI DO DOS DU E "
    "EL I IBN IN LA LAS LE LES LO LOS OF SAN T TE TEN TER THE UND VAN VON VOM Y Z ZU ZUM ZUR ";
constexpr std::string_view titles = " DR PROF PHD JR SR JNR SNR II III IV MR MRS MS ";
// Names, too, unless they are typed with a full stop.
constexpr std::string_view abbreviated_titles = " BC DIPL ING JUDR MAG MGR MUDR MVDR PHDR RNDR ";

bool is_listed(std::string_view list, std::string_view word) {
  return list.find(std::string(" ").append(word) + " ") != std::string_view::npos;
}

template <std::size_t N>
std::optional<std::string_view> look_up(const Letter (&table)[N], char32_t point) {
  const auto found = std::ranges::find(table, point, &Letter::point);
  if (found == std::ranges::end(table)) return std::nullopt;
  return found->spellings;
}

std::optional<std::string_view> latin_base_of(char32_t point) {
  for (const auto& [first, letters] : latin_blocks)
    if (point >= first && point - first < letters.size() && letters[point - first] != ' ')
      return letters.substr(point - first, 1);
  return std::nullopt;
}

// Small Cyrillic letters stand at a fixed distance from the capital ones; a grave accent is none of
// the letter's.
char32_t capital_cyrillic(char32_t point) {
  if (point >= 0x430 && point <= 0x44F) return point - 0x20;
  if (point >= 0x450 && point <= 0x45F) point -= 0x50;
  if (point == 0x400) return 0x415;
  return point == 0x40D ? 0x418 : point;
}

// One form of each letter, as the tables have it.
char32_t tabled(char32_t point) {
  if (point >= 0x386 && point < 0x391) return greek_accented[point - 0x386];
  if (point >= 0x3AC && point < 0x3CF) return greek_small[point - 0x3AC];
  if (point >= 0xFF21 && point <= 0xFF3A) return point - 0xFF21 + 'A';
  if (point >= 0xFF41 && point <= 0xFF5A) return point - 0xFF41 + 'a';
  if (point >= 0x1C90 && point <= 0x1CB0) return point - 0x1C90 + 0x10D0;  // Georgian capitals
  return point;
}

std::u32string points_of(std::string_view text) {
  std::u32string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) out += byte;
    else if (byte >= 0xF0) out += byte & 0x07U;
    else if (byte >= 0xE0) out += byte & 0x0FU;
    else if (byte >= 0xC0) out += byte & 0x1FU;
    else out.back() = out.back() << 6 | (byte & 0x3FU);
  }
  return out;
}

}  // namespace

std::optional<std::string_view> spellings_of(char32_t point) {
  point = tabled(point);
  if (point >= 'a' && point <= 'z') point = point - 'a' + 'A';
  if (point >= 'A' && point <= 'Z') return alphabet.substr(point - 'A', 1);
  if (is_separator(point) || vanishing.find(point) != std::u32string_view::npos) return "";
  if (point >= 0x300 && point <= 0x36F) return "";  // a mark of its own after its letter
  if (const auto found = look_up(latin, point)) return found;
  if (const auto found = latin_base_of(point)) return found;
  if (point >= 0x10D0 && point <= 0x10F0) return georgian[point - 0x10D0];
  if (const auto found = look_up(greek, point)) return found;
  if (const auto found = look_up(arabic, point)) return found;
  return look_up(cyrillic, capital_cyrillic(point));
}

std::optional<std::string_view> spellings_of(char32_t first, char32_t second) {
  const auto* found = std::ranges::find_if(greek_pairs, [&](const Together& pair) {
    return pair.first == first && pair.second == second;
  });
  if (found == std::ranges::end(greek_pairs)) return std::nullopt;
  return found->spellings;
}

std::u32string letters_of(std::string_view text) {
  std::u32string out;
  for (const char32_t point : points_of(text)) {
    const auto* pair = std::ranges::find_if(marked, [&](const Marked& m) {
      return !out.empty() && m.letter == out.back() && m.mark == point;
    });
    if (pair != std::ranges::end(marked)) out.back() = pair->whole;
    else if (point < 0x300 || point > 0x36F) out += tabled(point);
  }
  return out;
}

bool is_separator(char32_t point) { return separators.find(point) != std::u32string_view::npos; }

bool is_rarely_spelled_so(char32_t point) { return look_up(arabic, point).has_value(); }

bool is_particle(std::string_view word) { return is_listed(particles, word); }

bool is_title(std::string_view word, bool is_abbreviated) {
  return is_listed(titles, word) || (is_abbreviated && is_listed(abbreviated_titles, word));
}

}  // namespace limen::journey
