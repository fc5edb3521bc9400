// Structures that live in one column as JSON text: answers, an applicant, a decision, a review,
// lists of names. It exists so that a step is one row. What is read was written here, so a text
// that does not fit is a broken database and throws; it is no parser for strangers' input.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journey/session.hpp"

namespace limen::store {

std::string encode(const std::vector<std::string>& names);
std::vector<std::string> decode_names(std::string_view text);

std::string encode(const journey::Answers& answers);
journey::Answers decode_answers(std::string_view text);

std::string encode(const journey::Applicant& applicant);
journey::Applicant decode_applicant(std::string_view text);

std::string encode(const journey::Decision& decision);
journey::Decision decode_decision(std::string_view text);

std::string encode(const journey::Duplicates& duplicates);
journey::Duplicates decode_duplicates(std::string_view text);

std::string encode(const journey::Faces& faces);
journey::Faces decode_faces(std::string_view text);

std::string encode(const journey::Review& review);
journey::Review decode_review(std::string_view text);

}  // namespace limen::store
