// Rows of marks at one pitch: what a machine-readable zone has and proportional type has by chance
// only. Any direction, any slant; a slow change of pitch (perspective) is followed.
#pragma once

#include <vector>

#include "evidence/marks.hpp"

namespace limen::evidence {

struct Link {
  int index;  // the position in the row; some may be missing
  float x, y;
};

struct Chain {
  std::vector<Link> links;  // by index, at least hits_min
  float pitch;              // of the whole, pixels
  int span() const { return links.back().index - links.front().index + 1; }
};

constexpr int hits_min = 12;
constexpr std::size_t chains_max = 64;

// Longest first.
std::vector<Chain> find_chains(const std::vector<Mark>& marks);

// The marks by place, for whoever asks what lies near a point.
class MarkMap {
 public:
  explicit MarkMap(const std::vector<Mark>& marks);
  // The nearest within `reach`, or -1.
  int nearest(float x, float y, float reach) const;
  // All within `reach`, nearest first, at most `most`.
  std::vector<int> around(float x, float y, float reach, std::size_t most) const;

 private:
  template <typename Visit>
  void visit(float x, float y, float reach, Visit&& each) const;

  const std::vector<Mark>& marks_;
  int columns_ = 0, rows_ = 0;
  std::vector<int> starts_{}, order_{};
};

}  // namespace limen::evidence
