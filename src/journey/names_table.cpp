// The letters: how each may stand in a machine-readable zone. ICAO Doc 9303 part 3, section 6
// recommends one or more spellings of a letter; issuers also drop the mark, so both are listed.
// Data only; the comparison is names.cpp.
#include <algorithm>
#include <array>

#include "journey/names.hpp"

namespace limen::journey {
namespace {

struct Letter {
  char32_t point;
  std::string_view spellings;
};

// Latin letters that are more than a base letter with a mark, in order.
constexpr Letter latin[] = {
    {0xC4, "AE|A"}, {0xC5, "AA|A"}, {0xC6, "AE"},       {0xD0, "D"},     {0xD1, "N|NXX"},
    {0xD6, "OE|O"}, {0xD8, "OE|O"}, {0xDC, "UE|U|UXX"}, {0xDE, "TH"},    {0xDF, "SS"},
    {0xE4, "AE|A"}, {0xE5, "AA|A"}, {0xE6, "AE"},       {0xF0, "D"},     {0xF1, "N|NXX"},
    {0xF6, "OE|O"}, {0xF8, "OE|O"}, {0xFC, "UE|U|UXX"}, {0xFE, "TH"},    {0x132, "IJ"},
    {0x133, "IJ"},  {0x152, "OE"},  {0x153, "OE"},      {0x18F, "E|A"},  {0x1A0, "O"},
    {0x1A1, "O"},   {0x1AF, "U"},   {0x1B0, "U"},       {0x1CD, "A"},    {0x1CE, "A"},
    {0x1E6, "G"},   {0x1E7, "G"},   {0x1FA, "AA|A"},    {0x1FB, "AA|A"}, {0x218, "S"},
    {0x219, "S"},   {0x21A, "T"},   {0x21B, "T"},       {0x259, "E|A"},  {0x1E9E, "SS"},
};

// U+00C0 to U+00FF by base letter; a blank is none (or stands above).
constexpr std::string_view latin_1 =
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTS"
    "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTY";
// U+0100 to U+017F.
constexpr std::string_view extended_a =
    "AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLLLLLNNNNNNNNNOOOOOOOORRRRRR"
    "SSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";
static_assert(latin_1.size() == 64 && extended_a.size() == 128);

// Section 6 B. A letter that languages transliterate differently has all of its spellings.
constexpr Letter cyrillic[] = {
    {0x401, "E|IO|YO"}, {0x402, "D|DJ"},  {0x403, "G"},    {0x404, "IE|YE|E"},
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

// Vietnamese letters, U+1EA0 to U+1EF9, by where each base letter's range ends.
struct Range {
  char32_t last;
  std::string_view spelling;
};
constexpr Range vietnamese[] = {{0x1EB7, "A"}, {0x1EC7, "E"}, {0x1ECB, "I"},
                                {0x1EE3, "O"}, {0x1EF1, "U"}, {0x1EF9, "Y"}};

// Part 3, 4.6: an apostrophe "shall be omitted", a hyphen "shall be represented in the MRZ by a
// single filler character", other punctuation "shall be omitted". Fillers are not compared.
constexpr std::u32string_view vanishing =
    U" -.,'`\u00A0\u00AD\u00B4\u00B7\u02B9\u02BB\u02BC\u02BE\u02BF\u2010\u2011\u2012\u2013\u2014"
    U"\u2018\u2019\u201B\u2032\u30FB";

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

template <std::size_t N>
std::optional<std::string_view> look_up(const Letter (&table)[N], char32_t point) {
  const auto found = std::ranges::find(table, point, &Letter::point);
  if (found == std::ranges::end(table)) return std::nullopt;
  return found->spellings;
}

// Small Cyrillic letters stand at a fixed distance from the capital ones.
char32_t capital_cyrillic(char32_t point) {
  if (point >= 0x430 && point <= 0x44F) return point - 0x20;
  if (point >= 0x450 && point <= 0x45F) return point - 0x50;
  return point;
}

}  // namespace

std::optional<std::string_view> spellings_of(char32_t point) {
  if (point >= 'a' && point <= 'z') point = point - 'a' + 'A';
  if (point >= 'A' && point <= 'Z') return alphabet.substr(point - 'A', 1);
  if (vanishing.find(point) != std::u32string_view::npos) return "";
  if (point >= 0x300 && point <= 0x36F) return "";  // a mark of its own after its letter
  if (const auto found = look_up(latin, point)) return found;
  if (point >= 0xC0 && point <= 0xFF && latin_1[point - 0xC0] != ' ')
    return latin_1.substr(point - 0xC0, 1);
  if (point >= 0x100 && point <= 0x17F) return extended_a.substr(point - 0x100, 1);
  if (point >= 0x1EA0 && point <= 0x1EF9)
    return std::ranges::find_if(vietnamese, [&](const Range& r) { return point <= r.last; })
        ->spelling;
  return look_up(cyrillic, capital_cyrillic(point));
}

}  // namespace limen::journey
