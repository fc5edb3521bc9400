// Arriving: what a link shows to whoever opens it, and the form that takes the token out of the
// address for good. Looking changes nothing: mail scanners and link previews look.
#pragma once

#include "doors/pages/visits.hpp"

namespace limen::doors::pages {

// Whose journey it is and what comes next, with one form that goes on.
Response show_arrival(const Visit& visit, const Wish& wish);

// The answer to that form: a cookie with the token, and the way to the session's clean address.
Response arrived(const Visit& visit, std::string_view token, const Wish& wish);

}  // namespace limen::doors::pages
