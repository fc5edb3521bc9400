// limen_forge: tries forged secrets of every kind and counts what was accepted, which must be none.
// It reads a clock only to say how long it took.
#include <chrono>
#include <cstdlib>
#include <iostream>

#include "sim/forge.hpp"

// limen_forge [TRIES [SEED]]
int main(int count, char** words) {
  const std::uint64_t tries = count > 1 ? std::strtoull(words[1], nullptr, 10) : 1'000'000;
  const std::uint64_t seed = count > 2 ? std::strtoull(words[2], nullptr, 10) : 1;
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t tried = 0;
  std::uint64_t accepted = 0;
  for (const auto& one : limen::sim::forge(seed, tries)) {
    std::cout << one.secret << ": " << one.accepted << " of " << one.tried << " accepted "
              << one.first << "\n";
    tried += one.tried;
    accepted += one.accepted;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << accepted << " of " << tried << " forged secrets accepted, seed " << seed << ", "
            << took.count() << " s\n";
  return accepted == 0 ? 0 : 1;
}
