// Machine-readable zones and the names in them: what is read comes from the zone's own letters, and
// one wrong digit in a checked field is always noticed. The first lines are the zone, an empty
// line, then the first, last and additional name a person typed.
#include "journey/mrz.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "journey/names.hpp"

namespace limen::journey {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789< ";

void check_field(std::string_view text) {
  ASSERT(text.find_first_not_of(letters) == std::string_view::npos);
  ASSERT(!text.starts_with(' ') && !text.ends_with(' '));
}

void check_date(const MrzDate& date, Date least, Date most) {
  ASSERT(date.text.size() == 6);
  if (!date.date) return;
  ASSERT(date.is_readable && !date.is_unknown() && date.date->ok());
  ASSERT(*date.date >= least && *date.date <= most);
  ASSERT(iso_date(*date.date).substr(2, 2) == date.text.substr(0, 2));
}

void check_zone(const Mrz& mrz, Date today) {
  using std::chrono::years;
  for (const auto& text : {mrz.code, mrz.issuer, mrz.primary, mrz.secondary, mrz.number,
                           mrz.nationality, mrz.optional})
    check_field(text);
  ASSERT(!mrz.primary.empty());
  check_date(mrz.birth, today - years{101}, today);
  check_date(mrz.expiry, today - years{51}, today + years{51});
  ASSERT(mrz.checks.size() >= 3 && mrz.checks.size() <= 5);
}

// The second line of a TD3 passport: number, birth, expiry and their digits.
void check_wrong_digit(std::vector<std::string> lines, std::uint8_t seed, Date today) {
  constexpr std::size_t checked[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  13, 14,
                                     15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27};
  char& c = lines[1][checked[seed % std::size(checked)]];
  if (c < '0' || c > '9') return;
  c = c == '9' ? '0' : static_cast<char>(c + 1 + seed % ('9' - c));
  const auto wrong = read_mrz(lines, today);
  ASSERT(!wrong || !wrong->all_hold());
}

void check_names(const Mrz& mrz, const TypedName& typed) {
  const ZoneName zone{mrz.primary, mrz.secondary, mrz.names_are_cut};
  const NameLikeness got = compare_names(typed, zone);
  // One slip in all, and nothing said of what was not typed.
  ASSERT(got.last != Likeness::slip || got.first != Likeness::slip);
  ASSERT(!typed.last.empty() || got.last == Likeness::same);
  ASSERT(!typed.first.empty() || got.first == Likeness::same);
  // A zone's own name is its own.
  const NameLikeness own = compare_names({mrz.secondary, mrz.primary, ""}, zone);
  ASSERT(own.last == Likeness::same || own.last == Likeness::unreadable);
}

FUZZ(mrz) {
  const std::uint8_t seed = fuzz::take_byte(input);
  const Date today = *parse_date(seed % 2 == 0 ? "2026-11-21" : "2096-02-29");
  std::vector<std::string> lines;
  while (!input.empty() && lines.size() < 4) {
    const std::string_view line = fuzz::take_until(input, '\n');
    if (line.empty()) break;
    lines.emplace_back(line);
  }
  const std::string_view first = fuzz::take_until(input, '\n');
  const std::string_view last = fuzz::take_until(input, '\n');
  const auto mrz = read_mrz(lines, today);
  compare_names({first, last, input}, {"SMITH", "ANNA MARIA", seed % 3 == 0});
  if (!mrz) return fuzz::check_problem(mrz.error());
  check_zone(*mrz, today);
  check_names(*mrz, {first, last, input});
  if (mrz->form == MrzForm::td3 && mrz->all_hold()) check_wrong_digit(lines, seed, today);
}

}  // namespace
}  // namespace limen::journey
