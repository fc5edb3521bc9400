// See look.hpp.
#include "doors/pages/look.hpp"

#include <algorithm>

#include "onboard/appearance.hpp"

namespace limen::doors::pages {
namespace {

constexpr std::string_view language_cookie_name = "limen-language";

}  // namespace

Look look_of(const Request& request, std::string_view own) {
  const auto asked = request.query_value("lang");
  const std::string cookie = request.cookie(language_cookie_name).value_or(std::string());
  const std::string parameter = own.empty() ? asked.value_or(std::string()) : std::string(own);
  Look look;
  look.language = words::negotiate(
      {parameter, cookie, request.header("accept-language").value_or(std::string_view())});
  if (asked || !own.empty()) look.chosen = words::language_like(parameter);
  return look;
}

Dress dress_of(const onboard::Theme& theme, words::Language language) {
  const onboard::Colours& c = theme.colours;
  Dress dress;
  // Each colour is "#rrggbb": checked when the theme was saved (onboard/appearance.hpp).
  dress.rule = ":root{--ink:" + c.ink + ";--paper:" + c.paper + ";--card:" + c.card +
               ";--line:" + c.line + ";--act:" + c.act + ";--act-ink:" + c.act_ink +
               ";--bad:" + c.bad + ";--radius:" + std::to_string(theme.radius_px) + "px" +
               (onboard::is_dark(c) ? ";color-scheme:dark}" : "}") +
               // Nothing is mixed of them: they are drawn as they were checked.
               "body{--tint:var(--card);--quiet:var(--ink)}";
  if (!theme.logo_name.empty()) dress.logo = "/assets/logo/" + theme.logo_name;
  const auto own = theme.wording.find(std::string(words::about(language).code));
  if (own != theme.wording.end()) dress.wording.insert(own->second.begin(), own->second.end());
  return dress;
}

void wear(const Brand& brand, Look& look) {
  look.theme = brand.theme;
  if (brand.own) look.dress = std::make_shared<const Dress>(dress_of(*brand.own, look.language));
}

void dress(Desk& desk, Brand brand, Look& look) {
  brand.own = onboard::worn_theme(desk, brand.tenant, brand.theme);
  wear(brand, look);
  desk.brand = std::make_shared<const Brand>(std::move(brand));
}

std::optional<std::string> language_cookie(const Look& look, bool is_secure) {
  if (!look.chosen) return std::nullopt;
  return std::string(language_cookie_name) + "=" + std::string(words::about(*look.chosen).code) +
         "; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax" + (is_secure ? "; Secure" : "");
}

bool is_desktop(const Request& request) {
  // User-Agent Client Hints, section 3.4: "?1" on a device that prefers mobile pages, else "?0".
  if (const auto hint = request.header("sec-ch-ua-mobile"))
    if (*hint == "?0" || *hint == "?1") return *hint == "?0";
  const std::string_view agent = request.header("user-agent").value_or(std::string_view());
  const auto names = [agent](std::string_view part) { return agent.find(part) != agent.npos; };
  constexpr std::string_view hands[] = {"Mobi", "Android", "iPhone", "iPad"};
  constexpr std::string_view desks[] = {"Windows NT", "Macintosh", "X11", "CrOS"};
  return std::ranges::any_of(desks, names) && std::ranges::none_of(hands, names);
}

}  // namespace limen::doors::pages
