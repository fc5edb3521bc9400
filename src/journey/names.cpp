// Comparing a typed name with a zone's. A typed letter has several spellings, so a typed name is a
// small automaton; we follow all of its spellings through the zone's letters at once and keep the
// set of places we can be at. A zone's names have at most 39 letters, so that set is one 64-bit
// number, and the work grows with the length of the typed name and nothing else.
#include "journey/names.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "journey/letters.hpp"
#include "journey/sounds.hpp"

namespace limen::journey {
namespace {

using Spelled = std::vector<std::string_view>;  // of each letter, its spellings
using Places = std::uint64_t;                   // bit n: n letters of the zone are behind us

constexpr std::size_t most_letters = 63;  // of a zone; a place beyond would not fit the set
// One slip is forgiven in a name of so many letters, and one besides another convention.
constexpr std::size_t least_for_slip = 4, least_for_slip_by_ear = 6;

constexpr Places at(std::size_t place) { return Places{1} << place; }
constexpr bool has(Places places, std::size_t place) { return (places & at(place)) != 0; }

// --- what was typed ---

struct Word {
  Spelled letters;
  bool is_abbreviated = false;  // a full stop follows
};
struct Part {
  std::vector<Word> words{};  // none unless it can be read
  bool is_given = false, is_readable = false;
  bool is_rarely_spelled_so = false;  // a difference proves nothing
};

// The next letter, or two that have a spelling together.
std::optional<std::string_view> take_letter(std::u32string_view& text) {
  const char32_t point = text[0];
  text.remove_prefix(1);
  if (text.empty()) return spellings_of(point);
  const auto both = spellings_of(point, text[0]);
  if (!both) return spellings_of(point);
  text.remove_prefix(1);
  return both;
}

Part part_of(std::string_view text) {
  const Part unreadable{{}, true};
  if (text.empty()) return {};
  if (!is_utf8(text)) return unreadable;
  Part out = unreadable;
  const std::u32string letters = letters_of(text);
  std::u32string_view rest = letters;
  Word word;
  const auto finish = [&] {
    if (!word.letters.empty()) out.words.push_back(std::exchange(word, {}));
  };
  while (!rest.empty()) {
    const char32_t point = rest[0];
    const auto spellings = take_letter(rest);
    if (!spellings) return unreadable;
    if (is_separator(point)) finish();
    if (point == '.') word.is_abbreviated = true;
    out.is_rarely_spelled_so |= is_rarely_spelled_so(point);
    if (!spellings->empty()) word.letters.push_back(*spellings);
  }
  finish();
  out.is_readable = !out.words.empty();
  return out;
}

// "-" is how people answer a question they have no answer to.
bool is_nothing(std::string_view text) { return text.find_first_not_of(" -") == text.npos; }

Spelled joined(const std::vector<Word>& words) {
  Spelled out;
  for (const Word& word : words) out.insert(out.end(), word.letters.begin(), word.letters.end());
  return out;
}

// A name in its recommended spelling.
std::string text_of(const Spelled& name) {
  std::string out;
  for (const std::string_view letter : name) out += letter.substr(0, letter.find('|'));
  return out;
}

// --- what the zone states ---

using Words = std::vector<std::string>;

Words split(std::string_view text) {
  Words out;
  text = text.substr(0, most_letters);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// A zone's words without what separates them, and where each ends.
struct Joined {
  Words words;
  std::string letters{};
  Places ends = 0;
  explicit Joined(Words all) : words(std::move(all)) {
    for (const std::string& word : words) ends |= at((letters += word).size());
  }
  Places end() const { return at(letters.size()); }
};

// --- letter by letter ---

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
Places step(std::string_view letter, std::string_view zone, Places from) {
  bool is_cut_here = false;
  return step(letter, zone, from, is_cut_here);
}

// Where the whole name leads from `from`.
Places reach(const Spelled& name, std::string_view zone, Places from = at(0)) {
  for (const std::string_view letter : name) {
    if (from == 0) return 0;
    from = step(letter, zone, from);
  }
  return from;
}

// Where the name leads from the zone's first place with one slip: a letter too many in the zone,
// one too many in the name, another letter, or two that changed places.
Places reach_with_slip(const Spelled& name, std::string_view zone) {
  const Places all = at(zone.size()) | (at(zone.size()) - 1);
  Places before = 0, exact = at(0), slipped = 0;
  for (std::size_t i = 0; i < name.size() && (exact | slipped) != 0; ++i) {
    slipped |= exact << 1 & all;
    slipped = step(name[i], zone, slipped) | exact | (exact << 1 & all);
    if (i > 0) slipped |= step(name[i - 1], zone, step(name[i], zone, before));
    before = exact;
    exact = step(name[i], zone, exact);
  }
  return slipped | (exact << 1 & all);
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

Spelled letters_of_sound(std::string_view sound) {
  Spelled out;
  for (std::size_t i = 0; i < sound.size(); ++i) out.push_back(sound.substr(i, 1));
  return out;
}

bool is_slip(const Spelled& name, std::string_view text, std::string_view zone) {
  const std::size_t longer = std::max(text.size(), zone.size());
  if (longer >= least_for_slip && has(reach_with_slip(name, zone), zone.size())) return true;
  if (longer < least_for_slip_by_ear) return false;
  const std::string typed = sound_of(text, Ear::sharp), stated = sound_of(zone, Ear::sharp);
  return stated.size() <= most_letters &&
         has(reach_with_slip(letters_of_sound(typed), stated), stated.size());
}

// How the name is the zone's letters up to one of its `ends`.
Likeness compare_letters(const Spelled& name, const Joined& zone, Places ends) {
  if ((reach(name, zone.letters) & ends) != 0) return Likeness::same;
  const std::string text = text_of(name);
  Likeness out = Likeness::different;
  for (std::size_t end = 1; end <= zone.letters.size(); ++end) {
    if (!has(ends, end)) continue;
    const std::string_view beginning = std::string_view(zone.letters).substr(0, end);
    if (may_be_one_name(text, beginning)) return Likeness::spelling;
    if (is_slip(name, text, beginning)) out = Likeness::slip;
  }
  return out;
}

// Part 3, 4.6: names that "exceed the available character positions" are cut: words at the end are
// left out, or any word loses its last letters (NILAVADHANANANDA<<ARN<PET<CHARO).
Likeness compare_cut(const Joined& zone, const std::vector<Word>& typed) {
  if (zone.words.empty() || zone.words.size() > typed.size()) return Likeness::different;
  bool is_same = true;
  for (std::size_t i = 0; is_same && i < zone.words.size(); ++i)
    is_same = begins(typed[i].letters, zone.words[i]);
  if (is_same) return Likeness::same;
  const bool is_alike =
      sound_of(text_of(joined(typed)), Ear::sharp).starts_with(sound_of(zone.letters, Ear::sharp));
  return is_alike ? Likeness::spelling : Likeness::different;
}

// --- word by word ---

bool is_one_name(const Word& typed, std::string_view stated) {
  return has(reach(typed.letters, stated), stated.size()) ||
         may_be_one_name(text_of(typed.letters), stated);
}

// What tells one person from another: the words that are no particles, or all when there are no
// others.
std::vector<Word> names_of(std::vector<Word> words) {
  const auto is_dull = [](const Word& word) { return is_particle(text_of(word.letters)); };
  if (!std::ranges::all_of(words, is_dull)) std::erase_if(words, is_dull);
  return words;
}
Words names_of(Words words) {
  if (!std::ranges::all_of(words, is_particle)) std::erase_if(words, is_particle);
  return words;
}

// How many of the typed words the zone has, each once.
std::size_t shared_by(const std::vector<Word>& typed, Words zone) {
  std::size_t out = 0;
  if (typed.size() > most_letters)
    return out;  // more words than a zone has letters; bounds the work
  for (const Word& word : typed) {
    const auto found = std::ranges::find_if(
        zone, [&](const std::string& stated) { return is_one_name(word, stated); });
    if (found == zone.end()) continue;
    zone.erase(found);
    ++out;
  }
  return out;
}

// The words of one part in any order, or some of them.
Likeness compare_words(const std::vector<Word>& typed, const Words& zone) {
  const std::vector<Word> names = names_of(typed);
  const Words stated = names_of(zone);
  const std::size_t shared = shared_by(names, stated);
  if (shared == 0 || shared < std::min(names.size(), stated.size())) return Likeness::different;
  const bool is_all = names.size() == stated.size() && typed.size() == zone.size();
  return is_all ? Likeness::order : Likeness::part;
}

// One is an initial of the other, or its beginning of three letters or more.
bool is_short_for(const Word& typed, const std::string& stated) {
  const std::size_t shorter = std::min(text_of(typed.letters).size(), stated.size());
  return shorter != 2 && (begins(typed.letters, stated) || reach(typed.letters, stated) != 0);
}
bool are_short(const std::vector<Word>& typed, const Words& zone) {
  if (typed.size() > zone.size()) return false;
  for (std::size_t i = 0; i < typed.size(); ++i)
    if (!is_short_for(typed[i], zone[i])) return false;
  return true;
}

// --- part by part ---

Likeness compare_last(const Part& typed, const Joined& zone, bool is_cut) {
  if (!typed.is_given) return Likeness::same;
  if (!typed.is_readable) return Likeness::unreadable;
  Likeness out = compare_letters(joined(typed.words), zone, zone.end());
  if (out == Likeness::same) return out;
  const Likeness cut = is_cut ? compare_cut(zone, typed.words) : Likeness::different;
  if (cut != Likeness::different) return cut;
  return out == Likeness::different ? compare_words(typed.words, zone.words) : out;
}

// What a zone adds to the first name, against the typed additional names: they may be absent or
// cut.
Likeness compare_additional(const Part& typed, const Joined& zone, Places after_first) {
  if (!typed.is_given || has(after_first, zone.letters.size())) return Likeness::same;
  if (!typed.is_readable) return Likeness::unreadable;
  const Spelled name = joined(typed.words);
  if (has(reach(name, zone.letters, after_first), zone.letters.size())) return Likeness::same;
  for (std::size_t place = 0; place < zone.letters.size(); ++place)
    if (has(after_first, place) && begins(name, std::string_view(zone.letters).substr(place)))
      return Likeness::same;
  return Likeness::different;
}

struct Typed {
  Part first, last, additional;
};

void compare_first(const Typed& typed, const Joined& zone, bool is_cut, NameLikeness& out) {
  if (!typed.first.is_readable) {
    out.first = Likeness::unreadable;
    return;
  }
  const Spelled first = joined(typed.first.words);
  if (const Places after = reach(first, zone.letters) & zone.ends; after != 0) {
    out.additional = compare_additional(typed.additional, zone, after);
    return;
  }
  std::vector<Word> words = typed.first.words;
  Words cut = zone.words;
  if (typed.additional.is_readable || !typed.additional.is_given) {
    const auto& more = typed.additional.words;
    words.insert(words.end(), more.begin(), more.end());
  } else {  // what can be read is the first name, so it alone is compared
    out.additional = Likeness::unreadable;
    cut.resize(std::min(cut.size(), words.size()));
  }
  if (is_cut) out.first = compare_cut(Joined(cut), words);
  else out.first = Likeness::different;
  if (out.first != Likeness::different) return;
  out.first = compare_letters(first, zone, zone.ends);
  if (out.first != Likeness::different) return;
  const bool is_short = are_short(typed.first.words, zone.words);
  out.first = is_short ? Likeness::part : compare_words(typed.first.words, zone.words);
}

// Names that stand in another field than the document's, or in a document that has but one.
void compare_across(const Typed& typed, const Joined& last, const Joined& others,
                    NameLikeness& out) {
  std::vector<Word> asked = typed.first.words, all;
  all.insert(all.end(), asked.begin(), asked.end());
  all.insert(all.end(), typed.additional.words.begin(), typed.additional.words.end());
  asked.insert(asked.end(), typed.last.words.begin(), typed.last.words.end());
  all.insert(all.end(), typed.last.words.begin(), typed.last.words.end());
  // The document does not divide the name: in the order of the form it is the form's.
  if (others.words.empty() && (reach(joined(all), last.letters) & last.end()) != 0) {
    out = {Likeness::same, Likeness::same, Likeness::same};
    return;
  }
  if (out.last != Likeness::different && out.first != Likeness::different) return;
  Words stated = last.words;
  stated.insert(stated.end(), others.words.begin(), others.words.end());
  const std::vector<Word> names = names_of(asked);
  const bool is_in_document =
      shared_by(names, stated) == names.size() && shared_by(names, names_of(last.words)) > 0;
  const Words told = names_of(stated);
  const bool is_in_form = !told.empty() && shared_by(all, told) == told.size();
  if (!is_in_document && !is_in_form) return;
  const Likeness found = is_in_document ? Likeness::order : Likeness::part;
  if (out.last == Likeness::different) out.last = found;
  if (out.first == Likeness::different) out.first = found;
}

// --- titles ---

// Takes the titles out of words that have others, and returns them.
std::string take_titles(std::vector<Word>& words) {
  std::string out;
  const auto is_one = [](const Word& w) { return is_title(text_of(w.letters), w.is_abbreviated); };
  if (std::ranges::all_of(words, is_one)) return out;
  std::erase_if(words, [&](const Word& word) {
    if (is_one(word)) out += text_of(word.letters) + ' ';
    return is_one(word);
  });
  return out;
}
std::string take_titles(Words& words) {
  std::string out;
  const auto is_one = [](const std::string& word) { return is_title(word, false); };
  if (std::ranges::all_of(words, is_one)) return out;
  std::erase_if(words, [&](const std::string& word) {
    if (is_one(word)) out += word + ' ';
    return is_one(word);
  });
  return out;
}

}  // namespace

NameLikeness compare_names(const TypedName& given, const ZoneName& zone) {
  Typed typed{part_of(given.first), part_of(given.last), part_of(given.additional)};
  if (is_nothing(given.additional)) typed.additional = {};
  std::string typed_titles = take_titles(typed.last.words);
  typed_titles += take_titles(typed.first.words) + take_titles(typed.additional.words);
  Words primary = split(zone.primary), secondary = split(zone.secondary);
  std::string titles = take_titles(primary);
  titles += take_titles(secondary);
  const Joined last(std::move(primary)), others(std::move(secondary));

  NameLikeness out{Likeness::same, Likeness::same, Likeness::same};
  out.last = compare_last(typed.last, last, zone.is_cut);
  if (typed.first.is_given && !others.words.empty()) compare_first(typed, others, zone.is_cut, out);
  else if (typed.first.is_given)
    out.first =
        typed.last.is_given ? Likeness::unstated : compare_last(typed.first, last, zone.is_cut);
  if (out.last != Likeness::unreadable && out.first != Likeness::unreadable)
    compare_across(typed, last, others, out);

  if (out.last == Likeness::slip && out.first == Likeness::slip)
    out.last = out.first = Likeness::different;
  if (!typed_titles.empty() && !titles.empty() && typed_titles != titles &&
      out.last == Likeness::same)
    out.last = Likeness::part;
  const auto doubt = [](const Part& part, Likeness& likeness) {
    if (part.is_rarely_spelled_so && likeness != Likeness::same) likeness = Likeness::unreadable;
  };
  doubt(typed.last, out.last);
  doubt(typed.first, out.first);
  doubt(typed.additional, out.additional);
  return out;
}

}  // namespace limen::journey
