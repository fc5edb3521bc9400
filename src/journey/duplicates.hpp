// Duplicates: whether another person's session holds the same document or the same picture. This
// file says by what a document or a picture is known again, and who counts as the same person.
// Pure: which sessions have something in common is looked up by onboard/, once, when a session is
// completed; what was found stays with the session as a fact (ADR 0020).
#pragma once

#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/time.hpp"

namespace limen::journey {

struct Session;
struct Skill;

enum class Alike : std::uint8_t { document, picture };

// By what something is known again, in clear: a document's type, issuer and number, the SHA-256 of
// a picture of a document or of a face. Whoever keeps it keeps a keyed digest of it.
struct Trace {
  Alike what = Alike::document;
  std::string text;
  friend bool operator==(const Trace&, const Trace&) = default;
};
// Each once. A document counts as it was read and as it was sent; a picture as it was taken, also
// when another took its place.
std::vector<Trace> traces_of(const Session& session, const Skill& skill, Time now);

// Who a session is of, as far as anybody says. Empty is nobody's word.
struct Identity {
  std::string person;       // as the back end names the person (tenant_user_id)
  std::string name;         // names and date of birth: of the document, else as typed
  std::string external_id;  // as the back end names the person or the case
  // The strongest word there is, as one text that no other kind of word equals: two sessions with
  // the same are the same person's. Empty when there is none.
  std::string strongest() const;
  friend bool operator==(const Identity&, const Identity&) = default;
};
Identity identity_of(const Session& session, const Skill& skill, Time now);
// Where the back end names the person in both, its word counts. Else an external id or names and
// birth that agree. What nothing says to be the same person's is another's: a person looks.
bool is_same_person(const Identity& a, const Identity& b);

struct Coincidence {
  Id session;  // the other one, of the same organisation
  Alike what = Alike::document;
  friend bool operator==(const Coincidence&, const Coincidence&) = default;
};
// What was found when the session was completed.
struct Duplicates {
  bool has_document = false, has_pictures = false;  // what there was to look for
  std::vector<Coincidence> found{};                 // of other people, the first few
  friend bool operator==(const Duplicates&, const Duplicates&) = default;
};

}  // namespace limen::journey
