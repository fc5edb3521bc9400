// See page.hpp.
#include "doors/pages/page.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "doors/assets.hpp"
#include "seal/digest.hpp"

namespace limen::doors::pages {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// CSP Level 3 section 2.3.1: a hash source allows exactly this inline style sheet.
std::string source_of(std::string_view sheet) {
  return "'sha256-" + base64(BytesView(seal::sha256(sheet))) + "'";
}

// One sheet for all pages, computed once, and behind it the rules of an organisation's theme.
std::string style_sources(const Look& look) {
  static const std::string ours = source_of(assets::page_style);
  return look.dress ? ours + " " + source_of(look.dress->rule) : ours;
}

// Nothing but what is named. Chrome holds `form-action` against every redirect that follows a form,
// so the URL a journey ends at must be named there.
std::string security_policy(const Page& page) {
  std::string policy = "default-src 'none'; style-src " + style_sources(page.look) + "; ";
  if (page.powers != Powers::none)
    policy += "script-src 'self'; connect-src 'self'; img-src 'self' data:";
  if (page.powers == Powers::camera) policy += " blob:";
  if (page.powers != Powers::none) policy += "; ";
  else if (page.look.dress && !page.look.dress->logo.empty()) policy += "img-src 'self'; ";
  const std::string& framed_by = page.look.framed_by;
  policy += "base-uri 'none'; frame-ancestors " + (framed_by.empty() ? "'none'" : framed_by);
  policy += "; form-action 'self'";
  const std::string origin = origin_of(page.leads_to);
  if (!origin.empty()) policy += " " + origin;
  return policy;
}

Markup option(std::string_view value, std::string_view text, bool is_chosen,
              std::string_view lang) {
  return fill("<option value=\"{}\" lang=\"{}\"{}>{}</option>\n", value, lang,
              is_chosen ? fill(" selected") : Markup(), text);
}

Markup language_switch(const Look& look) {
  Markup options, keeps;
  for (const std::string_view code : words::language_codes) {
    const words::Language language = *words::language_of(code);
    const words::About& about = words::about(language);
    options += option(code, about.own_name, language == look.language, about.html_lang);
  }
  for (const auto& [name, value] : look.switch_keeps)
    keeps += fill("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", name, value);
  return fill(
      "<form class=\"language\" method=\"{}\" action=\"{}\" data-language>\n{}"
      "<label for=\"lang\">{}</label>\n<select id=\"lang\" name=\"lang\">\n{}</select>\n"
      "<button type=\"submit\" class=\"second\">{}</button>\n</form>\n",
      look.switch_keeps.empty() ? "get" : "post", look.switch_to, keeps,
      look.say("language.choose"), options, look.say("language.apply"));
}

Markup head_of(const Page& page) {
  const std::string title =
      page.brand.empty() ? page.title : page.title + " \xC2\xB7 " + page.brand;
  Markup out = fill(
      "<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n<style>{}</style>\n",
      title, Markup::trusted(assets::page_style));
  // Behind ours, so that its rules count.
  if (page.look.dress) out += fill("<style>{}</style>\n", Markup::trusted(page.look.dress->rule));
  if (page.powers != Powers::none)
    out +=
        fill("<link rel=\"icon\" href=\"data:,\">\n<script type=\"module\" src=\"{}\"></script>\n",
             assets::page_script);
  out += fill("</head>\n");
  return out;
}

Markup brand_of(const Page& page) {
  if (page.brand.empty()) return {};
  if (page.look.dress && !page.look.dress->logo.empty())
    return fill("<p class=\"brand\"><img class=\"logo\" src=\"{}\" alt=\"{}\"></p>\n",
                page.look.dress->logo, page.brand);
  return fill("<p class=\"brand\">{}</p>\n", page.brand);
}

Markup body_of(const Page& page) {
  return fill(
      "<body data-page=\"{}\"{}>\n<header class=\"top\">\n{}{}</header>\n<main>\n{}"
      "<h1 tabindex=\"-1\">{}</h1>\n{}</main>\n</body>\n",
      page.kind, page.facts, brand_of(page), language_switch(page.look), page.before, page.title,
      page.body);
}

}  // namespace

