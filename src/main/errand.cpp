// See errand.hpp.
#include "main/errand.hpp"

#include <future>
#include <memory>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"

namespace limen::main {
namespace {

// How a job ended. It belongs to the job too: the lane may still be inside set_value when the
// caller knows.
struct Ended {
  std::promise<void> told;
  std::exception_ptr failure;
};

constexpr auto told_again = std::chrono::minutes{1};

std::string why_of(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& problem) {
    return problem.what();
  } catch (...) {
    return "unknown";
  }
}

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

void Troubles::note(std::string_view job, const std::exception_ptr& failure, Steady now) noexcept {
  try {
    std::string why = why_of(failure);
    const std::lock_guard lock(mutex_);
    auto told = told_.find(job);
    const bool is_known = told != told_.end() && told->second.why == why;
    if (is_known && now - told->second.at < told_again) return;
    log::Line(log::Level::error, "job_failed").with("job", job).with("why", why);
    if (told == told_.end()) told = told_.emplace(std::string(job), Told{}).first;
    told->second = {std::move(why), now};
  } catch (const std::exception&) {  // no memory: the next minute may have some
  }
}

}  // namespace limen::main
