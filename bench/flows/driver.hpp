// Runs one flow over N connections on one thread and records how long each call and each whole flow
// took. Closed loop: a connection begins the next flow when one has ended. Open loop: flows are due
// at a fixed rate, and each is timed from when it was due, so a server that stalls pays for all who
// had to wait (no coordinated omission).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flow.hpp"
#include "histogram.hpp"

namespace bench {

struct Plan {
  std::size_t connections = 64;
  double seconds = 4;
  double warm_up = 0;  // seconds at the beginning that are not recorded
  double rate = 0;     // flows a second; 0: closed loop
  double hold = 0;     // seconds an open loop may take to serve what was due; then it is unserved
};

struct Second {  // of the flows that were due within one second
  std::uint64_t flows = 0;
  Histogram took;
};

struct Outcome {
  double seconds = 0;        // from the first recorded flow's due time to the last answer
  std::uint64_t errors = 0;  // answers of another status, broken connections
  std::uint64_t unserved = 0;
  std::string first_error;
  Histogram flow;
  std::vector<Histogram> calls;
  std::vector<Second> by_second;
};

Outcome drive(const Flow& flow, const House& house, const Plan& plan);

}  // namespace bench
