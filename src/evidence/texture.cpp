// Gradients are summed over blocks of pixels; blocks that are as busy as the busiest grow together.
// The directions of all gradients of such a part, added up as doubled angles, tell how it lies: a
// bar has a light and a dark side, which point in opposite directions and mean the same.
#include "evidence/texture.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>

namespace limen::evidence {
namespace {

constexpr int block = 8;
constexpr float energy_min = 150;  // of squared grey levels a pixel; noise of 6 makes 144
constexpr float share_of_best = 0.2F;
constexpr float direction_min = 0.12F;  // 1: all gradients are parallel
constexpr int blocks_min = 6;

// Sums over one block, or many.
struct Tensor {
  float xx = 0, yy = 0, xy = 0;
  float energy() const { return xx + yy; }
  void add(const Tensor& other) {
    xx += other.xx;
    yy += other.yy;
    xy += other.xy;
  }
};

struct Blocks {
  int columns = 0, rows = 0;
  std::vector<Tensor> tensors{};
  std::size_t index(int column, int row) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(column);
  }
};

Tensor tensor_of(const Grey& picture, int left, int top) {
  Tensor sum;
  for (int y = top; y < top + block; ++y) {
    const std::uint8_t *above = picture.row(y - 1), *here = picture.row(y),
                       *below = picture.row(y + 1);
    for (int x = std::max(1, left); x < std::min(left + block, picture.width() - 1); ++x) {
      const auto dx = static_cast<float>(here[x + 1] - here[x - 1]);
      const auto dy = static_cast<float>(below[x] - above[x]);
      sum.add({dx * dx, dy * dy, dx * dy});
    }
  }
  constexpr float count = block * block;
  return {sum.xx / count, sum.yy / count, sum.xy / count};
}

// Each block with those around it: a wide bar is as wide as a block.
Blocks smoothed(const Blocks& from) {
  Blocks to{from.columns, from.rows, std::vector<Tensor>(from.tensors.size())};
  for (int row = 0; row < from.rows; ++row)
    for (int column = 0; column < from.columns; ++column) {
      Tensor& sum = to.tensors[to.index(column, row)];
      int count = 0;
      for (int v = std::max(0, row - 1); v <= std::min(row + 1, from.rows - 1); ++v)
        for (int u = std::max(0, column - 1); u <= std::min(column + 1, from.columns - 1); ++u) {
          sum.add(from.tensors[from.index(u, v)]);
          ++count;
        }
      const auto by = static_cast<float>(count);
      sum = {sum.xx / by, sum.yy / by, sum.xy / by};
    }
  return to;
}

Blocks blocks_of(const Grey& picture) {
  Blocks blocks{picture.width() / block, picture.height() / block, {}};
  blocks.tensors.reserve(static_cast<std::size_t>(blocks.columns * blocks.rows));
  for (int row = 0; row < blocks.rows; ++row)
    for (int column = 0; column < blocks.columns; ++column)
      blocks.tensors.push_back(tensor_of(picture, column * block, row * block));
  return smoothed(blocks);
}

float threshold_of(const Blocks& blocks) {
  std::vector<float> energies;
  for (const Tensor& tensor : blocks.tensors) energies.push_back(tensor.energy());
  const auto late = energies.begin() + static_cast<long>(energies.size() * 199 / 200);
  std::nth_element(energies.begin(), late, energies.end());
  return std::max(energy_min, share_of_best * *late);
}

// The rectangle around these blocks that lies as their gradients do.
Patch patch_of(const Blocks& blocks, const std::vector<std::size_t>& members) {
  Tensor sum;
  for (const std::size_t member : members) sum.add(blocks.tensors[member]);
  const float spread = std::hypot(sum.xx - sum.yy, 2 * sum.xy);
  Patch patch;
  patch.has_direction = spread > direction_min * sum.energy();
  if (patch.has_direction) patch.angle = 0.5F * std::atan2(2 * sum.xy, sum.xx - sum.yy);
  patch.energy = sum.energy();
  const float c = std::cos(patch.angle), s = std::sin(patch.angle);
  float left = 1e9F, right = -1e9F, top = 1e9F, bottom = -1e9F;
  for (const std::size_t member : members) {
    const auto column = static_cast<float>(member % static_cast<std::size_t>(blocks.columns));
    const auto row = static_cast<float>(member / static_cast<std::size_t>(blocks.columns));
    const float x = (column + 0.5F) * block, y = (row + 0.5F) * block;
    left = std::min(left, c * x + s * y);
    right = std::max(right, c * x + s * y);
    top = std::min(top, c * y - s * x);
    bottom = std::max(bottom, c * y - s * x);
  }
  const float u = (left + right) / 2, v = (top + bottom) / 2;
  patch.x = c * u - s * v;
  patch.y = s * u + c * v;
  // The quiet zone, too.
  patch.half_width = (right - left) / 2 * 1.04F + 2 * block;
  patch.half_height = (bottom - top) / 2 * 1.04F + 2 * block;
  return patch;
}

// Means of rectangles, at the cost of four look-ups each. A picture of side_max squared would still
// fit: unsigned sums that wrap around give the right differences.
class Sums {
 public:
  explicit Sums(const Grey& from) : width_(from.width()), height_(from.height()) {
    sums_.resize(index(0, height_ + 1));
    for (int y = 0; y < height_; ++y) {
      std::uint32_t row = 0;
      for (int x = 0; x < width_; ++x) {
        row += from.at(x, y);
        sums_[index(x + 1, y + 1)] = sums_[index(x + 1, y)] + row;
      }
    }
  }
  // Both ends belong to it; what lies outside of the picture does not count.
  float mean(int left, int top, int right, int bottom) const {
    const int x0 = std::max(0, left), x1 = std::min(width_, right + 1);
    const int y0 = std::max(0, top), y1 = std::min(height_, bottom + 1);
    const std::uint32_t sum =
        sums_[index(x1, y1)] - sums_[index(x0, y1)] - sums_[index(x1, y0)] + sums_[index(x0, y0)];
    return static_cast<float>(sum) / static_cast<float>((x1 - x0) * (y1 - y0));
  }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_ + 1) +
           static_cast<std::size_t>(x);
  }
  int width_, height_;
  std::vector<std::uint32_t> sums_{};
};

}  // namespace

