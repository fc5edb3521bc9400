// Randomness as a thing that is handed over (Law 9). main owns the one that asks the kernel; tests
// and transcripts own a seeded one. No other code draws random bits.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/id.hpp"
#include "base/time.hpp"

namespace limen::seal {

class Entropy {
 public:
  virtual ~Entropy() = default;
  // Fills `out` with random bytes. Throws std::system_error when the source fails; never returns
  // weak bytes.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

// getrandom(2). No user-space pool, so neither fork nor a cloned machine repeats a secret.
// Thread-safe.
class KernelEntropy final : public Entropy {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// SHA-256 of seed and counter: the same seed gives the same bytes. For tests and golden transcripts
// only.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : seed_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t seed_;
  std::uint64_t counter_ = 0;
};

using Bits256 = std::array<std::uint8_t, 32>;
Bits256 draw_256(Entropy& entropy);

// UUID version 7 (RFC 9562 section 5.7): ordered by time, so new rows land at the end of an index,
// with 74 random bits.
Id draw_id(Entropy& entropy, Time now);
// The smallest id of that moment; the epoch's for a time before it.
Id first_id_at(Time time);

}  // namespace limen::seal
