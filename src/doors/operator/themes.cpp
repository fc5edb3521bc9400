// How an organisation's pages look. The rule of contrast is onboard/appearance.hpp's.
#include <cmath>

#include "base/problem_codes.hpp"
#include "doors/members.hpp"
#include "doors/operations.hpp"
#include "doors/operator/acting.hpp"
#include "doors/operator/handlers.hpp"
#include "doors/operator/wire.hpp"
#include "onboard/appearance.hpp"

namespace limen::doors::operators {
namespace {

using onboard::Colours;
using onboard::Theme;

json::array contrast_json(const std::vector<onboard::Contrast>& contrasts) {
  json::array out;
  for (const auto& one : contrasts)
    out.push_back(json::object{{"pair", std::string(one.over) + " on " + std::string(one.under)},
                               {"ratio", std::floor(one.ratio * 100) / 100},
                               {"least", one.least},
                               {"ok", one.is_enough()}});
  return out;
}

json::object colours_json(const Colours& c) {
  return {{"ink", c.ink}, {"paper", c.paper},     {"card", c.card}, {"line", c.line},
          {"act", c.act}, {"act_ink", c.act_ink}, {"bad", c.bad}};
}

json::object theme_json(const Theme& theme) {
  json::object wording;
  for (const auto& [language, texts] : theme.wording) {
    json::object of_language;
    for (const auto& [key, text] : texts) of_language[key] = text;
    wording[language] = std::move(of_language);
  }
  const std::string logo =
      theme.logo_name.empty() ? std::string() : "/assets/logo/" + theme.logo_name;
  return {{"name", theme.name},
          {"colours", colours_json(theme.colours)},
          {"radius", theme.radius_px},
          {"wording", std::move(wording)},
          {"logo", text_or_null(logo)},
          {"updatedAt", iso_millis(theme.updated)},
          {"contrast", contrast_json(onboard::contrasts(theme.colours))}};
}

Result<Colours> colours_in(const json::object& body) {
  const json::value* given = member(body, "colours");
  if (given == nullptr || !given->is_object()) return refuse(missing("colours"));
  const json::object& object = given->get_object();
  Colours colours;
  colours.ink = TRY(required_text(object, "ink"));
  colours.paper = TRY(required_text(object, "paper"));
  colours.card = TRY(required_text(object, "card"));
  colours.line = TRY(required_text(object, "line"));
  colours.act = TRY(required_text(object, "act"));
  colours.act_ink = TRY(required_text(object, "act_ink"));
  colours.bad = TRY(required_text(object, "bad"));
  return colours;
}

Result<Theme> theme_in(const json::object& body) {
  Theme theme;
  theme.colours = TRY(colours_in(body));
  const auto radius = TRY(optional_integer(body, "radius"));
  if (radius && (*radius < 0 || *radius > 1000))
    return refuse(invalid("radius", "radius must be from 0 to 32"));
  if (radius) theme.radius_px = static_cast<std::uint32_t>(*radius);
  const json::value* wording = member(body, "wording");
  if (wording == nullptr || wording->is_null()) return theme;
  if (!wording->is_object())
    return refuse(invalid("wording", "wording must be texts by language and key"));
  for (const auto& [language, texts] : wording->get_object()) {
    const json::object* of_language = texts.if_object();
    if (of_language == nullptr)
      return refuse(invalid("wording", "wording must be texts by language and key"));
    for (const auto& [key, text] : *of_language) {
      if (!text.is_string())
        return refuse(invalid("wording", "wording must be texts by language and key"));
      theme.wording[std::string(language)][std::string(key)] = std::string(text.get_string());
    }
  }
  return theme;
}

const std::string& name_of(const Request& request) { return request.params.find("name")->second; }

constexpr std::size_t logo_bytes = 256 * 1024;
constexpr std::uint32_t logo_side = 512;

struct PreparedLogo final : Prepared {
  Bytes png;
};

}  // namespace

Result<Response> get_themes(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  json::array items;
  for (const Theme& theme : desk.ledger.office().themes(by.tenant))
    items.push_back(theme_json(theme));
  return json_response(200, json::object{{"items", std::move(items)}, {"next", nullptr}});
}

Result<Response> get_theme(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Theme theme = TRY(onboard::find_theme(desk, by.tenant, name_of(request)));
  return json_response(200, theme_json(theme));
}

Result<Response> put_theme(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const json::object body = TRY(json_body(request));
  Theme theme = TRY(theme_in(body));
  theme.tenant = by.tenant;
  theme.name = name_of(request);
  const Theme saved = TRY(onboard::save_theme(desk, by.who, std::move(theme)));
  return json_response(200, theme_json(saved));
}

Result<Response> delete_theme(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  CHECK_OK(onboard::remove_theme(desk, by.tenant, by.who, name_of(request)));
  return no_content();
}

Result<std::unique_ptr<Prepared>> prepare_logo(const Request& request, Desk& desk) {
  if (!request.file) return refuse(missing("file"));
  if (request.file->bytes > logo_bytes)
    return refuse(Fault::malformed, codes::too_large, "a logo may have 256 KiB", "file");
  desk.ledger.let_go();  // the handler asks again who this is
  const Bytes bytes = desk.files.read(request.file->name);
  auto png = desk.operations.redraw(bytes, {logo_side, Redraw::Form::png});
  if (!png)
    return refuse(Fault::malformed, codes::unreadable_upload,
                  "a logo must be a JPEG, PNG or WebP picture", "file");
  auto prepared = std::make_unique<PreparedLogo>();
  prepared->png = std::move(*png);
  return prepared;
}

Result<Response> put_logo(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const auto& prepared = dynamic_cast<const PreparedLogo&>(*desk.prepared);
  const Theme theme =
      TRY(onboard::set_logo(desk, by.tenant, by.who, name_of(request), prepared.png));
  return json_response(200, theme_json(theme));
}

Result<Response> delete_logo(const Request& request, Desk& desk) {
  const Acting by = TRY(acting(request, desk));
  const Theme theme = TRY(onboard::set_logo(desk, by.tenant, by.who, name_of(request), {}));
  return json_response(200, theme_json(theme));
}

// Its name is its content's, so it may be kept for ever.
Result<Response> get_logo(const Request& request, Desk& desk) {
  const Bytes png = desk.ledger.office().logo(name_of(request));
  if (png.empty()) return refuse(absent("no such logo"));
  Response response;
  response.body = std::string(as_text(png));
  response.headers = {{"Content-Type", "image/png"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Content-Security-Policy", "default-src 'none'; sandbox"},
                      {"Cross-Origin-Resource-Policy", "same-origin"},
                      {"Cache-Control", "public, max-age=31536000, immutable"}};
  return response;
}

Result<Response> post_theme_check(const Request& request, Desk& desk) {
  CHECK_OK(acting(request, desk));
  const json::object body = TRY(json_body(request));
  const Colours colours = TRY(colours_in(body));
  const auto contrasts = onboard::contrasts(colours);
  bool is_ok = true;
  for (const auto& one : contrasts) is_ok = is_ok && one.is_enough();
  return json_response(200, json::object{{"contrast", contrast_json(contrasts)}, {"ok", is_ok}});
}

}  // namespace limen::doors::operators
