// Positions of ICAO Doc 9303, counted from 1 in the standard and from 0 here. The forms differ in
// where a field stands, so each is one row of numbers; the reading is the same for all. A place of
// no size is a field the form does not have.
#include "journey/mrz.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/problem_codes.hpp"

namespace limen::journey {
namespace {

struct Place {
  std::size_t line = 0, at = 0, size = 0;
};
struct Layout {
  MrzForm form;
  std::size_t lines, width;
  Place names, number, nationality, birth, sex, expiry;
  Place optional;                  // where a long number continues, too
  Place optional_second;           // TD1 only
  bool is_optional_checked;        // TD3 only
  std::array<Place, 4> composite;  // empty for visas
  Place composite_digit;
  Place given{};               // where given names have a place of their own
  std::string_view head = "";  // what the first line of such a card begins with
};

// Parts 4 (TD3), 5 (TD1), 6 (TD2) and 7 (visas). The French identity card of 1988 to 2021 has the
// size of TD2 and a layout of its own: the last name and the office in line 1; number, given names,
// birth and sex in line 2; no nationality and no expiry; a composite digit over all. Its row is
// before TD2's.
// clang-format off
constexpr std::array<Layout, 6> layouts = {{
    {MrzForm::td1, 3, 30, {2, 0, 30}, {0, 5, 9}, {1, 15, 3}, {1, 0, 6}, {1, 7, 1}, {1, 8, 6},
     {0, 15, 15}, {1, 18, 11}, false,
     {{{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}}}, {1, 29, 1}},
    {MrzForm::fra, 2, 36, {0, 5, 25}, {1, 0, 12}, {0, 2, 3}, {1, 27, 6}, {1, 34, 1}, {},
     {0, 30, 6}, {}, false,
     {{{0, 0, 36}, {1, 0, 35}, {}, {}}}, {1, 35, 1}, {1, 13, 14}, "IDFRA"},
    {MrzForm::td2, 2, 36, {0, 5, 31}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6},
     {1, 28, 7}, {}, false,
     {{{1, 0, 10}, {1, 13, 7}, {1, 21, 14}, {}}}, {1, 35, 1}},
    {MrzForm::td3, 2, 44, {0, 5, 39}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6},
     {1, 28, 14}, {}, true,
     {{{1, 0, 10}, {1, 13, 7}, {1, 21, 22}, {}}}, {1, 43, 1}},
    {MrzForm::mrv_a, 2, 44, {0, 5, 39}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6},
     {1, 28, 16}, {}, false, {}, {}},
    {MrzForm::mrv_b, 2, 36, {0, 5, 31}, {1, 0, 9}, {1, 10, 3}, {1, 13, 6}, {1, 20, 1}, {1, 21, 6},
     {1, 28, 8}, {}, false, {}, {}},
}};
// clang-format on

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Part 3, 4.9: "the characters A to Z shall have the values 10 to 35 consecutively", and the filler
// "shall be given the value of zero".
int weight_of(char c) {
  if (is_digit(c)) return c - '0';
  if (is_letter(c)) return c - 'A' + 10;
  return c == '<' ? 0 : -1;
}

const Layout* layout_of(const std::vector<std::string>& lines) {
  for (const Layout& layout : layouts) {
    const bool is_visa = layout.form == MrzForm::mrv_a || layout.form == MrzForm::mrv_b;
    const bool is_size = lines.size() == layout.lines && lines[0].size() == layout.width;
    const bool is_begun = lines[0].starts_with(layout.head);
    if (is_size && is_begun && lines[0].starts_with('V') == is_visa) return &layout;
  }
  return nullptr;
}

