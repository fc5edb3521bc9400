// Draws bar codes for the evaluation of their reader: each line of standard input is a format, a
// level of error correction and the text in hexadecimal; each line that leaves is the width in
// modules, then the rows as 0 and 1 without a quiet zone. ZXing's writer, so that what we read was
// not written by us.
#define ZX_USE_UTF8 1
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>

#include <cstdio>
#include <iostream>
#include <sstream>

#include "base/bytes.hpp"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::istringstream words(line);
    std::string name, text;
    int level = 0;
    words >> name >> level >> text;
    const auto bytes = limen::from_hex(text);
    const auto format = ZXing::BarcodeFormatFromString(name);
    if (!bytes || format == ZXing::BarcodeFormat::None) {
      std::cerr << "no format and text: " << line << '\n';
      return 2;
    }
    std::wstring wide(bytes->begin(), bytes->end());
    const auto modules = ZXing::MultiFormatWriter(format)
                             .setMargin(0)
                             .setEccLevel(level)
                             .setEncoding(ZXing::CharacterSet::ISO8859_1)
                             .encode(wide, 1, 1);
    std::printf("%d ", modules.width());
    for (int y = 0; y < modules.height(); ++y)
      for (int x = 0; x < modules.width(); ++x) std::putchar(modules.get(x, y) ? '1' : '0');
    std::putchar('\n');
    std::fflush(stdout);
  }
}
