// What every fuzz target shares: how it is declared, how its input is cut, what must hold of every
// refusal. A target is a function over one text; entry.cpp gives it to libFuzzer, replay.cpp feeds
// it the kept corpus as a unit test. A broken property is an ASSERT, so both see it.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problem.hpp"
#include "base/result.hpp"
#include "base/text.hpp"

namespace limen::fuzz {

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};
// All that this program holds.
std::vector<Target>& targets();

struct Declared {
  explicit Declared(Target target) { targets().push_back(target); }
};

// FUZZ(name) { … input … }
#define FUZZ(name)                                                                             \
  static void fuzz_##name(std::string_view input);                                             \
  static const limen::fuzz::Declared declared_##name(limen::fuzz::Target{#name, fuzz_##name}); \
  static void fuzz_##name([[maybe_unused]] std::string_view input)

// The first byte of an input, 0 when it is empty: it chooses variants and cuts.
std::uint8_t take_byte(std::string_view& input);
// The text before the first `end`, which goes as well; all of it when there is none.
std::string_view take_until(std::string_view& input, char end);

// Cuts a text into reads, the way a network would: each call is the size of the next one.
class Cuts {
 public:
  explicit Cuts(std::uint8_t seed) : state_(seed * 2654435761U + 1) {}
  std::size_t next(std::size_t left);

 private:
  std::uint32_t state_;
};

// A refusal names one of our codes, and its words can be shown and logged as one line.
void check_problem(const Problem& problem);

}  // namespace limen::fuzz
