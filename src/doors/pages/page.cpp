// See page.hpp.
#include "doors/pages/page.hpp"

#include <algorithm>

#include "base/text.hpp"

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

// No scripts, frames, images or plug-ins: nothing but our style sheet.
// Chrome holds `form-action` against every redirect that follows a form, so the URL a journey ends
// at must be named there.
std::string security_policy(const Page& page) {
  std::string policy = "default-src 'none'; style-src 'self'; base-uri 'none'; ";
  policy += "frame-ancestors 'none'; form-action 'self'";
  const std::string origin = origin_of(page.leads_to);
  if (!origin.empty()) policy += " " + origin;
  return policy;
}

}  // namespace

Response render(const Page& page) {
  const Markup theme = page.theme.empty() ? Markup() : fill(" class=\"theme-{}\"", page.theme);
  const Markup html = fill(
      "<!doctype html>\n"
      "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n"
      "<title>{}</title>\n<link rel=\"stylesheet\" href=\"/assets/limen.css\">\n"
      "</head>\n<body{}>\n<main>\n<h1>{}</h1>\n{}</main>\n</body>\n</html>\n",
      page.title, theme, page.title, page.body);
  Response response;
  response.status = page.status;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Security-Policy", security_policy(page)},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"X-Frame-Options", "DENY"},
                      {"Cross-Origin-Opener-Policy", "same-origin"},
                      {"Cross-Origin-Resource-Policy", "same-origin"},
                      {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};
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

Response see_other(const std::string& location) {
  Response response =
      render({303, "Please go on", fill("<p><a href=\"{}\">Continue</a></p>\n", location), {}, {}});
  response.headers.emplace_back("Location", location);
  return response;
}

Markup error_box(std::string_view sentence) {
  return fill("<div class=\"error\" role=\"alert\" tabindex=\"-1\" id=\"error\">{}</div>\n",
              sentence);
}

}  // namespace limen::doors::pages
