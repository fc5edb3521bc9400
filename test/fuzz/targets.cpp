// The list of targets and the helpers of fuzz.hpp. No target is named here: each declares itself.
#include <algorithm>

#include "fuzz/fuzz.hpp"

namespace limen::fuzz {

std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

std::uint8_t take_byte(std::string_view& input) {
  if (input.empty()) return 0;
  const auto byte = static_cast<std::uint8_t>(input.front());
  input.remove_prefix(1);
  return byte;
}

std::string_view take_until(std::string_view& input, char end) {
  const std::size_t at = std::min(input.find(end), input.size());
  const std::string_view text = input.substr(0, at);
  input.remove_prefix(std::min(at + 1, input.size()));
  return text;
}

std::size_t Cuts::next(std::size_t left) {
  state_ = state_ * 1664525U + 1013904223U;
  const std::uint32_t bits = state_ >> 16U;
  // Mostly a few bytes, sometimes many: both sides of every delimiter get a cut.
  const std::size_t size = (bits & 7U) == 0 ? 1 + (bits >> 3U) % 200 : 1 + (bits >> 3U) % 5;
  return std::min(size, left);
}

void check_problem(const Problem& problem) {
  ASSERT(!problem.code.empty());
  ASSERT(!has_control(problem.detail));
  ASSERT(!has_control(problem.field));
}

}  // namespace limen::fuzz
