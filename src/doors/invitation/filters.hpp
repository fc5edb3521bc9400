// The query language of user-status, read from JSON into onboard's values, and rows back into JSON.
// It exists apart from the routes so that every rule of the language has a test. Which columns
// there are and what a condition matches is onboard/people.hpp.
#pragma once

#include "doors/invitation/wire.hpp"
#include "onboard/people.hpp"

namespace limen::doors {

// The query of a body, or everything that is wrong with it. No body is a query for everyone.
Read<onboard::PeopleQuery> read_people_query(const json::object& body);

// Where it is answered: on the readers when it asks for an exact address and says so in few words,
// else aside, for it walks through everybody the organisation knows.
Aside people_lane(const Request& request, const seal::Sealer& sealer, Time now);

// {"data":[{…}],"pagination":{"limit","offset","total"}}
json::object people_body(const onboard::PeoplePage& page, const onboard::PeopleQuery& query);

}  // namespace limen::doors
