// Theme: how an organisation's pages look and what it says in its own words. A value; whether its
// colours can be read is appearance.hpp's rule. `white` and `dark` are ours and stand in no table;
// `default` is what an organisation's pages wear where nothing is asked for, ours until it makes
// one.
#pragma once

#include <map>
#include <string>

#include "base/bytes.hpp"
#include "base/id.hpp"
#include "base/time.hpp"

namespace limen::onboard {

// Each "#rrggbb", in lower case.
struct Colours {
  std::string ink, paper, card, line, act, act_ink, bad;
  friend bool operator==(const Colours&, const Colours&) = default;
};

struct Theme {
  Id tenant;
  std::string name;
  Colours colours;
  std::uint32_t radius_px = 8;
  // Language code, then key of web/locales, then the text in its place.
  std::map<std::string, std::map<std::string, std::string>> wording{};
  std::string logo_name{};  // "3f2a….png": in GET /assets/logo/{name}; empty: no logo
  Bytes logo{};             // its bytes; loaded only to be saved
  Time updated;
  friend bool operator==(const Theme&, const Theme&) = default;
};

}  // namespace limen::onboard
