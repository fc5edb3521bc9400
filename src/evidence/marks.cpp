// A pixel is dark when it is darker than the mean of the square around it by a share of that mean:
// uneven light changes both alike. Dark runs of neighbouring rows that touch are one mark; only two
// rows are held at a time, so memory does not grow with the picture.
#include "evidence/marks.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace limen::evidence {
namespace {

constexpr int radius = 20;  // of the square: about a character's pitch at the scale we look at
constexpr int size_min = 5, size_max = 90, area_min = 10;

// Softened by the weights 1 2 1 each way, so that noise does not break strokes.
Grey softened(const Grey& from) {
  Grey to(from.width(), from.height());
  std::vector<std::uint16_t> sums(static_cast<std::size_t>(from.width()) + 2);
  for (int y = 0; y < from.height(); ++y) {
    const std::uint8_t *above = from.row(y - 1), *here = from.row(y), *below = from.row(y + 1);
    for (int x = 0; x < from.width(); ++x)
      sums[static_cast<std::size_t>(x) + 1] =
          static_cast<std::uint16_t>(above[x] + 2 * here[x] + below[x]);
    sums.front() = sums[1];
    sums.back() = sums[static_cast<std::size_t>(from.width())];
    std::uint8_t* out = to.row(y);
    for (std::size_t x = 0; x < sums.size() - 2; ++x)
      out[x] = static_cast<std::uint8_t>((sums[x] + 2 * sums[x + 1] + sums[x + 2] + 8) / 16);
  }
  return to;
}

struct Run {
  int first, last;  // pixels, both inside
  int label;
};

struct Box {
  int left, right, top, bottom, area;
};

// Union-find over boxes: the root's box is the whole mark's.
class Boxes {
 public:
  int add(int y, const Run& run) {
    boxes_.push_back({run.first, run.last, y, y, run.last - run.first + 1});
    parents_.push_back(static_cast<int>(parents_.size()));
    return parents_.back();
  }
  void grow(int label, int y, const Run& run) {
    Box& box = boxes_[root(label)];
    box.left = std::min(box.left, run.first);
    box.right = std::max(box.right, run.last);
    box.bottom = y;
    box.area += run.last - run.first + 1;
  }
  void join(int one, int other) {
    const std::size_t a = root(one), b = root(other);
    if (a == b) return;
    parents_[b] = static_cast<int>(a);
    Box& box = boxes_[a];
    const Box& more = boxes_[b];
    box = {std::min(box.left, more.left), std::max(box.right, more.right),
           std::min(box.top, more.top), std::max(box.bottom, more.bottom), box.area + more.area};
  }
  std::vector<Mark> marks() const {
    std::vector<Mark> out;
    for (std::size_t i = 0; i < boxes_.size() && out.size() < marks_max; ++i) {
      if (parents_[i] != static_cast<int>(i)) continue;
      const Box& box = boxes_[i];
      const int size = 1 + std::max(box.right - box.left, box.bottom - box.top);
      if (size < size_min || size > size_max || box.area < area_min) continue;
      out.push_back({static_cast<float>(box.left + box.right) / 2,
                     static_cast<float>(box.top + box.bottom) / 2, static_cast<float>(size)});
    }
    return out;
  }

 private:
  std::size_t root(int label) {
    auto at = static_cast<std::size_t>(label);
    while (parents_[at] != static_cast<int>(at)) {
      parents_[at] = parents_[static_cast<std::size_t>(parents_[at])];
      at = static_cast<std::size_t>(parents_[at]);
    }
    return at;
  }
  std::vector<Box> boxes_{};
  std::vector<int> parents_{};
};

// Keeps, for every column, the sum over the rows around y; the sum over a square is then a sliding
// sum along the row.
class DarkRows {
 public:
  DarkRows(const Grey& picture, int share)
      : picture_(picture),
        share_(std::max(1, share)),
        columns_(static_cast<std::size_t>(picture.width())) {
    for (int y = -radius - 1; y < radius; ++y) add(y, 1);
  }
  // Rows are asked for from the first to the last, each once.
  void next(int y, std::vector<Run>& runs) {
    add(y + radius, 1);
    add(y - radius - 1, -1);
    runs.clear();
    const int width = picture_.width();
    const std::uint8_t* row = picture_.row(y);
    int sum = 0;
    for (int x = -radius; x < radius; ++x) sum += column(x);
    bool was_dark = false;
    for (int x = 0; x < width; ++x) {
      sum += column(x + radius);
      const int mean = sum / ((2 * radius + 1) * (2 * radius + 1));
      const bool is_dark = row[x] + std::max(5, mean / share_) < mean;
      sum -= column(x - radius);
      if (is_dark && !was_dark) runs.push_back({x, x, -1});
      if (is_dark) runs.back().last = x;
      was_dark = is_dark;
    }
  }

 private:
  void add(int y, int sign) {
    const std::uint8_t* row = picture_.row(y);
    for (std::size_t x = 0; x < columns_.size(); ++x) columns_[x] += sign * row[x];
  }
  int column(int x) const {
    return columns_[static_cast<std::size_t>(std::clamp(x, 0, picture_.width() - 1))];
  }
  const Grey& picture_;
  const int share_;
  std::vector<int> columns_;
};

// Gives every run of this row the label of the runs above that it touches, or a new one.
void connect(int y, const std::vector<Run>& above, std::vector<Run>& runs, Boxes& boxes) {
  std::size_t first = 0;
  for (Run& run : runs) {
    while (first < above.size() && above[first].last < run.first - 1) ++first;
    for (std::size_t i = first; i < above.size() && above[i].first <= run.last + 1; ++i) {
      if (run.label < 0) {
        run.label = above[i].label;
        boxes.grow(run.label, y, run);
      } else {
        boxes.join(run.label, above[i].label);
      }
    }
    if (run.label < 0) run.label = boxes.add(y, run);
  }
}

}  // namespace

std::vector<Mark> find_marks(const Grey& picture, int share) {
  if (picture.is_empty()) return {};
  const Grey soft = softened(picture);
  DarkRows rows(soft, share);
  Boxes boxes;
  std::vector<Run> above, runs;
  for (int y = 0; y < soft.height(); ++y) {
    rows.next(y, runs);
    connect(y, above, runs, boxes);
    above.swap(runs);
  }
  return boxes.marks();
}

}  // namespace limen::evidence
