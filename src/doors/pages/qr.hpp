// A text as a QR code, drawn as one path: black squares on nothing, the quiet zone included. It
// knows neither HTML nor what the text means.
#pragma once

#include <string>
#include <string_view>

namespace limen::doors::pages {

struct Drawing {
  int size = 0;      // of the square it is drawn in, in modules
  std::string path;  // of an SVG with viewBox "0 0 size size"
};
// Error correction M: a quarter more squares than L, and a code on a bad screen is still read.
Drawing qr_code(std::string_view text);

}  // namespace limen::doors::pages
