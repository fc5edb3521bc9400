// What a picture that somebody sent says, as facts: how good it is, its machine-readable zone, its
// barcodes. A value between three rooms: evidence/ finds it out in a process of its own, store/
// keeps it beside the upload, decision.hpp judges it. Nothing is judged and no picture is looked at
// here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace limen::journey {

// One property of a picture: 0 (useless) to 100, and whether it is below what reading needs.
struct Measure {
  std::string name;  // "sharpness", "exposure", …: lower case letters
  int score = 0;
  bool is_bad = false;
  friend bool operator==(const Measure&, const Measure&) = default;
};

struct ZoneRead {
  std::vector<std::string> lines{};  // 2 or 3 of A to Z, 0 to 9 and <
  bool is_certain = false;           // only then it may be taken for what the document says
  friend bool operator==(const ZoneRead&, const ZoneRead&) = default;
};

struct Barcode {
  std::string format;  // "PDF417", "QRCode", "Aztec", "DataMatrix"
  std::string text;    // any bytes
  friend bool operator==(const Barcode&, const Barcode&) = default;
};

struct Reading {
  std::uint32_t width = 0, height = 0;  // in pixels, upright; 0: the file cannot be decoded
  std::vector<Measure> measures{};
  std::optional<ZoneRead> zone{};
  std::vector<Barcode> barcodes{};
  bool is_readable() const { return width != 0; }
  friend bool operator==(const Reading&, const Reading&) = default;
};

// As lines of text, the way it travels between processes and is kept.
std::string to_text(const Reading& reading);
// Nothing unless it is such a text, whole and within bounds: whoever wrote it has had a stranger's
// picture in its hands.
std::optional<Reading> reading_of(std::string_view text);

}  // namespace limen::journey
