// The slugs that only the operator's surface has, beside those of problem_codes.hpp and under the
// same rules.
#pragma once

#include "base/problem_codes.hpp"

namespace limen::codes {

constexpr std::string_view confirmation_needed = "confirmation_needed";
constexpr std::string_view low_contrast = "low_contrast";

}  // namespace limen::codes
