// What a form of a journey brings: the answers of a step, a picture for a step that was submitted,
// or a step without fields together with its first picture. It exists once for every way in.
#pragma once

#include "doors/pages/visits.hpp"

namespace limen::doors::pages {

// True for a form that brings something; one that brings nothing only shows its right.
bool brings_something(const Request& request, const Form& form);

// Takes it and answers with the next screen: by cookie a 303 to it, else the page itself. What a
// person can mend is said on the form; everything else is refused.
Result<Response> take(Desk& desk, Visit visit, const Request& request, const Form& form);

}  // namespace limen::doors::pages
