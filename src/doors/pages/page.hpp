// A page as every page here is: one heading, our own style sheet, no script, and the headers that
// keep it from being framed, cached or leaked. It exists so that no handler writes a header of its
// own.
#pragma once

#include <string>
#include <string_view>

#include "doors/door.hpp"
#include "doors/pages/html.hpp"

namespace limen::doors::pages {

struct Page {
  int status = 200;
  std::string title;       // the one h1, and the window's title
  Markup body;             // below the heading
  std::string theme{};     // of an enrolment; empty: the default
  std::string leads_to{};  // a URL a form of this page may be redirected to in the end
};
Response render(const Page& page);

// "https://shop.example:8443" of an absolute http(s) URL, in the form a Content-Security-Policy can
// name; the bare scheme ("https:") for hosts it cannot; nothing for anything else.
std::string origin_of(std::string_view url);

// 303 to somewhere else (RFC 9110 section 15.4.4: the browser asks with GET).
Response see_other(const std::string& location);

// A box with what went wrong, first in the page and able to take the focus.
Markup error_box(std::string_view sentence);

}  // namespace limen::doors::pages
