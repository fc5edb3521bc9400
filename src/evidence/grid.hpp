// The lattice a zone's characters stand on: column and line to a place in the picture. A page seen
// by a camera is a plane seen in perspective, so one projective map holds for all characters, and
// all found marks together fix it far better than each fixes its own place.
#pragma once

#include <array>
#include <vector>

#include "evidence/chains.hpp"

namespace limen::evidence {

struct Point {
  float x = 0, y = 0;
};

class Grid {
 public:
  // Column and line may lie between and beyond; (0, 0) is the middle of some first character.
  Point place(float column, float line) const;
  // How one column, and one line, moves on the picture there.
  Point along(float column, float line) const;
  Point down(float column, float line) const;
  float pitch(float column, float line) const;

  int first_column = 0, last_column = 0;  // where marks were found
  int lines = 0;
  int hits = 0;  // marks that stand on the lattice

  struct Sight {
    float column, line, x, y;
  };
  // The map that fits best; false when the sights do not fix one.
  bool fit(const std::vector<Sight>& sights);
  // The same lattice on a picture so many times as large.
  void enlarge(float scale);

 private:
  std::array<double, 8> map_{};
};

// Lattices of two or three lines, those with the most marks on them first.
std::vector<Grid> find_grids(const std::vector<Mark>& marks);

}  // namespace limen::evidence
