// The strict JSON reader against a second reader (json_oracle.hpp), and against itself: what it
// accepts can be written and is read again as the same.
#include "base/json.hpp"

#include "base/problem_codes.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_oracle.hpp"

namespace limen {
namespace {

FUZZ(json) {
  const auto value = parse_json(input);
  const bool is_right = fuzz::JsonOracle::accepts(input);
  if (!value) {
    fuzz::check_problem(value.error());
    ASSERT(value.error().code == codes::malformed_json);
    // A number of the grammar may be too big to hold.
    const std::string& why = value.error().detail;
    ASSERT(!is_right || why.find("exponent") != why.npos || why.find("range") != why.npos);
    return;
  }
  ASSERT(is_right);
  const std::string text = json::serialize(*value);
  ASSERT(is_utf8(text));
  const auto again = parse_json(text);
  ASSERT(again);
  // Not compared as values: NaN is not there, but a double's last digit may be rounded once.
  const auto third = parse_json(json::serialize(*again));
  ASSERT(third && third->kind() == value->kind());
  if (const auto* object = value->if_object()) {
    ASSERT(again->get_object().size() == object->size());
    for (const auto& [name, inner] : *object) {
      const auto* found = member(again->get_object(), name);
      ASSERT(found != nullptr && found->kind() == inner.kind());
      if (inner.is_string()) ASSERT(text_member(again->get_object(), name) == inner.get_string());
    }
  }
}

}  // namespace
}  // namespace limen
