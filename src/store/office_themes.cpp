// Themes and the last use of keys in SQL. Colours and wording are JSON texts of one column each;
// what is read was written here, so a text that does not fit is a broken database and throws.
#include "base/json.hpp"
#include "store/columns.hpp"
#include "store/office.hpp"
#include "store/sql.hpp"

namespace limen::store {
namespace {

using onboard::Colours;
using onboard::Theme;

constexpr char theme_columns[] = "tenant, name, colours, radius_px, wording, logo_name, updated_ms";
constexpr char put_theme[] =
    "INSERT INTO themes (tenant, name, colours, radius_px, wording, logo_name, logo, updated_ms) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant, name) DO UPDATE SET "
    "colours = excluded.colours, radius_px = excluded.radius_px, wording = excluded.wording, "
    "logo = CASE WHEN excluded.logo_name = themes.logo_name THEN themes.logo ELSE excluded.logo "
    "END, logo_name = excluded.logo_name, updated_ms = excluded.updated_ms";
constexpr auto theme_by_name =
    join("SELECT ", theme_columns, " FROM themes WHERE tenant = $1 AND name = $2");
constexpr auto themes_of =
    join("SELECT ", theme_columns, " FROM themes WHERE tenant = $1 ORDER BY name");
constexpr char drop_theme[] = "DELETE FROM themes WHERE tenant = $1 AND name = $2";
constexpr char logo_by_name[] =
    "SELECT logo FROM themes WHERE logo_name <> '' AND logo_name = $1 LIMIT 1";

constexpr char use_of[] = "SELECT used_ms FROM key_uses WHERE key = $1";
constexpr char put_use[] =
    "INSERT INTO key_uses (key, used_ms) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET "
    "used_ms = excluded.used_ms WHERE key_uses.used_ms < excluded.used_ms";

std::string encode(const Colours& c) {
  return json::serialize(json::array{c.ink, c.paper, c.card, c.line, c.act, c.act_ink, c.bad});
}

std::string encode(const std::map<std::string, std::map<std::string, std::string>>& wording) {
  json::object all;
  for (const auto& [language, texts] : wording) {
    json::object of_language;
    for (const auto& [key, text] : texts) of_language[key] = text;
    all[language] = std::move(of_language);
  }
  return json::serialize(all);
}

[[noreturn]] void broken() {
  throw StoreError(StoreError::Cause::other, "a column does not hold a theme");
}

std::string text_of(const json::value& value) {
  if (!value.is_string()) broken();
  return std::string(value.get_string());
}

Colours decode_colours(std::string_view text) {
  const auto value = parse_json(text);
  if (!value || !value->is_array() || value->get_array().size() != 7) broken();
  const json::array& c = value->get_array();
  return {text_of(c[0]), text_of(c[1]), text_of(c[2]), text_of(c[3]),
          text_of(c[4]), text_of(c[5]), text_of(c[6])};
}

std::map<std::string, std::map<std::string, std::string>> decode_wording(std::string_view text) {
  const auto value = parse_json(text);
  if (!value || !value->is_object()) broken();
  std::map<std::string, std::map<std::string, std::string>> wording;
  for (const auto& [language, texts] : value->get_object()) {
    if (!texts.is_object()) broken();
    for (const auto& [key, words] : texts.get_object())
      wording[std::string(language)][std::string(key)] = text_of(words);
  }
  return wording;
}

Theme read_theme(const Rows& rows) {
  Theme t;
  t.tenant = id_at(rows, 0);
  t.name = text_at(rows, 1);
  t.colours = decode_colours(rows.text(2));
  t.radius_px = number_at<std::uint32_t>(rows, 3);
  t.wording = decode_wording(rows.text(4));
  t.logo_name = text_at(rows, 5);
  t.updated = time_at(rows, 6);
  return t;
}

}  // namespace

void SqlOffice::save_theme(const Theme& t) {
  connection_.exec(
      put_theme, {t.tenant, t.name, encode(t.colours), t.radius_px, encode(t.wording), t.logo_name,
                  t.logo.empty() ? Value() : Value(BytesView(t.logo)), ms_of(t.updated)});
}

std::optional<Theme> SqlOffice::theme(const Id& tenant, const std::string& name) {
  Rows rows = connection_.query(theme_by_name, {tenant, name});
  if (!rows.next()) return std::nullopt;
  return read_theme(rows);
}

std::vector<Theme> SqlOffice::themes(const Id& tenant) {
  Rows rows = connection_.query(themes_of, {tenant});
  std::vector<Theme> all;
  while (rows.next()) all.push_back(read_theme(rows));
  return all;
}

bool SqlOffice::remove_theme(const Id& tenant, const std::string& name) {
  return connection_.exec(drop_theme, {tenant, name}) > 0;
}

Bytes SqlOffice::logo(const std::string& name) {
  Rows rows = connection_.query(logo_by_name, {name});
  if (!rows.next()) return {};
  const BytesView bytes = rows.blob(0);
  return {bytes.begin(), bytes.end()};
}

std::optional<Time> SqlOffice::last_use(const Id& key) {
  Rows rows = connection_.query(use_of, {key});
  if (!rows.next()) return std::nullopt;
  return time_at(rows, 0);
}

void SqlOffice::used(const Id& key, Time at) { connection_.exec(put_use, {key, ms_of(at)}); }

}  // namespace limen::store
