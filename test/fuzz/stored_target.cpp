// Texts of columns, as the store reads them back: whatever a damaged file holds, the answer is a
// value that is written as it was read, or a StoreError, never a guess.
#include <string>

#include "base/json.hpp"
#include "fuzz/fuzz.hpp"
#include "store/codec.hpp"
#include "store/connection.hpp"

namespace limen::store {
namespace {

template <class Decode>
void check(std::string_view text, Decode decode) {
  try {
    const auto value = decode(text);
    const std::string written = encode(value);
    ASSERT(is_utf8(written));
    ASSERT(decode(written) == value && encode(decode(written)) == written);
  } catch (const StoreError& error) {
    ASSERT(error.cause() == StoreError::Cause::other);
  }
}

// What a number in the file stands for is what was read: 256 is no level, and not the level 0.
void check_levels(std::string_view text) {
  try {
    const journey::Decision decision = decode_decision(text);
    const json::object stored = parse_json(text)->get_object();
    const auto level_in = [](const json::object& object) {
      const std::int64_t number = member(object, "level")->get_int64();
      ASSERT(number >= 0 && number <= static_cast<int>(journey::Level::unknown));
      return static_cast<journey::Level>(number);
    };
    ASSERT(decision.level == level_in(stored));
    std::size_t at = 0;
    for (const auto& factor : member(stored, "factors")->get_array()) {
      const journey::Factor& read = decision.factors[at++];
      ASSERT(read.level == level_in(factor.get_object()));
      if (const auto* score = member(factor.get_object(), "score"))
        ASSERT(read.score && *read.score == score->get_int64());
    }
  } catch (const StoreError&) {
    return;
  }
}

FUZZ(stored) {
  check_levels(input);
  check(input, [](std::string_view text) { return decode_names(text); });
  check(input, [](std::string_view text) { return decode_answers(text); });
  check(input, [](std::string_view text) { return decode_applicant(text); });
  check(input, [](std::string_view text) { return decode_decision(text); });
  check(input, [](std::string_view text) { return decode_review(text); });
}

}  // namespace
}  // namespace limen::store
