// See appearance.hpp.
#include "onboard/appearance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/problem_codes.hpp"
#include "base/problem_codes_console.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

namespace limen::onboard {
namespace {

constexpr std::uint32_t radius_max = 32;
constexpr std::size_t themes_max = 50, texts_max = 200, text_points = 500;
constexpr double text_least = 4.5, part_least = 3.0;

struct Named {
  std::string_view name;
  std::string Colours::*colour;
};
constexpr std::array<Named, 7> named = {{{"ink", &Colours::ink},
                                         {"paper", &Colours::paper},
                                         {"card", &Colours::card},
                                         {"line", &Colours::line},
                                         {"act", &Colours::act},
                                         {"act_ink", &Colours::act_ink},
                                         {"bad", &Colours::bad}}};

const std::string& colour_of(const Colours& colours, std::string_view name) {
  const auto* found = std::ranges::find(named, name, &Named::name);
  return colours.*(found->colour);
}

struct Pair {
  std::string_view over, under;
  double least;
};
constexpr Pair pairs[] = {
    {"ink", "paper", text_least},   {"ink", "card", text_least},   {"bad", "paper", text_least},
    {"bad", "card", text_least},    {"act", "paper", text_least},  {"act", "card", text_least},
    {"act_ink", "act", text_least}, {"line", "paper", part_least}, {"line", "card", part_least}};

double channel(std::string_view two) {
  const auto value = from_hex(two);
  const double share = value ? static_cast<double>((*value)[0]) / 255 : 0;
  return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
}

// WCAG 2.2, "relative luminance".
double luminance(std::string_view colour) {
  if (!is_colour(colour)) return 0;
  return 0.2126 * channel(colour.substr(1, 2)) + 0.7152 * channel(colour.substr(3, 2)) +
         0.0722 * channel(colour.substr(5, 2));
}

std::string sentence(const Contrast& contrast) {
  char numbers[48];
  std::snprintf(numbers, sizeof numbers, " is %.1f:1, at least %.1f:1 is needed",
                std::floor(contrast.ratio * 10) / 10, contrast.least);
  return std::string(contrast.over) + " on " + std::string(contrast.under) + numbers;
}

// What cannot be filled in would stand there with its braces.
bool has_holes_of(std::string_view text, std::string_view ours) {
  for (std::size_t open = text.find('{'); open != text.npos; open = text.find('{', open + 1)) {
    const std::size_t close = text.find('}', open);
    if (close == text.npos || ours.find(text.substr(open, close + 1 - open)) == ours.npos)
      return false;
  }
  return true;
}

Result<void> check_text(const std::string& field, std::string_view key, const std::string& text) {
  const auto ours = words::Key::find(key);
  // Letters are the house's: whoever gets one has not met the organisation here yet.
  if (!ours || key.starts_with("letter."))
    return bad_field(field, "no page has a text of this name");
  const bool is_fit =
      !text.empty() && is_utf8(text) && !has_control(text) && count_points(text) <= text_points;
  if (!is_fit) return bad_field(field, "a text must have 1 to 500 characters on one line");
  if (!has_holes_of(text, words::pattern(words::fallback, *ours)))
    return bad_field(field, "braces may only name what our own text names in them");
  return {};
}

Result<void> check_wording(const Theme& theme) {
  std::size_t texts = 0;
  for (const auto& [language, words] : theme.wording) {
    if (!words::language_of(language))
      return bad_field("wording." + shown(language), "is none of the seventeen languages");
    for (const auto& [key, text] : words) {
      CHECK_OK(check_text("wording." + language + "." + shown(key), key, text));
      ++texts;
    }
  }
  if (texts > texts_max) return bad_field("wording", "wording may have 200 texts in all");
  return {};
}

Result<void> check(const Theme& theme) {
  if (!is_theme_name(theme.name))
    return bad_field("name", "name must be 1 to 32 of a-z 0-9 - _, and none of ours");
  for (const Named& one : named)
    if (!is_colour(theme.colours.*(one.colour)))
      return bad_field("colours." + std::string(one.name), "a colour must be #rrggbb");
  if (theme.radius_px > radius_max) return bad_field("radius", "radius must be from 0 to 32");
  CHECK_OK(check_wording(theme));
  for (const Contrast& contrast : contrasts(theme.colours))
    if (!contrast.is_enough())
      return refuse(Fault::malformed, codes::low_contrast, sentence(contrast),
                    "colours." + std::string(contrast.over));
  return {};
}

std::unexpected<Problem> no_theme() {
  return refuse(Fault::absent, codes::absent, "no such theme");
}

}  // namespace

bool is_colour(std::string_view text) {
  return text.size() == 7 && text[0] == '#' && from_hex(text.substr(1)).has_value();
}

double contrast_ratio(std::string_view one, std::string_view other) {
  const double a = luminance(one), b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

std::vector<Contrast> contrasts(const Colours& colours) {
  std::vector<Contrast> out;
  for (const Pair& pair : pairs)
    out.push_back({pair.over, pair.under,
                   contrast_ratio(colour_of(colours, pair.over), colour_of(colours, pair.under)),
                   pair.least});
  return out;
}

bool is_dark(const Colours& colours) { return luminance(colours.paper) < luminance(colours.ink); }

bool is_built_in_theme(std::string_view name) { return name == "white" || name == "dark"; }

bool is_theme_name(std::string_view name) {
  const bool is_ours = is_built_in_theme(name) || name == "check";
  return !is_ours && !name.empty() && name.size() <= 32 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::optional<Theme> worn_theme(Desk& desk, const TenantId& tenant, const std::string& name) {
  if (is_built_in_theme(name)) return std::nullopt;
  auto& office = desk.ledger.office();
  if (!name.empty())
    if (auto kept = office.theme(tenant, name)) return kept;
  return office.theme(tenant, std::string(default_theme));
}

Result<Theme> save_theme(Desk& desk, const Who& by, Theme theme) {
  for (const Named& one : named) {
    std::string& colour = theme.colours.*(one.colour);
    colour = lower_ascii(colour);
  }
  CHECK_OK(check(theme));
  const auto before = desk.ledger.office().theme(theme.tenant, theme.name);
  if (!before && desk.ledger.office().themes(theme.tenant).size() >= themes_max)
    return refuse(Fault::conflict, codes::conflict, "an organisation may have 50 themes", "name");
  if (before) theme.logo_name = before->logo_name;
  theme.updated = desk.at.now;
  desk.ledger.office().save_theme(theme);
  note(desk, theme.tenant, by, "theme_saved", theme.name);
  return theme;
}

Result<Theme> find_theme(Desk& desk, const TenantId& tenant, const std::string& name) {
  auto theme = desk.ledger.office().theme(tenant, name);
  if (!theme) return no_theme();
  return std::move(*theme);
}

Result<void> remove_theme(Desk& desk, const TenantId& tenant, const Who& by,
                          const std::string& name) {
  if (!desk.ledger.office().remove_theme(tenant, name)) return no_theme();
  note(desk, tenant, by, "theme_removed", name);
  return {};
}

Result<Theme> set_logo(Desk& desk, const TenantId& tenant, const Who& by, const std::string& name,
                       Bytes png) {
  Theme theme = TRY(find_theme(desk, tenant, name));
  // Named by its content and its organisation, so that a new one has a new address.
  Bytes named_by(tenant.bytes.begin(), tenant.bytes.end());
  named_by.insert(named_by.end(), png.begin(), png.end());
  theme.logo_name =
      png.empty() ? std::string() : hex(seal::sha256(named_by)).substr(0, 32) + ".png";
  theme.logo = std::move(png);
  theme.updated = desk.at.now;
  desk.ledger.office().save_theme(theme);
  note(desk, tenant, by, "theme_saved", theme.name, theme.logo_name.empty() ? "no logo" : "logo");
  return theme;
}

}  // namespace limen::onboard
