// The operator's console: one HTML shell for every address below /console, in which its script
// shows the place the address names. It holds no data and knows nobody: /operator/v1 does.
#include "doors/assets.hpp"
#include "doors/door.hpp"

namespace limen::doors {
namespace {

Result<Response> get_console(const Request&, Desk&) {
  Response response;
  // Pictures of uploads are shown from memory (blob:), so that their addresses need no secret.
  response.headers = {
      {"Content-Type", "text/html; charset=utf-8"},
      {"Content-Security-Policy",
       "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
       "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"},
      {"Cache-Control", "no-store"},
      {"X-Frame-Options", "DENY"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"}};
  response.body =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<title>Limen console</title>\n"
      "<link rel=\"icon\" href=\"data:,\">\n"
      "<link rel=\"stylesheet\" href=\"";
  response.body += assets::console_style;
  response.body += "\">\n<link rel=\"license\" href=\"";
  response.body += assets::licences;
  response.body += "\">\n<script type=\"module\" src=\"";
  response.body += assets::console_script;
  response.body +=
      "\"></script>\n</head>\n<body>\n<div id=\"console\"></div>\n"
      "<noscript><p>The console needs JavaScript. Everything in it can also be done with "
      "<code>limen</code> commands and the operator's API.</p></noscript>\n</body>\n</html>\n";
  return response;
}

}  // namespace

std::vector<Route> console_routes() {
  constexpr auto reads = Access::reads;
  constexpr auto none = Body::none;
  constexpr auto tongue = Tongue::page;
  constexpr auto nothing = Needs::nothing;
  // clang-format off
  return {
      {{"GET", "/console", reads, none}, tongue, get_console, nothing},
      {{"GET", "/console/", reads, none}, tongue, get_console, nothing},
      {{"GET", "/console/{room}", reads, none}, tongue, get_console, nothing},
      {{"GET", "/console/{room}/{id}", reads, none}, tongue, get_console, nothing},
      {{"GET", "/console/{room}/{id}/{part}", reads, none}, tongue, get_console, nothing},
  };
  // clang-format on
}

}  // namespace limen::doors