// Fillers inside become spaces, fillers at either end go.
std::string plain(std::string_view field) {
  std::string out;
  for (const char c : field) {
    if (c != '<') out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

enum class Era : std::uint8_t { birth, expiry };

// A zone has two digits for the year and says nothing of the century. Nobody is born tomorrow; a
// document ends within fifty years.
Date with_century(int year, unsigned month, unsigned day, Era era, Date today) {
  const int now = static_cast<int>(today.year());
  const auto date = [&](int full) {
    return Date{std::chrono::year{full}, std::chrono::month{month}, std::chrono::day{day}};
  };
  int full = now - now % 100 + year;
  if (era == Era::birth) return date(full) > today ? date(full - 100) : date(full);
  if (full > now + 50) full -= 100;
  if (full <= now - 50) full += 100;
  return date(full);
}

// One pair of positions: a number, -1 for unknown ("<<"), -2 for neither.
int pair_of(std::string_view text) {
  if (text == "<<") return -1;
  if (!is_digit(text[0]) || !is_digit(text[1])) return -2;
  return (text[0] - '0') * 10 + (text[1] - '0');
}

MrzDate read_date(std::string_view text, Era era, Date today) {
  MrzDate out{std::string(text)};
  const int year = pair_of(text.substr(0, 2));
  const int month = pair_of(text.substr(2, 2));
  const int day = pair_of(text.substr(4, 2));
  const bool is_month = month == -1 || (month >= 1 && month <= 12);
  const bool is_day = day == -1 || (day >= 1 && day <= 31);
  out.is_readable = year != -2 && is_month && is_day;
  if (!out.is_readable || year < 0 || month < 0 || day < 0) return out;
  const Date date =
      with_century(year, static_cast<unsigned>(month), static_cast<unsigned>(day), era, today);
  out.is_readable = date.ok();
  if (date.ok()) out.date = date;
  return out;
}

class ZoneReader {
 public:
  ZoneReader(const std::vector<std::string>& lines, const Layout& layout, Date today)
      : lines_(lines), layout_(layout), today_(today) {}

  Mrz read() {
    mrz_.form = layout_.form;
    mrz_.code = plain(text({0, 0, 2}));
    mrz_.issuer = plain(text({0, 2, 3}));
    read_names();
    read_number();
    mrz_.nationality = plain(text(layout_.nationality));
    mrz_.birth = read_date(text(layout_.birth), Era::birth, today_);
    check("date of birth", text(layout_.birth), text(after(layout_.birth)));
    mrz_.sex = text(layout_.sex)[0];
    read_expiry();
    if (layout_.is_optional_checked)
      check("personal number", text(layout_.optional), text(after(layout_.optional)));
    check_composite();
    return std::move(mrz_);
  }

 private:
  std::string_view text(Place place) const {
    return std::string_view(lines_[place.line]).substr(place.at, place.size);
  }
  static Place after(Place place) { return {place.line, place.at + place.size, 1}; }

  void check(std::string_view name, std::string_view field, std::string_view digit) {
    const auto right = mrz_check_digit(field);
    // "When the personal number field is not used … the check digit may be zero or the filler
    // character (<) at the option of the issuing State" (part 4). Any empty field is read so.
    const bool is_empty = field.find_first_not_of('<') == std::string_view::npos;
    const bool holds = right == digit[0] || (is_empty && digit[0] == '<');
    mrz_.checks.push_back({name, holds});
  }

  // Part 3, 4.6: "The primary identifier shall be followed by two filler characters (<<)."
  void read_names() {
    const std::string_view names = text(layout_.names);
    mrz_.names_are_cut = !names.ends_with('<');
    // Given names that fill a place of their own say nothing of the last name, which must not be
    // taken for cut: with them it would agree with every longer one.
    if (layout_.given.size > 0) {
      mrz_.primary = plain(names);
      mrz_.secondary = plain(text(layout_.given));
      return;
    }
    const std::size_t end = names.find("<<");
    mrz_.primary = plain(names.substr(0, end));
    if (end != std::string_view::npos) mrz_.secondary = plain(names.substr(end));
  }

  void read_expiry() {
    mrz_.expiry.text = "<<<<<<";
    if (layout_.expiry.size == 0) return;
    mrz_.expiry = read_date(text(layout_.expiry), Era::expiry, today_);
    check("date of expiry", text(layout_.expiry), text(after(layout_.expiry)));
  }

  // Parts 5 and 6: of a number longer than nine characters the first nine stand in the field, the
  // digit's place has a filler, and the rest with its check digit begins the optional element,
  // ended by a filler. Only TD1 and TD2 have this.
  void read_number() {
    const std::string_view first = text(layout_.number);
    const std::string_view digit = text(after(layout_.number));
    std::string_view rest = text(layout_.optional);
    const std::string_view more = rest.substr(0, rest.find('<'));
    const bool may_be_long = layout_.form == MrzForm::td1 || layout_.form == MrzForm::td2;
    if (may_be_long && digit == "<" && !first.ends_with('<') && more.size() >= 2) {
      const std::string whole = std::string(first).append(more.substr(0, more.size() - 1));
      mrz_.number = plain(whole);
      check("document number", whole, more.substr(more.size() - 1));
      rest.remove_prefix(more.size());
    } else {
      mrz_.number = plain(first);
      check("document number", first, digit);
    }
    const std::string second = plain(text(layout_.optional_second));
    mrz_.optional = plain(rest);
    if (!second.empty()) mrz_.optional += (mrz_.optional.empty() ? "" : " ") + second;
  }

  void check_composite() {
    if (layout_.composite_digit.size == 0) return;  // visas have none
    std::string all;
    for (const Place& place : layout_.composite) all.append(text(place));
    check("composite", all, text(layout_.composite_digit));
  }

  const std::vector<std::string>& lines_;
  const Layout& layout_;
  const Date today_;
  Mrz mrz_{};
};

}  // namespace

std::optional<char> mrz_check_digit(std::string_view field) {
  constexpr std::array<int, 3> factors = {7, 3, 1};
  int sum = 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const int weight = weight_of(field[i]);
    if (weight < 0) return std::nullopt;
    sum += weight * factors[i % factors.size()];
  }
  return static_cast<char>('0' + sum % 10);
}

bool Mrz::all_hold() const { return std::ranges::all_of(checks, &MrzCheck::holds); }

Result<Mrz> read_mrz(const std::vector<std::string>& lines, Date today) {
  const auto refusal = [](const char* rule) {
    return refuse(Fault::malformed, codes::invalid_field, rule, "mrz");
  };
  const bool is_even = std::ranges::all_of(
      lines, [&](const std::string& line) { return line.size() == lines[0].size(); });
  const Layout* layout = lines.empty() || !is_even ? nullptr : layout_of(lines);
  if (layout == nullptr)
    return refusal("a zone has three lines of 30 characters, or two of 36 or of 44");
  for (const std::string& line : lines)
    if (!std::ranges::all_of(line, [](char c) { return weight_of(c) >= 0; }))
      return refusal("a zone has only the characters A to Z, 0 to 9 and <");
  if (!is_letter(lines[0][0])) return refusal("a zone begins with a letter, the document code");
  Mrz mrz = ZoneReader(lines, *layout, today).read();
  if (mrz.primary.empty()) return refusal("a zone names somebody");
  return mrz;
}

}  // namespace limen::journey
