// Queue: where jobs wait for the thread or threads of one lane. Bounded, so that a burst is refused
// at once and not answered late. Waiting is a condition variable, never a loop. One thread at a
// time is on its way to look: it takes what has gathered meanwhile, and calls the next only when
// that was not all. Waking one for each job cost two system calls a job.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "base/limits.hpp"
#include "store/writer.hpp"

namespace limen::store {

class Queue {
 public:
  // False when it is full or closed; the job is untouched then.
  bool push(Job&& job, LaneCounters& counters) {
    {
      const std::lock_guard lock(mutex_);
      if (is_closed_ || jobs_.size() >= limits::queued_jobs) return false;
      jobs_.push_back(std::move(job));
      counters.queued.store(jobs_.size(), std::memory_order_relaxed);
      if (!calls_one()) return true;
    }
    waiting_.notify_one();
    return true;
  }

  // Waits for work and moves at most `most` jobs to the empty `batch`. False: closed and drained.
  bool take(std::vector<Job>& batch, std::size_t most, LaneCounters& counters) {
    std::unique_lock lock(mutex_);
    while (!is_closed_ && jobs_.empty()) {
      ++idle_;
      waiting_.wait(lock);
      --idle_;
      is_one_called_ = false;
    }
    while (!jobs_.empty() && batch.size() < most) {
      batch.push_back(std::move(jobs_.front()));
      jobs_.pop_front();
    }
    counters.queued.store(jobs_.size(), std::memory_order_relaxed);
    const bool calls = !jobs_.empty() && calls_one();
    lock.unlock();
    if (calls) waiting_.notify_one();
    return !batch.empty();
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    waiting_.notify_all();
  }

 private:
  // Whether a thread must be woken now; under the lock.
  bool calls_one() {
    if (idle_ == 0 || is_one_called_) return false;
    return is_one_called_ = true;
  }

  std::mutex mutex_;
  std::condition_variable waiting_;
  std::deque<Job> jobs_;
  std::size_t idle_ = 0;
  bool is_one_called_ = false;  // and has not looked yet
  bool is_closed_ = false;
};

}  // namespace limen::store
