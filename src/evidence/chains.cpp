// Each pair of neighbouring marks is tried as two characters of a row: the next one is expected as
// far again, and the guess follows what is found. Marks of an accepted chain begin no other.
#include "evidence/chains.hpp"

#include <algorithm>
#include <cmath>

namespace limen::evidence {
namespace {

constexpr float map_cell = 32;
constexpr int gap_max = 3;      // characters in a row that may have no mark of their own
constexpr int length_max = 64;  // no zone has more than 44
constexpr float wave_max = 0.12F;
constexpr float slack = 0.3F;  // of the pitch, between guess and mark

struct Step {
  float x, y;
  float length() const { return std::hypot(x, y); }
};

class Growing {
 public:
  Growing(const std::vector<Mark>& marks, const MarkMap& map) : marks_(marks), map_(map) {}

  // The chain through these two marks, by index; links_ holds mark numbers beside.
  std::vector<Link> from(int first, int second, std::vector<int>& used) {
    const Mark &a = marks_[at(first)], &b = marks_[at(second)];
    size_ = (a.size + b.size) / 2;
    std::vector<Link> links = {{0, a.x, a.y}, {1, b.x, b.y}};
    used = {first, second};
    extend(links, used, {b.x - a.x, b.y - a.y});
    std::ranges::reverse(links);
    extend(
        links, used,
        {links.back().x - links[links.size() - 2].x, links.back().y - links[links.size() - 2].y});
    std::ranges::reverse(links);
    return links;
  }

 private:
  static std::size_t at(int number) { return static_cast<std::size_t>(number); }

  // Goes on behind the last link; the direction of counting is that of the last two.
  void extend(std::vector<Link>& links, std::vector<int>& used, Step step) {
    const int sign = links.back().index > links.front().index ? 1 : -1;
    step = stride(links, step);
    int gap = 1;
    while (gap <= gap_max && links.size() < length_max) {
      const Link& last = links.back();
      const float ahead = static_cast<float>(gap);
      const float reach = slack * step.length() * (1 + 0.15F * (ahead - 1));
      const int found = map_.nearest(last.x + ahead * step.x, last.y + ahead * step.y, reach);
      const float size = found < 0 ? 0 : marks_[at(found)].size;
      if (found < 0 || size < 0.4F * size_ || size > 1.9F * size_) {
        ++gap;
        continue;
      }
      links.push_back({last.index + sign * gap, marks_[at(found)].x, marks_[at(found)].y});
      used.push_back(found);
      step = stride(links, step);
      gap = 1;
    }
  }

  // From one index to the next, in the direction of growth, over the last eight links.
  static Step stride(const std::vector<Link>& links, Step before) {
    const Link& last = links.back();
    const Link& early = links[links.size() - std::min<std::size_t>(links.size(), 9)];
    const float count = static_cast<float>(std::abs(last.index - early.index));
    if (count < 1) return before;
    return {(last.x - early.x) / count, (last.y - early.y) / count};
  }

