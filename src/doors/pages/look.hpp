// Look: how the pages appear to one visitor: in which language, in which theme, inside whose frame.
// It exists so that a screen says what it says and nothing of how. The language is the address's
// (`lang`), else that of an earlier switch (a cookie), else the browser's; nothing of it is kept on
// this side.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/words.hpp"
#include "doors/door.hpp"
#include "onboard/theme.hpp"

namespace limen::doors::pages {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// What an organisation's own theme (onboard/theme.hpp) changes: the colours, as one rule of CSS; a
// logo in the place of its name; texts under their keys, in the language of the page.
struct Dress {
  std::string rule, logo;
  std::map<std::string, std::string, std::less<>> wording{};
};
Dress dress_of(const onboard::Theme& theme, words::Language language);

struct Look {
  words::Language language = words::fallback;
  std::optional<words::Language> chosen{};  // by `lang` of this request: the browser keeps it
  std::string theme{};                      // of an enrolment; empty: the default
  std::shared_ptr<const Dress> dress{};     // when that theme is the organisation's own
  std::string framed_by{};                  // origin that may frame the page; empty: nobody
  // Where the language switch leads and what it takes along. With nothing to take it is a GET; what
  // it takes may be a secret, which belongs into no address: then it is a POST.
  std::string switch_to = "/language";
  Pairs switch_keeps{};

  std::string say(words::Key key, words::Values values = {}) const {
    if (dress)
      if (const auto own = dress->wording.find(key.name()); own != dress->wording.end())
        return words::fill_in(language, own->second, values);
    return words::say(language, key, values);
  }
};

// `own` is the language that was asked for in a form instead of the address; usually empty.
Look look_of(const Request& request, std::string_view own = {});

// What the browser is to remember of `look`: a Set-Cookie value, or nothing.
std::optional<std::string> language_cookie(const Look& look, bool is_secure);

// Whether the visitor sits at a device that may have a camera worth nothing: Sec-CH-UA-Mobile
// decides, else the User-Agent; a browser that says neither is no desktop.
bool is_desktop(const Request& request);

}  // namespace limen::doors::pages
