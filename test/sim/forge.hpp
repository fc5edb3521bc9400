// Forgery at scale: genuine secrets of every kind, changed in a letter or a part, shown where the
// genuine one is accepted. None may be. What is measured is the whole use case on a live ledger, in
// which the genuine secret would have worked at that very moment; every try is undone.
#pragma once

#include <string>
#include <vector>

#include "grant/grant.hpp"
#include "sim/history.hpp"

namespace limen::sim {

// One text, changed. `others` are genuine texts to splice with.
std::string mutated(Dice& dice, const std::string& genuine, const std::vector<std::string>& others);

struct Forged {
  grant::Kind kind;
  std::string secret;  // as it is called where it is shown
  std::uint64_t tried = 0, accepted = 0;
  std::string first{};  // the first that was accepted
};

// `tries` mutations over all secrets, in equal shares. Every kind of grant is among them.
std::vector<Forged> forge(std::uint64_t seed, std::uint64_t tries);

}  // namespace limen::sim
