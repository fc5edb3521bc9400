// Negotiation by lookup, and filling in. The texts are in the generated words_texts.inc.
#include "base/words.hpp"

#include <algorithm>

#include "base/result.hpp"
#include "base/text.hpp"

namespace limen::words {
namespace {

#include "base/words_texts.inc"  // generated: texts[language][key], country_names[language]

constexpr std::size_t npos = std::string_view::npos;

constexpr std::array<About, language_codes.size()> all = {{
    {"ar-SA", "ar-SA", "العربية", true},
    {"cs-CZ", "cs-CZ", "Čeština"},
    {"da-DK", "da-DK", "Dansk"},
    {"de-DE", "de-DE", "Deutsch"},
    {"en-US", "en-US", "English"},
    {"es-ES", "es-ES", "Español"},
    {"fi-FI", "fi-FI", "Suomi"},
    {"fr-CA", "fr-CA", "Français (Canada)"},
    {"fr-FR", "fr-FR", "Français"},
    {"hu-HU", "hu-HU", "Magyar"},
    {"jp-JP", "ja", "日本語"},
    {"lv-LV", "lv-LV", "Latviešu"},
    {"pt-PT", "pt-PT", "Português"},
    {"ro-RO", "ro-RO", "Română"},
    {"sk-SK", "sk-SK", "Slovenčina"},
    {"sv-SE", "sv-SE", "Svenska"},
    {"uk-UA", "uk-UA", "Українська"},
}};
static_assert(std::ranges::equal(all, language_codes, {}, &About::code),
              "in the order of the enum");

std::optional<Language> language_by_tag(std::string_view tag) {
  for (std::size_t at = 0; at < all.size(); ++at)
    if (equals_ignoring_case(all[at].code, tag)) return static_cast<Language>(at);
  return std::nullopt;
}

// A language without a region; French is that of France. The contract writes jp for ja.
std::optional<Language> language_by_subtag(std::string_view subtag) {
  if (equals_ignoring_case(subtag, "fr")) return Language::fr_FR;
  if (equals_ignoring_case(subtag, "ja")) return Language::jp_JP;
  for (std::size_t at = 0; at < all.size(); ++at)
    if (equals_ignoring_case(all[at].code.substr(0, 2), subtag)) return static_cast<Language>(at);
  return std::nullopt;
}

// RFC 9110 section 12.4.2: 0 to 1 with at most three digits, in thousandths; -1 for anything else.
int quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
  if (text.size() > 1 && text[1] != '.') return -1;
  int value = (text[0] - '0') * 1000, weight = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return -1;
    value += (c - '0') * weight;
    weight /= 10;
  }
  return value <= 1000 ? value : -1;
}

// "de-AT;q=0.8" to its tag and its quality.
std::pair<std::string_view, int> weighed(std::string_view range) {
  const std::size_t semicolon = range.find(';');
  const std::string_view tag = trim(range.substr(0, semicolon));
  if (semicolon == npos) return {tag, 1000};
  const std::string_view rule = trim(range.substr(semicolon + 1));
  const bool is_quality = rule.size() > 2 && (rule[0] == 'q' || rule[0] == 'Q') && rule[1] == '=';
  return {tag, is_quality ? quality(rule.substr(2)) : -1};
}

// The first of the best. "*" means any language, and that is the fallback.
std::optional<Language> best_of(std::string_view accept_language) {
  std::optional<Language> best;
  int best_quality = 0;
  while (!accept_language.empty()) {
    const std::size_t comma = std::min(accept_language.find(','), accept_language.size());
    const auto [tag, weight] = weighed(accept_language.substr(0, comma));
    accept_language.remove_prefix(std::min(comma + 1, accept_language.size()));
    if (weight <= best_quality) continue;
    const auto language = tag == "*" ? std::optional(fallback) : language_like(tag);
    if (!language) continue;
    best = language;
    best_quality = weight;
  }
  return best;
}

