// Every door's bodies through the real handlers: whatever is asked, the answer is one that a client
// can read, in one line a header, and nothing is thrown. How inputs are spelled is doors_house.hpp.
#include <string>

#include "fuzz/doors_house.hpp"
#include "fuzz/fuzz.hpp"

namespace limen::fuzz {
namespace {

DoorsHouse& house() {
  static DoorsHouse one;
  return one;
}

bool is_json(std::string_view type) {
  return type.starts_with("application/json") || type.starts_with("application/problem+json");
}

void check_answer(const http::Response& response) {
  ASSERT(response.status >= 200 && response.status < 500);
  std::string_view type;
  for (const auto& [name, value] : response.headers) {
    ASSERT(!has_control(name) && !has_control(value));
    if (equals_ignoring_case(name, "content-type")) type = value;
  }
  ASSERT(response.body.empty() || !type.empty());
  if (is_json(type)) {
    ASSERT(parse_json(response.body));
    ASSERT(response.status >= 400 || type.starts_with("application/json"));
  } else {
    ASSERT(is_utf8(response.body));
  }
}

FUZZ(json_doors) {
  http::Request request;
  if (!read_request(house(), input, request)) return;
  check_answer(house().ask(request));
}

}  // namespace
}  // namespace limen::fuzz
