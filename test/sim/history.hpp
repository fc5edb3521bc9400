// A history: what happens, as numbers that mean something in whatever world they meet. An event
// names its kind and a few choices, never an id, so a history stays a history when events are
// dropped from it: that is what makes shrinking simple.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/faults.hpp"
#include "sim/request.hpp"

namespace limen::sim {

// Kinds below verb_count are requests of that verb.
enum class Kind : std::uint8_t {
  again = verb_count,  // a request that was made before, byte for byte
  forge,               // a request that was made before, with one secret changed
  guess,               // a wrong code for an address, from an address (where a limiter would look)
  clock,               // time jumps, and now and then a little back
  edge,                // time jumps to the edge of some right's life: T-1 ms, T, T+1 ms
  sweep,               // the janitor
  mail,                // the outbox worker's turn, with a relay that may lose, refuse or break off
  rotate,              // a new signing key
  tell,                // the notice worker's turn, with receivers that fail or go unheard
  reload,              // the skills' files say something else about who passes
};
constexpr std::size_t kind_count = static_cast<std::size_t>(Kind::reload) + 1;

struct Event {
  Kind kind{};
  std::uint32_t a = 0, b = 0, c = 0;  // choices
  bool joins = false;                 // shares its commit with the next request
  bool may_repeat = false;            // its job may run a second time
  Fault fault = Fault::none;          // of the commit it is in, or of the worker's job
  std::uint32_t at = 0;               // at which statement; an odd one fails once more
};
using History = std::vector<Event>;

// SplitMix64: small, fast, the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(next() % n); }

 private:
  std::uint64_t state_;
};

History history_of(std::uint64_t seed);
std::string to_string(const Event& event);

// The shortest history it finds of which `is_bad` still holds: drops runs of events, then single
// ones, then faults and company.
History shrink(History history, const std::function<bool(const History&)>& is_bad);

}  // namespace limen::sim
