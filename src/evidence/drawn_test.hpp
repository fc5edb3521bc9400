// Pictures drawn for tests of this room: bar codes by ZXing's writer, laid askew on a grey ground,
// blurred and made noisy. The same call draws the same picture.
#pragma once

#define ZX_USE_UTF8 1
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include <cmath>
#include <numbers>
#include <string>

#include "evidence/picture.hpp"

namespace limen::evidence {

struct Laid {
  int width = 1600, height = 1200;
  float module = 4;          // pixels
  float degrees = 0;         // to the right
  float x = 0.5F, y = 0.5F;  // of the code's middle, of the picture
  float blur = 0;
  int noise = 0;
};

inline ZXing::BitMatrix modules_of(ZXing::BarcodeFormat format, const std::string& text) {
  std::wstring wide;
  for (const char c : text) wide += static_cast<wchar_t>(static_cast<unsigned char>(c));
  return ZXing::MultiFormatWriter(format)
      .setMargin(0)
      .setEncoding(ZXing::CharacterSet::ISO8859_1)
      .encode(wide, 1, 1);
}

// Ink where a module is dark, paper in its quiet zone, a table around.
inline Grey laid(const ZXing::BitMatrix& modules, const Laid& how) {
  Grey out(how.width, how.height);
  const float angle = how.degrees * std::numbers::pi_v<float> / 180;
  const float c = std::cos(angle) / how.module, s = std::sin(angle) / how.module;
  const float middle_x = how.x * static_cast<float>(how.width);
  const float middle_y = how.y * static_cast<float>(how.height);
  std::uint32_t seed = 12345;
  for (int y = 0; y < how.height; ++y)
    for (int x = 0; x < how.width; ++x) {
      const float a = static_cast<float>(x) - middle_x, b = static_cast<float>(y) - middle_y;
      const float u = a * c + b * s + static_cast<float>(modules.width()) / 2;
      const float v = b * c - a * s + static_cast<float>(modules.height()) / 2;
      const int column = static_cast<int>(std::floor(u)), row = static_cast<int>(std::floor(v));
      const bool is_code =
          column >= 0 && row >= 0 && column < modules.width() && row < modules.height();
      const bool is_paper =
          column >= -4 && row >= -4 && column < modules.width() + 4 && row < modules.height() + 4;
      int value = is_code && modules.get(column, row) ? 40 : is_paper ? 220 : 120;
      seed = seed * 1664525 + 1013904223;
      if (how.noise > 0) value += static_cast<int>(seed >> 16) % (2 * how.noise + 1) - how.noise;
      out.set(x, y, static_cast<std::uint8_t>(value));
    }
  return out;
}

// Three means over as many pixels as make this standard deviation.
inline Grey blurred(const Grey& from, float sigma) {
  const int reach = static_cast<int>(std::lround((std::sqrt(4 * sigma * sigma + 1) - 1) / 2));
  Grey now = from;
  for (int round = 0; round < 3; ++round)
    for (const bool is_across : {true, false}) {
      Grey next(from.width(), from.height());
      const int lines = is_across ? next.height() : next.width();
      const int length = is_across ? next.width() : next.height();
      const auto at = [&](int i, int line) {
        return is_across ? now.at(i, line) : now.at(line, i);
      };
      for (int line = 0; line < lines; ++line) {
        int sum = 0;
        for (int i = -reach; i < reach; ++i) sum += at(i, line);
        for (int i = 0; i < length; ++i) {
          sum += at(i + reach, line);
          const auto value = static_cast<std::uint8_t>(sum / (2 * reach + 1));
          is_across ? next.set(i, line, value) : next.set(line, i, value);
          sum -= at(i - reach, line);
        }
      }
      now = std::move(next);
    }
  return now;
}

}  // namespace limen::evidence
