// Training data for the glyph network: what the finder sees in pictures, cell by cell, with places.
// Reads paths of binary PGM files from standard input; for the best two lattices writes a text line
// "path lines first count" and then per cell its place, its direction and its 560 bytes.
#include <cstdio>
#include <iostream>
#include <string>

#include "documents/pgm.hpp"
#include "evidence/cells.hpp"
#include "evidence/grid.hpp"
#include "evidence/marks.hpp"
#include "evidence/search.hpp"

namespace {

using namespace limen::evidence;

void write(const Pyramid& picture, const Grid& grid, const std::string& path) {
  const int first = grid.first_column - 5, count = grid.last_column - first + 6;
  std::printf("%s %d %d\n", path.c_str(), grid.lines, count);
  for (int line = 0; line < grid.lines; ++line) {
    const auto cells = cut_line(picture, grid, line, first, count);
    for (int i = 0; i < count; ++i) {
      const auto c = static_cast<float>(first + i), r = static_cast<float>(line);
      const Point at = grid.place(c, r), along = grid.along(c, r);
      const float numbers[] = {at.x, at.y, along.x, along.y};
      std::fwrite(numbers, sizeof numbers, 1, stdout);
      std::fwrite(cells[static_cast<std::size_t>(i)].data(), cell_size, 1, stdout);
    }
  }
}

}  // namespace

int main() {
  for (std::string path; std::getline(std::cin, path);) {
    const Grey grey = read_pgm(path);
    const Pyramid picture(grey, pyramid_levels);
    const std::vector<Grid> grids = search(picture);
    for (std::size_t i = 0; i < grids.size() && i < 2; ++i) write(picture, grids[i], path);
  }
}
