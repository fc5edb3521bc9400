// See html.hpp.
#include "doors/pages/html.hpp"

#include "base/result.hpp"

namespace limen::doors::pages {

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      case '`': out += "&#96;"; break;
      case '\n':
      case '\t': out += c; break;
      default:
        // HTML section 13.1.4: text must not contain control characters; NUL even less.
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) out += "\xEF\xBF\xBD";
        else out += c;
    }
  }
  return out;
}

Markup Markup::fill_slots(std::string_view pattern, std::initializer_list<Slot> slots) {
  Markup out;
  const auto* slot = slots.begin();
  while (true) {
    const std::size_t hole = pattern.find("{}");
    out.text_ += pattern.substr(0, hole);
    if (hole == std::string_view::npos) break;
    ASSERT(slot != slots.end());
    if (slot->is_markup) out.text_ += slot->text;
    else out.text_ += escape(slot->text);
    ++slot;
    pattern.remove_prefix(hole + 2);
  }
  ASSERT(slot == slots.end());
  return out;
}

}  // namespace limen::doors::pages
