// A page as every page here is: one heading, our own style sheet, the language switch, and the
// headers that keep it from being framed, cached or leaked. It exists so that no handler writes a
// header of its own. What it may load is said twice, by what the page is for and by its policy.
#pragma once

#include <string>
#include <string_view>

#include "doors/door.hpp"
#include "doors/pages/html.hpp"
#include "doors/pages/look.hpp"

namespace limen::doors::pages {

// What a page needs beside text. Only a page of a journey may use the camera and show pictures.
enum class Powers : std::uint8_t { none, script, camera };

struct Page {
  int status = 200;
  std::string title;  // the one h1, and the window's title
  Markup body;        // below the heading
  Look look{};
  std::string_view kind = "problem";  // data-page, see docs/wire/pages.md
  Powers powers = Powers::none;
  std::string brand{};                 // whose page it is
  std::string leads_to{};              // a URL a form of this page may be redirected to in the end
  Markup before{};                     // above the heading: progress, what went wrong
  Markup facts{};                      // further attributes of <body>
  std::vector<std::string> cookies{};  // Set-Cookie values
};
Response render(const Page& page);

// "https://shop.example:8443" of an absolute http(s) URL, in the form a Content-Security-Policy can
// name; the bare scheme ("https:") for hosts it cannot; nothing for anything else.
std::string origin_of(std::string_view url);
// The host of an absolute http(s) URL as people read it: "shop.example".
std::string host_of(std::string_view url);

// 303 to somewhere else (RFC 9110 section 15.4.4: the browser asks with GET). To a page of ours it
// has no body; where it leads beyond this server, its page names the host.
Response see_other(const Look& look, const std::string& location);

// What went wrong, first in the page and able to take the focus; `target` is the id of the field.
struct Flaw {
  std::string sentence;
  std::string target{};
};
Markup error_box(const Look& look, const std::vector<Flaw>& flaws);

// A data block a script may read; executed by nobody.
Markup data_block(std::string_view id, const json::object& data);

}  // namespace limen::doors::pages