Response render(const Page& page) {
  const words::About& about = words::about(page.look.language);
  const std::string& name = page.look.theme;
  const Markup theme =
      name.empty() || page.look.dress ? Markup() : fill(" class=\"theme-{}\"", name);
  const Markup html = fill("<!doctype html>\n<html lang=\"{}\" dir=\"{}\"{}>\n{}{}</html>\n",
                           about.html_lang, about.direction(), theme, head_of(page), body_of(page));
  Response response;
  response.status = page.status;
  const std::string camera = page.powers == Powers::camera ? "camera=(self)" : "camera=()";
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Security-Policy", security_policy(page)},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"},
                      {"Permissions-Policy", camera + ", geolocation=(), microphone=()"}};
  // RFC 7034 knows no list of origins; where one is named, frame-ancestors alone speaks.
  if (page.look.framed_by.empty()) response.headers.emplace_back("X-Frame-Options", "DENY");
  for (const std::string& cookie : page.cookies)
    response.headers.emplace_back("Set-Cookie", cookie);
  response.body = html.text();
  return response;
}

std::string origin_of(std::string_view url) {
  const std::string lower = lower_ascii(url.substr(0, 8));
  const bool is_secure = lower.starts_with("https://");
  if (!is_secure && !lower.starts_with("http://")) return {};
  const std::string scheme = is_secure ? "https:" : "http:";
  std::string_view authority = url.substr(scheme.size() + 2);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const std::size_t colon = authority.rfind(':');
  const std::string_view host = authority.substr(0, colon);
  // CSP Level 3 section 2.3.1: a host-source has no form for IPv6 or for letters outside ASCII.
  const bool is_plain = !host.empty() && std::ranges::all_of(host, is_host_character) &&
                        (colon == npos || is_port(authority.substr(colon + 1)));
  return is_plain ? scheme + "//" + std::string(authority) : scheme;
}

std::string host_of(std::string_view url) {
  const std::size_t start = url.find("://");
  if (start == npos) return {};
  const std::string_view rest = url.substr(start + 3);
  return std::string(rest.substr(0, rest.find_first_of("/?#")));
}

Response see_other(const Look& look, const std::string& location) {
  const std::string host = host_of(location);
  if (host.empty()) {
    Response response;
    response.status = 303;
    response.headers = {
        {"Location", location}, {"Referrer-Policy", "no-referrer"}, {"Cache-Control", "no-store"}};
    return response;
  }
  Page page;
  page.status = 303;
  page.look = look;
  page.title = look.say("form.go_on");
  page.body += fill("<p>{}</p>\n", look.say("end.leaving", {{"host", host}}));
  page.body +=
      fill("<p><a class=\"button\" href=\"{}\">{}</a></p>\n", location, look.say("form.continue"));
  Response response = render(page);
  response.headers.emplace_back("Location", location);
  return response;
}

Markup error_box(const Look& look, const std::vector<Flaw>& flaws) {
  Markup items;
  for (const Flaw& flaw : flaws)
    items += flaw.target.empty()
                 ? fill("<li>{}</li>\n", flaw.sentence)
                 : fill("<li><a href=\"#{}\">{}</a></li>\n", flaw.target, flaw.sentence);
  return fill(
      "<div class=\"error\" role=\"alert\" tabindex=\"-1\" id=\"error\">\n<h2>{}</h2>\n"
      "<ul>\n{}</ul>\n</div>\n",
      look.say("form.wrong_title"), items);
}

Markup data_block(std::string_view id, const json::object& data) {
  std::string text;
  // HTML section 4.12.1.3: a script element ends at "</script", whatever its type.
  for (const char c : json::serialize(data)) {
    if (c == '<') text += "\\u003c";
    else if (c == '>') text += "\\u003e";
    else if (c == '&') text += "\\u0026";
    else text += c;
  }
  return fill("<script type=\"application/json\" id=\"{}\">{}</script>\n", id,
              Markup::trusted(text));
}

}  // namespace limen::doors::pages
