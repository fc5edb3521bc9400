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

// What an organisation's own theme (onboard/theme.hpp) changes: the colours, as CSS; a
// logo in the place of its name; texts under their keys, in the language of the page.
struct Dress {
  std::string rule, logo;
  std::map<std::string, std::string, std::less<>> wording{};
};
Dress dress_of(const onboard::Theme& theme, words::Language language);

// Whose pages they are: an organisation, and the theme that was asked for.
struct Brand {
  onboard::TenantId tenant{};
  std::string name{};                   // of the organisation
  std::string theme{};                  // empty: none was asked for
  std::optional<onboard::Theme> own{};  // what they wear, when that is the organisation's own
};

struct Look {
  words::Language language = words::fallback;
  std::optional<words::Language> chosen{};  // by `lang` of this request: the browser keeps it
  std::string theme{};                      // that an enrolment asked for; empty: none
  std::shared_ptr<const Dress> dress{};     // when what is worn is the organisation's own
  std::string framed_by{};                  // origin that may frame the page; empty: nobody
  // Where the language switch leads and what it takes along. With nothing to take it is a GET; what
  // it takes may be a secret, which belongs into no address: then it is a POST.
  std::string switch_to = "/language";
  Pairs switch_keeps{};

  std::string_view pattern(words::Key key) const {
    if (dress)
      if (const auto own = dress->wording.find(key.name()); own != dress->wording.end())
        return own->second;
    return words::pattern(language, key);
  }
  std::string say(words::Key key, words::Values values = {}) const {
    return words::fill_in(language, pattern(key), values);
  }
};

// Looks up what `brand` wears and puts it on `look`, and on every refusal of this request from here
// on. Only for who has shown a right of that organisation: a stranger does not learn whose it is.
void dress(Desk& desk, Brand brand, Look& look);
// What was looked up, in the language of `look`.
void wear(const Brand& brand, Look& look);

// `own` is the language that was asked for in a form instead of the address; usually empty.
Look look_of(const Request& request, std::string_view own = {});

// What the browser is to remember of `look`: a Set-Cookie value, or nothing.
std::optional<std::string> language_cookie(const Look& look, bool is_secure);

// Whether the visitor sits at a device that may have a camera worth nothing: Sec-CH-UA-Mobile
// decides, else the User-Agent; a browser that says neither is no desktop.
bool is_desktop(const Request& request);

}  // namespace limen::doors::pages
