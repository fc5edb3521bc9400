// Whether two statements about a person or a document agree, where they are no names (names.hpp):
// dates, the kind of document, the country. decision.cpp judges by these, statements.cpp shows
// them, so that a reviewer sees what the decision saw. Nothing is weighed here.
#pragma once

#include <optional>
#include <string_view>

#include "journey/mrz.hpp"
#include "journey/names.hpp"

namespace limen::journey {

// A date as typed (YYYY-MM-DD, empty when not given) against the six positions of a zone, so that
// no guess about the century matters.
Likeness compare_birth(std::string_view typed, const MrzDate& birth);
// Two dates of zones, position by position.
Likeness compare_dates(const MrzDate& stated, const MrzDate& date);

// Whether a document of that code is what the person chose; nothing for a choice of the skill's
// own.
std::optional<bool> is_chosen_type(std::string_view type, std::string_view code);

// The state an issuer's code of a zone stands for, as ISO 3166-1 alpha-3 where it has one.
std::string_view state_of(std::string_view issuer);

}  // namespace limen::journey
