// Chains that run side by side become the lines of a lattice. The fit is least squares over the
// eight numbers of a projective map, twice: the second time without the marks that stand off.
#include "evidence/grid.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace limen::evidence {
namespace {

using Sight = Grid::Sight;

constexpr std::size_t grids_max = 6, tries_max = 96;
constexpr int columns_max = 60;

// Columns and lines as numbers around zero: the equations are then well conditioned.
double u_of(float column) { return (static_cast<double>(column) - 20) / 20; }
double v_of(float line) { return static_cast<double>(line) - 1; }

using Equations = std::array<std::array<double, 9>, 8>;

bool solve(Equations& rows, std::array<double, 8>& out) {
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t pivot = i;
    for (std::size_t j = i + 1; j < 8; ++j)
      if (std::abs(rows[j][i]) > std::abs(rows[pivot][i])) pivot = j;
    if (std::abs(rows[pivot][i]) < 1e-9) return false;
    std::swap(rows[i], rows[pivot]);
    for (std::size_t j = 0; j < 8; ++j) {
      if (j == i) continue;
      const double factor = rows[j][i] / rows[i][i];
      for (std::size_t k = i; k < 9; ++k) rows[j][k] -= factor * rows[i][k];
    }
  }
  for (std::size_t i = 0; i < 8; ++i) out[i] = rows[i][8] / rows[i][i];
  return true;
}

void add(Equations& rows, const std::array<double, 8>& factors, double value) {
  for (std::size_t i = 0; i < 8; ++i) {
    for (std::size_t j = 0; j < 8; ++j) rows[i][j] += factors[i] * factors[j];
    rows[i][8] += factors[i] * value;
  }
}

// x (or y) of a chain's links as a straight line over the index.
struct Straight {
  float at0x, at0y, stepx, stepy;
  float length() const { return std::hypot(stepx, stepy); }
  // Where a point's foot on the line is, as an index, and how far it is off, in pitches.
  float index_of(float x, float y) const {
    return ((x - at0x) * stepx + (y - at0y) * stepy) / (length() * length());
  }
  float distance_of(float x, float y) const {
    return ((y - at0y) * stepx - (x - at0x) * stepy) / (length() * length());
  }
};

Straight straight(const Chain& chain) {
  float n = 0, si = 0, sii = 0, sx = 0, sy = 0, six = 0, siy = 0;
  for (const Link& link : chain.links) {
    const auto i = static_cast<float>(link.index);
    n += 1, si += i, sii += i * i;
    sx += link.x, sy += link.y, six += i * link.x, siy += i * link.y;
  }
  const float span = n * sii - si * si;
  const float dx = (n * six - si * sx) / span, dy = (n * siy - si * sy) / span;
  return {(sx - dx * si) / n, (sy - dy * si) / n, dx, dy};
}

// A chain beside another: its distance in pitches, and what to add to its index (after turning it
// round if it runs the other way) to count as the other does.
struct Beside {
  const Chain* chain;
  float distance;
  bool is_turned;
  int shift;
};

std::optional<Beside> beside(const Chain& base, const Straight& line, const Chain& other) {
  const Straight its = straight(other);
  const float cosine =
      (line.stepx * its.stepx + line.stepy * its.stepy) / (line.length() * its.length());
  const float ratio = its.length() / line.length();
  if (std::abs(cosine) < 0.99F || ratio < 0.85F || ratio > 1.18F) return std::nullopt;
  const bool is_turned = cosine < 0;
  const Link& middle = other.links[other.links.size() / 2];
  const float distance = line.distance_of(middle.x, middle.y);
  std::vector<float> offsets;
  for (const Link& link : other.links)
    offsets.push_back(line.index_of(link.x, link.y) -
                      static_cast<float>(is_turned ? -link.index : link.index));
  std::ranges::nth_element(offsets, offsets.begin() + static_cast<long>(offsets.size() / 2));
  const float offset = offsets[offsets.size() / 2];
  // In perspective the foot is beside the character by up to half a pitch. Lines of a zone begin
  // and end together, which then tells.
  const int first = is_turned ? -other.links.back().index : other.links.front().index;
  const int last = first + other.span() - 1;
  int best = static_cast<int>(std::lround(offset)), least = 1 << 20;
  for (const float near : {std::floor(offset), std::ceil(offset)}) {
    if (std::abs(near - offset) > 0.75F) continue;
    const int shift = static_cast<int>(near);
    const int apart = std::abs(first + shift - base.links.front().index) +
                      std::abs(last + shift - base.links.back().index);
    if (apart < least) best = shift, least = apart;
  }
  if (first + best > base.links.back().index || last + best < base.links.front().index) {
    if (std::abs(distance) > 0.5F) return std::nullopt;  // pieces of one line need not overlap
  }
  return Beside{&other, distance, is_turned, best};
}

