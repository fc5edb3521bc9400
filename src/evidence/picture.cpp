// Bounds are kept in one place, index(): it pulls every coordinate inside.
#include "evidence/picture.hpp"

#include <algorithm>
#include <cmath>

namespace limen::evidence {

Grey::Grey(int width, int height) {
  if (width < 1 || height < 1 || width > side_max || height > side_max) return;
  width_ = width;
  height_ = height;
  pixels_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
}

Grey::Grey(int width, int height, std::vector<std::uint8_t> pixels) {
  if (width < 1 || height < 1 || width > side_max || height > side_max) return;
  if (pixels.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) return;
  width_ = width;
  height_ = height;
  pixels_ = std::move(pixels);
}

std::size_t Grey::index(int x, int y) const {
  const int column = std::clamp(x, 0, std::max(0, width_ - 1));
  const int line = std::clamp(y, 0, std::max(0, height_ - 1));
  return static_cast<std::size_t>(line) * static_cast<std::size_t>(width_) +
         static_cast<std::size_t>(column);
}

float Grey::between(float x, float y) const {
  // Far outside, and what is no number, is the edge: a cast of it would be undefined.
  const float limit = static_cast<float>(side_max);
  const float u = x > -limit && x < limit ? x : 0, v = y > -limit && y < limit ? y : 0;
  const float left = std::floor(u), top = std::floor(v);
  const float a = u - left, b = v - top;
  const int column = static_cast<int>(left), line = static_cast<int>(top);
  const float upper =
      static_cast<float>(at(column, line)) * (1 - a) + static_cast<float>(at(column + 1, line)) * a;
  const float lower = static_cast<float>(at(column, line + 1)) * (1 - a) +
                      static_cast<float>(at(column + 1, line + 1)) * a;
  return upper * (1 - b) + lower * b;
}

Grey halved(const Grey& from) {
  Grey to(from.width() / 2, from.height() / 2);
  for (int y = 0; y < to.height(); ++y) {
    const std::uint8_t* upper = from.row(2 * y);
    const std::uint8_t* lower = from.row(2 * y + 1);
    std::uint8_t* out = to.row(y);
    for (int x = 0; x < to.width(); ++x)
      out[x] = static_cast<std::uint8_t>(
          (upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1] + 2) / 4);
  }
  return to;
}

Pyramid::Pyramid(const Grey& original, int levels) : original_(original) {
  for (int i = 1; i < levels; ++i) {
    Grey next = halved(level(i - 1));
    if (next.is_empty()) break;
    smaller_.push_back(std::move(next));
  }
}

const Grey& Pyramid::level(int number) const {
  const int inside = std::clamp(number, 0, last());
  return inside == 0 ? original_ : smaller_[static_cast<std::size_t>(inside - 1)];
}

}  // namespace limen::evidence