bool is_number(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string filled(std::string_view pattern, Values values, bool is_set_apart) {
  std::string out;
  while (true) {
    const std::size_t open = pattern.find('{');
    out += pattern.substr(0, open);
    if (open == npos) return out;
    const std::size_t close = pattern.find('}', open);
    if (close == npos) return out += pattern.substr(open);
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    const auto* value = std::ranges::find(values, name, &Value::first);
    if (value == values.end()) out += pattern.substr(open, close + 1 - open);
    else if (is_set_apart && !is_number(value->second))
      out.append("\u2068").append(value->second).append("\u2069");
    else out += value->second;
    pattern.remove_prefix(close + 1);
  }
}

// A key of a numbered family, all of whose members are in every language.
std::string numbered(Language language, std::string_view family, unsigned number) {
  const auto key = Key::find(std::string(family) + std::to_string(number));
  ASSERT(key);
  return std::string(pattern(language, *key));
}

}  // namespace

const About& about(Language language) { return all[static_cast<std::size_t>(language)]; }

std::optional<Language> language_of(std::string_view code) {
  const auto found = std::ranges::find(language_codes, code);
  if (found == language_codes.end()) return std::nullopt;
  return static_cast<Language>(found - language_codes.begin());
}

std::optional<Language> language_like(std::string_view tag) {
  std::string name(tag);
  std::ranges::replace(name, '_', '-');
  while (true) {
    if (const auto language = language_by_tag(name)) return language;
    const std::size_t hyphen = name.rfind('-');
    if (hyphen == npos) return language_by_subtag(name);
    name.resize(hyphen);
    // "Single letter or digit subtags … are removed as well" with what they introduce.
    if (name.size() > 2 && name[name.size() - 2] == '-') name.resize(name.size() - 2);
  }
}

Language negotiate(const Wishes& wishes) {
  if (const auto language = language_like(wishes.parameter)) return *language;
  if (const auto language = language_like(wishes.cookie)) return *language;
  return best_of(wishes.accept_language).value_or(fallback);
}

std::optional<Key> Key::find(std::string_view name) {
  const auto found = std::ranges::lower_bound(key_names, name);
  if (found == key_names.end() || *found != name) return std::nullopt;
  return Key(static_cast<std::uint16_t>(found - key_names.begin()));
}

std::vector<Key> keys_of(std::string_view prefix) {
  std::vector<Key> out;
  for (std::uint16_t at = 0; at < key_names.size(); ++at)
    if (key_names[at].starts_with(prefix)) out.push_back(Key(at));
  return out;
}

std::string_view pattern(Language language, Key key) {
  return texts[static_cast<std::size_t>(language)][key.index_];
}

std::string fill_in(Language language, std::string_view pattern, Values values) {
  return filled(pattern, values, about(language).is_right_to_left);
}

std::string say(Language language, Key key, Values values) {
  return fill_in(language, pattern(language, key), values);
}

std::string label(Language language, std::string_view room, std::string_view name) {
  const std::string key = std::string(room) + "." + std::string(name);
  if (const auto known = Key::find(key)) return std::string(pattern(language, *known));
  std::string readable(name);
  std::ranges::replace(readable, '_', ' ');
  if (!readable.empty()) readable[0] = upper_ascii(readable.substr(0, 1))[0];
  return readable;
}

std::string in_words(Language language, Date date) {
  const std::string month = numbered(language, "date.of_month_", unsigned{date.month()});
  const std::string number = std::to_string(unsigned{date.day()});
  const std::string year = std::to_string(int{date.year()});
  return filled(pattern(language, "date.day"), {{"day", number}, {"month", month}, {"year", year}},
                false);
}

std::string in_words(Language language, Time time) {
  const Date date = date_of(time);
  const std::chrono::weekday day{std::chrono::sys_days{date}};
  const std::string weekday = numbered(language, "date.weekday_", day.c_encoding());
  const std::string month = numbered(language, "date.of_month_", unsigned{date.month()});
  const std::string number = std::to_string(unsigned{date.day()});
  const std::string year = std::to_string(int{date.year()});
  const std::string long_date =
      filled(pattern(language, "date.long"),
             {{"weekday", weekday}, {"day", number}, {"month", month}, {"year", year}}, false);
  return filled(pattern(language, "date.with_time"),
                {{"date", long_date}, {"time", iso_seconds(time).substr(11, 5)}}, false);
}

std::span<const Country> countries(Language language) {
  return country_names[static_cast<std::size_t>(language)];
}

}  // namespace limen::words