void sight(std::vector<Sight>& out, const Beside& it, int line) {
  for (const Link& link : it.chain->links) {
    const int index = (it.is_turned ? -link.index : link.index) + it.shift;
    out.push_back({static_cast<float>(index), static_cast<float>(line), link.x, link.y});
  }
}

// The marks that stand on the lattice, looked for `margin` columns beyond what is known.
std::vector<Sight> on_lattice(const Grid& grid, const std::vector<Mark>& marks, const MarkMap& map,
                              int margin) {
  std::vector<Sight> out;
  for (int line = 0; line < grid.lines; ++line) {
    for (int column = grid.first_column - margin; column <= grid.last_column + margin; ++column) {
      const auto c = static_cast<float>(column), r = static_cast<float>(line);
      const Point at = grid.place(c, r);
      const float pitch = grid.pitch(c, r);
      const int found = map.nearest(at.x, at.y, 0.28F * pitch);
      if (found < 0) continue;
      const Mark& mark = marks[static_cast<std::size_t>(found)];
      if (mark.size > 0.4F * pitch && mark.size < 1.7F * pitch)
        out.push_back({c, r, mark.x, mark.y});
    }
  }
  return out;
}

bool settle(Grid& grid, const std::vector<Sight>& sights) {
  if (sights.size() < hits_min || !grid.fit(sights)) return false;
  const auto [low, high] = std::ranges::minmax(sights, {}, &Sight::column);
  grid.first_column = static_cast<int>(low.column);
  grid.last_column = static_cast<int>(high.column);
  grid.hits = static_cast<int>(sights.size());
  return grid.last_column - grid.first_column < columns_max;
}

// Fits, looks again at what the fit says, fits again: from the pieces first found to the whole.
std::optional<Grid> grown(std::vector<Sight> sights, int lines, const std::vector<Mark>& marks,
                          const MarkMap& map) {
  Grid grid;
  grid.lines = lines;
  if (!settle(grid, sights)) return std::nullopt;
  for (int round = 0; round < 6; ++round) {
    const int before = grid.hits;
    const std::vector<Sight> more = on_lattice(grid, marks, map, 4);
    if (!settle(grid, more)) return std::nullopt;
    if (grid.hits == before && round > 0) break;
  }
  return grid;
}

// The lines that may belong to a chain's zone, by their distance.
std::vector<Beside> neighbours(const std::vector<Chain>& chains, const Chain& base) {
  const Straight line = straight(base);
  std::vector<Beside> out;
  for (const Chain& other : chains) {
    if (&other == &base) continue;
    const auto found = beside(base, line, other);
    if (found && std::abs(found->distance) < 7.5F) out.push_back(*found);
  }
  return out;
}

// Found again from another of its chains, perhaps counted from another first column or turned
// round.
bool is_same(const Grid& one, const Grid& other) {
  if (one.lines != other.lines || std::abs(one.hits - other.hits) > 2) return false;
  const auto middle = [](const Grid& g) {
    return g.place(static_cast<float>(g.first_column + g.last_column) / 2,
                   static_cast<float>(g.lines - 1) / 2);
  };
  const Point a = middle(one), b = middle(other);
  return std::hypot(a.x - b.x, a.y - b.y) < 1.5F * one.pitch(0, 0);
}

constexpr float between_min = 1.7F, between_max = 3.2F;  // lines, in pitches

