// See qr.hpp.
#include "doors/pages/qr.hpp"

#include <cstdint>
#include <qrcodegen/qrcodegen.hpp>
#include <vector>

namespace limen::doors::pages {

// ISO/IEC 18004 section 6.3.8: a quiet zone four modules wide.
constexpr int quiet = 4;

Drawing qr_code(std::string_view text) {
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  const auto code = qrcodegen::QrCode::encodeBinary(bytes, qrcodegen::QrCode::Ecc::MEDIUM);
  Drawing out;
  out.size = code.getSize() + 2 * quiet;
  for (int y = 0; y < code.getSize(); ++y) {
    for (int x = 0; x < code.getSize(); ++x) {
      if (!code.getModule(x, y)) continue;
      int width = 1;  // neighbours in a row are one rectangle
      while (x + width < code.getSize() && code.getModule(x + width, y)) ++width;
      const std::string w = std::to_string(width);
      out.path += "M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h" + w +
                  "v1h-" + w + "z";
      x += width;
    }
  }
  return out;
}

}  // namespace limen::doors::pages
