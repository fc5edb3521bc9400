// Comparing a typed name with a zone's. A typed letter has several spellings, so a typed name is a
// small automaton; we follow all of its spellings through the zone's letters at once and keep the
// set of places we can be at. A zone's names have at most 39 letters, so that set is one 64-bit
// number.
#include "journey/names.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace limen::journey {
namespace {

using Spelled = std::vector<std::string_view>;  // of each letter, its spellings
using Places = std::uint64_t;                   // bit n: n letters of the zone are behind us

constexpr Places at(std::size_t place) { return Places{1} << place; }
constexpr bool has(Places places, std::size_t place) { return (places & at(place)) != 0; }

// Code points of text that is known to be UTF-8.
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

// Some keyboards send a letter and its mark apart (Unicode's decomposed form). Only the pairs whose
// spellings differ from the bare letter's matter here.
std::u32string composed(const std::u32string& text) {
  struct Pair {
    char32_t letter, mark, whole;
  };
  static constexpr Pair pairs[] = {
      {'A', 0x308, 0xC4},    {'O', 0x308, 0xD6},    {'U', 0x308, 0xDC},    {'a', 0x308, 0xE4},
      {'o', 0x308, 0xF6},    {'u', 0x308, 0xFC},    {'A', 0x30A, 0xC5},    {'a', 0x30A, 0xE5},
      {'N', 0x303, 0xD1},    {'n', 0x303, 0xF1},    {0x418, 0x306, 0x419}, {0x438, 0x306, 0x439},
      {0x415, 0x308, 0x401}, {0x435, 0x308, 0x451}, {0x406, 0x308, 0x407}, {0x456, 0x308, 0x457}};
  std::u32string out;
  for (const char32_t point : text) {
    const auto* pair = std::ranges::find_if(pairs, [&](const Pair& p) {
      return !out.empty() && p.letter == out.back() && p.mark == point;
    });
    if (pair == std::ranges::end(pairs)) out += point;
    else out.back() = pair->whole;
  }
  return out;
}

std::optional<Spelled> spelled(std::u32string_view text) {
  Spelled out;
  for (const char32_t point : text) {
    const auto spellings = spellings_of(point);
    if (!spellings) return std::nullopt;
    if (!spellings->empty()) out.push_back(*spellings);
  }
  return out;
}

std::optional<Spelled> spelled(std::string_view text) {
  if (!is_utf8(text)) return std::nullopt;
  return spelled(composed(points_of(text)));
}

// Calls `visit` with each spelling of a letter.
template <class Visit>
void each_spelling(std::string_view spellings, Visit visit) {
  while (true) {
    const std::size_t bar = spellings.find('|');
    visit(spellings.substr(0, bar));
    if (bar == std::string_view::npos) return;
    spellings.remove_prefix(bar + 1);
  }
}

// Where one letter leads from `from`. `is_cut_here` becomes true when the zone ends inside it.
Places step(std::string_view letter, std::string_view zone, Places from, bool& is_cut_here) {
  Places to = 0;
  each_spelling(letter, [&](std::string_view spelling) {
    for (std::size_t place = 0; place <= zone.size(); ++place) {
      if (!has(from, place)) continue;
      const std::string_view rest = zone.substr(place);
      if (rest.starts_with(spelling)) to |= at(place + spelling.size());
      else if (spelling.starts_with(rest)) is_cut_here = true;
    }
  });
  return to;
}

// Where the whole name leads from `from`.
Places reach(const Spelled& name, std::string_view zone, Places from) {
  bool is_cut_here = false;
  for (const std::string_view letter : name) from = step(letter, zone, from, is_cut_here);
  return from;
}

// Whether the zone is how the name begins.
bool begins(const Spelled& name, std::string_view zone) {
  Places places = at(0);
  bool is_cut_here = zone.empty();
  for (const std::string_view letter : name) {
    places = step(letter, zone, places, is_cut_here);
    if (is_cut_here || has(places, zone.size())) return true;
  }
  return is_cut_here;
}

// A zone's words without what separates them, and where each ends.
struct Joined {
  std::string letters;
  std::vector<std::string> words;
  Places ends = 0;
};
Joined join(std::string_view text) {
  Joined out;
  text = text.substr(0, 63);  // a zone's are shorter; a place beyond would not fit the set
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    out.words.emplace_back(text.substr(0, end));
    out.letters += out.words.back();
    out.ends |= at(out.letters.size());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// The words of a typed name whose letters are all known, as an issuer would separate them.
std::vector<Spelled> words_of(std::string_view text) {
  std::vector<Spelled> out;
  std::string word;
  const auto finish = [&] {
    if (auto letters = *spelled(word); !letters.empty()) out.push_back(std::move(letters));
    word.clear();
  };
  for (const char c : text) {
    if (c == ' ' || c == '-') finish();
    else word += c;
  }
  finish();
  return out;
}

// Part 3, 4.6: names that "exceed the available character positions" are cut: words at the end are
// left out, or any word loses its last letters (NILAVADHANANANDA<<ARN<PET<CHARO).
bool is_cut_from(const Joined& zone, const std::vector<Spelled>& typed) {
  if (zone.words.empty() || zone.words.size() > typed.size()) return false;
  for (std::size_t i = 0; i < zone.words.size(); ++i)
    if (!begins(typed[i], zone.words[i])) return false;
  return true;
}

// The name in its first spelling, with ae, oe, ue as a, o, u.
std::string contracted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool follows =
        !out.empty() && std::string_view("AOU").find(out.back()) != std::string_view::npos;
    if (c != 'E' || !follows) out += c;
  }
  return out;
}
std::string contracted(const Spelled& name) {
  std::string out;
  for (const std::string_view letter : name) out += letter.substr(0, letter.find('|'));
  return contracted(std::string_view(out));
}

