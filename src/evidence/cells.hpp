// Characters cut out of a picture: each upright, of one size, one darkness, as a recogniser wants
// them, whatever the picture's. It recognises nothing.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "evidence/grid.hpp"
#include "evidence/picture.hpp"

namespace limen::evidence {

constexpr int cell_width = 20, cell_height = 28;  // 16 of these make one pitch
constexpr std::size_t cell_size = 560;

// Rows from the top; about 48 is the ground, about 208 is ink.
using Cell = std::array<std::uint8_t, cell_size>;

// Cells of one line of a lattice, from column `first` on. The vertical is that of the lattice, the
// height follows the pitch: lines of a zone are not all equally far apart.
std::vector<Cell> cut_line(const Pyramid& picture, const Grid& grid, int line, int first,
                           int count);

// The same, seen by somebody who holds the picture upside down.
Cell turned(const Cell& cell);

}  // namespace limen::evidence
