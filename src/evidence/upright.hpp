// Which way is up: phones write pictures as the sensor lies and say only in their metadata how to
// hold them (EXIF 2.32, 4.6.4, tag 0x0112). What says so is found here in each form of picture, and
// pictures are turned by it. Nothing else of the metadata is looked at, and what is broken, or
// compressed text as some tools of old wrote it into PNG, says nothing: such a picture stays as it
// is.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "evidence/picture.hpp"

namespace limen::evidence {

// Rows of 8-bit red, green, blue, alpha.
struct Pixels {
  std::uint32_t width = 0, height = 0;
  Bytes rgba{};
};

// 1 to 8, 1 being upright: what to do with the rows as they are stored.
using Orientation = unsigned;

// Whether the content of a JPEG's APP1 segment is EXIF and not XMP, which comes in APP1 as well.
bool is_exif(BytesView app1);
// Of EXIF with its head "Exif", or without.
Orientation orientation_of_exif(BytesView exif);
// Of a whole file: an `eXIf` chunk before the pixels (PNG 3rd edition, 11.3.4.6; one behind them is
// none, for browsers as well), the first `EXIF` chunk (RFC 9649, 2.7.1.5: it stands behind them).
Orientation orientation_of_png(BytesView file);
Orientation orientation_of_webp(BytesView file);

// Twice the memory for as long as it takes, unless it is upright already.
Pixels turned(Pixels from, Orientation orientation);
Grey turned(Grey from, Orientation orientation);

}  // namespace limen::evidence
