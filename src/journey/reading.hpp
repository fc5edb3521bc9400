// What a picture that somebody sent says, as facts: how good it is, its machine-readable zone, the
// bar code of a licence. A value between three rooms: evidence/ finds it out in a process of its
// own, store/ keeps it beside the upload, decision.hpp judges it. Nothing is judged and no picture
// is looked at here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

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

// What the bar code of a driving licence or an identity card says (AAMVA DL/ID). Texts are UTF-8 on
// one line, or empty.
struct LicenceRead {
  std::string number, family_name, first_name, middle_names, country;
  std::optional<Date> birth{}, expiry{};
  bool names_are_cut = false;
  std::string issuer{};    // six digits; numbers are unique within one. Empty in older readings
  bool is_licence = true;  // no: an identity card
  friend bool operator==(const LicenceRead&, const LicenceRead&) = default;
};

struct Reading {
  std::uint32_t width = 0, height = 0;  // in pixels, upright; 0: the file cannot be decoded
  std::vector<Measure> measures{};
  std::optional<ZoneRead> zone{};
  std::optional<LicenceRead> licence{};
  bool is_readable() const { return width != 0; }
  friend bool operator==(const Reading&, const Reading&) = default;
};

// As lines of text, the way it travels between processes and is kept.
std::string to_text(const Reading& reading);
// Nothing unless it is such a text, whole and within bounds: whoever wrote it has had a stranger's
// picture in its hands.
std::optional<Reading> reading_of(std::string_view text);

}  // namespace limen::journey
