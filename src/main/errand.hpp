// Errand: a job of the house's own on a lane of the store, waited for. It belongs to no request, so
// nobody words its failure; whoever sent it decides what that means.
#pragma once

#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "main/clock.hpp"
#include "store/writer.hpp"

namespace limen::main {

// Returns when the job is over: on the writer, after its commit. What failed, or nothing; a lane
// that takes no jobs is a std::runtime_error. Not from a thread of that lane.
std::exception_ptr run_errand(store::Lane& lane, std::function<void(onboard::Ledger&)> job);

// Runs an errand; false when it was undone. The name is for the log.
using HouseJob =
    std::function<bool(std::string_view name, const std::function<void(onboard::Ledger&)>& job)>;

// What failed of the house's own work, for the log: `job_failed`, at once when it is new or says
// something else, and each minute while it lasts, for most of it is tried again within seconds.
// From any thread.
class Troubles {
 public:
  void note(std::string_view job, const std::exception_ptr& failure,
            Steady now = time_passed()) noexcept;

 private:
  struct Told {
    std::string why;
    Steady at;
  };
  std::mutex mutex_;
  std::map<std::string, Told, std::less<>> told_;
};

}  // namespace limen::main
