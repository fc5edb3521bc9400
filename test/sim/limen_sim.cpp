// limen_sim: runs histories from seeds, prints the first that diverges in its shortest form. The
// only file of the simulation that reads a clock: to stop after a given time, and to say how long
// it took.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "sim/world.hpp"

namespace limen::sim {
namespace {

struct Options {
  std::uint64_t seed = 1, histories = UINT64_MAX;
  double seconds = 0;  // 0: no end but the number
  bool is_one = false;
};

// Most histories run in memory; one in 64 on a file that each death makes SQLite recover.
class Runner {
 public:
  World& world_for(std::uint64_t seed) {
    auto& world = seed % 64 == 0 ? file_ : memory_;
    const Backing backing = seed % 64 == 0 ? Backing::file : Backing::memory;
    if (!world) world = std::make_unique<World>(backing, Planted{});
    return *world;
  }
  World::Totals totals() const {
    World::Totals sum;
    for (const auto& world : {memory_.get(), file_.get()}) {
      if (world == nullptr) continue;
      const auto& t = world->totals();
      sum.requests += t.requests;
      sum.refused += t.refused;
      sum.unknown += t.unknown;
      sum.deaths += t.deaths;
      sum.mails += t.mails;
      sum.repeated += t.repeated;
      sum.waits += t.waits;
      sum.letters_refused += t.letters_refused;
      sum.locked += t.locked;
      sum.crossed += t.crossed;
      sum.by_phone += t.by_phone;
      sum.answered_again += t.answered_again;
      sum.backwards += t.backwards;
      sum.verdicts += t.verdicts;
      sum.onward += t.onward;
      sum.raced += t.raced;
      sum.withdrawn += t.withdrawn;
      sum.notices += t.notices;
    }
    return sum;
  }

 private:
  std::unique_ptr<World> memory_, file_;
};

void report(World& world, std::uint64_t seed, const History& history, const std::string& wrong) {
  std::cout << "seed " << seed << ": " << wrong << "\n" << history.size() << " events; shrinking\n";
  const History shortest =
      shrink(history, [&](const History& h) { return world.run(seed, h).has_value(); });
  world.trace(&std::cout);
  const auto last = world.run(seed, shortest);
  world.trace(nullptr);
  std::cout << shortest.size() << " events: " << last.value_or("no longer") << "\n"
            << "replay: make sim SEED=" << seed << "\n";
}

int run(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  Runner runner;
  std::uint64_t done = 0;
  int diverged = 0;
  for (; done < options.histories && diverged == 0; ++done) {
    if (options.seconds > 0 && elapsed() >= options.seconds) break;
    const std::uint64_t seed = options.seed + done;
    World& world = runner.world_for(seed);
    const History history = history_of(seed);
    if (options.is_one) world.trace(&std::cout);
    const auto wrong = world.run(seed, history);
    world.trace(nullptr);
    if (!wrong) continue;
    ++diverged;
    report(world, seed, history, *wrong);
  }
  const auto t = runner.totals();
  std::cout << done << " histories from seed " << options.seed << ", " << diverged
            << " divergences, " << elapsed() << " s: " << t.requests << " requests, " << t.refused
            << " refused, " << t.unknown << " unknown to their client, " << t.deaths << " deaths, "
            << t.mails << " letters, " << t.repeated << " batches run twice, " << t.waits
            << " guesses and " << t.letters_refused << " letters beyond their budget, " << t.locked
            << " locked invitations opened, " << t.crossed << " links used, " << t.by_phone
            << " steps and files by a phone, " << t.answered_again
            << " answers given again under their key, " << t.backwards
            << " steps back of the clock, " << t.verdicts << " decided by a person, " << t.onward
            << " led on from an invitation and " << t.withdrawn << " shut again, " << t.notices
            << " notices, " << t.raced << " of them beside another\n";
  return diverged == 0 ? 0 : 1;
}

}  // namespace
}  // namespace limen::sim

// limen_sim [--seed N] [--histories N] [--seconds S] [--one]
int main(int count, char** words) {
  limen::sim::Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = words[i];
    const char* value = i + 1 < count ? words[i + 1] : "";
    if (word == "--one") {
      options.is_one = true;
      options.histories = 1;
      continue;
    }
    if (word == "--seed") options.seed = std::strtoull(value, nullptr, 10);
    else if (word == "--histories") options.histories = std::strtoull(value, nullptr, 10);
    else if (word == "--seconds") options.seconds = std::strtod(value, nullptr);
    else {
      std::cerr << "usage: limen_sim [--seed N] [--histories N] [--seconds S] [--one]\n";
      return 2;
    }
    ++i;
  }
  return limen::sim::run(options);
}
