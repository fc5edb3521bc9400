// Where in a picture a machine-readable zone may be, as lattices of characters. It reads none.
#pragma once

#include <vector>

#include "evidence/grid.hpp"
#include "evidence/picture.hpp"

namespace limen::evidence {

constexpr int pyramid_levels = 5;

// Each try looks differently, the first is right for most pictures.
constexpr int search_tries = 4;

// In the pixels of the original, the most convincing first; at most a handful.
std::vector<Grid> search(const Pyramid& picture, int attempt = 0);

}  // namespace limen::evidence