// The sights of a lattice of so many lines at this distance, the base chain being line `own`.
std::vector<Sight> gathered(const Chain& base, const std::vector<Beside>& others, float spacing,
                            int own, int lines) {
  std::vector<Sight> sights;
  sight(sights, {&base, 0, false, 0}, own);
  for (const Beside& other : others) {
    const int line = own + static_cast<int>(std::lround(other.distance / spacing));
    const float off = other.distance - spacing * static_cast<float>(line - own);
    if (line >= 0 && line < lines && std::abs(off) < 0.45F) sight(sights, other, line);
  }
  return sights;
}

void try_lattices(const Chain& base, const std::vector<Beside>& others,
                  const std::vector<Mark>& marks, const MarkMap& map, std::vector<Grid>& out) {
  for (const Beside& other : others) {
    const float spacing = std::abs(other.distance);
    if (spacing < between_min || spacing > between_max) continue;
    const int side = other.distance > 0 ? 1 : -1;
    for (const int lines : {2, 3}) {
      for (int own = 0; own < lines; ++own) {
        if (own + side < 0 || own + side >= lines || out.size() >= tries_max) continue;
        if (auto grid = grown(gathered(base, others, spacing, own, lines), lines, marks, map))
          if (std::ranges::none_of(out, [&](const Grid& g) { return is_same(g, *grid); }))
            out.push_back(*grid);
      }
    }
  }
}

}  // namespace

bool Grid::fit(const std::vector<Sight>& sights) {
  for (int round = 0; round < 2; ++round) {
    Equations rows{};
    for (const Sight& s : sights) {
      if (round > 0) {
        const Point at = place(s.column, s.line);
        if (std::hypot(at.x - s.x, at.y - s.y) > 0.2F * pitch(s.column, s.line)) continue;
      }
      const double u = u_of(s.column), v = v_of(s.line), x = static_cast<double>(s.x) / 1000,
                   y = static_cast<double>(s.y) / 1000;
      add(rows, {u, v, 1, 0, 0, 0, -u * x, -v * x}, x);
      add(rows, {0, 0, 0, u, v, 1, -u * y, -v * y}, y);
    }
    // A faint wish for no perspective keeps few sights from inventing one.
    rows[6][6] += 1e-4;
    rows[7][7] += 1e-4;
    if (!solve(rows, map_)) return false;
  }
  return true;
}

Point Grid::place(float column, float line) const {
  const double u = u_of(column), v = v_of(line);
  double w = map_[6] * u + map_[7] * v + 1;
  if (std::abs(w) < 0.05) w = 0.05;
  return {static_cast<float>(1000 * (map_[0] * u + map_[1] * v + map_[2]) / w),
          static_cast<float>(1000 * (map_[3] * u + map_[4] * v + map_[5]) / w)};
}

Point Grid::along(float column, float line) const {
  const Point a = place(column - 0.5F, line), b = place(column + 0.5F, line);
  return {b.x - a.x, b.y - a.y};
}

Point Grid::down(float column, float line) const {
  const Point a = place(column, line - 0.5F), b = place(column, line + 0.5F);
  return {b.x - a.x, b.y - a.y};
}

float Grid::pitch(float column, float line) const {
  const Point step = along(column, line);
  return std::hypot(step.x, step.y);
}

void Grid::enlarge(float scale) {
  const double s = static_cast<double>(scale), shift = (s - 1) / 2 / 1000;
  const std::array<double, 3> bottom = {map_[6], map_[7], 1};
  for (std::size_t i = 0; i < 3; ++i) {
    map_[i] = s * map_[i] + shift * bottom[i];
    map_[i + 3] = s * map_[i + 3] + shift * bottom[i];
  }
}

std::vector<Grid> find_grids(const std::vector<Mark>& marks) {
  const std::vector<Chain> chains = find_chains(marks);
  if (chains.empty()) return {};
  const MarkMap map(marks);
  std::vector<Grid> grids;
  for (std::size_t i = 0; i < std::min<std::size_t>(chains.size(), 8); ++i)
    try_lattices(chains[i], neighbours(chains, chains[i]), marks, map, grids);
  std::ranges::stable_sort(grids, std::greater{}, &Grid::hits);
  grids.resize(std::min(grids.size(), grids_max));
  return grids;
}

}  // namespace limen::evidence
