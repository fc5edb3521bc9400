// How an organisation's pages may look: every colour can be read on every ground it stands on (WCAG
// 2.2, success criteria 1.4.3 and 1.4.11), so a theme that nobody could read is never saved. The
// theme itself is theme.hpp; drawing with it is doors/pages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "onboard/audit.hpp"
#include "onboard/desk.hpp"

namespace limen::onboard {

struct Contrast {
  std::string_view over, under;  // "ink", "paper"
  double ratio = 0;
  double least = 0;
  bool is_enough() const { return ratio >= least; }
};
// Every pair of a theme's colours that meets on a page. Colours that are none count as black.
std::vector<Contrast> contrasts(const Colours& colours);
// (L1 + 0.05) / (L2 + 0.05) of two "#rrggbb", from 1 to 21.
double contrast_ratio(std::string_view one, std::string_view other);
bool is_colour(std::string_view text);

// Whether light stands on dark: what the browser draws by itself must be dark then, too.
bool is_dark(const Colours& colours);

constexpr std::string_view default_theme = "default";
// `white` and `dark`: the pages' own style sheet knows them, and nobody may take their names.
bool is_built_in_theme(std::string_view name);
bool is_theme_name(std::string_view name);
// What that organisation's pages wear when `name` was asked for: nothing when it is built in; what
// is kept under it; else, and when none was asked for, its `default`. Nothing: our own look.
std::optional<Theme> worn_theme(Desk& desk, const TenantId& tenant, const std::string& name);

// Keeps the logo that is there. Refuses with invalid_field (name, colours.x, radius, wording),
// low_contrast naming the first pair.
Result<Theme> save_theme(Desk& desk, const Who& by, Theme theme);
Result<Theme> find_theme(Desk& desk, const TenantId& tenant, const std::string& name);
Result<void> remove_theme(Desk& desk, const TenantId& tenant, const Who& by,
                          const std::string& name);
// `png`: pictures we encoded ourselves; empty takes the logo away.
Result<Theme> set_logo(Desk& desk, const TenantId& tenant, const Who& by, const std::string& name,
                       Bytes png);

}  // namespace limen::onboard
