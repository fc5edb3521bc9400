// See compare.hpp.
#include "journey/compare.hpp"

#include <string>

namespace limen::journey {
namespace {

Likeness compare_positions(std::string_view stated, const MrzDate& date) {
  if (date.is_unknown()) return Likeness::unstated;
  bool is_partial = false;
  for (std::size_t i = 0; i < stated.size(); ++i) {
    if (date.text[i] == '<' || stated[i] == '<') is_partial = true;
    else if (date.text[i] != stated[i]) return Likeness::different;
  }
  return is_partial ? Likeness::part : Likeness::same;
}

}  // namespace

Likeness compare_birth(std::string_view typed, const MrzDate& birth) {
  if (typed.empty()) return Likeness::same;
  const auto date = parse_date(typed);
  if (!date || !birth.is_readable) return Likeness::unreadable;
  const std::string text(typed);
  return compare_positions(text.substr(2, 2) + text.substr(5, 2) + text.substr(8, 2), birth);
}

Likeness compare_dates(const MrzDate& stated, const MrzDate& date) {
  return compare_positions(stated.text, date);
}

// Part 3, section 5: ISO 3166-1 alpha-3 with a few codes more; these stand for a state that has
// one.
std::string_view state_of(std::string_view issuer) {
  if (issuer == "D") return "DEU";
  for (const std::string_view british : {"GBD", "GBN", "GBO", "GBP", "GBS"})
    if (issuer == british) return "GBR";
  return issuer;
}

std::optional<bool> is_chosen_type(std::string_view type, std::string_view code) {
  const auto begins_with_one_of = [&](std::string_view letters) {
    return code.find_first_of(letters) == 0;
  };
  if (type == "passport") return begins_with_one_of("P");
  if (type == "id_card") return begins_with_one_of("IAC");
  if (type == "driving_licence") return begins_with_one_of("D");
  return std::nullopt;
}

}  // namespace limen::journey
