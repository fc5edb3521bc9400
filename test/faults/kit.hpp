// What the tests of this folder share: a data folder that lives through many houses, and how much
// of the long run is done. It judges nothing.
#pragma once

#include <chrono>
#include <cstdlib>
#include <string>

#include "conformance/folder.hpp"
#include "faults/flows.hpp"

namespace limen::faults {

inline std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// Of every so many calls one is struck; of more under sanitizers.
inline std::uint64_t share(std::uint64_t otherwise) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return number_of("LIMEN_FAULTS_SHARE", 7 * otherwise);
#else
  return number_of("LIMEN_FAULTS_SHARE", otherwise);
#endif
}

// A folder with organisations, and the numbers that no two houses in it may share.
class Estate {
 public:
  Estate() {
    lease_.folder = folder_.path() / "data";
    std::filesystem::create_directory(lease_.folder);
    lease_.now = *parse_time("2026-11-21T18:00:00.000Z");
    lease_ = House(lease_).lease();
  }
  // What the next house takes: other random bits and other people than every house before.
  transcripts::Lease next() {
    lease_.asked += 100'000;
    lease_.now += Seconds{60};  // a backup is named by its moment
    return lease_;
  }
  void keep(const transcripts::Lease& lease) { lease_ = lease; }
  const std::filesystem::path& folder() const { return lease_.folder; }

 private:
  test::Folder folder_;
  transcripts::Lease lease_;
};

inline int first_person(const transcripts::Lease& lease) { return static_cast<int>(lease.asked); }

// Every fact that holds at `moment`; the first that does not is thrown as Broken.
inline void check_facts(Visitor& visitor, const std::vector<Fact>& facts, std::size_t moment) {
  for (const bool moves_clock : {false, true})
    for (const Fact& fact : facts)
      if (fact.moves_clock == moves_clock && fact.since <= moment && moment < fact.until)
        fact.check(visitor);
}

}  // namespace limen::faults
