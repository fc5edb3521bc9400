// The two lanes of a store: one thread that writes, several that read. What each promises is in
// writer.hpp; this header only lets store.cpp put them together.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>

#include "store/connection.hpp"
#include "store/gate.hpp"
#include "store/writer.hpp"

namespace limen::store {

// What both lanes share; outlives them.
struct Shared {
  Gate gate;
  std::atomic<bool> refuses{false};  // dev mode's rehearsal of an outage
  std::function<std::uint64_t()> epoch_now{};
  std::uint64_t epoch() const { return epoch_now ? epoch_now() : 0; }
};

std::unique_ptr<Lane> start_writer(std::unique_ptr<Connection> connection, Shared& shared,
                                   std::function<void(const Touched&)> on_commit);

// Jobs that one thread takes at once, all of one snapshot. Few enough that a burst spreads over the
// threads and no snapshot is held for long.
constexpr std::size_t jobs_per_snapshot = 32;

// One thread for each of `connections`. Where a job takes long, `at_once` is 1: what waits behind
// it would wait while others of the threads have nothing to do.
std::unique_ptr<Lane> start_readers(std::vector<std::unique_ptr<Connection>> connections,
                                    Shared& shared, std::size_t at_once = jobs_per_snapshot);

// What a job gets instead of a run while the store refuses.
std::exception_ptr refusal();

}  // namespace limen::store