std::vector<Patch> find_patches(const Grey& picture, std::size_t most) {
  if (picture.width() < 3 * block || picture.height() < 3 * block) return {};
  const Blocks blocks = blocks_of(picture);
  const float threshold = threshold_of(blocks);
  std::vector<bool> is_taken(blocks.tensors.size());
  std::vector<Patch> patches;
  std::vector<std::size_t> members;
  for (std::size_t first = 0; first < blocks.tensors.size(); ++first) {
    if (is_taken[first] || blocks.tensors[first].energy() < threshold) continue;
    members.assign(1, first);
    is_taken[first] = true;
    for (std::size_t next = 0; next < members.size(); ++next) {
      const int column = static_cast<int>(members[next] % static_cast<std::size_t>(blocks.columns));
      const int row = static_cast<int>(members[next] / static_cast<std::size_t>(blocks.columns));
      constexpr int steps[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
      for (const auto& step : steps) {
        const int u = column + step[0], v = row + step[1];
        if (u < 0 || v < 0 || u >= blocks.columns || v >= blocks.rows) continue;
        const std::size_t other = blocks.index(u, v);
        if (is_taken[other] || blocks.tensors[other].energy() < threshold) continue;
        is_taken[other] = true;
        members.push_back(other);
      }
    }
    if (members.size() >= blocks_min) patches.push_back(patch_of(blocks, members));
  }
  std::ranges::sort(patches, std::greater{}, &Patch::energy);
  patches.resize(std::min(patches.size(), most));
  return patches;
}

Grey cut_patch(const Pyramid& picture, const Patch& patch, int width) {
  if (!(patch.half_width > 1 && patch.half_height > 1)) return {};
  const float scale = 2 * patch.half_width / static_cast<float>(width);  // source pixels a pixel
  const int height = static_cast<int>(std::min(4096.0F, 2 * patch.half_height / scale));
  Grey out(width, height);
  int level = 0;
  float size = scale;
  while (size >= 2 && level < picture.last()) size /= 2, ++level;
  const Grey& source = picture.level(level);
  const auto by = static_cast<float>(1 << level), shift = (by - 1) / 2;
  const float c = std::cos(patch.angle) * scale, s = std::sin(patch.angle) * scale;
  for (int v = 0; v < out.height(); ++v)
    for (int u = 0; u < out.width(); ++u) {
      const float a = static_cast<float>(u) - static_cast<float>(width - 1) / 2;
      const float b = static_cast<float>(v) - static_cast<float>(height - 1) / 2;
      const float x = patch.x + a * c - b * s, y = patch.y + a * s + b * c;
      out.set(u, v,
              static_cast<std::uint8_t>(source.between((x - shift) / by, (y - shift) / by) + 0.5F));
    }
  return out;
}

Grey smoothed_down(const Grey& from, int reach) {
  Grey to(from.width(), from.height());
  for (int y = 0; y < to.height(); ++y)
    for (int x = 0; x < to.width(); ++x) {
      int sum = 0;
      for (int v = y - reach; v <= y + reach; ++v) sum += from.at(x, v);
      to.set(x, y, static_cast<std::uint8_t>(sum / (2 * reach + 1)));
    }
  return to;
}

Grey evened(const Grey& from, float sharpening) {
  const Sums sums(from);
  const int wide = from.width() / 16, high = from.width() / 40, near = from.width() / 350 + 1;
  Grey to(from.width(), from.height());
  for (int y = 0; y < to.height(); ++y)
    for (int x = 0; x < to.width(); ++x) {
      const auto value = static_cast<float>(from.at(x, y));
      const float ground = sums.mean(x - wide, y - high, x + wide, y + high);
      const float beside = sums.mean(x - near, y, x + near, y);
      const float sharp = value + sharpening * (value - beside);
      to.set(x, y,
             static_cast<std::uint8_t>(std::clamp(128 + 1.5F * (sharp - ground), 0.F, 255.F)));
    }
  return to;
}

}  // namespace limen::evidence
