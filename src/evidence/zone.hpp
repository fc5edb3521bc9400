// Reads the machine-readable zone of a travel document in a photograph: any direction, skew and
// perspective of a hand-held camera, uneven light, blur, noise. Pixels in, text out. No files, no
// threads, bounded memory and time, whatever the picture. What the text means is journey/mrz.hpp's,
// what follows from it is nobody's here.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "evidence/grid.hpp"
#include "evidence/picture.hpp"

namespace limen::evidence {

struct ZoneReading {
  std::vector<std::string> lines;               // 3 of 30, 2 of 36 or 2 of 44 characters
  std::vector<std::vector<float>> confidences;  // of each character, 0 to 1
  std::array<Point, 4> corners;                 // clockwise from the first character's upper left
  std::array<Point, 4> page;                    // clockwise from its upper left, wherever that is
  bool checks_hold;                             // every check digit of the form
  double consistency;                           // how willingly, 0 to 1 (spelling.hpp)
  // Only this may be passed on as read. All check digits hold without having been talked into it,
  // and every character, those no check digit watches included, is clear. A reading that is not
  // certain is for a person who looks at the picture beside it, or for another photograph.
  bool is_certain;
};

// The most convincing zone of the picture; nothing when there is none.
std::optional<ZoneReading> read_zone(const Grey& picture);

}  // namespace limen::evidence
