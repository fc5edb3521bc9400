// Both names are rewritten to what is heard and compared. The table of sounds is read greedily from
// left to right, longest group first; what it yields is a label, not a pronunciation.
#include "journey/sounds.hpp"

#include <algorithm>
#include <array>

namespace limen::journey {
namespace {

struct Sound {
  std::string_view letters, heard;
};
// By length, longest first. AE, OE, UE, AA: the umlauts and Å of names.
constexpr Sound sounds[] = {
    {"TSCH", "C"}, {"SCH", "S"}, {"TCH", "C"}, {"SH", "S"}, {"SZ", "S"}, {"CH", "C"}, {"CZ", "C"},
    {"TS", "C"},   {"TZ", "C"},  {"ZH", "Z"},  {"KH", "H"}, {"GH", "G"}, {"DH", "D"}, {"TH", "T"},
    {"PH", "F"},   {"BH", "B"},  {"DJ", "D"},  {"DT", "T"}, {"CK", "K"}, {"QU", "K"}, {"AE", "A"},
    {"OE", "O"},   {"UE", "U"},  {"AA", "A"},  {"OU", "O"}, {"OO", "U"}, {"EE", "I"}, {"EI", "EI"},
    {"AI", "EI"},  {"AY", "EI"}, {"EY", "EI"}, {"IE", "E"}, {"YE", "E"}, {"JE", "E"}, {"IY", "I"},
    {"YI", "I"},   {"IJ", "I"},  {"Y", "I"},   {"J", "I"},  {"W", "V"},  {"Q", "K"},  {"X", "KS"},
};

// Last names of China and Korea in the romanisations people carry (pinyin, Wade-Giles, Cantonese,
// Hokkien; McCune-Reischauer, Revised, customary). A row is one name.
constexpr std::string_view families[] = {
    " AHN AN ",
    " BAE PAE ",
    " BAEK PAIK PAEK BAIK ",
    " CAI TSAI CHOI CHUA ",
    " CAO TSAO CHO ",
    " CHEN CHAN TAN ",
    " CHO JO ",
    " CHOI CHOE CHOY ",
    " GAO KAO KO ",
    " GUO KUO KWOK KWEK ",
    " HE HO ",
    " HEO HUH HUR ",
    " HUANG WONG NG OOI ",
    " HU WOO ",
    " JANG CHANG ",
    " JEON CHUN JUN CHON ",
    " JIANG CHIANG ",
    " JUNG JEONG CHUNG CHONG JONG ",
    " KANG GANG ",
    " KIM GIM ",
    " KO GO KOH ",
    " KOO GU KU ",
    " KWON GWON ",
    " LEE YI I RHEE RI LI ",
    " LIANG LEUNG NEO ",
    " LIM IM RIM YIM ",
    " LIN LAM LIM ",
    " LIU LAU LOW ",
    " LU LYU LUE LUI ",
    " NOH ROH NO RO ",
    " OH O ",
    " PARK PAK BAK ",
    " SEO SUH SO ",
    " SHIM SIM ",
    " SHIN SIN ",
    " SON SOHN ",
    " WANG WONG ONG ",
    " WOO U WU ",
    " WU NG GOH ",
    " XIE HSIEH TSE CHIA ",
    " XU HSU HUI TSUI ",
    " YANG YEUNG YEO ",
    " YE YEH YIP YAP ",
    " YOO YU RYU YOU ",
    " YOON YUN ",
    " ZENG TSENG TSANG ",
    " ZHANG CHANG CHEUNG TEO ",
    " ZHAO CHAO CHIU ",
    " ZHENG CHENG TAY ",
    " ZHOU CHOU CHOW CHEW ",
    " ZHU CHU CHOO ",
};

bool is_one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

// C and G are soft before E, I and Y. X, and HS of Wade-Giles, are S at the beginning.
Sound heard_at(std::string_view name, std::size_t at) {
  const std::string_view rest = name.substr(at);
  if (at == 0 && rest.starts_with("X")) return {"X", "S"};
  if (at == 0 && rest.starts_with("HS")) return {"HS", "S"};
  const auto* found = std::ranges::find_if(
      sounds, [&](const Sound& sound) { return rest.starts_with(sound.letters); });
  if (found != std::ranges::end(sounds)) return *found;
  const bool is_soft = rest.size() > 1 && is_one_of(rest[1], "EIY");
  if (rest[0] == 'C') return {"C", is_soft ? "C" : "K"};
  if (rest[0] == 'G') return {"G", is_soft ? "I" : "G"};
  return {rest.substr(0, 1), rest.substr(0, 1)};
}

void append(std::string& out, char c) {
  if (!out.ends_with(c)) out += c;
}

char dulled(char c) {
  if (is_one_of(c, "EI")) return 'A';
  return c == 'U' ? 'O' : c;
}
char deafened(char c) {
  constexpr std::string_view from = "OCZFG", to = "ASSVK";
  const std::size_t at = from.find(c);
  return at == std::string_view::npos ? c : to[at];
}

std::ptrdiff_t consonants_of(std::string_view sound) {
  return std::ranges::count_if(sound, [](char c) { return !is_one_of(c, "AO"); });
}

// YUSUF begins with a consonant.
bool has_glide(std::string_view sharp) {
  return sharp.size() > 1 && sharp[0] == 'I' && is_one_of(sharp[1], "AEOU");
}

bool is_one_family(std::string_view a, std::string_view b) {
  const auto spaced = [](std::string_view word) { return std::string(" ").append(word) + " "; };
  return std::ranges::any_of(families, [first = spaced(a), second = spaced(b)](auto row) {
    return row.find(first) != row.npos && row.find(second) != row.npos;
  });
}

}  // namespace

std::string sound_of(std::string_view letters, Ear ear) {
  std::string sharp;
  for (std::size_t at = 0; at < letters.size();) {
    const Sound sound = heard_at(letters, at);
    for (const char c : sound.heard) append(sharp, c);
    at += sound.letters.size();
  }
  // FATIMAH
  if (sharp.size() > 2 && sharp.ends_with('H') && is_one_of(sharp[sharp.size() - 2], "AEIOU"))
    sharp.pop_back();
  if (ear == Ear::sharp) return sharp;
  std::string out;
  for (const char c : sharp) append(out, ear == Ear::dull ? dulled(c) : deafened(dulled(c)));
  if (ear == Ear::deaf && out.ends_with('A')) out.pop_back();
  return out;
}

bool may_be_one_name(std::string_view a, std::string_view b) {
  // No sound has more than four letters, so such names cannot sound alike; it bounds the work.
  if (a.size() > 4 * b.size() || b.size() > 4 * a.size()) return false;
  const std::string sharp = sound_of(a, Ear::sharp);
  if (sharp == sound_of(b, Ear::sharp) || is_one_family(a, b)) return true;
  const auto are_alike = [&](Ear ear, std::ptrdiff_t least) {
    const std::string sound = sound_of(a, ear);
    return consonants_of(sound) >= least && sound == sound_of(b, ear);
  };
  return are_alike(Ear::dull, 2) || are_alike(Ear::deaf, has_glide(sharp) ? 2 : 3);
}

}  // namespace limen::journey
