// A grey picture: what every reader of this room looks at. Pixels are 8 bit, 0 is black, rows from
// the top. Looking beyond an edge gives the edge's pixel, so no reader can step out of it. It is
// not decoded here: bytes of JPEG and the like are turned into pixels by somebody else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace limen::evidence {

class Grey {
 public:
  Grey() = default;
  // Black, or with these pixels when there are exactly as many as it takes; else an empty picture.
  // So is one with a side below 1 or above side_max.
  Grey(int width, int height);
  Grey(int width, int height, std::vector<std::uint8_t> pixels);

  static constexpr int side_max = 16'384;

  int width() const { return width_; }
  int height() const { return height_; }
  bool is_empty() const { return pixels_.empty(); }
  // One row; `y` is pulled inside.
  const std::uint8_t* row(int y) const { return &pixels_[index(0, y)]; }
  std::uint8_t* row(int y) { return &pixels_[index(0, y)]; }
  std::uint8_t at(int x, int y) const { return pixels_[index(x, y)]; }
  void set(int x, int y, std::uint8_t value) { pixels_[index(x, y)] = value; }
  // Between pixels, by the four around; pixel centres lie at whole numbers.
  float between(float x, float y) const;

 private:
  std::size_t index(int x, int y) const;

  int width_ = 0, height_ = 0;
  std::vector<std::uint8_t> pixels_{};
};

// Half as large each way, each pixel the mean of four. Empty when a side is 1.
Grey halved(const Grey& from);

// The picture and its halvings, the original first and not copied; it must outlive them.
class Pyramid {
 public:
  explicit Pyramid(const Grey& original, int levels);
  const Grey& level(int number) const;
  int last() const { return static_cast<int>(smaller_.size()); }

 private:
  const Grey& original_;
  std::vector<Grey> smaller_{};
};

}  // namespace limen::evidence
