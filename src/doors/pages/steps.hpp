// A journey as screens: the fields of the step that is wanted, the pictures that are missing, what
// was sent, the wait, the end. It exists once for every way in (cookie, token in the form, inside a
// frame); which one it is stands in `Way`. It decides nothing: what is wanted comes from journey/.
//
// Every page is complete without a script. What the script may hang on (data-capture, data-go,
// data-expires, #words, …) is the table "Hooks for the script" of docs/wire/pages.md: change both.
#pragma once

#include <memory>
#include <string>

#include "doors/door.hpp"
#include "doors/pages/form.hpp"
#include "doors/pages/html.hpp"
#include "doors/pages/page.hpp"
#include "journey/advance.hpp"
#include "journey/session.hpp"
#include "onboard/transfer.hpp"

namespace limen::doors::pages {

// Where the forms of a journey go and what they carry. By cookie they go to the session's own
// address and carry nothing; elsewhere tokens stand in the bodies of POSTs.
struct Way {
  std::string action;  // "/go/<id>", "/mobile"
  Pairs hidden{};      // token, session id, what a frame asked for
  bool is_by_cookie = false;
};

// One person on the way, as every screen needs them.
struct Visit {
  onboard::Caller caller{};
  journey::Session session;
  const journey::Skill* skill = nullptr;
  std::string organisation{};  // its name
  Way way{};
  Look look{};
  Time now{};
  std::string base_url{};          // of this server
  std::uint64_t upload_bytes = 0;  // that one file may have
  onboard::PhoneState phone = onboard::PhoneState::none;
  bool may_cross = false;  // a desktop that could hand over to a phone
  bool is_first_device() const { return caller.grant.kind != grant::Kind::phone; }
};

// What went wrong with the form before, and what it held.
struct Complaint {
  int status = 400;
  std::vector<Flaw> flaws{};
  const Form* given = nullptr;
};

// The page of what the session wants next, or of its end: a finished enrolment goes to its
// returnUrl.
Response show_journey(const Visit& visit, const Complaint* complaint);
// What was sent so far, to read only: a submitted step is final.
Response show_sent(const Visit& visit);

// --- parts that other screens share ---
Markup hidden_inputs(const Way& way);
// Attributes of <body> on every page of a session.
Markup session_facts(const Visit& visit);
// The words a script may say (capture.*, upload.*, live.*), and where it says how much time is
// left.
Markup words_block(const Look& look);
// The step a journey is at, as people read its name; empty at its end.
std::string step_text(const Look& look, const journey::Wanted& wanted);
Page page_of(const Visit& visit, std::string_view kind);
// The returnUrl as it was registered, with the session's id where that URL asks for it by
// {sessionId} (docs/wire/enrolment.md).
std::string return_url(const journey::Session& session);

}  // namespace limen::doors::pages
