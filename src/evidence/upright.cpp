// EXIF is a TIFF file in a chunk. Whatever a length or an offset claims, nothing is read beyond
// what was handed in, and each entry and chunk is met once.
#include "evidence/upright.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace limen::evidence {
namespace {

constexpr std::string_view exif_head{"Exif\0\0", 6};
constexpr std::size_t word = 4;

enum class Order : std::uint8_t { little, big };

// 0 for what is not there.
std::uint32_t number(BytesView from, std::size_t at, std::size_t bytes, Order order) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes && at + i < from.size(); ++i)
    value |= std::uint32_t{from[at + i]} << 8 * (order == Order::little ? i : bytes - 1 - i);
  return value;
}

struct Turn {
  bool is_swapped, is_mirrored, is_upturned;
};

Turn turn_of(Orientation orientation) {
  const auto is_one_of = [&](unsigned a, unsigned b, unsigned c, unsigned d) {
    return orientation == a || orientation == b || orientation == c || orientation == d;
  };
  return {orientation >= 5, is_one_of(2, 3, 7, 8), is_one_of(3, 4, 6, 7)};
}

// Pixels of `bytes` each, in squares: a column of a large picture is one cache line a pixel.
template <std::size_t bytes>
void turn(const std::uint8_t* from, std::size_t from_width, std::size_t from_height,
          std::uint8_t* to, Turn how) {
  constexpr std::size_t square = 64;
  const std::size_t width = how.is_swapped ? from_height : from_width;
  const std::size_t height = how.is_swapped ? from_width : from_height;
  for (std::size_t top = 0; top < height; top += square) {
    for (std::size_t left = 0; left < width; left += square) {
      for (std::size_t y = top; y < std::min(height, top + square); ++y) {
        for (std::size_t x = left; x < std::min(width, left + square); ++x) {
          std::size_t u = how.is_swapped ? y : x, v = how.is_swapped ? x : y;
          if (how.is_mirrored) u = from_width - 1 - u;
          if (how.is_upturned) v = from_height - 1 - v;
          std::memcpy(to + bytes * (y * width + x), from + bytes * (v * from_width + u), bytes);
        }
      }
    }
  }
}

}  // namespace

bool is_exif(BytesView app1) { return as_text(app1).starts_with(exif_head); }

Orientation orientation_of_exif(BytesView exif) {
  const BytesView tiff = is_exif(exif) ? exif.subspan(exif_head.size()) : exif;
  const std::string_view mark = as_text(tiff.first(std::min<std::size_t>(tiff.size(), 2)));
  if (mark != "II" && mark != "MM") return 1;
  const Order order = mark == "II" ? Order::little : Order::big;
  if (number(tiff, 2, 2, order) != 42) return 1;
  const std::size_t directory = number(tiff, 4, 4, order);
  const std::size_t entries = number(tiff, directory, 2, order);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (at + 12 > tiff.size()) return 1;
    if (number(tiff, at, 2, order) != 0x0112) continue;
    constexpr std::uint32_t a_short = 3;
    if (number(tiff, at + 2, 2, order) != a_short || number(tiff, at + 4, 4, order) != 1) return 1;
    const std::uint32_t value = number(tiff, at + 8, 2, order);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

// Length, name, content, checksum.
Orientation orientation_of_png(BytesView file) {
  constexpr std::size_t signature = 8;
  std::size_t at = signature;
  while (at + 3 * word <= file.size()) {
    const std::size_t size = number(file, at, word, Order::big);
    if (size > file.size() - at - 3 * word) return 1;
    const std::string_view name = as_text(file.subspan(at + word, word));
    if (name == "eXIf") return orientation_of_exif(file.subspan(at + 2 * word, size));
    if (name == "IDAT") return 1;
    at += 3 * word + size;
  }
  return 1;
}

// Name, length, content, made even.
Orientation orientation_of_webp(BytesView file) {
  std::size_t at = 3 * word;
  while (at + 2 * word <= file.size()) {
    const std::size_t size = number(file, at + word, word, Order::little);
    if (size > file.size() - at - 2 * word) return 1;
    if (as_text(file.subspan(at, word)) == "EXIF")
      return orientation_of_exif(file.subspan(at + 2 * word, size));
    at += 2 * word + size + size % 2;
  }
  return 1;
}

Pixels turned(Pixels from, Orientation orientation) {
  if (orientation == 1) return from;
  const Turn how = turn_of(orientation);
  Pixels to{how.is_swapped ? from.height : from.width, how.is_swapped ? from.width : from.height,
            Bytes(from.rgba.size())};
  turn<4>(from.rgba.data(), from.width, from.height, to.rgba.data(), how);
  return to;
}

Grey turned(Grey from, Orientation orientation) {
  if (orientation == 1) return from;
  const Turn how = turn_of(orientation);
  Grey to(how.is_swapped ? from.height() : from.width(),
          how.is_swapped ? from.width() : from.height());
  turn<1>(from.row(0), static_cast<std::size_t>(from.width()),
          static_cast<std::size_t>(from.height()), to.row(0), how);
  return to;
}

}  // namespace limen::evidence
