// HTML that cannot be broken by what it quotes: markup comes only from literals in our own source,
// everything else is escaped when it is filled in. It exists so that no page is ever put together
// with `+`. It knows no page and no rule.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace limen::doors::pages {

// Safe in text and in double-quoted attributes: & < > " ' become entities, control characters but
// newline and tab become U+FFFD.
std::string escape(std::string_view text);

class Markup {
 public:
  Markup() = default;
  // For what is markup already and not ours to escape: the style sheet of this binary, JSON made
  // inert, a drawing of digits. Never for what came from outside.
  static Markup trusted(std::string_view text) {
    Markup out;
    out.text_ = text;
    return out;
  }
  const std::string& text() const { return text_; }
  bool is_empty() const { return text_.empty(); }
  Markup& operator+=(const Markup& other) {
    text_ += other.text_;
    return *this;
  }

 private:
  struct Slot {
    std::string_view text;
    bool is_markup;
  };
  static Slot slot(const Markup& markup) { return {markup.text_, true}; }
  static Slot slot(std::string_view text) { return {text, false}; }
  static Markup fill_slots(std::string_view pattern, std::initializer_list<Slot> slots);

  template <std::size_t N, class... Parts>
  friend Markup fill(const char (&pattern)[N], const Parts&... parts);

  std::string text_;
};

// Each {} takes the next part: Markup as it is, text escaped. The pattern is a literal, and every
// {} in it stands in text or inside double quotes.
template <std::size_t N, class... Parts>
Markup fill(const char (&pattern)[N], const Parts&... parts) {
  return Markup::fill_slots(std::string_view(pattern, N - 1), {Markup::slot(parts)...});
}

}  // namespace limen::doors::pages