  const std::vector<Mark>& marks_;
  const MarkMap& map_;
  float size_ = 0;
};

// How far the links stand off the line from the first third's middle to the last third's, in
// pitches. A camera leaves lines straight, so characters stand on one; marks of noise wander.
float waviness(const std::vector<Link>& links) {
  const std::size_t third = links.size() / 3;
  const auto middle = [&](std::size_t begin) {
    Step sum{0, 0};
    for (std::size_t i = begin; i < begin + third; ++i) {
      sum.x += links[i].x / static_cast<float>(third);
      sum.y += links[i].y / static_cast<float>(third);
    }
    return sum;
  };
  const Step from = middle(0), to = middle(links.size() - third);
  const Step way = {to.x - from.x, to.y - from.y};
  const float pitch =
      std::hypot(links.back().x - links.front().x, links.back().y - links.front().y) /
      static_cast<float>(links.back().index - links.front().index);
  float sum = 0;
  for (const Link& link : links) {
    const float off =
        ((link.y - from.y) * way.x - (link.x - from.x) * way.y) / std::max(1.0F, way.length());
    sum += off * off;
  }
  return std::sqrt(sum / static_cast<float>(links.size())) / std::max(1.0F, pitch);
}

bool is_good(const std::vector<Link>& links) {
  const auto hits = static_cast<int>(links.size());
  const int span = links.back().index - links.front().index + 1;
  return hits >= hits_min && hits * 10 >= span * 7 && waviness(links) < wave_max;
}

Chain finished(std::vector<Link> links) {
  const float length =
      std::hypot(links.back().x - links.front().x, links.back().y - links.front().y);
  const int steps = links.back().index - links.front().index;
  return {std::move(links), length / static_cast<float>(steps)};
}

}  // namespace

MarkMap::MarkMap(const std::vector<Mark>& marks) : marks_(marks) {
  float right = 0, bottom = 0;
  for (const Mark& mark : marks) {
    right = std::max(right, mark.x);
    bottom = std::max(bottom, mark.y);
  }
  columns_ = static_cast<int>(right / map_cell) + 1;
  rows_ = static_cast<int>(bottom / map_cell) + 1;
  const auto place = [&](const Mark& mark) {
    return static_cast<std::size_t>(mark.y / map_cell) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(mark.x / map_cell);
  };
  starts_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_) + 1);
  for (const Mark& mark : marks) ++starts_[place(mark) + 1];
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  order_.resize(marks.size());
  std::vector<int> next(starts_.begin(), starts_.end() - 1);
  for (std::size_t i = 0; i < marks.size(); ++i)
    order_[static_cast<std::size_t>(next[place(marks[i])]++)] = static_cast<int>(i);
}

template <typename Visit>
void MarkMap::visit(float x, float y, float reach, Visit&& each) const {
  const auto cell = [](float value, int count) {
    return static_cast<int>(std::clamp(value / map_cell, 0.0F, static_cast<float>(count - 1)));
  };
  const int left = cell(x - reach, columns_), right = cell(x + reach, columns_);
  for (int row = cell(y - reach, rows_); row <= cell(y + reach, rows_); ++row) {
    const auto begin = static_cast<std::size_t>(row * columns_ + left);
    const auto end = static_cast<std::size_t>(row * columns_ + right) + 1;
    for (int i = starts_[begin]; i < starts_[end]; ++i) {
      const int number = order_[static_cast<std::size_t>(i)];
      const Mark& mark = marks_[static_cast<std::size_t>(number)];
      const float distance = std::hypot(mark.x - x, mark.y - y);
      if (distance <= reach) each(number, distance);
    }
  }
}

int MarkMap::nearest(float x, float y, float reach) const {
  int best = -1;
  float least = reach;
  visit(x, y, reach, [&](int number, float distance) {
    if (best >= 0 && distance >= least) return;
    best = number;
    least = distance;
  });
  return best;
}

std::vector<int> MarkMap::around(float x, float y, float reach, std::size_t most) const {
  std::vector<std::pair<float, int>> found;
  visit(x, y, reach, [&](int number, float distance) { found.emplace_back(distance, number); });
  std::ranges::sort(found);
  found.resize(std::min(found.size(), most));
  std::vector<int> numbers;
  for (const auto& [distance, number] : found) numbers.push_back(number);
  return numbers;
}

std::vector<Chain> find_chains(const std::vector<Mark>& marks) {
  if (marks.size() < hits_min) return {};
  const MarkMap map(marks);
  Growing growing(marks, map);
  std::vector<bool> is_used(marks.size());
  std::vector<Chain> chains;
  std::vector<int> used;
  for (std::size_t i = 0; i < marks.size() && chains.size() < chains_max; ++i) {
    if (is_used[i]) continue;
    const Mark& mark = marks[i];
    for (const int other : map.around(mark.x, mark.y, 2.2F * mark.size, 10)) {
      const Mark& next = marks[static_cast<std::size_t>(other)];
      const float distance = std::hypot(next.x - mark.x, next.y - mark.y);
      const float larger = std::max(mark.size, next.size);
      if (distance < 0.6F * larger || next.size < 0.4F * mark.size) continue;
      std::vector<Link> links = growing.from(static_cast<int>(i), other, used);
      if (!is_good(links)) continue;
      for (const int number : used) is_used[static_cast<std::size_t>(number)] = true;
      chains.push_back(finished(std::move(links)));
      break;
    }
  }
  std::ranges::stable_sort(chains, {},
                           [](const Chain& c) { return -static_cast<int>(c.links.size()); });
  return chains;
}

}  // namespace limen::evidence
