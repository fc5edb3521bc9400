// Grey pictures from binary PGM files ("P5 width height 255"), as Python's imaging library writes
// them. A file that is none ends the tool: it has no other input.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "evidence/picture.hpp"

namespace limen::evidence {

inline Grey read_pgm(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string magic;
  int width = 0, height = 0, white = 0;
  in >> magic >> width >> height >> white;
  in.get();
  std::vector<std::uint8_t> pixels((std::istreambuf_iterator<char>(in)), {});
  Grey grey(width, height, std::move(pixels));
  if (magic != "P5" || white != 255 || grey.is_empty()) {
    std::cerr << path << ": no binary PGM of 8 bits\n";
    std::exit(2);
  }
  return grey;
}

}  // namespace limen::evidence
