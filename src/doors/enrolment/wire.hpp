// The words of s4: its request read into an opening, its results written out. It exists apart from
// routes.cpp so that the spelling of every field stands in one place. It judges no value.
#pragma once

#include "base/json.hpp"
#include "doors/door.hpp"
#include "onboard/open.hpp"

namespace limen::doors::enrolment {

// s4's request body. Refuses what is missing or ill-typed; values are onboard's to judge.
Result<onboard::Opening> opening_of(const json::object& body);
// The same problem with its field in s4's spelling: "return_url" becomes "returnUrl".
Problem in_own_words(Problem problem);

// `skill` says which pictures show the document; `now` settles the century of dates in a zone.
json::object document_json(const journey::Session& session, const journey::Skill& skill, Time now);
json::object face_json(const journey::Session& session);
json::object decision_json(const journey::Session& session, const journey::Rules* rules);
// `image_root`: the URL up to and with "/image/".
json::array images_json(const journey::Session& session, const std::string& image_root);
// The newest upload of that type, or absent.
Result<journey::Upload> image_named(const journey::Session& session, std::string_view name);

}  // namespace limen::doors::enrolment
