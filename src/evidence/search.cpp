// A zone is looked for where its pitch is likely to be 10 to 60 pixels: in the halving whose longer
// side is at most `side_wanted`, and if need be in the next finer one.
#include "evidence/search.hpp"

#include <algorithm>
#include <array>

namespace limen::evidence {
namespace {

constexpr int side_wanted = 2100;

struct Attempt {
  int share;  // of find_marks
  int finer;  // halvings less
};
constexpr std::array<Attempt, search_tries> attempts = {{{12, 0}, {5, 0}, {9, 1}, {4, 1}}};

}  // namespace

std::vector<Grid> search(const Pyramid& picture, int attempt) {
  const Attempt& how = attempts[static_cast<std::size_t>(std::clamp(attempt, 0, search_tries - 1))];
  int level = 0;
  const auto side = [&] {
    return std::max(picture.level(level).width(), picture.level(level).height());
  };
  while (level < picture.last() && side() > side_wanted) ++level;
  level = std::max(0, level - how.finer);
  std::vector<Grid> grids = find_grids(find_marks(picture.level(level), how.share));
  for (Grid& grid : grids) grid.enlarge(static_cast<float>(1 << level));
  return grids;
}

}  // namespace limen::evidence
