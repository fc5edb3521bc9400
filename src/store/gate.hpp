// Gate: readers pass it around every snapshot; the writer may shut it for a moment. It exists
// because a write-ahead log can only start over when nobody reads it, and readers that overlap
// for ever would never let it. The writer waits for those inside; new ones wait for the writer.
#pragma once

#include <condition_variable>
#include <mutex>

namespace limen::store {

class Gate {
 public:
  void enter() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !is_shut_; });
    ++inside_;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (--inside_ == 0 && is_shut_) changed_.notify_all();
  }
  // Returns when the last reader has left.
  void shut() {
    std::unique_lock lock(mutex_);
    is_shut_ = true;
    changed_.wait(lock, [&] { return inside_ == 0; });
  }
  void open() {
    {
      const std::lock_guard lock(mutex_);
      is_shut_ = false;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool is_shut_ = false;
};

}  // namespace limen::store
