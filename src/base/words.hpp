// What people read, in the seventeen languages of the contract: which language somebody wants, and
// what a key says in it. The texts stand in web/locales/<code>.json and are compiled in by
// tools/words.py; a key that is not in en-US.json does not compile. It escapes nothing and knows no
// page: what it says is plain text.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "base/words_keys.inc"  // generated: Language, language_codes, key_names

namespace limen::words {

struct About {
  std::string_view code;       // of the contract: "jp-JP"
  std::string_view html_lang;  // BCP 47: "ja"
  std::string_view own_name;   // "日本語"
  bool is_right_to_left = false;
  std::string_view direction() const { return is_right_to_left ? "rtl" : "ltr"; }
};
const About& about(Language language);
constexpr Language fallback = Language::en_US;

// The language of a code or tag: in full ("fr-CA", whatever the case), else by its longest prefix
// (RFC 4647 section 3.4, lookup), so that "fr-BE" and "fr" are fr-FR. Nothing for other languages.
std::optional<Language> language_like(std::string_view tag);
// The language of exactly this code, in its very spelling: what a stored setting must be.
std::optional<Language> language_of(std::string_view code);

// What a request says about languages, strongest first; empty where it says nothing.
struct Wishes {
  std::string_view parameter;        // lang=
  std::string_view cookie;           // of an earlier switch
  std::string_view accept_language;  // RFC 9110 section 12.5.4
};
Language negotiate(const Wishes& wishes);

// The place of a text. From a literal it is checked when it is compiled.
class Key {
 public:
  consteval Key(const char* name) : index_(index_of(name)) {}
  static std::optional<Key> find(std::string_view name);  // for names that data decide
  std::string_view name() const { return key_names[index_]; }
  friend bool operator==(Key, Key) = default;

 private:
  friend std::string_view pattern(Language language, Key key);
  friend std::vector<Key> keys_of(std::string_view prefix);
  constexpr explicit Key(std::uint16_t index) : index_(index) {}
  static consteval std::uint16_t index_of(std::string_view name) {
    const auto found = std::ranges::lower_bound(key_names, name);
    if (found == key_names.end() || *found != name) en_US_json_has_no_such_key();
    return static_cast<std::uint16_t>(found - key_names.begin());
  }
  static void en_US_json_has_no_such_key();  // never defined: the call stops the compiler

  std::uint16_t index_;
};

// All keys that begin with `prefix` ("capture."), for the texts a script takes along.
std::vector<Key> keys_of(std::string_view prefix);

// The text as it stands in the file, its {placeholders} open.
std::string_view pattern(Language language, Key key);

using Value = std::pair<std::string_view, std::string_view>;  // {"organisation", "Example Bank"}
using Values = std::initializer_list<Value>;

// `pattern` with its placeholders filled. In a language written from right to left each value that
// is more than a number is set apart (U+2068, U+2069), so that a foreign name cannot turn the
// sentence around. A placeholder without a value stays as it is.
std::string fill_in(Language language, std::string_view pattern, Values values);
std::string say(Language language, Key key, Values values = {});

// What a name out of data is called: the key `room.name` ("field", "first_name") where there is
// one, else the name made readable: "favourite_colour" is "Favourite colour" in every language.
std::string label(Language language, std::string_view room, std::string_view name);

// "5 December 2026", and "Saturday, 5 December 2026, 14:05 UTC": the calendar of Gregory and
// western digits in every language, as on identity documents.
std::string in_words(Language language, Date date);
std::string in_words(Language language, Time time);

struct Country {
  std::string_view code;  // ISO 3166-1 alpha-2
  std::string_view name;
};
// All of them, in the alphabetical order of the language.
std::span<const Country> countries(Language language);

}  // namespace limen::words
