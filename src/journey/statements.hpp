// Who states what about the person and the document: the applicant form, the answers, the zone that
// was sent, each picture; and how each statement compares with the document that counts. For the
// eyes of a reviewer: it decides nothing, and what it compares it compares as decision.cpp does.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journey/mrz.hpp"
#include "journey/names.hpp"
#include "journey/session.hpp"

namespace limen::journey {

enum class Source : std::uint8_t {
  form,     // what the back end said of the applicant
  answers,  // what the person answered in steps
  sent,     // the zone an app read, or somebody typed
  zone,     // the zone in a picture
  licence,  // the bar code in a picture
};

struct Stated {
  std::string_view what;               // "last name", …: one of stated_names
  std::string value;                   // never empty; a date as YYYY-MM-DD where it is a whole one
  std::optional<Likeness> likeness{};  // to what the document says; nothing when that is this, or
                                       // there is none
  friend bool operator==(const Stated&, const Stated&) = default;
};

// In the order of a statement.
constexpr std::string_view stated_names[] = {
    "last name",   "first name",    "additional names", "date of birth",   "sex",
    "nationality", "document type", "issuer",           "document number", "date of expiry"};

struct Statement {
  Source source = Source::form;
  std::optional<Id> upload{};  // the picture of `zone` and `licence`
  bool is_certain = true;      // false: a zone that nobody should take for what the document says
  bool counts = false;         // the others are compared with this one
  std::vector<Stated> fields{};
  std::vector<MrzCheck> checks{};  // of a zone
  friend bool operator==(const Statement&, const Statement&) = default;
};

// In the order of Source, pictures as they came; a source that states nothing is left out. `now`
// settles the century of a zone's dates: when the session was decided, if it was.
std::vector<Statement> statements_of(const Session& session, const Skill& skill, Time now);

std::string_view to_string(Source source);      // "form", …
std::string_view to_string(Likeness likeness);  // "same", …

}  // namespace limen::journey