bool is_near(const Spelled& name, const Joined& zone, Places ends) {
  const std::string wanted = contracted(name);
  for (std::size_t end = 0; end <= zone.letters.size(); ++end)
    if (has(ends, end) && contracted(std::string_view(zone.letters).substr(0, end)) == wanted)
      return true;
  return false;
}

Likeness compare_last(const TypedName& typed, const Joined& zone, bool is_cut) {
  if (typed.last.empty()) return Likeness::same;
  const auto name = spelled(typed.last);
  if (!name || name->empty()) return Likeness::unreadable;
  if (has(reach(*name, zone.letters, at(0)), zone.letters.size())) return Likeness::same;
  if (is_cut && is_cut_from(zone, words_of(typed.last))) return Likeness::same;
  return is_near(*name, zone, at(zone.letters.size())) ? Likeness::near : Likeness::different;
}

// What a zone adds to the first name, against the typed additional names: they may be absent or
// cut.
Likeness compare_additional(const TypedName& typed, const Joined& zone, Places after_first) {
  if (typed.additional.empty() || has(after_first, zone.letters.size())) return Likeness::same;
  const auto name = spelled(typed.additional);
  if (!name) return Likeness::unreadable;
  if (has(reach(*name, zone.letters, after_first), zone.letters.size())) return Likeness::same;
  for (std::size_t place = 0; place < zone.letters.size(); ++place)
    if (has(after_first, place) && begins(*name, std::string_view(zone.letters).substr(place)))
      return Likeness::same;
  return Likeness::different;
}

}  // namespace

NameLikeness compare_names(const TypedName& typed, const ZoneName& zone) {
  NameLikeness out{Likeness::same, Likeness::same, Likeness::same};
  out.last = compare_last(typed, join(zone.primary), zone.is_cut);
  if (typed.first.empty()) return out;
  Joined others = join(zone.secondary);
  const auto first = spelled(typed.first);
  if (others.words.empty()) {
    out.first = Likeness::unstated;
  } else if (!first || first->empty()) {
    out.first = Likeness::unreadable;
  } else if (const Places after = reach(*first, others.letters, at(0)) & others.ends; after != 0) {
    out.additional = compare_additional(typed, others, after);
  } else {
    std::vector<Spelled> words = words_of(typed.first);
    if (spelled(typed.additional)) {
      for (Spelled& word : words_of(typed.additional)) words.push_back(std::move(word));
    } else {  // what can be read is the first name, so it alone is compared
      out.additional = Likeness::unreadable;
      others.words.resize(std::min(others.words.size(), words.size()));
    }
    const bool is_cut_name = zone.is_cut && is_cut_from(others, words);
    if (!is_cut_name)
      out.first = is_near(*first, others, others.ends) ? Likeness::near : Likeness::different;
  }
  return out;
}

}  // namespace limen::journey
