// From lattices to a reading: every lattice is read upright and upside down, at every place where a
// form fits on it, and the reading that explains all cells best, those beside the zone as empty,
// wins. Only then is asked whether it is good enough.
#include "evidence/zone.hpp"

#include <algorithm>
#include <cmath>

#include "evidence/cells.hpp"
#include "evidence/edges.hpp"
#include "evidence/search.hpp"
#include "evidence/spelling.hpp"
#include "journey/mrz.hpp"

namespace limen::evidence {
namespace {

constexpr int beyond = 4;           // columns looked at on each side of what the finder saw
constexpr int looked_at_max = 60;   // of one lattice
constexpr double likely = -0.9;     // a mean below this is no zone
constexpr double good = -0.3;       // with holding digits, enough to look no further
constexpr double believable = 0.1;  // consistency: below, the digits contradict what is seen
constexpr double willing = 0.5;     // consistency of a certain reading
constexpr float clear = 0.93F;      // confidence of each character of a certain reading

// What all cells of a lattice may show, in the order they are read in.
struct Sheet {
  ScoresOfLines cells{};
  int first = 0;           // the column of the lattice that cells[…][0] shows
  bool is_turned = false;  // then columns and lines count backwards
};

Sheet seen(const Pyramid& picture, const Grid& grid, bool is_turned) {
  Sheet sheet;
  sheet.first = grid.first_column - beyond;
  sheet.is_turned = is_turned;
  const int count = std::min(looked_at_max, grid.last_column + beyond + 1 - sheet.first);
  for (int line = 0; line < grid.lines; ++line) {
    std::vector<Scores> scores;
    for (const Cell& cell : cut_line(picture, grid, line, sheet.first, count))
      scores.push_back(recognise(is_turned ? turned(cell) : cell));
    if (is_turned) std::ranges::reverse(scores);
    sheet.cells.push_back(std::move(scores));
  }
  if (is_turned) std::ranges::reverse(sheet.cells);
  return sheet;
}

double limited(float score) { return std::max(-8.0, static_cast<double>(score)); }

double as_glyph(const Scores& scores) {
  return limited(*std::max_element(scores.begin(), scores.begin() + no_glyph));
}

// Of all places where `width` columns fit, the one that leaves characters inside and nothing
// outside; and how well it does, a cell.
struct Fit {
  std::size_t at = 0;
  double mean = -100;
};

Fit best_place(const Sheet& sheet, std::size_t width) {
  const std::size_t count = sheet.cells[0].size();
  Fit best;
  for (std::size_t at = 0; at + width <= count; ++at) {
    double sum = 0;
    for (const auto& line : sheet.cells)
      for (std::size_t c = 0; c < count; ++c)
        sum += c >= at && c < at + width ? as_glyph(line[c]) : limited(line[c][no_glyph]);
    const double mean = sum / static_cast<double>(count * sheet.cells.size());
    if (mean > best.mean) best = {at, mean};
  }
  return best;
}

ScoresOfLines cut_out(const Sheet& sheet, std::size_t at, std::size_t width) {
  ScoresOfLines out;
  for (const auto& line : sheet.cells)
    out.emplace_back(line.begin() + static_cast<long>(at),
                     line.begin() + static_cast<long>(at + width));
  return out;
}

struct Candidate {
  const Grid* grid = nullptr;
  const FormOfZone* form = nullptr;
  Sheet sheet{};
  Fit fit{};
  double worth = -100;
};

void consider(const Pyramid& picture, const Grid& grid, bool is_turned, Candidate& best) {
  Sheet sheet = seen(picture, grid, is_turned);
  for (const FormOfZone& form : forms_of_zones()) {
    if (form.lines != sheet.cells.size()) continue;
    const Fit fit = best_place(sheet, form.width);
    if (fit.mean < best.worth || fit.mean < likely) continue;
    // What the form allows may be worse than what the cells show best.
    const ScoresOfLines cells = cut_out(sheet, fit.at, form.width);
    const double allowed = spell_freely(cells, form).likelihood;
    double freely = 0;
    for (const auto& line : cells)
      for (const Scores& scores : line) freely += as_glyph(scores);
    const auto inside = static_cast<double>(form.lines * form.width);
    const auto all = static_cast<double>(sheet.cells.size() * sheet.cells[0].size());
    const double worth = fit.mean + (allowed - freely / inside) * inside / all;
    if (worth > best.worth) best = {&grid, &form, sheet, fit, worth};
  }
}

// The corners of a part of the page, clockwise from the upper left; (0, 0) is the first character.
std::array<Point, 4> corners_of(const Candidate& candidate, const Extent& part) {
  const auto lines = static_cast<float>(candidate.form->lines);
  const auto at = static_cast<float>(candidate.fit.at);
  const auto count = static_cast<float>(candidate.sheet.cells[0].size());
  const auto first = static_cast<float>(candidate.sheet.first);
  const auto place = [&](float column, float line) {
    const bool is_turned = candidate.sheet.is_turned;
    const float c = is_turned ? first + count - 1 - (at + column) : first + at + column;
    return candidate.grid->place(c, is_turned ? lines - 1 - line : line);
  };
  return {place(part.left, part.top), place(part.right, part.top), place(part.right, part.bottom),
          place(part.left, part.bottom)};
}

Extent zone_extent(const FormOfZone& form) {
  return {-0.5F, static_cast<float>(form.width) - 0.5F, -0.5F,
          static_cast<float>(form.lines) - 0.5F};
}

// No date is given, none is needed: centuries are not asked for.
bool all_checks_hold(const std::vector<std::string>& lines) {
  constexpr Date any{std::chrono::year{2025}, std::chrono::month{1}, std::chrono::day{1}};
  const auto mrz = journey::read_mrz(lines, any);
  return mrz && mrz->all_hold();
}

ZoneReading reading_of(const Candidate& candidate) {
  const ScoresOfLines cells = cut_out(candidate.sheet, candidate.fit.at, candidate.form->width);
  Spelling spelling = spell(cells, *candidate.form);
  const double consistency = spelling.consistency;
  const bool is_as_seen = spelling.is_as_seen;
  if (consistency < believable) spelling = spell_freely(cells, *candidate.form);
  ZoneReading reading{std::move(spelling.lines),
                      std::move(spelling.confidences),
                      corners_of(candidate, zone_extent(*candidate.form)),
                      {},
                      false,
                      consistency,
                      false};
  const bool is_visa = reading.lines.front().front() == 'V';
  reading.page = corners_of(
      candidate, page_extent(reading.lines.size(), reading.lines.front().size(), is_visa));
  reading.checks_hold = all_checks_hold(reading.lines);
  float least = 1;
  for (const auto& line : reading.confidences)
    for (const float confidence : line) least = std::min(least, confidence);
  // A wrong digit looks like a right one printed badly: nobody can tell a forgery from a blot.
  reading.is_certain =
      reading.checks_hold && is_as_seen && consistency >= willing && least >= clear;
  return reading;
}

}  // namespace

std::optional<ZoneReading> read_zone(const Grey& picture) {
  if (picture.is_empty()) return std::nullopt;
  const Pyramid pyramid(picture, pyramid_levels);
  std::optional<ZoneReading> reading;
  double worth = -100;
  for (int attempt = 0; attempt < search_tries; ++attempt) {
    const std::vector<Grid> grids = search(pyramid, attempt);
    Candidate best;
    best.worth = worth;
    for (const Grid& grid : grids) {
      for (const bool is_turned : {false, true}) consider(pyramid, grid, is_turned, best);
      if (best.worth > good) break;
    }
    if (best.grid != nullptr) reading = reading_of(best);
    worth = best.worth;
    if (reading && reading->checks_hold && worth > good) break;
  }
  return reading;
}

}  // namespace limen::evidence
