// See errand.hpp.
#include "main/errand.hpp"

#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

namespace limen::main {
namespace {

// How a job ended. It belongs to the job too: the lane may still be inside set_value when the
// caller knows.
struct Ended {
  std::promise<void> told;
  std::exception_ptr failure;
};

}  // namespace

std::exception_ptr run_errand(store::Lane& lane, std::function<void(onboard::Ledger&)> job) {
  const auto ended = std::make_shared<Ended>();
  store::Job work;
  work.run = std::move(job);
  work.release = [ended] { ended->told.set_value(); };
  work.fail = [ended](std::exception_ptr failure) {
    ended->failure = std::move(failure);
    ended->told.set_value();
  };
  if (!lane.submit(std::move(work)))
    return std::make_exception_ptr(std::runtime_error("the store takes no jobs"));
  ended->told.get_future().wait();
  return std::exchange(ended->failure, nullptr);
}

}  // namespace limen::main
