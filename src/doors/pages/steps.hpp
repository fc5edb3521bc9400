// A journey as forms: the fields of the step that is wanted, the pictures that are missing, the
// end. It exists once for both ways in, an ephemeral token and a reference token; which one it is
// stands in the form's hidden fields. It decides nothing: what is wanted comes from journey/.
//
// Every page is complete without a script. What the script may hang on (data-capture, data-go,
// data-expires, #words, …) is the table "Hooks for the script" of docs/wire/pages.md: change both.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "doors/door.hpp"
#include "doors/pages/form.hpp"
#include "doors/pages/html.hpp"
#include "journey/session.hpp"

namespace limen::doors::pages {

// Where the forms of a journey go and what they carry. Tokens stand in the bodies of POSTs only.
struct Way {
  std::string action;                                         // "/mobile"
  std::vector<std::pair<std::string, std::string>> hidden{};  // token, session id
};

// What went wrong with the form before, and what it held.
struct Complaint {
  int status = 400;
  std::string sentence;
  const Form* given = nullptr;
};

// The page of what `session` wants next, or of its end: a finished enrolment goes to its returnUrl.
Response show_journey(const journey::Session& session, const journey::Skill& skill, const Way& way,
                      const Complaint* complaint);

}  // namespace limen::doors::pages
